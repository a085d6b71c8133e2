import TapFlow
import TapWire

/// The EVE form of the events (CONTRACT section 3): only the keys that are the event's own.
///
/// This is for readers outside and goes one way; `SMTPTransaction` and its kin keep their synthesized Codable form for
/// storage.
extension SMTPEvent {
    private enum TopLevel: String, CodingKey {
        case transactionNumber = "tx_id"
        case smtp, refusals, anomaly, session, overlap, exchange
    }

    /// Encodes `{"tx_id":0,"smtp":{...}}`, `{"tx_id":0,"refusals":{...}}`, `{"anomaly":{...}}`,
    /// `{"session":{...}}`, `{"overlap":{...}}` or `{"exchange":{...}}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TopLevel.self)
        switch self {
        case .transaction(let transaction):
            try container.encode(transaction.number, forKey: .transactionNumber)
            try container.encode(SMTPTransactionRecord(transaction.value), forKey: .smtp)
        case .inferred(let transaction):
            try container.encode(transaction.number, forKey: .transactionNumber)
            try container.encode(InferredRecord(transaction.value), forKey: .smtp)
        case .refusals(let refusals):
            try container.encode(refusals.number, forKey: .transactionNumber)
            try container.encode(SMTPRefusalsRecord(refusals), forKey: .refusals)
        case .anomaly(let anomaly):
            try container.encode(SMTPAnomalyRecord(anomaly), forKey: .anomaly)
        case .session(let summary):
            try container.encode(SMTPSessionRecord(summary.value), forKey: .session)
        case .overlap(let overlap):
            try container.encode(MailOverlap.Record(overlap), forKey: .overlap)
        case .exchange(let exchange):
            try container.encode(exchange, forKey: .exchange)
        }
    }
}

/// A transaction in EVE's words.
private struct SMTPTransactionRecord: Encodable {
    private let transaction: SMTPTransaction

    init(_ transaction: SMTPTransaction) { self.transaction = transaction }

    private enum Key: String, CodingKey {
        case helo, size, code, outcome, auth, tls, encoding, reply, midstream, incomplete, server
        case message, banner, began
        case dialect = "protocol"
        case mailFrom = "mail_from"
        case mailCode = "mail_code"
        case mailParameters = "mail_params"
        case recipients = "rcpt_to"
        case recipientCodes = "rcpt_codes"
        case recipientTexts = "rcpt_texts"
        case recipientFinalCodes = "rcpt_final_codes"
        case unseenRecipients = "rcpt_unseen"
        case dataCode = "data_code"
        case dataOctets = "data_bytes"
        case authenticationState = "auth_state"
        case queueIdentifier = "queue_id"
        case proxiedClient = "proxied_client"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try encodeContract(to: &container)
        try encodeMore(to: &container)
    }

    /// The keys that are promised, null where nothing is known.
    private func encodeContract(to container: inout KeyedEncodingContainer<Key>) throws {
        let isEncrypted = transaction.isEncrypted
        try container.encode(transaction.helo, forKey: .helo)
        try container.encode(isEncrypted ? nil : transaction.mailFrom, forKey: .mailFrom)
        try container.encode(transaction.mailCode, forKey: .mailCode)
        try container.encode(transaction.size, forKey: .size)
        if isEncrypted {
            try container.encodeNil(forKey: .recipients)
            try container.encodeNil(forKey: .recipientCodes)
        } else {
            try container.encode(transaction.recipients.map(\.address), forKey: .recipients)
            try container.encode(transaction.recipients.map(\.code), forKey: .recipientCodes)
        }
        try container.encode(transaction.dataOctets, forKey: .dataOctets)
        try container.encode(transaction.code, forKey: .code)
        try container.encode(transaction.outcome, forKey: .outcome)
        try container.encode(transaction.authentication.user, forKey: .auth)
        try container.encode(isEncrypted, forKey: .tls)
        try container.encode(transaction.encoding, forKey: .encoding)
    }

