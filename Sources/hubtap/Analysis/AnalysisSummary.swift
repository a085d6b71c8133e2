import TapFlow
import TapMail
import TapObserve
import TapWire

/// What a capture held, for people.
struct AnalysisSummary {
    /// The most transactions and alerts that are listed one by one.
    private static let listLimit = 50

    /// What became of the frames.
    var statistics: FlowStatistics?
    /// Frames that were lost before the capture was written, as it says itself.
    var droppedBefore: UInt64 = 0
    private var sessions = 0
    private var accepted = 0
    private var rejected = 0
    private var other = 0
    private var transactions: [String] = []
    private var mailboxSessions = 0
    private var mailboxes: [String] = []
    private var alerts: [Alert] = []

    /// Takes one finding.
    mutating func count(_ finding: Finding) {
        switch finding {
        case .alert(let alert): alerts.append(alert)
        case .event(let record):
            switch record.event as? SMTPEvent {
            case .session: sessions += 1
            case .transaction(let transaction): count(transaction, in: record.context)
            case .exchange, nil: break
            }
            if case .session(let session)? = record.event as? POP3Event {
                count(session, in: record.context)
            }
        }
    }

    private mutating func count(_ session: POP3SessionSummary, in context: EventContext) {
        mailboxSessions += 1
        guard mailboxes.count < Self.listLimit else { return }
        let words = POP3Narrator.tell(session, of: context.flow)
        mailboxes.append("\(context.moment.time.rfc3339)  \(words)")
    }

    private mutating func count(_ transaction: SMTPTransaction, in context: EventContext) {
        switch transaction.outcome {
        case .accepted: accepted += 1
        case .rejected: rejected += 1
        case .reset, .aborted, .unfinished: other += 1
        }
        guard transactions.count < Self.listLimit else { return }
        let words = SMTPNarrator.tell(transaction, of: context.flow)
        transactions.append("\(context.moment.time.rfc3339)  \(words)")
    }

    private var total: Int { accepted + rejected + other }

    /// The summary, line by line.
    func lines(hasColour: Bool) -> [String] {
        var lines = transactions
        if total > transactions.count { lines.append("... and \(total - transactions.count) more") }
        lines.append(
            "\(sessions) mail sessions, \(total) transactions: \(accepted) accepted, \(rejected) rejected, "
                + "\(other) neither"
        )
        lines += mailboxes
        if mailboxSessions > mailboxes.count {
            lines.append("... and \(mailboxSessions - mailboxes.count) more")
        }
        if mailboxSessions > 0 { lines.append("\(mailboxSessions) POP3 sessions") }
        if let statistics {
            lines.append(Self.words(statistics, droppedBefore))
            lines += StreamCounts.lines(statistics.counts)
        }
        for alert in alerts.prefix(Self.listLimit) {
            lines += AlertText(alert).lines(hasColour: hasColour)
        }
        if alerts.count > Self.listLimit {
            lines.append(
                "... and \(alerts.count - Self.listLimit) more alerts; --json gives them all"
            )
        }
        if alerts.isEmpty { lines.append("no alerts") }
        return lines
    }

    private static func words(_ statistics: FlowStatistics, _ dropped: UInt64) -> String {
        var text = "\(statistics.frames) frames, \(statistics.flowsOpened) connections"
        if statistics.flowsMidstream > 0 {
            text += " (\(statistics.flowsMidstream) picked up in the middle)"
        }
        if statistics.gaps > 0 {
            text += ", \(statistics.gaps) holes of \(statistics.gapOctets) octets"
        }
        if statistics.malformedFrames > 0 { text += ", \(statistics.malformedFrames) malformed" }
        if dropped > 0 { text += ", \(dropped) frames lost while capturing" }
        return text
    }
}

/// An alert for people.
struct AlertText {
    private let alert: Alert

    /// Shows `alert`.
    init(_ alert: Alert) { self.alert = alert }

    /// The alert, line by line.
    func lines(hasColour: Bool) -> [String] {
        let style: Style
        let word: String
        switch alert.severity {
        case .high: (style, word) = (.red, "HIGH")
        case .medium: (style, word) = (.yellow, "WARNING")
        case .low: (style, word) = (.dim, "NOTE")
        }
        let head =
            "\(alert.context.moment.time.rfc3339)  \(word)  \(alert.signature)  [\(alert.rule.id)]"
        return [
            style(head, when: hasColour), "    \(alert.why)", "    What to do: \(alert.advice)",
        ]
    }
}
