import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire

/// Things that are told one by one, up to a limit.
private struct Listing {
    private static let limit = 50

    /// How many there are.
    private(set) var count = 0
    private var told: [String] = []

    /// Takes one more, with the time of its end.
    mutating func add(_ words: @autoclosure () -> String, _ context: EventContext) {
        count += 1
        guard told.count < Self.limit else { return }
        told.append("\(context.moment.time.rfc3339)  \(words())")
    }

    /// A line each, and how many more there are.
    var lines: [String] {
        count > told.count ? told + ["... and \(count - told.count) more"] : told
    }
}

/// What a capture held, for people.
struct AnalysisSummary {
    /// The most servers and alerts that are listed one by one.
    private static let listLimit = 50
    /// How many senders, recipients and users are named.
    private static let topLimit = 5

    /// What became of the frames.
    var statistics: FlowStatistics?
    /// The same and what the observers gave up, each count by its name.
    var counts: [String: UInt64] = [:]
    /// Frames that were lost before the capture was written, as it says itself.
    var droppedBefore: UInt64 = 0
    /// What is known of the mail servers at the end.
    var servers: [PostureReport] = []
    /// The incidents as they stand at the end.
    var incidents: [IncidentReport] = []
    private var sessions = 0
    private var senders = HeavyHitters()
    private var recipients = HeavyHitters()
    private var users = HeavyHitters()
    private var logins = (accepted: 0, refused: 0)
    private var accepted = 0
    private var rejected = 0
    private var refusedRecipients = 0
    private var other = 0
    private var transactions = Listing()
    private var inferred = Listing()
    private var pop3 = Listing()
    private var imap = Listing()
    private var alerts: [Alert] = []

    /// Takes one finding.
    mutating func count(_ finding: Finding) {
        switch finding {
        case .alert(let alert): alerts.append(alert)
        case .event(let record):
            switch record.event as? SMTPEvent {
            case .session(let session):
                sessions += 1
                count(session.logins)
            case .transaction(let transaction): count(transaction, in: record.context)
            case .inferred(let transaction):
                inferred.add(
                    SMTPNarrator.tell(transaction.value, of: record.context.flow),
                    record.context
                )
            case .refusals, .anomaly, .overlap, .exchange, nil: break
            }
            if case .session(let session)? = record.event as? POP3Event {
                pop3.add(POP3Narrator.tell(session, of: record.context.flow), record.context)
            }
            if case .session(let session)? = record.event as? IMAPEvent {
                imap.add(IMAPNarrator.tell(session, of: record.context.flow), record.context)
            }
        }
    }

    private mutating func count(_ attempts: [SMTPLogin]) {
        for login in attempts {
            switch login.code {
            case 235?:
                logins.accepted += 1
                users.count(login.user ?? "a user whose name was not shown")
            case .some(400..<600): logins.refused += 1
            default: break
            }
        }
    }

    private mutating func count(_ transaction: Shared<SMTPTransaction>, in context: EventContext) {
        switch transaction.value.outcome {
        case .accepted: accepted += 1
        case .rejected: rejected += 1
        case .reset, .aborted, .unfinished: other += 1
        }
        if let sender = transaction.value.mailFrom { senders.count(sender) }
        for recipient in transaction.value.recipients {
            if recipient.isRefused {
                refusedRecipients += 1
            } else {
                recipients.count(recipient.address)
            }
        }
        transactions.add(SMTPNarrator.tell(transaction.value, of: context.flow), context)
    }

    private var total: Int { accepted + rejected + other }

    /// The summary, line by line.
    func lines(hasColour: Bool) -> [String] {
        var lines = transactions.lines
        lines.append(
            "\(sessions) mail sessions, \(total) transactions: \(accepted) accepted, \(rejected) rejected, "
                + "\(other) neither"
        )
        lines += mailLines
        lines += inferred.lines
        for (listing, name) in [(pop3, "POP3"), (imap, "IMAP")] where listing.count > 0 {
            lines += listing.lines
            lines.append("\(listing.count) \(name) sessions")
        }
        if let statistics {
            lines.append(Self.words(statistics, droppedBefore))
            lines += StreamCounts.lines(counts)
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
        return lines + incidentLines(hasColour: hasColour)
    }

    /// The incidents as work orders.
    private func incidentLines(hasColour: Bool) -> [String] {
        guard !incidents.isEmpty else { return [] }
        var lines = [incidents.count == 1 ? "1 incident" : "\(incidents.count) incidents"]
        for report in incidents.prefix(Self.listLimit) {
            lines += IncidentText(report).lines(hasColour: hasColour)
        }
        if incidents.count > Self.listLimit {
            lines.append("... and \(incidents.count - Self.listLimit) more incidents")
        }
        return lines
    }

    /// What the mail was like: who, for whom, logins, servers.
    private var mailLines: [String] {
        var lines: [String] = []
        if inferred.count > 0 { lines.append("\(inferred.count) dialogues inferred under TLS") }
        lines += Self.line("most from", senders) + Self.line("most for", recipients)
        if refusedRecipients > 0 { lines.append("recipients refused: \(refusedRecipients)") }
        if logins.accepted + logins.refused > 0 {
            lines.append("logins: \(logins.accepted) accepted, \(logins.refused) refused")
            lines += Self.line("logged in", users)
        }
        lines += servers.prefix(Self.listLimit).map { "server " + PostureTable.sentence(of: $0) }
        if servers.count > Self.listLimit {
            lines.append("... and \(servers.count - Self.listLimit) more servers")
        }
        return lines
    }

    /// The names that came most often, in one line; none where there is none.
    private static func line(_ title: String, _ hitters: HeavyHitters) -> [String] {
        let top = hitters.top(topLimit)
        guard !top.isEmpty else { return [] }
        let words = top.map { hitter in
            let name = String(wire: Array(hitter.name.utf8), limit: 80)
            return "\(name) \(hitter.doubt > 0 ? "at least " : "")\(hitter.count)"
        }
        return ["\(title): \(words.joined(separator: ", "))"]
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
        let severity = alert.severity
        let head =
            "\(alert.context.moment.time.rfc3339)  \(severity.word)  \(alert.signature)  [\(alert.rule.id)]"
        return [
            severity.style(head, when: hasColour), "    \(alert.why)",
            "    -> \(alert.advice)",
        ]
    }
}
