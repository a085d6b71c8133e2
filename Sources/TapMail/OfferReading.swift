/// What the keywords of an offer mean, read once for all who ask.
public final class OfferReading: Sendable {
    /// The keywords as the server named them.
    let keywords: [String]
    /// Whether STARTTLS is offered.
    public let hasSTARTTLS: Bool
    /// The mechanisms of AUTH.
    public let mechanisms: [String]
    /// Of `LOGIN` and `PLAIN`, which send the password as it is, those that AUTH offers.
    public let plainMechanisms: [String]
    /// All other keywords.
    public let otherKeywords: [String]
    /// True if a firewall has crossed out a keyword: letters X, and perhaps another at the end.
    public let isCrossedOut: Bool

    /// Reads an offer.
    public init(_ offer: ServerOffer) {
        keywords = offer.keywords
        hasSTARTTLS = offer.hasSTARTTLS
        mechanisms = offer.mechanisms
        plainMechanisms = ["LOGIN", "PLAIN"].filter(offer.offers)
        otherKeywords = offer.otherKeywords
        isCrossedOut = offer.keywords.contains(where: Self.isCrossedOut)
    }

    private static func isCrossedOut(_ keyword: String) -> Bool {
        let word = keyword.utf8.prefix { $0 != 0x20 }
        guard (6...16).contains(word.count) else { return false }
        return word.dropLast().allSatisfy { $0 == UInt8(ascii: "X") }
    }

    /// True if `others` are the same keywords to the octet, where these are of ASCII: as many octets, and equal.
    fileprivate func reads(_ others: [String]) -> Bool {
        guard keywords.count == others.count else { return false }
        return zip(keywords, others).allSatisfy { $0.utf8.count == $1.utf8.count && $0 == $1 }
    }

    /// True if it can be told to the octet from any other.
    fileprivate var isPlain: Bool {
        keywords.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    }
}

/// The offers that were read lately: servers of one software offer alike, and each the same to all its clients.
///
/// It remembers nothing that an offer does not say itself, and no more than `size` of them.
public struct OfferShelf: Sendable {
    private static let size = 128

    private var readings: [OfferReading?] = Array(repeating: nil, count: size)

    /// Creates an empty shelf.
    public init() {}

    /// What `offer` means.
    public mutating func reading(of offer: ServerOffer) -> OfferReading {
        let place = Self.place(of: offer.keywords)
        if let known = readings[place], known.reads(offer.keywords) { return known }
        let reading = OfferReading(offer)
        if reading.isPlain { readings[place] = reading }
        return reading
    }

    /// Where a reading stands: a quick hash, for whoever makes offers collide only has each of them read.
    private static func place(of keywords: [String]) -> Int {
        var hash = UInt64(keywords.count)
        for keyword in keywords {
            for octet in keyword.utf8 { hash = (hash << 5 | hash >> 59) ^ UInt64(octet) }
            hash = hash &* 0x9E37_79B9_7F4A_7C15
        }
        return Int(hash >> 32) % size
    }
}
