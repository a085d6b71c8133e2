import TapWire

/// What a dump holds and what it lacks.
struct ExportTotals {
    /// Frames written.
    var frames: UInt64 = 0
    /// Octets of the files.
    var octets: UInt64 = 0
    /// Files written.
    var files = 1
    /// Frames of the time span that were looked at.
    var seen: UInt64 = 0
    /// Frames that were overwritten in the ring before they could be read.
    var lost: UInt64 = 0
    /// Frames that never reached the ring, since the hub was started.
    var lostBeforeRing: UInt64 = 0
    /// When the first frame arrived.
    var first: Timestamp?
    /// When the last frame arrived.
    var last: Timestamp?

    /// Adds what was counted of a file.
    mutating func add(_ tallies: PortTallies) {
        seen &+= tallies.seen
        guard let span = tallies.span else { return }
        first = min(first ?? span.lowerBound, span.lowerBound)
        last = max(last ?? span.upperBound, span.upperBound)
    }

    /// The totals as one line of words.
    var words: String {
        var text = "\(frames) frames of \(seen), \(octets) octets"
        if files > 1 { text += " in \(files) files" }
        if let first, let last {
            text += ", from \(first.rfc3339) to \(last.rfc3339)"
        }
        text += lost == 0 ? ", none lost while reading" : ", \(lost) overwritten while reading"
        if lostBeforeRing > 0 { text += ", \(lostBeforeRing) lost before the ring by the tap" }
        return text
    }
}
