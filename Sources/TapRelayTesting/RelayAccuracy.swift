import TapFlow
import TapMail
public import TapObserve
public import TapRelay
public import TapTesting
import TapWire

/// Runs a simulated company through the observers and the rules, and scores what they tell.
public struct RelayAccuracy {
    /// The company.
    public let simulation: CompanySimulation
    /// How many mail sessions there were.
    public private(set) var sessionCount = 0
    /// How many of them went on under TLS.
    public private(set) var encryptedCount = 0
    /// How many mails ended under TLS, and how many of them the observer inferred to have been taken.
    public private(set) var encryptedMails = (count: 0, inferred: 0)
    /// How many frames.
    public private(set) var frameCount = 0
    /// How often each kind of session came.
    public private(set) var roles: [CompanyRole: Int] = [:]
    /// What was told.
    public private(set) var detections: [Detection] = []
    /// What the simplest rule would have told: a recipient's domain is not in the list.
    public private(set) var foreignRecipients: [BaselineHit] = []
    /// What a limit of 100 mails an hour and client would have told.
    public private(set) var fastClients: [BaselineHit] = []
    /// The events of mail, in order, where they are kept.
    public private(set) var events: [(event: MailEvent, context: EventContext)] = []

    private let configuration: RelayConfiguration
    /// All there is to be told.
    private let truth: RelayConfiguration
    private let keepsEvents: Bool
    private var endings: [Int: [Timestamp]] = [:]
    /// Why two hosts spoke with one another last.
    private var latest: [Set<IPAddress>: CompanyRole] = [:]
    private var limit = RateLimit()

    /// The company of this seed; `keepsEvents` keeps its events of mail, to judge them once more, and `change` changes what
    /// the rules are told of it.
    public init(
        seed: UInt64,
        profile: CompanyProfile,
        keepsEvents: Bool = false,
        configuration change: (inout RelayConfiguration) -> Void = { _ in }
    ) {
        simulation = CompanySimulation(seed: seed, profile: profile)
        var configuration = RelayConfiguration(
            inside: [CompanySimulation.insidePort],
            servers: simulation.servers.compactMap { IPNetwork("\($0)") },
            domains: simulation.domains.compactMap { MailDomain($0) },
            networks: simulation.networks.compactMap { IPNetwork($0) }
        )
        truth = configuration
        change(&configuration)
        self.configuration = configuration
        self.keepsEvents = keepsEvents
    }

    /// What the rules were told.
    public var told: RelayConfiguration { configuration }

    /// Runs the company from its first day to its last.
    ///
    /// - Parameter log: Takes the lines that the company's servers would have logged.
    public mutating func run(log: (String) -> Void = { _ in }) {
        let rules = RelayBench(configuration: configuration)
        let pipeline = Pipeline(
            Analyzer(SMTPObserver(), judge: rules.smtp),
            Analyzer(POP3Observer(), judge: rules.pop3),
            Analyzer(IMAPObserver(), judge: rules.imap)
        )
        var frames = CompanyFrames()
        var findings: [Finding] = []
        for session in simulation {
            count(session)
            for line in session.log { log(line) }
            frames.begin(session) { frame in
                frameCount += 1
                pipeline.process(frame.frame, into: &findings)
            }
            take(&findings)
        }
        frames.finish { frame in
            frameCount += 1
            pipeline.process(frame.frame, into: &findings)
        }
        pipeline.finish(into: &findings)
        take(&findings)
    }

    private mutating func count(_ session: CompanySession) {
        sessionCount += 1
        if session.isEncrypted {
            encryptedCount += 1
            if session.port == 25 || session.port == 587 {
                encryptedMails.count += session.endings.count
            }
        }
        roles[session.role, default: 0] += 1
        latest[[session.client, session.server]] = session.role
        if let incident = session.incident {
            endings[incident, default: []] += session.endings
        }
    }

    private mutating func take(_ findings: inout [Finding]) {
        for finding in findings {
            if var detection = Detection(finding) {
                detection.role = latest[[detection.client, detection.server]]
                detections.append(detection)
            }
            guard case .event(let record) = finding else { continue }
            if let event = record.event as? SMTPEvent {
                note(event, record.context)
                if case .inferred(let mail) = event, mail.outcome == .accepted {
                    encryptedMails.inferred += 1
                }
            }
            if keepsEvents, let event = MailEvent(record.event) {
                events.append((event, record.context))
            }
        }
        findings.removeAll(keepingCapacity: true)
    }

    /// What the simple rules would make of an event.
    private mutating func note(_ event: SMTPEvent, _ context: EventContext) {
        let client = context.flow.endpoint(event.client).address
        let server = context.flow.endpoint(event.client.opposite).address
        guard truth.servers.contains(where: { $0.contains(server) }) else { return }
        guard !truth.networks.contains(where: { $0.contains(client) }) else { return }
        let hit = BaselineHit(time: context.moment.time, server: server, client: client)
        switch event {
        case .transaction(let transaction) where !transaction.isEncrypted:
            if isForeign(transaction) { foreignRecipients.append(hit) }
            if limit.isExceeded(by: hit) { fastClients.append(hit) }
        case .inferred:
            if limit.isExceeded(by: hit) { fastClients.append(hit) }
        case .transaction, .refusals, .anomaly, .session, .overlap, .exchange: break
        }
    }

