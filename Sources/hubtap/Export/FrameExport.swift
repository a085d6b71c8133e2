import TapCapture
import TapRing
import TapWire

/// Copies frames out of a ring into a capture file, and keeps count of what it copied and what was lost.
final class FrameExport<Writer: FrameWriter & ~Copyable> {
    private var writer: Writer
    private let filter: CaptureFilter
    private let port: PortIndex?
    private let range: ClosedRange<Timestamp>
    private let portCount: Int

    /// What was done so far.
    private(set) var totals = ExportTotals()
    private var lostBeforeNext: UInt64 = 0
    private var statistics: [InterfaceStatistics]

    /// Prepares to copy frames of `range` that `filter` takes and that entered by `port`.
    init(
        into writer: consuming Writer,
        portCount: Int,
        range: ClosedRange<Timestamp>,
        port: PortIndex? = nil,
        filter: consuming CaptureFilter
    ) {
        self.writer = writer
        self.filter = filter
        self.port = port
        self.range = range
        self.portCount = portCount
        statistics = Array(repeating: InterfaceStatistics(received: 0), count: portCount)
    }

    /// What became of one entry of the ring.
    enum Step {
        /// It was taken or left.
        case went
        /// The reader has caught up with the writer.
        case caughtUp
        /// The entry is behind the end of the range.
        case ended
    }

    /// Takes the next entry of `reader`.
    func step(_ reader: inout RingReader) throws -> Step {
        guard let entry = try reader.next() else { return .caughtUp }
        switch entry {
        case .gap(let gap):
            totals.lost &+= gap.count
            lostBeforeNext &+= gap.count
        case .frame(let frame):
            if frame.metadata.arrival > range.upperBound { return .ended }
            try take(frame)
        }
        return .went
    }

    private func take(_ frame: borrowing Frame) throws(CaptureError) {
        let metadata = frame.metadata
        let index = Int(metadata.ingress.rawValue)
        guard metadata.arrival >= range.lowerBound, index < portCount else { return }
        totals.seen &+= 1
        statistics[index].received = (statistics[index].received ?? 0) &+ 1
        if let port, port != metadata.ingress { return }
        guard filter.matches(frame) else { return }
        let comment =
            lostBeforeNext > 0 ? "hubtap: \(lostBeforeNext) frames before this one were lost" : nil
        try writer.write(frame, dropped: lostBeforeNext, comment: comment)
        lostBeforeNext = 0
        totals.count(metadata)
        if statistics[index].start == nil { statistics[index].start = metadata.arrival }
        statistics[index].end = metadata.arrival
    }

    /// Hands everything that was copied so far to the file.
    func flush() throws(CaptureError) { try writer.flush() }

    /// Ends the file.
    ///
    /// `ledger` gives the frames that each port lost before the ring.
    func finish(_ ledger: Ledger?) throws(CaptureError) {
        if let ledger {
            for (index, line) in ledger.ports.enumerated() where index < portCount {
                statistics[index].dropped = line.mirrorLost.total
                totals.lostBeforeRing &+= line.mirrorLost.total
            }
        }
        try writer.finish(statistics: statistics)
        totals.octets = writer.octetCount
    }
}

/// What a dump holds and what it lacks.
struct ExportTotals {
    /// Frames written.
    var frames: UInt64 = 0
    /// Octets of the file.
    var octets: UInt64 = 0
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

    /// Counts one written frame.
    mutating func count(_ metadata: FrameMetadata) {
        frames &+= 1
        first = min(first ?? metadata.arrival, metadata.arrival)
        last = max(last ?? metadata.arrival, metadata.arrival)
    }

    /// The totals as one line of words.
    var words: String {
        var text = "\(frames) frames of \(seen), \(octets) octets"
        if let first, let last {
            text += ", from \(first.rfc3339) to \(last.rfc3339)"
        }
        text += lost == 0 ? ", none lost while reading" : ", \(lost) overwritten while reading"
        if lostBeforeRing > 0 { text += ", \(lostBeforeRing) lost before the ring by the tap" }
        return text
    }
}
