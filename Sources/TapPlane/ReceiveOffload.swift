/// A way in which a NIC or the kernel joins received frames to fewer and longer ones, by the kernel's name for it.
///
/// That tags are taken off frames (`rx-vlan-hw-parse`) is none: they are kept beside the frame, and put back
/// octet for octet in the mirror and on the wire.
public enum ReceiveOffload: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// The NIC joins segments so that they may not be parted again as they were.
    case largeReceive = "rx-lro"
    /// The kernel joins segments, and parts them again on the way out.
    case generic = "rx-gro"
    /// The NIC joins segments in the kernel's way.
    case hardware = "rx-gro-hw"
    /// The kernel joins datagrams that are not for the host.
    case datagrams = "rx-udp-gro-forwarding"
    /// The kernel chains frames of one flow.
    case list = "rx-gro-list"

    /// What ethtool(8) calls it.
    public var description: String {
        switch self {
        case .largeReceive: "large-receive-offload"
        case .generic: "generic-receive-offload"
        case .hardware, .datagrams, .list: rawValue
        }
    }

    /// The word by which ethtool(8) switches it.
    package var ethtoolWord: String {
        switch self {
        case .largeReceive: "lro"
        case .generic: "gro"
        case .hardware, .datagrams, .list: rawValue
        }
    }
}
