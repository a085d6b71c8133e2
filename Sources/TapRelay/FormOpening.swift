import TapMail
import TapWire

/// By which odd forms of address a server took mail for strangers, and from which networks.
///
/// As with `RelayOpening`: a form is shut when it is refused to one of a network that it was taken from, or to anybody
/// once nobody came through by it for an hour. Silence alone says nothing. Nor, until nobody came through for an hour, does
/// a refusal where a form that was shut is taken again: the server asks where the mail goes, and takes some of it.
struct FormOpening: Hashable, Sendable, Codable {
    /// A way in.
    private struct Way: Hashable, Sendable, Codable {
        var form: RelayForm
        var network: IPAddress
        /// When somebody was let in by it last.
        var last: Timestamp
    }

    /// How many ways in are kept, the latest of them.
    private static let limit = 16
    private static let silence = Duration.seconds(3_600)

    private var ways: [Way] = []
    /// When a form was shut last; nil if none was.
    private var shut: Timestamp?
    /// True if one was taken again within an hour of that.
    private var isFickle = false

    /// True if somebody came through within the hour.
    func isUsed(at time: Timestamp) -> Bool {
        ways.contains { time.duration(since: $0.last) < Self.silence }
    }

    /// A message was taken by a form.
    mutating func open(_ form: RelayForm, by client: IPAddress, at time: Timestamp) {
        if let shut, time.duration(since: shut) < Self.silence { isFickle = true }
        let way = Way(form: form, network: client.neighbourhood, last: time)
        ways.removeAll { $0.form == way.form && $0.network == way.network }
        ways = ways.suffix(Self.limit - 1) + [way]
    }

    /// A form was refused; true if that was the last one open.
    mutating func refuse(_ form: RelayForm, to client: IPAddress, at time: Timestamp) -> Bool {
        let open = ways.filter { $0.form == form }
        let isSilent = open.allSatisfy { time.duration(since: $0.last) >= Self.silence }
        guard !open.isEmpty,
            isSilent || !isFickle && open.contains(where: { $0.network == client.neighbourhood })
        else { return false }
        ways.removeAll { $0.form == form }
        (shut, isFickle) = (time, isFickle && !isSilent)
        return ways.isEmpty
    }
}
