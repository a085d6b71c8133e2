import TapMail

/// What kinds of case an event is, by which the rules are chosen that are asked about it.
struct CaseKinds: OptionSet, Sendable {
    /// One bit for each kind.
    let rawValue: UInt32

    /// A transaction of SMTP whose outcome is known.
    static let transaction = CaseKinds(rawValue: 1 << 0)
    /// A transaction that was inferred inside TLS.
    static let inferred = CaseKinds(rawValue: 1 << 1)
    /// Recipients refused in a transaction that goes on.
    static let refusals = CaseKinds(rawValue: 1 << 2)
    /// Something odd of SMTP.
    static let anomaly = CaseKinds(rawValue: 1 << 3)
    /// The end of a session of SMTP.
    static let session = CaseKinds(rawValue: 1 << 4)
    /// The end of a session of POP3 or IMAP.
    static let mailbox = CaseKinds(rawValue: 1 << 5)
    /// Different octets for the same place.
    static let overlap = CaseKinds(rawValue: 1 << 6)
    /// A command and its reply.
    static let exchange = CaseKinds(rawValue: 1 << 7)
    /// Something that keeps the tap from seeing everything.
    static let tap = CaseKinds(rawValue: 1 << 8)
    /// A relay or a try at one: the case has a `relay`.
    static let relay = CaseKinds(rawValue: 1 << 9)
    /// A stranger's message that leaves its server: the case has an `onward`.
    static let onward = CaseKinds(rawValue: 1 << 10)
    /// Mail that a host of ours sends out: the case has an `outgoing`.
    static let outgoing = CaseKinds(rawValue: 1 << 11)
    /// A transaction of an account: the case has an `account`.
    static let account = CaseKinds(rawValue: 1 << 12)
    /// Attempts to log in: the case has `logins`.
    static let logins = CaseKinds(rawValue: 1 << 13)
    /// A server that shows itself otherwise than before: the case has `postureChanges`.
    static let posture = CaseKinds(rawValue: 1 << 14)
    /// A stranger's recipient in an odd form: the case has `odd`.
    static let odd = CaseKinds(rawValue: 1 << 15)
    /// A message of an odd form that comes back to its sender: the case has a `returned`.
    static let returned = CaseKinds(rawValue: 1 << 16)
    /// A transaction at the port for users (RFC 6409).
    static let submission = CaseKinds(rawValue: 1 << 17)
    /// The end of a session of SMTP at a server that is surely ours.
    static let ownSession = CaseKinds(rawValue: 1 << 18)
    /// The end of a session of SMTP whose server offers no STARTTLS: the case has an `offer` without it.
    static let withoutSTARTTLS = CaseKinds(rawValue: 1 << 19)
    /// The end of a session that was picked up in the middle, or reset, or whose segments came oddly.
    static let oddConnection = CaseKinds(rawValue: 1 << 20)
    /// The end of a session that shows attempts to log in, with a name or without, or of which one is inferred.
    static let attempts = CaseKinds(rawValue: 1 << 21)
}

extension MailCase {
    /// What kinds of case the event is.
    var kinds: CaseKinds {
        var kinds = event.kind
        if relay != nil { kinds.insert(.relay) }
        if onward != nil { kinds.insert(.onward) }
        if outgoing != nil { kinds.insert(.outgoing) }
        if account != nil { kinds.insert(.account) }
        if !logins.isEmpty { kinds.insert(.logins) }
        if !postureChanges.isEmpty { kinds.insert(.posture) }
        if !odd.isEmpty { kinds.insert(.odd) }
        if returned != nil { kinds.insert(.returned) }
        if transaction?.dialect == .submission { kinds.insert(.submission) }
        if session != nil, isServerOurs { kinds.insert(.ownSession) }
        if let offer, !offer.hasSTARTTLS { kinds.insert(.withoutSTARTTLS) }
        if isOddConnection { kinds.insert(.oddConnection) }
        if !kinds.isDisjoint(with: [.session, .mailbox]), hasAttempts { kinds.insert(.attempts) }
        return kinds
    }

    /// True if the session shows attempts to log in, or one is inferred.
    private var hasAttempts: Bool {
        guard attempts.isEmpty else { return true }
        return session?.value.inferred.map { $0.login != .none || $0.failedLogins > 0 } ?? false
    }
}

extension MailEvent {
    /// The kind that it is by itself.
    fileprivate var kind: CaseKinds {
        switch self {
        case .smtp(.transaction): .transaction
        case .smtp(.inferred): .inferred
        case .smtp(.refusals): .refusals
        case .smtp(.anomaly): .anomaly
        case .smtp(.session): .session
        case .pop3(.session), .imap(.session): .mailbox
        case .smtp(.overlap), .pop3(.overlap), .imap(.overlap): .overlap
        case .smtp(.exchange), .pop3(.exchange), .imap(.exchange): .exchange
        case .tap: .tap
        }
    }
}
