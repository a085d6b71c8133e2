/// Octets from the fuzzer, read from the front.
public struct FuzzInput: ~Escapable {
    private var rest: Span<UInt8>

    /// Reads `octets`.
    @_lifetime(copy octets)
    public init(_ octets: Span<UInt8>) { rest = octets }

    /// True when nothing is left.
    public var isEmpty: Bool { rest.isEmpty }

    /// The next octet; 0 when there is none.
    public mutating func octet() -> UInt8 {
        guard !rest.isEmpty else { return 0 }
        let octet = rest[0]
        rest = rest.extracting(droppingFirst: 1)
        return octet
    }

    /// The next octets, as a number with the first one highest.
    public mutating func number(octets count: Int) -> UInt64 {
        (0..<count).reduce(0) { value, _ in value << 8 | UInt64(octet()) }
    }

    /// The next octets, as many as there are.
    public mutating func octets(upTo count: Int) -> [UInt8] {
        let taken = rest.extracting(first: min(max(0, count), rest.count))
        rest = rest.extracting(droppingFirst: taken.count)
        return taken.indices.map { taken[$0] }
    }
}
