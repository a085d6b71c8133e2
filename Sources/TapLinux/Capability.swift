/// One part of what root may do, by its number in linux/capability.h.
public struct Capability: RawRepresentable, Hashable, Sendable {
    /// The number of the capability.
    public var rawValue: UInt8

    /// Creates a capability from its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// May change interfaces, filters and network sysctls.
    public static let netAdmin = Capability(rawValue: 12)
    /// May open packet sockets.
    public static let netRaw = Capability(rawValue: 13)

    /// May load programs into the kernel (Linux 5.8).
    public static let bpf = Capability(rawValue: 39)

    /// The name as capabilities(7) has it.
    public var name: String {
        switch self {
        case .netAdmin: "CAP_NET_ADMIN"
        case .netRaw: "CAP_NET_RAW"
        case .bpf: "CAP_BPF"
        default: "capability \(rawValue)"
        }
    }
}
