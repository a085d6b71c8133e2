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
    public var hasSTARTTLS: Bool { names.contains("STARTTLS") }

    /// The mechanisms of AUTH (RFC 4954), each once and in order; old servers write `AUTH=` too.
    public var mechanisms: [String] {
        let words = keywords.flatMap { keyword -> [Substring] in
            let parts = keyword.split { $0 == " " || $0 == "\t" || $0 == "=" }
            return parts.first?.uppercased() == "AUTH" ? Array(parts.dropFirst()) : []
        }
        return Self.bounded(words.map { $0.uppercased() })
    }

    /// All other keywords with their parameters, each once and in order.
    public var otherKeywords: [String] {
        let others = zip(names, keywords).filter { $0.0 != "STARTTLS" && $0.0 != "AUTH" }
        return Self.bounded(
            others.map { name, keyword in
                name + keyword.drop { $0 != " " && $0 != "=" }
            }
        )
    }

    /// The names of the keywords in upper case, in the order of `keywords`.
    private var names: [String] {
        keywords.map { $0.prefix { $0 != " " && $0 != "\t" && $0 != "=" }.uppercased() }
    }

    /// How many keywords or mechanisms are told apart, and how many octets of each.
    private static let (keptWords, keptOctets) = (32, 64)

    private static func bounded(_ words: [String]) -> [String] {
        let cut = words.map { word in
            word.utf8.count <= keptOctets
                ? word : String(decoding: word.utf8.prefix(keptOctets), as: UTF8.self)
        }
        return Array(Set(cut).sorted().prefix(keptWords))
    }
}
