/// The VLAN identifiers of a frame, outermost first; at most two are kept.
public struct VLANStack: Hashable, Sendable, BitwiseCopyable {
    /// All of it in 32 bits: the outer identifier in the lower half, the inner one in the upper half, both with 12 bits, and
    /// from bit 12 on how many there are.
    public private(set) var word: UInt32 = 0

    /// How many identifiers are kept, 0 to 2.
    public var count: UInt8 { UInt8(truncatingIfNeeded: word >> 12 & 3) }

    /// No VLAN.
    public init() {}

    /// Adds an identifier further in; the third and later ones are not kept.
    public mutating func push(_ identifier: UInt16) {
        guard count < 2 else { return }
        word |= UInt32(identifier & 0xFFF) << (UInt32(count) &* 16)
        word &+= 1 << 12
    }

    /// The identifiers as a list, outermost first.
    public var identifiers: [UInt16] {
        let outer = UInt16(truncatingIfNeeded: word & 0xFFF)
        return switch count {
        case 0: []
        case 1: [outer]
        default: [outer, UInt16(truncatingIfNeeded: word >> 16)]
        }
    }
}
