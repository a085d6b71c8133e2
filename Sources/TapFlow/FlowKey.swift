import TapWire

/// What tells the frames of one connection from those of another, whichever side sent them.
///
/// VLANs are no part of it: the two directions may be tagged each its own way, and a frame be seen on both sides of what
/// tags it. For two connections with the same ends in different VLANs see `Connection.owns`.
struct FlowKey: Hashable, Sendable, BitwiseCopyable {
    /// The end that comes first in the order of addresses and ports.
    let first: Endpoint
    /// The other end.
    let second: Endpoint
    /// The tunnels (`Encapsulation.tunnelBits`): the same addresses may live in several.
    let tunnels: UInt64

    /// Creates the key of a segment, and says whether its sender is `first`.
    static func of(_ segment: borrowing TCPSegment) -> (key: FlowKey, isFromFirst: Bool) {
        let source = segment.source
        let destination = segment.destination
        let tunnels = segment.encapsulation.tunnelBits
        guard source.stands(before: destination) else {
            return (FlowKey(first: destination, second: source, tunnels: tunnels), false)
        }
        return (FlowKey(first: source, second: destination, tunnels: tunnels), true)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(first.address.low)
        hasher.combine(second.address.low)
        if first.address.isIPv6 {
            hasher.combine(first.address.high)
            hasher.combine(second.address.high)
        }
        hasher.combine(UInt32(first.port) << 16 | UInt32(second.port))
        hasher.combine(tunnels)
    }

    /// A hash for a table that is asked with every frame.
    ///
    /// Half of what `Hasher` takes; as long as `secret` is one, nobody can choose keys that collide.
    func hash(with secret: HashSecret) -> Int {
        let ports = UInt64(first.port) << 16 | UInt64(second.port)
        var hash = secret.folded(first.address.low, second.address.low)
        if first.address.isIPv6 {
            hash = secret.folded(first.address.high ^ hash, second.address.high)
        }
        return Int(truncatingIfNeeded: secret.folded(hash ^ ports, tunnels))
    }

    /// The name of a flow whose first frame came at `time` in `encapsulation`: 63 bits, the same in every process.
    func flowID(openedAt time: Timestamp, in encapsulation: Encapsulation) -> FlowID {
        var state: UInt64 = 0x6875_6274_6170
        for endpoint in [first, second] {
            state.mix(endpoint.address.high)
            state.mix(endpoint.address.low)
            state.mix(UInt64(endpoint.port) << 1 | (endpoint.address.isIPv6 ? 1 : 0))
        }
        for vlan in encapsulation.vlans.identifiers { state.mix(UInt64(vlan)) }
        if encapsulation.tunnelCount > 0 { state.mix(encapsulation.bits) }
        state.mix(UInt64(bitPattern: time.nanoseconds))
        return FlowID(rawValue: state >> 1)
    }
}

extension Endpoint {
    /// Orders endpoints, so that both directions of a connection have the same key.
    func stands(before other: Endpoint) -> Bool {
        guard address.high == other.address.high else { return address.high < other.address.high }
        guard address.low == other.address.low else { return address.low < other.address.low }
        return port < other.port
    }
}

extension UInt64 {
    /// Mixes `value` in so that each of its bits changes about half of the bits here (the finaliser of SplitMix64).
    fileprivate mutating func mix(_ value: UInt64) {
        self = (self ^ value) &+ 0x9E37_79B9_7F4A_7C15
        self = (self ^ (self >> 30)) &* 0xBF58_476D_1CE4_E5B9
        self = (self ^ (self >> 27)) &* 0x94D0_49BB_1331_11EB
        self ^= self >> 31
    }
}
