/// What looks like an end of data: a dot with the line breaks and NULs around it, at most seven octets.
struct Terminator: Hashable, Sendable {
    private var packed: UInt64 = 0
    private var count: UInt8 = 0

    /// Nothing.
    init() {}

    /// Takes the end of the octets in `recent`, the last of which stands in the lowest place.
    init(endOf recent: UInt64) {
        packed = recent
        func octet(_ place: UInt8) -> UInt8 {
            UInt8(truncatingIfNeeded: recent >> (8 * UInt64(place)))
        }
        func isBreak(_ place: UInt8) -> Bool { octet(place) == 0x0A || octet(place) == 0x0D }
        while count < 4, isBreak(count) || octet(count) == 0 { count += 1 }
        guard octet(count) == UInt8(ascii: ".") else { return }
        count += 1
        while count < 5, octet(count) == 0 { count += 1 }
        guard isBreak(count) else { return }
        count += octet(count) == 0x0A && octet(count + 1) == 0x0D ? 2 : 1
    }

    /// The octets in order.
    var octets: [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: packed >> (8 * UInt64($0))) }
    }
}

extension Terminator {
    static func == (lhs: Terminator, rhs: Terminator) -> Bool { lhs.octets == rhs.octets }

    func hash(into hasher: inout Hasher) { hasher.combine(octets) }
}

extension Terminator: CustomStringConvertible {
    var description: String { "\(octets)" }
}
