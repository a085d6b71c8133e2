/// How the frames cross that a ring is a copy of.
public enum RingPlane: UInt32, Sendable, CaseIterable {
    /// The writer did not say.
    case unknown = 0
    /// User space forwards them.
    case packet = 1
    /// The kernel forwards them.
    case kernel = 2

    /// The name as it stands in `stats` events; nil where it is not known.
    public var name: String? {
        switch self {
        case .unknown: nil
        case .packet: "packet"
        case .kernel: "kernel"
        }
    }
}
