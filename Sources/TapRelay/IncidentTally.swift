/// How much there was of an incident.
public struct IncidentTally: Hashable, Sendable, Codable {
    /// Events that a rule has signalled.
    public internal(set) var events: UInt64 = 0
    /// Messages that the server took.
    public internal(set) var messages: UInt64 = 0
    /// Recipients that the server took.
    public internal(set) var recipients: UInt64 = 0
    /// Octets of those messages.
    public internal(set) var octets: UInt64 = 0
    /// Events of which the tap has missed something.
    public internal(set) var incomplete: UInt64 = 0
    private var clientDigests = DistinctCount()
    private var senderDigests = DistinctCount()
    private var domainDigests = DistinctCount()
    private var clientCountries: CountryTally?

    /// Different clients: exact up to 32, then about.
    public var clients: Int { clientDigests.count }
    /// Different senders.
    public var senders: Int { senderDigests.count }
    /// Different domains of recipients.
    public var domains: Int { domainDigests.count }
    /// In which countries the clients are, as far as that is known; one whose address moves counts where it was first.
    var countries: CountryTally { clientCountries ?? CountryTally() }

    /// Takes an event that a rule has signalled.
    mutating func count(_ mail: CountedMail) {
        events &+= mail.events ?? 1
        if mail.isIncomplete { incomplete &+= 1 }
        messages &+= mail.messages
        recipients &+= mail.recipients
        octets &+= mail.octets
        if let client = mail.client { count(client, of: mail) }
        for client in mail.furtherClients ?? [] { count(client, of: mail) }
        if let sender = mail.sender { senderDigests.insert(sender) }
        for sender in mail.furtherSenders ?? [] { senderDigests.insert(sender) }
        for domain in mail.domains { domainDigests.insert(domain) }
    }

    /// Counts a client, and if it is a new one its country.
    private mutating func count(_ client: UInt64, of mail: CountedMail) {
        guard clientDigests.insert(client), let country = mail.country(of: client) else { return }
        clientCountries = countries.counting(country)
    }
}

extension Digest {
    /// The digest of a text.
    static func value(of text: String) -> UInt64 {
        var digest = Digest()
        digest.combine(text)
        return digest.value
    }
}
