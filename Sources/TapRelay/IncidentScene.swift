import TapMail
import TapWire

/// One event of an incident, kept so that it can be told again: who, what, and the server's own words.
///
/// The texts are as the observer gave them until `bounded` makes them harmless and short.
struct IncidentScene: Hashable, Sendable, Codable {
    /// A recipient and the server's answer.
    struct Recipient: Hashable, Sendable, Codable {
        var address: String
        var code: Int?
        var text: String
    }

    /// An attempt to log in; the secret was never kept.
    struct Login: Hashable, Sendable, Codable {
        var mechanism: String
        var user: String?
        /// The server's answer; nil if it was not seen.
        var answer: String?
    }

    /// How many recipients and logins are kept.
    static let listLimit = 5

    /// When it was over.
    var time: Timestamp
    /// The client.
    var client: IPAddress
    /// What a reverse lookup has said of the client; nil if none was seen, or an earlier hubtap kept it.
    var clientName: ReverseName?
    /// The client's port.
    var port: UInt16
    /// Where the client is; nil if it is one of ours, no table tells, or an earlier hubtap kept it.
    var place: Place?
    /// The server's greeting.
    var banner: String?
    /// The name the client gave.
    var helo: String?
    /// True if it was seen whether the client gave one; nil where an earlier hubtap kept it, or there is none to give.
    var hasHelo: Bool?
    /// What is known of the login; nil if the event does not tell.
    var authentication: SMTPAuthentication?
    /// Attempts to log in, the first few.
    var logins: [Login] = []
    /// True if it was inside TLS.
    var isEncrypted = false
    /// The version of TLS, such as `TLS 1.2`; nil if the event does not tell.
    var version: String?
    /// True if what was said was inferred from the lengths of the records.
    var isInferred = false
    /// True if it was a mail transaction.
    var isTransaction = false
    /// The sender; nil if none was seen.
    var sender: String?
    /// The parameters of MAIL.
    var parameters = ""
    /// The reply to MAIL.
    var mailCode: Int?
    /// The recipients it is about, the first few.
    var recipients: [Recipient] = []
    /// How many recipients there were.
    var recipientCount = 0
    /// The reply to DATA where that was a refusal.
    var dataCode: Int?
    /// The verb that sent the message.
    var encoding: SMTPEncoding?
    /// Octets of the message.
    var octets: UInt64?
    /// The Message-ID.
    var messageID: String?
    /// The code of the reply that ended it.
    var code: Int?
    /// The text of that reply.
    var text = ""
    /// How it ended.
    var outcome: SMTPOutcome?
    /// What the tap missed; nil for what happened on the wire.
    var blindness: TapCondition?

    /// Keeps what a stranger brought unseen.
    init(_ mail: UnseenMail) {
        (time, client, port, place) = (mail.time, mail.client, 0, mail.place)
        (isTransaction, isEncrypted, isInferred) = (true, true, true)
        authentication = SMTPAuthentication.none
        (helo, hasHelo, recipientCount) = (mail.helo, true, mail.recipients ?? 0)
        octets = UInt64(clamping: mail.octets)
        outcome = .accepted
    }

    /// Keeps what `mail` was.
    init(_ mail: MailCase) {
        time = mail.time
        client = mail.client.address
        port = mail.client.port
        clientName = mail.clientName
        place = mail.clientPlace
        switch mail.event {
        case .smtp(.transaction(let transaction)): take(transaction, of: mail)
        case .smtp(.refusals(let refusals)): take(refusals)
        case .smtp(.inferred(let transaction)): take(transaction)
        case .smtp(.session(let summary)):
            (banner, helo, hasHelo) = (summary.banner, summary.helo, Self.isSeenWhole(summary))
            (isEncrypted, version) = (summary.tls != nil, summary.value.tls?.version)
            logins = summary.logins.prefix(Self.listLimit).map {
                Login(mechanism: $0.mechanism, user: $0.user, answer: $0.code.map(String.init))
            }
            if logins.isEmpty, !isEncrypted, Self.isSeenWhole(summary) {
                authentication = SMTPAuthentication.none
            }
        case .pop3(.session(let summary)):
            banner = summary.banner
            isEncrypted = summary.tls != nil || summary.isImplicitTLS
            version = summary.tls?.version
            logins = summary.logins.prefix(Self.listLimit).map {
                Login(mechanism: $0.mechanism, user: $0.user, answer: $0.status?.rawValue)
            }
        case .imap(.session(let summary)):
            banner = summary.banner
            isEncrypted = summary.tls != nil || summary.isImplicitTLS
            version = summary.tls?.version
            logins = summary.logins.prefix(Self.listLimit).map {
                Login(mechanism: $0.mechanism, user: $0.user, answer: $0.status?.rawValue)
            }
        case .tap(let condition): blindness = condition
        case .smtp(.anomaly(let anomaly)): (helo, hasHelo) = (anomaly.helo, !anomaly.isIncomplete)
        case .smtp, .pop3, .imap: break
        }
    }