    private func isForeign(_ transaction: Shared<SMTPTransaction>) -> Bool {
        transaction.recipients.contains { recipient in
            guard recipient.isAccepted,
                case .domain(let domain) = MailAddress(recipient.address).destination
            else { return false }
            return !truth.domains.contains { $0.contains(domain) }
        }
    }

    // MARK: Scores

    /// How right the rules were.
    public func score() -> AccuracyScore {
        var score = AccuracyScore()
        score.serverDays = simulation.servers.count * simulation.profile.days
        for incident in simulation.incidents {
            for row in AccuracyRow.allCases where row.kinds.contains(incident.kind) {
                score.outcomes.append(outcome(of: incident, on: row))
            }
        }
        countFalse(into: &score)
        return score
    }

    /// With which of `mails` something was told; of several that ended at the same moment, with the first.
    private static func turn(of time: Timestamp, among mails: [Timestamp]) -> Int {
        mails.count { $0 < time } + (mails.contains(time) ? 1 : 0)
    }

    private func outcome(of incident: AbuseIncident, on row: AccuracyRow) -> AccuracyOutcome {
        let mails = endings[incident.number, default: []]
        var outcome = AccuracyOutcome(incident: incident, row: row, mailCount: mails.count)
        let own = detections.filter { incident.isMeant(by: $0.server, $0.client, at: $0.time) }
        if let first = own.first(where: row.tells) {
            outcome.mail = Self.turn(of: first.time, among: mails)
            outcome.delay =
                mails.filter { $0 <= first.time }.max()
                .map { first.time.nanoseconds - $0.nanoseconds } ?? 0
        }
        let told = own.filter { $0.isIncident && $0.severity >= .medium }.compactMap(\.kind)
        outcome.wrongClasses = Set(told).subtracting(row.classes).subtracting([
            .weakPosture, .blind,
        ])
        return outcome
    }

    private func countFalse(into score: inout AccuracyScore) {
        var seen: Set<String> = []
        // For a week, or before the first abuse, a warning may be a question.
        let learned = simulation.profile.start.advanced(
            by: .seconds(86_400 * min(7, simulation.profile.quietDays))
        )
        for detection in detections where detection.severity >= .medium {
            guard !isCaused(detection.server, detection.client, at: detection.time) else {
                continue
            }
            let kind = detection.kind?.rawValue ?? detection.rule
            let day = detection.time.nanoseconds / 86_400_000_000_000
            if detection.isIncident, detection.time >= learned,
                let row = AccuracyRow.blamed(for: detection)
            {
                let key = "incident \(detection.server) \(kind) \(detection.subject) \(day)"
                if seen.insert(key).inserted {
                    score.falseIncidents[row, default: 0] += 1
                    score.falseDetections.append(detection)
                }
            }
            guard !detection.isIncident, detection.severity >= .high else { continue }
            if detection.severity == .critical { score.falseCriticals += 1 }
            guard seen.insert("alert \(detection.server) \(kind) \(day)").inserted else { continue }
            score.falseAlerts[detection.rule, default: 0] += 1
            score.falseDetections.append(detection)
        }
    }

    private func isCaused(_ server: IPAddress, _ client: IPAddress, at time: Timestamp) -> Bool {
        simulation.incidents.contains { $0.isMeant(by: server, client, at: time) }
    }

    /// How right something simpler was, that tells of a server and not of what happens there.
    public func score(of hits: [BaselineHit]) -> AccuracyScore {
        var score = AccuracyScore()
        score.serverDays = simulation.servers.count * simulation.profile.days
        for incident in simulation.incidents {
            let own = hits.filter { incident.isMeant(by: $0.server, $0.client, at: $0.time) }
            for row in AccuracyRow.allCases where row.kinds.contains(incident.kind) {
                let mails = endings[incident.number, default: []]
                var outcome = AccuracyOutcome(
                    incident: incident,
                    row: row,
                    mailCount: mails.count
                )
                if let first = own.map(\.time).min() {
                    outcome.mail = Self.turn(of: first, among: mails)
                }
                score.outcomes.append(outcome)
            }
        }
        var seen: Set<String> = []
        for hit in hits where !isCaused(hit.server, hit.client, at: hit.time) {
            let day = hit.time.nanoseconds / 86_400_000_000_000
            guard seen.insert("\(hit.server) \(hit.client) \(day)").inserted else { continue }
            score.falseAlerts["baseline", default: 0] += 1
        }
        return score
    }
}

extension AbuseIncident {
    /// How long after the last session what is told may still be about the abuse.
    private static let echo = Duration.seconds(7_200)

    /// True if something told of these hosts at this time can be about this abuse.
    func isMeant(by server: IPAddress, _ client: IPAddress, at time: Timestamp) -> Bool {
        guard time >= start, time <= end.advanced(by: Self.echo) else { return false }
        guard let host = self.client else { return server == self.server || client == self.server }
        return client == host || server == host
    }
}

extension MailEvent {
    /// The event as the rules take it; nil if it is none of mail.
    fileprivate init?(_ event: any ObservedEvent) {
        switch event {
        case let event as SMTPEvent: self = .smtp(event)
        case let event as POP3Event: self = .pop3(event)
        case let event as IMAPEvent: self = .imap(event)
        default: return nil
        }
    }
}
