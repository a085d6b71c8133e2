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

    /// True if CHUNKING is among the keywords (RFC 3030).
    public var hasChunking: Bool { keywords.contains { $0.utf8.isKeyword("CHUNKING") } }

    /// The mechanisms of AUTH (RFC 4954), each once and in order; old servers write `AUTH=` too.
    public var mechanisms: [String] {
        var words: [String] = []
        for keyword in keywords where keyword.utf8.isKeyword("AUTH") {
            for word in keyword.utf8.split(whereSeparator: { $0.endsKeyword }).dropFirst() {
                words.append(word.prefix(Self.keptOctets).uppercased)
            }
        }
        return Self.bounded(words)
    }

    /// True if AUTH offers `mechanism`, given in upper case.
    public func offers(_ mechanism: String) -> Bool {
        keywords.contains { keyword in
            keyword.utf8.isKeyword("AUTH") && keyword.utf8.holds(mechanism)
        }
    }

    /// All other keywords with their parameters, each once and in order.
    public var otherKeywords: [String] {
        var words: [String] = []
        for keyword in keywords {
            guard !keyword.utf8.isKeyword("STARTTLS"), !keyword.utf8.isKeyword("AUTH") else {
                continue
            }
            let octets = keyword.utf8.prefix(Self.keptOctets)
            let end = octets.firstIndex { $0.endsKeyword } ?? octets.endIndex
            let (name, rest) = (octets[..<end], octets[end...])
            // Most are short and in upper case, and kept as they are.
            if octets.endIndex == keyword.utf8.endIndex, name.isUpperCase {
                words.append(keyword)
            } else {
                words.append(name.uppercased + String(decoding: rest, as: UTF8.self))
            }
        }
        return Self.bounded(words)
    }

    /// How many keywords or mechanisms are told apart, and how many octets of each.
    private static let (keptWords, keptOctets) = (32, 64)

    /// The first of `words` in their order, each once.
    private static func bounded(_ words: [String]) -> [String] {
        var kept: [String] = []
        kept.reserveCapacity(min(words.count, keptWords))
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
}

extension String.UTF8View {
    /// True if these octets are the keyword `name`, given in upper case, with or without parameters.
    fileprivate func isKeyword(_ name: String) -> Bool {
        let (octets, wanted) = (span, name.utf8.span)
        guard octets.count >= wanted.count else { return false }
        for index in wanted.indices where octets[index].uppercased != wanted[index] { return false }
        return octets.count == wanted.count || octets[wanted.count].endsKeyword
    }

    /// True if `word`, given in upper case, is one of the words behind the first.
    fileprivate func holds(_ word: String) -> Bool {
        var wanted = word.utf8.makeIterator()
        // Of a word that differs nothing more is compared; the first is the keyword itself.
        var (isSame, hasBegun) = (false, false)
        for octet in self {
            if octet.endsKeyword {
                if isSame, hasBegun, wanted.next() == nil { return true }
                (wanted, isSame, hasBegun) = (word.utf8.makeIterator(), true, false)
            } else {
                hasBegun = true
                if isSame { isSame = wanted.next() == octet.uppercased }
            }
        }
        return isSame && hasBegun && wanted.next() == nil
    }
}

extension Substring.UTF8View {
    /// True if no letter of these octets is in lower case.
    fileprivate var isUpperCase: Bool { allSatisfy { $0 == $0.uppercased } }

    /// The text in upper case.
    fileprivate var uppercased: String {
        isUpperCase
            ? String(decoding: self, as: UTF8.self)
            : String(decoding: map { $0.uppercased }, as: UTF8.self)
    }
}
