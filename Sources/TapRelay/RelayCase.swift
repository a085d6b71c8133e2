import TapFlow
import TapMail
import TapObserve
import TapWire

/// A mail transaction by a client without a login, prepared for the rules: who, which way, whose recipients.
struct RelayCase: Sendable {
    /// The transaction as it was observed.
    let transaction: SMTPTransaction
    /// Where and when.
    let context: EventContext
    /// The client's address and port.
    let client: Endpoint
    /// The server's address and port.
    let server: Endpoint
    /// The name the server goes by, if it has given one.
    let serverName: MailDomain?
    /// The server's software.
    let family: MailServerFamily
    /// How it is known that the client is outside and the server ours.
    let direction: DirectionBasis
    /// How it is known which domains are ours.
    let domains: DomainBasis
    /// Strangers' recipients the server said 2xx to.
    let acceptedStrangers: [SMTPRecipient]
    /// Strangers' recipients the server refused for good, or put off with words about relaying.
    let refusedStrangers: [SMTPRecipient]

    /// When it was over.
    var time: Timestamp { context.moment.time }

    /// True if the server took responsibility for a message to a stranger: both codes were seen to be 2xx.
    var isRelayed: Bool { transaction.isTaken && !acceptedStrangers.isEmpty }

    /// True if the sender is `<>`: "nobody", the sender of bounces.
    var isFromNobody: Bool {
        transaction.mailFrom.map { MailAddress($0).destination == .nobody } ?? false
    }

    /// True if it carries the marks of hubtap's own relay test, which anybody can copy.
    var isMarkedAsOwnTest: Bool {
        let helo = transaction.helo?.lowercased()
        if helo == "relaytest.hubtap.invalid" { return true }
        guard let sender = transaction.mailFrom else { return false }
        return MailAddress(sender).localPart.lowercased().hasPrefix("hubtap-probe-")
    }

    /// The octets of the message as counted, else as announced.
    var messageOctets: UInt64? { transaction.dataOctets ?? transaction.size }

    /// The name of the message: the same for the same sender, recipients and size, so that a retry is known.
    var digest: UInt64 {
        var digest = Digest()
        digest.combine(server.address)
        digest.combine(transaction.mailFrom ?? "")
        for address in transaction.recipients.map(\.address).sorted() { digest.combine(address) }
        digest.combine(messageOctets ?? .max)
        return digest.value
    }

    /// One name for each domain among the accepted strangers, in order.
    var guessDigests: [UInt64] {
        let digests = acceptedStrangers.map { stranger in
            var digest = Digest()
            digest.combine(server.address)
            switch MailAddress(stranger.address).destination {
            case .domain(let domain): digest.combine(domain.name)
            case .literal(let address): digest.combine(address)
            case .nobody, .withoutDomain, .unreadable: break
            }
            return digest.value
        }
        return Set(digests).sorted()
    }
}

extension SMTPTransaction {
    /// True if the server's 2xx to the end of the data was seen.
    var isTaken: Bool { outcome == .accepted && (code.map { (200..<300).contains($0) } ?? false) }
}

extension SMTPRecipient {
    /// True if the reply is about relaying, whatever its code.
    ///
    /// Postfix: "Relay access denied" (454 where it defers); Exim: "relay not permitted"; Sendmail: "Relaying denied";
    /// Exchange: "Unable to relay"; qmail: "not in my list of allowed rcpthosts"; 530: log in first (RFC 4954).
    var isRefusedAsRelay: Bool {
        guard let code, (400..<600).contains(code) else { return false }
        let words = text.lowercased()
        return code == 530 || words.contains("relay") || words.contains("rcpthosts")
    }

    /// True if the server said 5xx.
    var isRefusedForGood: Bool { code.map { (500..<600).contains($0) } ?? false }
}
