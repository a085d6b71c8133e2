import TapFlow
public import TapMail
public import TapObserve
public import TapTesting
import TapWire

/// What the SMTP observer made of some frames.
public struct MailReport: Sendable {
    /// The transactions whose envelope could be read, in order.
    public private(set) var transactions: [SMTPTransaction] = []
    /// The connections.
    public private(set) var sessions: [SMTPSessionSummary] = []
    /// Everything that was reported and told, in words.
    public private(set) var told: [String] = []

    /// Runs frames through the whole pipeline.
    ///
    /// - Parameters:
    ///   - frames: The frames, in the order in which they arrive.
    ///   - tells: True if everything is put in words too, the dialogue among it.
    ///   - budget: The work that may be put into what cannot be read plainly.
    public init(_ frames: [OwnedFrame], tells: Bool = false, budget: WorkBudget = WorkBudget()) {
        let observer = SMTPObserver(
            configuration: .init(
                ports: [24, 25, 465, 587, 2525],
                reportsExchanges: tells,
                keepsSubjects: tells,
                budget: budget
            )
        )
        self.init(Pipeline(Analyzer(observer)).findings(of: frames), tells: tells)
    }

    /// Takes what a pipeline has found.
    public init(_ findings: [Finding], tells: Bool = false) {
        for finding in findings {
            guard case .event(let record) = finding, let event = record.event as? SMTPEvent else {
                continue
            }
            if tells { told += Self.words(of: event, Self.flow) }
            switch event {
            case .transaction(let transaction):
                if !transaction.isEncrypted { transactions.append(transaction.value) }
            case .session(let summary): sessions.append(summary.value)
            case .inferred, .refusals, .anomaly, .overlap, .exchange: break
            }
        }
    }

    private static var flow: Flow {
        let settings = TCPConversation.Settings()
        return Flow(
            id: FlowID(rawValue: 0),
            a: settings.a,
            b: settings.b,
            opened: settings.start,
            firstSequence: 0,
            isMidstream: false
        )
    }

    private static func words(of event: SMTPEvent, _ flow: Flow) -> [String] {
        var words = ["\(event)"]
        switch event {
        case .transaction(let transaction):
            words.append(SMTPNarrator.tell(transaction.value, of: flow))
        case .inferred(let transaction):
            words.append(SMTPNarrator.tell(transaction.value, of: flow))
        case .exchange(let exchange):
            if let text = SMTPNarrator.tell(exchange, of: flow) { words.append(text) }
        case .anomaly(let anomaly): words.append(SMTPNarrator.tell(anomaly, of: flow))
        case .overlap(let overlap): words.append(overlap.words(of: flow))
        case .session, .refusals: break
        }
        return words
    }
}
