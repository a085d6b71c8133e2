import TapWire

/// Hosts that speak mail, and how many of them are behind each port of the hub.
struct HostBook: Sendable {
    /// The two hosts of a session.
    struct Meeting: Equatable, Sendable {
        var client: IPAddress
        var server: IPAddress
        /// The port the client was seen behind, if that tells.
        var clientPort: PortIndex?
        /// The port the server was seen behind, if that tells.
        var serverPort: PortIndex?
    }

    /// A host of a session.
    private struct Sighting: Sendable {
        var host: IPAddress
        /// The port it was seen behind, if that tells.
        var port: PortIndex?
        /// True if it is configured as a server of ours.
        var isServer: Bool
    }

    /// How many hosts are behind a port, and how many of those are servers of ours by the configuration.
    private struct Crowd: Sendable {
        var hosts = 0
        var servers = 0
    }

    private var hosts = BoundedTable<IPAddress, HostRecord>()
    /// Who is behind each port; the place is the port's number.
    private var crowds = Self.nobody
    private static let nobody = Array(repeating: Crowd(), count: Int(UInt8.max) + 1)
    /// The meeting that was learned last.
    private var latest: Meeting?

    /// How many hosts there are.
    var count: Int { hosts.count }

    /// About how many partners `host` has.
    func partnerCount(of host: IPAddress) -> Int { hosts.look(at: host) { $0.partners.count } ?? 0 }

    /// How many hosts are behind `port`.
    func count(behind port: PortIndex) -> Int { crowds[Int(port.rawValue)].hosts }

    /// True if a server that is configured as ours was seen behind `port`.
    func hasServer(behind port: PortIndex) -> Bool { crowds[Int(port.rawValue)].servers > 0 }

    /// Notes that two hosts speak with each other, and behind which ports they were seen; `isServer` tells of a host if it
    /// is configured as a server of ours.
    mutating func learn(_ meeting: Meeting, limit: Int, isServer: (IPAddress) -> Bool) {
        // The events of a session mostly follow each other, and the first has told all.
        guard meeting != latest else { return }
        latest = meeting
        let (client, server) = (meeting.client, meeting.server)
        learn(
            Sighting(host: client, port: meeting.clientPort, isServer: isServer(client)),
            with: server,
            limit: limit
        )
        learn(
            Sighting(host: server, port: meeting.serverPort, isServer: isServer(server)),
            with: client,
            limit: limit
        )
    }

    private mutating func learn(_ seen: Sighting, with partner: IPAddress, limit: Int) {
        let known = hosts.count
        let (before, after) = hosts.update(
            seen.host,
            limit: limit,
            default: HostRecord()
        ) { record in
            let before = (record.port, record.isServer)
            record.partners.insert(partner)
            if let port = seen.port { record.port = port }
            record.isServer = seen.isServer
            return (before, (record.port, record.isServer))
        }
        guard hosts.count >= known else { return countAnew() }
        guard before != after else { return }
        count(before, by: -1)
        count(after, by: 1)
    }

    private mutating func count(_ host: (port: PortIndex?, isServer: Bool?), by step: Int) {
        guard let port = host.port else { return }
        crowds[Int(port.rawValue)].hosts += step
        if host.isServer ?? false { crowds[Int(port.rawValue)].servers += step }
    }

    private mutating func countAnew() {
        crowds = Self.nobody
        for record in hosts.values { count((record.port, record.isServer), by: 1) }
    }
}

extension HostBook: Codable {
    init(from decoder: any Decoder) throws {
        hosts = try BoundedTable(from: decoder)
        countAnew()
    }

    func encode(to encoder: any Encoder) throws { try hosts.encode(to: encoder) }
}
