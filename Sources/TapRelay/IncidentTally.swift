import TapMail

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

    /// Different clients: exact up to 32, then about.
    public var clients: Int { clientDigests.count }
    /// Different senders.
    public var senders: Int { senderDigests.count }
    /// Different domains of recipients.
    public var domains: Int { domainDigests.count }

    /// Takes a message of which only sizes are known.
    mutating func countInferred() {
        events &+= 1
        messages &+= 1
    }

    /// Takes an event that a rule has signalled.
    mutating func count(_ mail: MailCase) {
        events &+= 1
        if mail.isIncomplete { incomplete &+= 1 }
        var client = Digest()
        client.combine(mail.ends.client)
        clientDigests.insert(client.value)
        guard let transaction = mail.transaction, !transaction.isEncrypted else {
            guard let inferred = mail.inferred, inferred.outcome == .accepted else { return }
            messages &+= 1
            recipients &+= UInt64(clamping: inferred.acceptedRecipients)
            octets &+= UInt64(clamping: inferred.messageOctets?.low ?? 0)
            return
        }
        senderDigests.insert(Digest.value(of: transaction.mailFrom ?? ""))
        let addresses = mail.relay?.strangers.map(\.address) ?? mail.envelope?.recipients ?? []
        for address in addresses {
            guard case .domain(let domain) = address.destination else { continue }
            domainDigests.insert(Digest.value(of: domain.name))
        }
        guard transaction.isTaken else { return }
        messages &+= 1
        recipients &+= UInt64(clamping: mail.toldRecipients.count(where: \.isAccepted))
        octets &+= transaction.messageOctets ?? 0
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

extension MailCase {
    /// True if octets of the event were never seen.
    fileprivate var isIncomplete: Bool {
        if let transaction { return transaction.isIncomplete }
        if let session { return session.gaps > 0 || session.isOneSided }
        return switch event {
        case .pop3(.session(let summary)): summary.gaps > 0 || summary.isOneSided
        case .imap(.session(let summary)): summary.gaps > 0 || summary.isOneSided
        case .smtp, .pop3, .imap, .tap: false
        }
    }
}