    /// Keys beyond the contract, left out where they say nothing.
    private func encodeMore(to container: inout KeyedEncodingContainer<Key>) throws {
        try container.encode(transaction.authentication.state, forKey: .authenticationState)
        try container.encode(transaction.isIncomplete, forKey: .incomplete)
        try container.encode(transaction.began.time.rfc3339, forKey: .began)
        if !transaction.text.isEmpty { try container.encode(transaction.text, forKey: .reply) }
        if !transaction.recipients.isEmpty, !transaction.isEncrypted {
            try container.encode(transaction.recipients.map(\.text), forKey: .recipientTexts)
        }
        let finalCodes = transaction.recipients.map(\.finalCode)
        if finalCodes.contains(where: { $0 != nil }) {
            try container.encode(finalCodes, forKey: .recipientFinalCodes)
        }
        if transaction.unseenRecipients > 0 {
            try container.encode(transaction.unseenRecipients, forKey: .unseenRecipients)
        }
        if !transaction.parameters.isEmpty {
            let pairs = transaction.parameters.map { ($0.name, $0.value ?? "") }
            try container.encode(
                Dictionary(pairs, uniquingKeysWith: { first, _ in first }),
                forKey: .mailParameters
            )
        }
        try container.encodeIfPresent(
            transaction.message.map { MessageRecord($0) },
            forKey: .message
        )
        try container.encodeIfPresent(transaction.dataCode, forKey: .dataCode)
        try container.encodeIfPresent(transaction.queueIdentifier, forKey: .queueIdentifier)
        try container.encodeIfPresent(transaction.serverName, forKey: .server)
        try container.encodeIfPresent(transaction.banner, forKey: .banner)
        if transaction.dialect != .smtp {
            try container.encode(transaction.dialect, forKey: .dialect)
        }
        try container.encodeIfPresent(transaction.proxiedClient, forKey: .proxiedClient)
    }
}

/// A session in EVE's words.
private struct SMTPSessionRecord: Encodable {
    private let summary: SMTPSessionSummary

    init(_ summary: SMTPSessionSummary) { self.summary = summary }

    private enum Key: String, CodingKey {
        case dialect = "protocol"
        case banner, helo, capabilities, starttls, tls, auth, transactions, accepted, rejected,
            gaps, reason
        case inferred, offer
        case midstream, anomalies
        case securedOffer = "offer_tls"
        case startTLSCode = "starttls_code"
        case bannerCode = "banner_code"
        case clientOctets = "client_bytes"
        case serverOctets = "server_bytes"
        case oneSided = "one_sided"
        case replyTimes = "reply_ms"
        case proxiedClient = "proxied_client"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(summary.dialect, forKey: .dialect)
        try container.encode(summary.banner, forKey: .banner)
        try container.encode(summary.bannerCode, forKey: .bannerCode)
        try container.encode(summary.helo, forKey: .helo)
        try container.encode(summary.capabilities, forKey: .capabilities)
        try container.encode(summary.startTLS, forKey: .starttls)
        try container.encode(summary.tls.map { TLSFactsRecord($0) }, forKey: .tls)
        try container.encode(
            summary.logins.map { LoginRecord($0.mechanism, $0.user, $0.code) },
            forKey: .auth
        )
        try container.encode(summary.transactions, forKey: .transactions)
        try container.encode(summary.accepted, forKey: .accepted)
        try container.encode(summary.rejected, forKey: .rejected)
        try container.encode(summary.clientOctets, forKey: .clientOctets)
        try container.encode(summary.serverOctets, forKey: .serverOctets)
        try container.encode(summary.gaps, forKey: .gaps)
        try container.encode(summary.reason, forKey: .reason)
        try container.encode(summary.isMidstream, forKey: .midstream)
        try container.encode(summary.isOneSided, forKey: .oneSided)
        try container.encode(summary.anomalies, forKey: .anomalies)
        if !summary.replyTimes.isEmpty {
            try container.encode(SMTPReplyTimesRecord(summary.replyTimes), forKey: .replyTimes)
        }
        try container.encodeIfPresent(summary.proxiedClient, forKey: .proxiedClient)
        try container.encodeIfPresent(summary.offer?.keywords, forKey: .offer)
        try container.encodeIfPresent(summary.securedOffer?.keywords, forKey: .securedOffer)
        try container.encodeIfPresent(summary.startTLSAnswer?.code, forKey: .startTLSCode)
        let inferred = summary.inferred.map { InferredSessionRecord($0) }
        try container.encodeIfPresent(inferred, forKey: .inferred)
    }
}

extension SMTPAuthentication {
    /// The user's name, if a login was accepted and the mechanism shows it.
    public var user: String? {
        switch self {
        case .user(let name): name
        case .none, .failed, .unknown: nil
        }
    }

    /// One word for it: `none`, `failed`, `accepted` or `unknown`.
    public var state: String {
        switch self {
        case .none: "none"
        case .failed: "failed"
        case .user: "accepted"
        case .unknown: "unknown"
        }
    }
}
