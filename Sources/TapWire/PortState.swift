/// How the link of a port is.
///
/// The raw values stand in the ring: they never change.
public enum PortState: UInt8, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    /// It is switched on and has a carrier.
    case up = 1
    /// It is switched on and has no carrier.
    case noCarrier = 2
    /// It is switched off, or the hub has ended.
    case down = 3
    /// The hub took it down because no other port has a carrier.
    case linkFault = 4
    /// There is no such interface.
    case gone = 5

    /// The state as it stands in `stats` events.
    public var name: String {
        switch self {
        case .up: "up"
        case .noCarrier: "no_carrier"
        case .down: "down"
        case .linkFault: "link_fault"
        case .gone: "gone"
        }
    }
}
