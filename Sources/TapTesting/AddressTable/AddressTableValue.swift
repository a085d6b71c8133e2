/// A value in a table of addresses in MaxMind's DB format.
public indirect enum AddressTableValue: Hashable, Sendable {
    case text(String)
    /// Octets that stand where a text is expected, and may be none.
    case octets([UInt8])
    case double(Double)
    case float(Float)
    case uint16(UInt16)
    case uint32(UInt32)
    case uint64(UInt64)
    case bool(Bool)
    case array([AddressTableValue])
    /// Keys with their values, in their order.
    case map([(key: String, value: AddressTableValue)])

    /// True if both are written with the same octets.
    public static func == (one: Self, other: Self) -> Bool { one.octets == other.octets }

    /// Hashes the octets.
    public func hash(into hasher: inout Hasher) { hasher.combine(octets) }

    /// The value by itself, without pointers.
    private var octets: [UInt8] {
        var section = AddressTableSection(sharesTexts: false)
        section.write(self)
        return section.octets
    }
}

extension AddressTableValue: ExpressibleByStringLiteral {
    /// Takes a text.
    public init(stringLiteral text: String) { self = .text(text) }
}

extension AddressTableValue: ExpressibleByDictionaryLiteral {
    /// Takes keys with their values, in their order.
    public init(dictionaryLiteral pairs: (String, AddressTableValue)...) {
        self = .map(pairs.map { (key: $0.0, value: $0.1) })
    }
}
