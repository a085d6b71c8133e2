import TapWire

/// How many different hosts, or domains, something was seen of: few exactly, many about.
struct SightedHosts: Hashable, Sendable {
    /// One bit of 64 for each, by a hash of its address or name.
    private var bits: UInt64 = 0

    /// About how many; no more than 64.
    var count: Int { bits.nonzeroBitCount }

    /// Notes a host.
    mutating func insert(_ host: IPAddress) { bits |= Self.bit(of: host) }

    /// Notes a domain.
    mutating func insert(_ domain: MailDomain) {
        var digest = Digest()
        digest.combine(domain.name)
        bits |= 1 << (digest.value >> 58)
    }

    /// False if `host` was surely not noted.
    func contains(_ host: IPAddress) -> Bool { bits & Self.bit(of: host) != 0 }

    private static func bit(of host: IPAddress) -> UInt64 {
        var digest = Digest()
        digest.combine(host)
        return 1 << (digest.value >> 58)
    }
}

extension SightedHosts: Codable {
    init(from decoder: any Decoder) throws {
        bits = try decoder.singleValueContainer().decode(UInt64.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bits)
    }
}
