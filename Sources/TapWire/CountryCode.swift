/// A country or territory by its two letters (ISO 3166-1 alpha-2), such as `DE`.
public struct CountryCode: Hashable, Sendable, BitwiseCopyable {
    private let first, second: UInt8

    /// Reads two letters of ASCII, small or capital; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let letters = Array(text.utf8.prefix(3))
        guard letters.count == 2, letters.allSatisfy({ $0 & 0x80 == 0 }) else { return nil }
        let capitals = letters.map { $0 & ~0x20 }
        guard capitals.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else {
            return nil
        }
        (first, second) = (capitals[0], capitals[1])
    }
}

extension CountryCode: CustomStringConvertible, Comparable {
    /// The two letters, capital.
    public var description: String { String(decoding: [first, second], as: UTF8.self) }

    /// Orders as the letters do.
    public static func < (one: Self, other: Self) -> Bool {
        (one.first, one.second) < (other.first, other.second)
    }
}

extension CountryCode: Codable {
    /// Decodes the two letters.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let code = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a country has two letters"
            )
        }
        self = code
    }

    /// Encodes the two letters.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
