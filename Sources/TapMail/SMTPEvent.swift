public import TapFlow
public import TapObserve

/// One command and the server's answer, for those who watch (never for the event stream).
public struct SMTPExchange: Hashable, Sendable, Codable {
    /// The side of the flow that is the client.
    public var client: Side
    /// The verb in upper case; empty for the greeting, `.` for the end of the data.
    public var verb: String
    /// What stood behind the verb, secrets replaced by `*`, cut at 512 octets.
    public var argument: String
    /// The reply's code; nil if none was seen.
    public var code: Int?
    /// The reply's text, lines joined with a space, cut at 512 octets.
    public var text: String
    /// The client's HELO name so far.
    public var helo: String?
    /// The name the server gave in its greeting.
    public var serverName: String?

    /// Creates an exchange.
    public init(
        client: Side,
        verb: String,
        argument: String,
        code: Int?,
        text: String,
        helo: String? = nil,
        serverName: String? = nil
    ) {
        self.client = client
        self.verb = verb
        self.argument = argument
        self.code = code
        self.text = text
        self.helo = helo
        self.serverName = serverName
    }
}

/// What the SMTP observer reports: handed from hand to hand, and therefore by reference.
public enum SMTPEvent: ObservedEvent, Hashable {
    /// A mail transaction whose outcome is known.
    case transaction(Shared<SMTPTransaction>)
    /// A mail transaction inside TLS, inferred from the lengths of the records.
    case inferred(Shared<InferredTransaction>)
    /// Recipients refused in a transaction that goes on.
    indirect case refusals(SMTPRefusals)
    /// Something odd that is told at once.
    indirect case anomaly(SMTPAnomaly)
    /// A connection that ended.
    case session(Shared<SMTPSessionSummary>)
    /// Two segments gave different octets for the same place.
    indirect case overlap(MailOverlap)
    /// A command and its reply; only where the configuration asks for the dialogue.
    indirect case exchange(SMTPExchange)
}

extension SMTPEvent {
    /// The EVE `event_type`: `smtp`, `smtp_inferred`, `smtp_refusals`, `smtp_anomaly`, `smtp_session`, `overlap_conflict` or
    /// `smtp_exchange`.
    public var eventType: String {
        switch self {
        case .transaction: "smtp"
        case .inferred: "smtp_inferred"
        case .refusals: "smtp_refusals"
        case .anomaly: "smtp_anomaly"
        case .session: "smtp_session"
        case .overlap: "overlap_conflict"
        case .exchange: "smtp_exchange"
        }
    }

    /// The dialogue is told live and never recorded.
    public var isForWatchersOnly: Bool {
        switch self {
        case .transaction, .inferred, .refusals, .anomaly, .session, .overlap: false
        case .exchange: true
        }
    }

    /// Of a session in which something was not read, `sessions_with_` and the anomaly.
    public var losses: [String] {
        switch self {
        case .session(let summary): MailAnomaly.losses(in: summary.value.anomalies)
        case .transaction, .inferred, .refusals, .anomaly, .overlap, .exchange: []
        }
    }
}
