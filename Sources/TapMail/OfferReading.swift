public import TapWire

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
    /// True if it can be told to the octet from any other.
    fileprivate let isPlain: Bool

    /// Reads an offer.
    public init(_ offer: ServerOffer) {
        keywords = offer.keywords
        hasSTARTTLS = offer.hasSTARTTLS
        mechanisms = offer.mechanisms
        plainMechanisms = ["LOGIN", "PLAIN"].filter(offer.offers)
        otherKeywords = offer.otherKeywords
        isCrossedOut = offer.keywords.contains(where: Self.isCrossedOut)
        isPlain = offer.keywords.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    }

    private static func isCrossedOut(_ keyword: String) -> Bool {
        let word = keyword.utf8.prefix { $0 != 0x20 }
        guard (6...16).contains(word.count) else { return false }
        return word.dropLast().allSatisfy { $0 == UInt8(ascii: "X") }
    }

    /// True if `others` are the same keywords to the octet, where these are of ASCII: as many octets, and equal.
    fileprivate func reads(_ others: [String]) -> Bool {
        // By spans, so that no keyword is copied.
        let keywords = keywords
        let (own, other) = (keywords.span, others.span)
        guard own.count == other.count else { return false }
        for index in own.indices {
            guard own[index].utf8.count == other[index].utf8.count, own[index] == other[index]
            else { return false }
        }
        return true
    }
}

/// The offers that were read lately: servers of one software offer alike, and each the same to all its clients.
///
/// It remembers nothing that an offer does not say itself, and no more than twice `size` of them.
public struct OfferShelf: Sendable {
    private static let size = 128

    /// The readings by a quick hash, for whoever makes offers collide only has each of them read.
    private var readings: [UInt64: OfferReading] = [:]
    /// What a server offered last, at the place that its address names: mostly it offers the same again.
    private var latest: [OfferReading?] = Array(repeating: nil, count: size)

    /// Creates an empty shelf.
    public init() {}

    /// What `offer` of `server` means.
    public mutating func reading(of offer: ServerOffer, by server: IPAddress) -> OfferReading {
        let place = Int(truncatingIfNeeded: (server.low ^ server.high) % UInt64(Self.size))
        if let known = latest[place], known.reads(offer.keywords) { return known }
        let reading = reading(of: offer)
        latest[place] = reading.isPlain ? reading : nil
        return reading
    }

    /// What `offer` means.
    public mutating func reading(of offer: ServerOffer) -> OfferReading {
        let hash = Self.hash(of: offer.keywords)
        if let known = readings[hash], known.reads(offer.keywords) { return known }
        let reading = OfferReading(offer)
        guard reading.isPlain else { return reading }
        // Those that are seen again are soon read again.
        if readings.count >= Self.size { readings.removeAll(keepingCapacity: true) }
        readings[hash] = reading
        return reading
    }

    private static func hash(of keywords: [String]) -> UInt64 {
        let words = keywords.span
        var hash = UInt64(words.count)
        for index in words.indices { words[index].utf8.span.combine(into: &hash) }
        return hash
    }
}

extension Span<UInt8> {
    /// Adds these octets to a hash, eight at a time.
    fileprivate func combine(into hash: inout UInt64) {
        let whole = count & ~7
        for start in stride(from: 0, to: whole, by: 8) {
            hash = hash.mixed(with: uint64(at: start))
        }
        var rest = UInt64(count)
        for index in whole..<count { rest = rest << 8 ^ UInt64(self[index]) }
        hash = hash.mixed(with: rest)
    }
}

extension UInt64 {
    /// A number that differs for each other `word`.
    fileprivate func mixed(with word: UInt64) -> UInt64 { (self ^ word) &* 0x9E37_79B9_7F4A_7C15 }
}
