public import TapFlow
public import TapObserve

/// One command and the server's answer, for those who watch (never for the event stream).
public struct IMAPExchange: Hashable, Sendable, Codable {
    /// The side of the flow that is the client.
    public var client: Side
    /// The verb in upper case; empty for the greeting, `?` for a command that is not known.
    public var verb: String
    /// What stood behind the verb, cut at 256 octets; `*` for what may be a secret, `~` for a literal.
    public var argument: String
    /// The server's answer; nil if none was seen.
    public var status: IMAPStatus?
    /// The text of the answer, cut at 256 octets.
    public var text: String

    /// Creates an exchange.
    public init(
        client: Side,
        verb: String,
        argument: String,
        status: IMAPStatus?,
        text: String
    ) {
        self.client = client
        self.verb = verb
        self.argument = argument
        self.status = status
        self.text = text
    }
}

/// What the IMAP observer reports: handed from hand to hand, and therefore a reference.
public indirect enum IMAPEvent: ObservedEvent, Hashable {
    /// A connection that ended.
    case session(IMAPSessionSummary)
    /// Two segments gave different octets for the same place.
    case overlap(MailOverlap)
    /// A command and its answer; only where the configuration asks for the dialogue.
    case exchange(IMAPExchange)
}

extension IMAPEvent {
    /// The EVE `event_type`: `imap_session`, `overlap_conflict` or `imap_exchange`.
    public var eventType: String {
        switch self {
        case .session: "imap_session"
        case .overlap: "overlap_conflict"
        case .exchange: "imap_exchange"
        }
    }

    /// The side of the flow that speaks as the client.
    public var client: Side {
        switch self {
        case .session(let summary): summary.client
        case .overlap(let overlap): overlap.client
        case .exchange(let exchange): exchange.client
        }
    }

    /// The dialogue is told live and never recorded.
    public var isForWatchersOnly: Bool {
        switch self {
        case .session, .overlap: false
        case .exchange: true
        }
    }

    /// Of a session in which something was not read, `sessions_with_` and the anomaly.
    public var losses: [String] {
        switch self {
        case .session(let summary): MailAnomaly.losses(in: summary.anomalies)
        case .overlap, .exchange: []
        }
    }
}

extension IMAPEvent: Encodable {
    private enum TopLevel: String, CodingKey {
        case session, overlap, exchange
    }

    /// Encodes `{"session":{...}}`, `{"overlap":{...}}` or `{"exchange":{...}}`, in EVE's words.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TopLevel.self)
        switch self {
        case .session(let summary):
            try container.encode(IMAPSessionRecord(summary), forKey: .session)
        case .overlap(let overlap):
            try container.encode(MailOverlap.Record(overlap), forKey: .overlap)
        case .exchange(let exchange):
            try container.encode(exchange, forKey: .exchange)
        }
    }
}

/// A session in EVE's words.
private struct IMAPSessionRecord: Encodable {
    private let summary: IMAPSessionSummary

    init(_ summary: IMAPSessionSummary) { self.summary = summary }

    private enum Key: String, CodingKey {
        case dialect = "protocol"
        case user, banner, capabilities, mailboxes, retrieved, expunged, appended, completed
        case starttls, tls, compressed, auth, gaps, reason, midstream, anomalies
        case authenticationStatus = "auth_code"
        case retrievedOctets = "retrieved_bytes"
        case mailboxCount = "mailbox_messages"
        case appendedOctets = "appended_bytes"
        case furtherLogins = "auth_further"
        case clientOctets = "client_bytes"
        case serverOctets = "server_bytes"
        case oneSided = "one_sided"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(summary.isImplicitTLS ? "imaps" : "imap", forKey: .dialect)
        try container.encode(summary.login?.user, forKey: .user)
        try container.encode(summary.login?.status, forKey: .authenticationStatus)
        try container.encode(summary.mailboxes, forKey: .mailboxes)
        try container.encodeIfPresent(summary.mailboxCount, forKey: .mailboxCount)
        try container.encode(summary.retrieved, forKey: .retrieved)
        try container.encode(summary.retrievedOctets, forKey: .retrievedOctets)
        try container.encode(summary.expunged, forKey: .expunged)
        try container.encode(summary.appended, forKey: .appended)
        try container.encode(summary.appendedOctets, forKey: .appendedOctets)
        try container.encode(summary.isCompleted, forKey: .completed)
        try container.encode(summary.banner, forKey: .banner)
        try container.encode(summary.capabilities, forKey: .capabilities)
        try container.encode(summary.startTLS, forKey: .starttls)
        try container.encode(summary.tls.map { TLSFactsRecord($0) }, forKey: .tls)
        try container.encode(summary.isCompressed, forKey: .compressed)
        try container.encode(
            summary.logins.map { LoginRecord($0.mechanism, $0.user, $0.status, $0.responseCode) },
            forKey: .auth
        )
        if summary.furtherLogins > 0 {
            try container.encode(summary.furtherLogins, forKey: .furtherLogins)
        }
        try container.encode(summary.clientOctets, forKey: .clientOctets)
        try container.encode(summary.serverOctets, forKey: .serverOctets)
        try container.encode(summary.gaps, forKey: .gaps)
        try container.encode(summary.reason, forKey: .reason)
        try container.encode(summary.isMidstream, forKey: .midstream)
        try container.encode(summary.isOneSided, forKey: .oneSided)
        try container.encode(summary.anomalies, forKey: .anomalies)
    }
}
