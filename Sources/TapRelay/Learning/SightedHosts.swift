import TapWire

/// How many different hosts something was seen of: few exactly, many about.
struct SightedHosts: Hashable, Sendable, Codable {
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
