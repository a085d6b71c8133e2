import TapCapture
import TapRing
import TapWire

/// Counts the frames of each port that were looked at and taken, at the pace of frames.
struct PortTallies {
    /// What is counted of a port; the times are of the frames that were taken, nil if there were none.
    private struct Tally {
        var seen: UInt64 = 0
        var taken: UInt64 = 0
        var first = Timestamp.distantFuture
        var last = Timestamp.distantPast
    }

    private var tallies = InlineArray<32, Tally>(repeating: Tally())
    /// How many ports there are.
    let portCount: Int

    /// Nothing yet; of more ports than a ring can have, only so many are counted.
    init(portCount: Int) { self.portCount = min(portCount, tallies.count) }

    /// Counts a frame of the time span that is meant.
    mutating func see(_ metadata: FrameMetadata) {
        let index = Int(metadata.ingress.rawValue)
        guard index < portCount else { return }
        tallies[index].seen &+= 1
    }

    /// Counts a frame that was taken.
    mutating func take(_ metadata: FrameMetadata) {
        let index = Int(metadata.ingress.rawValue)
        guard index < portCount else { return }
        tallies[index].taken &+= 1
        tallies[index].first = min(tallies[index].first, metadata.arrival)
        tallies[index].last = max(tallies[index].last, metadata.arrival)
    }

    /// Frames of all ports that were looked at.
    var seen: UInt64 { (0..<portCount).reduce(0) { $0 &+ tallies[$1].seen } }

    /// When the first frame that was taken arrived, and the last one.
    var span: ClosedRange<Timestamp>? {
        var span: ClosedRange<Timestamp>?
        for index in 0..<portCount where tallies[index].taken > 0 {
            let own = tallies[index].first...tallies[index].last
            span =
                span.map {
                    min($0.lowerBound, own.lowerBound)...max($0.upperBound, own.upperBound)
                } ?? own
        }
        return span
    }

    /// What stands in a capture for each port, with what it lost before the ring.
    func statistics(_ ledger: Ledger?) -> [InterfaceStatistics] {
        (0..<portCount).map { index in
            let tally = tallies[index]
            let isEmpty = tally.taken == 0
            let lines = ledger?.ports
            let isKnown = index < lines?.count ?? 0
            return InterfaceStatistics(
                start: isEmpty ? nil : tally.first,
                end: isEmpty ? nil : tally.last,
                received: tally.seen,
                dropped: isKnown ? lines?[index].mirrorLost.total : nil,
                accepted: tally.taken
            )
        }
    }
}
