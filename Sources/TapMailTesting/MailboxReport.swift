import TapFlow
import TapMail
import TapObserve
public import TapTesting

/// What the observers of mailboxes made of some frames, in the terms of what must be.
public struct MailboxReport: Sendable {
    /// The connections, each with its exchanges: in the order in which they ended.
    public private(set) var sessions: [MailboxExpectation] = []
    /// How many holes were told of, in all sessions.
    public private(set) var gapCount = 0
    /// Everything that was reported and told, in words.
    public private(set) var told: [String] = []
    private var exchanges: [MailboxExpectation.Exchange] = []

    /// Runs frames through the whole pipeline.
    public init(_ frames: [OwnedFrame]) {
        let pipeline = Pipeline(
            Analyzer(POP3Observer(configuration: .init(reportsExchanges: true))),
            Analyzer(IMAPObserver(configuration: .init(reportsExchanges: true)))
        )
        for finding in pipeline.findings(of: frames) {
            guard case .event(let record) = finding else { continue }
            told.append("\(record.event)")
            if let event = record.event as? POP3Event { take(event) }
            if let event = record.event as? IMAPEvent { take(event) }
        }
    }

    private mutating func take(_ event: POP3Event) {
        switch event {
        case .overlap: break
        case .exchange(let exchange):
            note(exchange.verb, exchange.argument, exchange.status?.rawValue, exchange.text)
        case .session(let summary):
            var seen = MailboxExpectation(summary)
            seen.logins = summary.logins.map {
                .init(mechanism: $0.mechanism, user: $0.user, status: $0.status?.rawValue)
            }
            seen.deleted = summary.deleted
            end(seen, gaps: summary.gaps)
        }
    }

    private mutating func take(_ event: IMAPEvent) {
        switch event {
        case .overlap: break
        case .exchange(let exchange):
            note(exchange.verb, exchange.argument, exchange.status?.rawValue, exchange.text)
        case .session(let summary):
            var seen = MailboxExpectation(summary)
            seen.logins = summary.logins.map {
                .init(mechanism: $0.mechanism, user: $0.user, status: $0.status?.rawValue)
            }
            seen.mailboxes = summary.mailboxes
            seen.deleted = summary.expunged
            seen.appended = summary.appended
            seen.appendedOctets = summary.appendedOctets
            end(seen, gaps: summary.gaps)
        }
    }

    private mutating func note(
        _ verb: String,
        _ argument: String,
        _ status: String?,
        _ text: String
    ) {
        exchanges.append(.init(verb: verb, argument: argument, status: status, text: text))
    }

    private mutating func end(_ session: MailboxExpectation, gaps: Int) {
        var session = session
        session.exchanges = exchanges
        exchanges = []
        gapCount += gaps
        sessions.append(session)
    }
}

/// What the summaries of both protocols say in the same words.
private protocol MailboxSummary {
    var banner: String? { get }
    var capabilities: [String] { get }
    var startTLS: STARTTLSState? { get }
    var retrieved: Int { get }
    var retrievedOctets: UInt64 { get }
    var isCompleted: Bool { get }
}

extension POP3SessionSummary: MailboxSummary {}

extension IMAPSessionSummary: MailboxSummary {}

extension MailboxExpectation {
    fileprivate init(_ summary: some MailboxSummary) {
        self.init()
        banner = summary.banner
        capabilities = summary.capabilities
        startTLS = summary.startTLS?.rawValue
        retrieved = summary.retrieved
        retrievedOctets = summary.retrievedOctets
        isCompleted = summary.isCompleted
    }
}
