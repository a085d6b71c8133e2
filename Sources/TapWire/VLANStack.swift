/// The VLAN identifiers of a frame, outermost first; at most two are kept.
public struct VLANStack: Hashable, Sendable, BitwiseCopyable {
    /// The identifiers, the outer one in the lower half; unused places are 0.
    private(set) var bits: UInt32 = 0
    /// How many identifiers are kept, 0 to 2.
    public private(set) var count: UInt8 = 0

    /// No VLAN.
    public init() {}

    /// Adds an identifier further in; the third and later ones are not kept.
    public mutating func push(_ identifier: UInt16) {
        guard count < 2 else { return }
        bits |= UInt32(identifier & 0xFFF) << (UInt32(count) &* 16)
        count &+= 1
    }

    /// The identifiers as a list, outermost first.
    public var identifiers: [UInt16] {
        switch count {
        case 0: []
        case 1: [UInt16(truncatingIfNeeded: bits)]
        default: [UInt16(truncatingIfNeeded: bits), UInt16(truncatingIfNeeded: bits >> 16)]
        }
    }
}
