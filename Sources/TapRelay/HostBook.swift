import TapWire

/// Hosts that speak mail, and how many of them are behind each port of the hub.
struct HostBook: Sendable {
    /// How many hosts are behind a port, and how many of those are servers of ours by the configuration.
    private struct Crowd: Sendable {
        var hosts = 0
        var servers = 0
    }

    private var hosts = BoundedTable<IPAddress, HostRecord>()
    private var crowds: [PortIndex: Crowd] = [:]

    /// How many hosts there are.
    var count: Int { hosts.count }

    /// About how many partners `host` has.
    func partnerCount(of host: IPAddress) -> Int { hosts.look(at: host) { $0.partners.count } ?? 0 }

    /// How many hosts are behind `port`.
    func count(behind port: PortIndex) -> Int { crowds[port]?.hosts ?? 0 }

    /// True if a server that is configured as ours was seen behind `port`.
    func hasServer(behind port: PortIndex) -> Bool { (crowds[port]?.servers ?? 0) > 0 }

    /// Notes that `host` speaks with `partner`, and behind which port it was seen, if that tells.
    mutating func learn(
        _ host: IPAddress,
        with partner: IPAddress,
        port: PortIndex?,
        isServer: Bool,
        limit: Int
    ) {
        let known = hosts.count
        let (before, after) = hosts.update(host, limit: limit, default: HostRecord()) { record in
            let before = record
            record.partners.insert(partner)
            if let port { record.port = port }
            record.isServer = isServer
            return (before, record)
        }
        guard hosts.count >= known else { return countAnew() }
        guard before.port != after.port || before.isServer != after.isServer else { return }
        count(before, by: -1)
        count(after, by: 1)
    }

    private mutating func count(_ record: HostRecord, by step: Int) {
        guard let port = record.port else { return }
        crowds[port, default: Crowd()].hosts += step
        if record.isServer ?? false { crowds[port, default: Crowd()].servers += step }
    }

    private mutating func countAnew() {
        crowds = [:]
        for record in hosts.values { count(record, by: 1) }
    }
}

extension HostBook: Codable {
    init(from decoder: any Decoder) throws {
        hosts = try BoundedTable(from: decoder)
        countAnew()
    }

    func encode(to encoder: any Encoder) throws { try hosts.encode(to: encoder) }
}
