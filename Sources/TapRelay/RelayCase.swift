import TapMail
import TapWire

/// A transaction by a client without a login from outside that names strangers as recipients.
///
/// Completed while the event is prepared, and handed to the rules by reference.
final class RelayCase {
    /// The strangers the server said 2xx to.
    let accepted: [Stranger]
    /// The strangers the server refused for good, or put off with words about relaying.
    let refused: [Stranger]
    /// The digests of the mailboxes of those accepted, in their order.
    let acceptedDigests: [UInt64]
    /// The digest of the sender's mailbox.
    let senderDigest: UInt64
    /// True if the server took responsibility for a message to a stranger: both codes were seen to be 2xx.
    let isRelayed: Bool
    /// True if the sender is `<>`: "nobody", the sender of bounces.
    let isFromNobody: Bool
    /// True if it carries the marks of hubtap's own relay test, which anybody can copy.
    let isMarkedAsOwnTest: Bool
    /// In which way it asks to relay, by its sender.
    var senderForm = RelayForm.plain
    /// True if the same message was told of a short while ago: accepted again, or put off and tried again.
    var isRetry = false
    /// True if the strangers' domains are only guessed to be strangers', and each was told of within a day.
    var isToldGuess = false
    /// The accepted strangers whom the house writes to, by the digests of their mailboxes.
    private(set) var contacts: Set<UInt64> = []

    init(
        _ transaction: Shared<SMTPTransaction>,
        _ envelope: EnvelopeAddresses,
        accepted: [Stranger],
        refused: [Stranger]
    ) {
        (self.accepted, self.refused) = (accepted, refused)
        acceptedDigests = accepted.map(\.address.digest)
        senderDigest = (envelope.sender ?? MailAddress("")).digest
        isRelayed = transaction.isTaken && !accepted.isEmpty
        isFromNobody = envelope.isFromNobody
        isMarkedAsOwnTest = transaction.isMarkedAsOwnTest
    }

    /// Notes whom of the accepted strangers the house writes to.
    func noteContacts(_ book: ContactBook) {
        guard book.count > 0 else { return }
        for (stranger, digest) in zip(accepted, acceptedDigests)
        where book.contains(stranger.address) {
            contacts.insert(digest)
        }
    }

    /// True if it is told of: neither a message that came again nor a guess that was told already.
    var isNews: Bool { !isRetry && !isToldGuess }

    /// The strangers it is about: those accepted if it was relayed, else those refused.
    var strangers: [Stranger] { isRelayed ? accepted : refused }
}

extension SMTPAuthentication {
    /// True if it was seen that nobody logged in; a login that may have gone unseen is not none.
    var isWithoutLogin: Bool {
        switch self {
        case .none, .failed: true
        case .user, .unknown: false
        }
    }
}

extension SMTPTransaction {
    /// True if the server's 2xx to the end of the data was seen.
    var isTaken: Bool { outcome == .accepted && (code.map { (200..<300).contains($0) } ?? false) }

    /// The octets of the message as counted, else as announced.
    var messageOctets: UInt64? { dataOctets ?? size }

    /// True if it was seen that nobody logged in.
    var isWithoutLogin: Bool { authentication.isWithoutLogin }

    /// How many recipients the server said 2xx to.
    var acceptedRecipients: Int {
        // By a span, so that no recipient is copied.
        let list = recipients.span
        return list.indices.count { list[$0].isAccepted }
    }

    /// The reply that decided on one of its recipients: to MAIL, to RCPT, to DATA or to the message; nil if not seen.
    func decisiveCode(for recipient: SMTPRecipient) -> Int? {
        if let mailCode, mailCode >= 400 { return mailCode }
        guard recipient.isAccepted else { return recipient.code }
        return code ?? dataCode ?? recipient.code
    }

    /// True if it carries the marks of hubtap's own relay test.
    var isMarkedAsOwnTest: Bool {
        let name = "relaytest.hubtap.invalid"
        if let helo, helo.utf8.count == name.utf8.count, helo.lowercased() == name { return true }
        guard let sender = mailFrom, sender.utf8.contains(where: { $0 == UInt8(ascii: "-") })
        else { return false }
        return MailAddress(sender).localPart.lowercased().hasPrefix("hubtap-probe-")
    }

    /// True if the sender's domain belongs with the client's name: a mail server that sends its own users' mail.
    static func isOrdinaryDelivery(of sender: MailAddress?, by helo: String?) -> Bool {
        guard let sender = sender?.domain else { return false }
        guard let client = helo.flatMap(MailDomain.init), client.isQualified else {
            return false
        }
        guard sender.isQualified else { return false }
        return sender.contains(client) || client.contains(sender) || sender.isSibling(of: client)
    }
}

extension SMTPRecipient {
    /// True if the reply is about relaying, whatever its code.
    ///
    /// Postfix: "Relay access denied" (454 where it defers); Exim: "relay not permitted"; Sendmail: "Relaying denied";
    /// Exchange: "Unable to relay"; qmail: "not in my list of allowed rcpthosts"; 530: log in first (RFC 4954).
    var isRefusedAsRelay: Bool {
        guard let code, (400..<600).contains(code) else { return false }
        return code == 530 || text.mentions("relay") || text.mentions("rcpthosts")
    }

    /// True if the server said 5xx.
    var isRefusedForGood: Bool { code.map { (500..<600).contains($0) } ?? false }
}
