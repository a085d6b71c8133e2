import TapFlow
import TapWire

/// An inferred transaction in EVE's words: the keys of an encrypted one, and what is inferred under a key of its own.
struct InferredRecord: Encodable {
    private let transaction: InferredTransaction

    init(_ transaction: InferredTransaction) { self.transaction = transaction }

    private enum Key: String, CodingKey {
        case helo, auth, tls, server, inferred
        case mailFrom = "mail_from"
        case recipients = "rcpt_to"
        case recipientCodes = "rcpt_codes"
    }

    private enum InferredKey: String, CodingKey {
        case confidence, auth, outcome, encoding, began
        case mailAccepted = "mail_accepted"
        case acceptedRecipients = "recipients_accepted"
        case refusedRecipients = "recipients_refused"
        case hasData = "data"
        case messageOctets = "message_bytes"
        case leastMessageOctets = "message_bytes_min"
        case mostMessageOctets = "message_bytes_max"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(transaction.helo, forKey: .helo)
        try container.encodeNil(forKey: .mailFrom)
        try container.encodeNil(forKey: .recipients)
        try container.encodeNil(forKey: .recipientCodes)
        try container.encodeNil(forKey: .auth)
        try container.encode(true, forKey: .tls)
        try container.encodeIfPresent(transaction.serverName, forKey: .server)
        var inferred = container.nestedContainer(keyedBy: InferredKey.self, forKey: .inferred)
        try encodeInferred(to: &inferred)
    }

    private func encodeInferred(to container: inout KeyedEncodingContainer<InferredKey>) throws {
        try container.encode(transaction.confidence.hundredths, forKey: .confidence)
        try container.encode(transaction.login, forKey: .auth)
        try container.encode(transaction.isSenderAccepted, forKey: .mailAccepted)
        try container.encode(transaction.acceptedRecipients, forKey: .acceptedRecipients)
        try container.encode(transaction.refusedRecipients, forKey: .refusedRecipients)
        try container.encode(transaction.hasData, forKey: .hasData)
        try container.encode(transaction.encoding, forKey: .encoding)
        try container.encode(transaction.outcome, forKey: .outcome)
        try container.encode(transaction.began.time.rfc3339, forKey: .began)
        let octets = transaction.messageOctets
        try container.encode(octets.flatMap { $0.isExact ? $0.low : nil }, forKey: .messageOctets)
        if let octets, !octets.isExact {
            try container.encode(octets.low, forKey: .leastMessageOctets)
            try container.encode(octets.high, forKey: .mostMessageOctets)
        }
    }
}

/// What is inferred of a session, in EVE's words.
struct InferredSessionRecord: Encodable {
    private let session: InferredSession

    init(_ session: InferredSession) { self.session = session }

    private enum Key: String, CodingKey {
        case confidence, auth, transactions, accepted, rejected, quit, software
        case failedLogins = "auth_failed"
        case acceptedRecipients = "recipients_accepted"
        case refusedRecipients = "recipients_refused"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(session.confidence.hundredths, forKey: .confidence)
        try container.encode(session.login, forKey: .auth)
        try container.encode(session.failedLogins, forKey: .failedLogins)
        try container.encode(session.transactions, forKey: .transactions)
        try container.encode(session.accepted, forKey: .accepted)
        try container.encode(session.rejected, forKey: .rejected)
        try container.encode(session.acceptedRecipients, forKey: .acceptedRecipients)
        try container.encode(session.refusedRecipients, forKey: .refusedRecipients)
        try container.encode(session.hasQuit, forKey: .quit)
        try container.encode(session.family, forKey: .software)
    }
}

extension Double {
    /// Rounded down to hundredths: 1 is certain, and nothing that is inferred rounds up to it.
    fileprivate var hundredths: Double { (self * 100).rounded(.down) / 100 }
}