    /// Takes what is known of the client's name by now, if it was not known then.
    mutating func learn(_ name: ReverseName?) {
        if clientName == nil, name?.address == client { clientName = name }
    }

    private static func isSeenWhole(_ summary: Shared<SMTPSessionSummary>) -> Bool {
        summary.gaps == 0 && !summary.isMidstream && !summary.isOneSided
    }

    private mutating func take(_ transaction: Shared<SMTPTransaction>, of mail: MailCase) {
        isTransaction = true
        (banner, helo, hasHelo) = (transaction.banner, transaction.helo, !transaction.isIncomplete)
        authentication = transaction.authentication
        isEncrypted = transaction.isEncrypted
        sender = transaction.mailFrom
        mailCode = transaction.mailCode
        for parameter in transaction.parameters {
            if !parameters.isEmpty { parameters += " " }
            parameters += parameter.name
            if let value = parameter.value {
                parameters += "="
                parameters += value
            }
        }
        let recipients = mail.toldRecipients
        recipientCount = recipients.count
        self.recipients = recipients.prefix(Self.listLimit).map {
            Recipient(address: $0.address, code: $0.code, text: $0.text)
        }
        (dataCode, encoding) = (transaction.dataCode, transaction.encoding)
        octets = transaction.messageOctets
        messageID = transaction.value.message?.identifier
        (code, text, outcome) = (transaction.code, transaction.text, transaction.outcome)
    }

    private mutating func take(_ refusals: SMTPRefusals) {
        isTransaction = true
        (helo, sender, authentication) = (refusals.helo, refusals.mailFrom, refusals.authentication)
        hasHelo = true
        recipientCount = refusals.recipients.count
        recipients = refusals.recipients.prefix(Self.listLimit).map {
            Recipient(address: $0.address, code: $0.code, text: $0.text)
        }
    }

    private mutating func take(_ transaction: Shared<InferredTransaction>) {
        isTransaction = true
        (isEncrypted, isInferred) = (true, true)
        (helo, hasHelo) = (transaction.helo, true)
        recipientCount = transaction.acceptedRecipients
        octets = transaction.messageOctets.map { UInt64(clamping: $0.low) }
        outcome = transaction.outcome
    }

    /// The scene with every text made harmless and cut, at most about 2 KiB in all.
    var bounded: IncidentScene {
        func cut(_ text: String, _ limit: Int) -> String {
            String(wire: text, limit: limit)
        }
        var scene = self
        scene.clientName?.name = clientName?.name.map { cut($0, 253) }
        scene.banner = banner.map { cut($0, 100) }
        scene.helo = helo.map { cut($0, 80) }
        if case .user(let name?)? = authentication {
            scene.authentication = .user(cut(name, 100))
        }
        scene.logins = logins.map {
            Login(
                mechanism: cut($0.mechanism, 20),
                user: $0.user.map { cut($0, 100) },
                answer: $0.answer
            )
        }
        scene.sender = sender.map { cut($0, 120) }
        scene.parameters = cut(parameters, 80)
        scene.recipients = recipients.map {
            Recipient(address: cut($0.address, 100), code: $0.code, text: cut($0.text, 120))
        }
        scene.messageID = messageID.map { cut($0, 120) }
        scene.text = cut(text, 160)
        return scene
    }
}
