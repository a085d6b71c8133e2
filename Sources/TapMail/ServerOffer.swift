public import TapFlow

/// What a server offers in its reply to EHLO (RFC 5321 section 4.1.1.1), and when it said so.
public struct ServerOffer: Hashable, Sendable, Codable {
    /// The keywords with their parameters, as on the wire and in its order.
    public var keywords: [String]
    /// The frame that completed the reply.
    public var at: Moment

    /// Creates an offer.
    public init(keywords: [String], at: Moment) {
        self.keywords = keywords
        self.at = at
    }

    /// True if STARTTLS is among the keywords (RFC 3207).
    public var hasSTARTTLS: Bool { keywords.contains { $0.utf8.isKeyword("STARTTLS") } }

    /// The mechanisms of AUTH (RFC 4954), each once and in order; old servers write `AUTH=` too.
    public var mechanisms: [String] {
        let words = keywords.filter { $0.utf8.isKeyword("AUTH") }.flatMap { keyword in
            keyword.utf8.split(whereSeparator: \.endsKeyword).dropFirst()
        }
        return Self.bounded(words.map { $0.prefix(Self.keptOctets).uppercased })
    }

    /// All other keywords with their parameters, each once and in order.
    public var otherKeywords: [String] {
        let others = keywords.filter {
            !$0.utf8.isKeyword("STARTTLS") && !$0.utf8.isKeyword("AUTH")
        }
        return Self.bounded(
            others.map { keyword in
                let octets = keyword.utf8.prefix(Self.keptOctets)
                let end = octets.firstIndex(where: \.endsKeyword) ?? octets.endIndex
                guard octets[..<end].contains(where: \.isLowerCase) else {
                    return String(decoding: octets, as: UTF8.self)
                }
                return octets[..<end].uppercased + String(decoding: octets[end...], as: UTF8.self)
            }
        )
    }

    /// How many keywords or mechanisms are told apart, and how many octets of each.
    private static let (keptWords, keptOctets) = (32, 64)

    /// The first of `words` in their order, each once.
    private static func bounded(_ words: [String]) -> [String] {
        var kept: [String] = []
        for word in words.sorted() where word != kept.last {
            guard kept.count < keptWords else { break }
            kept.append(word)
        }
        return kept
    }
}

extension UInt8 {
    /// True for what stands behind the name of a keyword.
    fileprivate var endsKeyword: Bool { isBlank || self == UInt8(ascii: "=") }

    fileprivate var isLowerCase: Bool { self != uppercased }
}

extension Collection<UInt8> {
    /// True if these octets are the keyword `name`, letters in either case, with or without parameters.
    fileprivate func isKeyword(_ name: StaticString) -> Bool {
        guard hasPrefix(ignoringCase: name) else { return false }
        return dropFirst(name.utf8CodeUnitCount).first?.endsKeyword ?? true
    }

    /// The text in upper case.
    fileprivate var uppercased: String { String(decoding: map(\.uppercased), as: UTF8.self) }
}
