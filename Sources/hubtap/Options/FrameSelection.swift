import ArgumentParser
import TapConfig
import TapFlow
import TapRelay
import TapSinks
import TapWire

/// Which frames of the ring are meant: those that every option agrees to.
struct FrameSelection: ParsableArguments {
    @Option(help: "Not before this time: RFC 3339, or relative such as '5m' or '2h ago'.")
    var since: TimePoint?

    @Option(help: "Not after this time.")
    var until: TimePoint?

    @Option(help: "Only the last span of time, such as 5m or 30s.")
    var last: TimeSpan?

    @Option(help: "Only frames that entered by this port.")
    var port: String?

    @Option(
        help: ArgumentHelp(
            """
            Only this conversation, TCP or UDP, in both directions: 192.0.2.1:40000-192.0.2.25:25 or \
            [2001:db8::1]:40000-[2001:db8::25]:25. Through VLAN tags and tunnels, with ICMP errors about it.
            """,
            valueName: "a:port-b:port"
        ),
        transform: { try Self.pair($0) }
    )
    var flow: EndpointPair?

    @Option(
        name: .customLong("community-id"),
        help: ArgumentHelp(
            "Only the conversation with this Community ID, as events have it under community_id.",
            valueName: "id"
        ),
        transform: { try Self.communityID($0) }
    )
    var communityID: CommunityID?

    @Option(
        name: .customLong("mail-from"),
        help: ArgumentHelp(
            """
            Only connections on which this sender gave mail: an address, @domain for all of a domain, or '<>' for the \
            null sender. Whole connections, from the ring's oldest frame on as far as the times allow.
            """,
            valueName: "address"
        ),
        transform: { try Self.address($0) }
    )
    var mailFrom: AddressPattern?

    @Option(
        name: .customLong("rcpt-to"),
        help: ArgumentHelp(
            "Only connections on which mail was for this recipient, accepted or refused; as --mail-from.",
            valueName: "address"
        ),
        transform: { try Self.address($0) }
    )
    var rcptTo: AddressPattern?

    @Option(help: ArgumentHelp("End after so many frames.", valueName: "n"))
    var count: UInt64?

    @Option(help: ArgumentHelp("Keep at most so many octets of each frame.", valueName: "octets"))
    var snaplen: UInt32?

    @Flag(
        name: .customLong("no-vlan"),
        help: "Let the filter see tagged frames as they are, instead of looking past VLAN tags."
    )
    var seesTags = false

    @Argument(
        help: "A filter in libpcap's syntax (pcap-filter(7)), such as: port 25 and host 192.0.2.25"
    )
    var filter: [String] = []

    /// The filter as one expression; empty for every frame.
    var expression: String { filter.joined(separator: " ") }

    /// True if nothing was asked for.
    var isEverything: Bool {
        since == nil && until == nil && last == nil && port == nil && flow == nil
            && communityID == nil && mail == nil && count == nil && snaplen == nil && !seesTags
            && filter.isEmpty
    }

    func validate() throws {
        if last != nil && since != nil {
            throw ValidationError("--last and --since both say where to begin: give one of them.")
        }
        if count == 0 { throw ValidationError("--count must be 1 or more.") }
        if snaplen == 0 {
            throw ValidationError("--snaplen must be 1 or more; without it frames stay whole.")
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

    /// The conversations that `--flow` and `--community-id` name, each to be agreed to.
    var flows: [FlowSelection] {
        var flows: [FlowSelection] = []
        if let flow { flows.append(FlowSelection(flow.conversations)) }
        if let communityID { flows.append(FlowSelection { CommunityID($0) == communityID }) }
        return flows
    }

    /// The mail that is looked for; nil if none is.
    var mail: MailPattern? {
        mailFrom == nil && rcptTo == nil ? nil : MailPattern(sender: mailFrom, recipient: rcptTo)
    }

    private static func pair(_ text: String) throws -> EndpointPair {
        guard let pair = EndpointPair(text) else {
            throw ValidationError(
                "it is two endpoints with a '-' between them, such as 192.0.2.1:40000-192.0.2.25:25 "
                    + "or [2001:db8::1]:40000-[2001:db8::25]:25."
            )
        }
        return pair
    }

    private static func communityID(_ text: String) throws -> CommunityID {
        guard let id = CommunityID(text) else {
            throw ValidationError(
                "it is '1:' and 28 characters, such as 1:LQU9qZlK+B5F3KDmev6m5PMibrg=."
            )
        }
        return id
    }

    private static func address(_ text: String) throws -> AddressPattern {
        guard let pattern = AddressPattern(text) else {
            throw ValidationError(
                "it is an address such as alice@example.org, @example.org for all of a domain, "
                    + "or '<>' for the null sender."
            )
        }
        return pattern
    }
}
