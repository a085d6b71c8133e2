import TapWire

/// How many different hosts something was seen of: few exactly, many about.
struct SightedHosts: Hashable, Sendable {
    /// One bit of 64 for each host, by a hash of its address.
    private var bits: UInt64 = 0

    /// About how many; no more than 64.
    var count: Int { bits.nonzeroBitCount }

    /// Notes one.
    mutating func insert(_ host: IPAddress) {
        var digest = Digest()
        digest.combine(host)
        bits |= 1 << (digest.value >> 58)
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
