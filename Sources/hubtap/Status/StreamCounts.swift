import TapFlow
import TapObserve

/// The counts of the reassembly, for people.
enum StreamCounts {
    /// The counts that are not 0, by name in the order of `FlowStatistics.named`, a few to a line; unknown ones last.
    static func lines(_ counts: [String: UInt64]) -> [String] {
        let known = FlowStatistics().named.map(\.name).filter { counts[$0] != nil }
        let others = counts.keys.filter { !known.contains($0) }.sorted()
        let words = (known + others).compactMap { name in
            counts[name].flatMap { $0 == 0 ? nil : "\($0) \(name)" }
        }
        return stride(from: 0, to: words.count, by: 5).map { start in
            (start == 0 ? "streams   " : "          ")
                + words[start..<min(start + 5, words.count)].joined(separator: ", ")
        }
    }
}

extension FlowStatistics {
    /// Every count by its name.
    var counts: [String: UInt64] {
        Dictionary(named.map { ($0.name, $0.count) }, uniquingKeysWith: &+)
    }
}

extension Pipeline {
    /// What became of the frames, and what the observers gave up, each count by its name.
    var counts: [String: UInt64] { statistics.counts.merging(givenUp, uniquingKeysWith: &+) }
}
