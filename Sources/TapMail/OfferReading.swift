/// What the keywords of an offer mean: a server says the same to all its clients, so that it is read but once.
///
/// It takes no part in comparisons: what follows from it is kept as facts.
struct OfferReading: Sendable {
    private var keywords: [String] = []
    /// Whether STARTTLS is offered.
    private(set) var hasSTARTTLS = false
    /// The mechanisms of AUTH.
    private(set) var mechanisms: [String] = []
    /// All other keywords.
    private(set) var otherKeywords: [String] = []

    /// Reads an offer, if it is not the one that was read last.
    mutating func read(_ offer: ServerOffer) {
        guard offer.keywords != keywords else { return }
        keywords = offer.keywords
        hasSTARTTLS = offer.hasSTARTTLS
        mechanisms = offer.mechanisms
        otherKeywords = offer.otherKeywords
    }
}

extension OfferReading: Hashable {
    static func == (_: OfferReading, _: OfferReading) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}
