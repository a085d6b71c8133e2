import ArgumentParser
import TapWire

/// Which frames of the ring are meant.
struct FrameSelection: ParsableArguments {
    @Option(help: "Not before this time: RFC 3339, or relative such as '5m' or '2h ago'.")
    var since: TimePoint?

    @Option(help: "Not after this time.")
    var until: TimePoint?

    @Option(help: "Only the last span of time, such as 5m or 30s.")
    var last: TimeSpan?

    @Option(help: "Only frames that entered by this port.")
    var port: String?

    @Argument(
        help: "A filter in libpcap's syntax (pcap-filter(7)), such as: port 25 and host 192.0.2.25"
    )
    var filter: [String] = []

    /// The filter as one expression; empty for every frame.
    var expression: String { filter.joined(separator: " ") }

    func validate() throws {
        if last != nil && since != nil {
            throw ValidationError("--last and --since both say where to begin: give one of them.")
        }
    }

    /// The first and the last moment that are meant, where `now` is the present.
    func range(now: Timestamp) throws(Failure) -> ClosedRange<Timestamp> {
        let end = until?.timestamp(now: now) ?? .distantFuture
        var begin = since?.timestamp(now: now) ?? .distantPast
        if let last { begin = min(end, now).advanced(by: .zero - last.duration) }
        guard begin <= end else { throw .usage("--since is later than --until") }
        return begin...end
    }
}
