import TapFlow
public import TapMail
public import TapObserve
import TapWire

/// Holds every mail transaction against the rules of relay abuse.
///
/// Theory of operation. A transaction passes the cheap questions first: could its envelope be read at all, is the
/// dialect one in which relaying exists (not LMTP, RFC 2033), is it known that nobody logged in? A session that was
/// picked up in the middle has an unknown login, not none, and raises nothing. Then recipients are told apart, and
/// only where a stranger is among them the direction is asked for. The rules then see a `RelayCase` and answer with
/// signals, each of which is graded by what is not sure, counted against the budget and put in words.
///
/// Deterministic: time comes from the frames, and the memory holds all that must survive a restart.
public struct RelayJudge: Judge {
    /// What the rules remember.
    public var memory = RelayMemory()

    private let configuration: RelayConfiguration
    private let rules: RelayRules
    private let domains: DomainKnowledge
    private let finder: DirectionFinder
    private let narrator: RelayNarrator
    private var conclusions: [PostureEvent] = []

    /// The port of LMTP, where a server takes mail for its own mailboxes only.
    private static let lmtpPort: UInt16 = 24

    /// Creates a judge that has seen nothing yet.
    public init(configuration: RelayConfiguration = RelayConfiguration()) {
        self.configuration = configuration
        rules = RelayRules(configuration)
        domains = DomainKnowledge(configuration)
        finder = DirectionFinder(configuration, domains: domains)
        narrator = RelayNarrator(.texts(in: configuration.language))
    }

    /// Holds `event` against every rule and raises what they find.
    public mutating func evaluate(
        _ event: SMTPEvent,
        in context: EventContext,
        raise: (Alert) -> Void
    ) {
        switch event {
        case .transaction(let transaction):
            guard let relayCase = prepare(transaction, in: context) else { return }
            notePosture(relayCase)
            for signal in rules.signals(for: relayCase, memory: &memory) {
                finish(signal, for: relayCase, cause: event, raise: raise)
            }
        case .session(let summary):
            learn(from: summary, in: context)
        case .inferred:
            // No rule rests on what is only inferred.
            return
        case .exchange:
            // Only for those who watch: whether the dialogue is asked for must not change a verdict.
            return
        }
    }

    /// Takes the changes of servers that were seen since the last call.
    public mutating func takeConclusions() -> [any ObservedEvent] {
        defer { conclusions.removeAll(keepingCapacity: true) }
        return conclusions
    }
}

extension RelayJudge {
    /// The transaction as the rules see it; nil if none of them applies.
    private mutating func prepare(_ transaction: SMTPTransaction, in context: EventContext)
        -> RelayCase?
    {
        let server = context.flow.endpoint(transaction.client.opposite).unmapped
        let client = context.flow.endpoint(transaction.client).unmapped
        let ends = learn(
            client: transaction.client,
            in: context,
            name: transaction.serverName,
            banner: transaction.banner
        )
        guard transaction.dialect != .lmtp, server.port != Self.lmtpPort else { return nil }
        guard !transaction.isEncrypted, transaction.isWithoutLogin else { return nil }
        let strangers = transaction.recipients.filter { standing(of: $0, ends) == .stranger }
        guard !strangers.isEmpty else {
            noteOrdinary(transaction, ends)
            return nil
        }
        guard case .inward(let direction) = finder.direction(of: ends, memory: memory) else {
            return nil
        }
        let basis = domains.basis(guess: ends.domainGuess)
        if direction == .unclear, transaction.isOrdinaryDelivery { return nil }
        return RelayCase(
            transaction: transaction,
            context: context,
            client: client,
            server: server,
            serverName: ends.serverName,
            family: family(
                of: ends.server,
                finalReply: transaction.isTaken ? transaction.text : ""
            ),
            direction: direction,
            domains: basis,
            acceptedStrangers: strangers.filter(\.isAccepted),
            refusedStrangers: strangers.filter { recipient in
                recipient.isRefusedAsRelay || (recipient.isRefusedForGood && basis == .configured)
            }
        )
    }

    private func standing(
        of recipient: SMTPRecipient,
        _ ends: DirectionFinder.Ends
    ) -> RecipientStanding {
        domains.standing(of: MailAddress(recipient.address), at: ends)
    }

    /// An accepted message for the server's own recipients: what an honest client sends.
    private mutating func noteOrdinary(_ transaction: SMTPTransaction, _ ends: DirectionFinder.Ends)
    {
        guard transaction.isTaken, memory.clients[ends.client] != nil else { return }
        let accepted = transaction.recipients.filter(\.isAccepted)
        guard !accepted.isEmpty else { return }
        guard accepted.allSatisfy({ standing(of: $0, ends) == .local }) else { return }
        rules.noteOrdinary(client: ends.client, server: ends.server, memory: &memory)
    }

    private mutating func family(of server: IPAddress, finalReply: String) -> MailServerFamily {
        memory.servers.update(
            server,
            limit: configuration.limits.servers,
            default: ServerRecord()
        ) { record in
            record.learn(finalReply: finalReply)
            return record.family
        }
    }

    private mutating func learn(from summary: SMTPSessionSummary, in context: EventContext) {
        guard summary.clientOctets > 0, summary.serverOctets > 0 else { return }
        let name = summary.banner.flatMap { $0.split(separator: " ").first.map(String.init) }
        let ends = learn(client: summary.client, in: context, name: name, banner: summary.banner)
        notePosture(summary, of: ends, in: context)
    }

    /// Learns who the ends are, and returns them with what is known of the server's name.
    private mutating func learn(
        client: Side,
        in context: EventContext,
        name: String?,
        banner: String?
    ) -> DirectionFinder.Ends {
        var ends = DirectionFinder.Ends(
            client: context.flow.endpoint(client).unmapped.address,
            server: context.flow.endpoint(client.opposite).unmapped.address,
            clientPort: context.flow.ingress(client),
            serverPort: context.flow.ingress(client.opposite)
        )
        memory.servers.update(
            ends.server,
            limit: configuration.limits.servers,
            default: ServerRecord()
        ) { record in
            record.learn(name: name, banner: banner)
            ends.serverName = record.name
            ends.domainGuess = record.domainGuess
        }
        memory.learn(ends, limit: configuration.limits.hosts)
        return ends
    }
}

extension RelayJudge {
    /// Takes what a session has shown of its server.
    private mutating func notePosture(
        _ summary: SMTPSessionSummary,
        of ends: DirectionFinder.Ends,
        in context: EventContext
    ) {
        let direction = finder.direction(of: ends, memory: memory)
        let key = PostureKey(
            server: ends.server,
            port: context.flow.endpoint(summary.client.opposite).port,
            side: direction == .elsewhere ? .inside : .outside
        )
        let family = memory.servers[ends.server]?.family ?? .unknown
        let changes = memory.postures.update(
            key,
            isOurs: finder.isOurs(ends, direction: direction),
            limits: configuration.limits,
            default: PostureRecord(
                posture: ServerPosture(dialect: summary.dialect, at: context.moment)
            )
        ) { record in
            record.name = ends.serverName ?? record.name
            let changes = record.posture.observe(summary, at: context.moment)
            return changes + [record.observe(family, at: context.moment)].compactMap(\.self)
        }
        conclude(changes, of: key, client: summary.client)
    }

    /// Takes what a server said to a stranger's mail for a stranger.
    private mutating func notePosture(_ relayCase: RelayCase) {
        let key = PostureKey(
            server: relayCase.server.address,
            port: relayCase.server.port,
            side: .outside
        )
        let (moment, dialect) = (relayCase.context.moment, relayCase.transaction.dialect)
        let change = memory.postures.update(
            key,
            isOurs: relayCase.direction != .unclear,
            limits: configuration.limits,
            default: PostureRecord(posture: ServerPosture(dialect: dialect, at: moment))
        ) { $0.observe(relayCase) }
        conclude([change].compactMap(\.self), of: key, client: relayCase.transaction.client)
    }

    private mutating func conclude(_ changes: [PostureChange], of key: PostureKey, client: Side) {
        conclusions += changes.map { PostureEvent(change: $0, key: key, client: client) }
    }
}

extension RelayJudge {
    /// Grades the signal, counts it and puts it in words.
    private mutating func finish(
        _ signal: RelaySignal,
        for relayCase: RelayCase,
        cause: SMTPEvent,
        raise: (Alert) -> Void
    ) {
        var signal = signal
        signal.severity = min(rules.severity(of: signal), relayCase.severityLimit)
        let decision = memory.budgets.update(
            AlertBudget.Key(
                rule: signal.rule.signatureID,
                server: relayCase.server.address,
                severity: signal.severity
            ),
            limit: configuration.limits.servers,
            default: AlertBudget(since: relayCase.time)
        ) { budget in
            budget.spend(at: relayCase.time, by: configuration.alertSuppression)
        }
        guard case .raise(let heldBack) = decision else { return }
        memory.alertCount &+= 1
        let id = Self.alertID(number: memory.alertCount, at: relayCase.time)
        raise(
            Alert(
                id: id,
                rule: signal.rule,
                severity: signal.severity,
                signature: narrator.signature(of: signal, in: relayCase),
                why: narrator.why(signal, in: relayCase, heldBack: heldBack),
                advice: narrator.advice(for: signal, in: relayCase),
                confidence: relayCase.confidence,
                context: relayCase.context,
                cause: cause,
                facts: narrator.facts(of: signal, in: relayCase, id: id)
            )
        )
    }

    /// The frame's time and a number: `20261123T120000Z-000001`.
    private static func alertID(number: UInt64, at time: Timestamp) -> String {
        let digits = String(number)
        return
            "\(time.compact)-\(String(repeating: "0", count: max(0, 6 - digits.utf8.count)))\(digits)"
    }
}

extension RelayCase {
    /// The highest severity that what is known can carry.
    fileprivate var severityLimit: Severity {
        if direction == .unclear { return .low }
        let isLearned = direction == .learnedPorts || direction == .learnedPartners
        return isLearned || domains != .configured ? .medium : .high
    }

    /// How sure the rule can be: of the way, of the domains, and of having seen everything.
    var confidence: Double {
        let sure =
            0.99 * direction.confidence * domains.confidence * (transaction.isIncomplete ? 0.85 : 1)
        // Not rounded(): in a program without Foundation nothing links the C library's round.
        return Double(Int(sure * 100 + 0.5)) / 100
    }
}

extension SMTPTransaction {
    /// True if it was seen that nobody logged in; a login that may have gone unseen is not none.
    fileprivate var isWithoutLogin: Bool { authentication == .none || authentication == .failed }

    /// True if the sender's domain belongs with the client's name: a mail server that sends its own users' mail.
    fileprivate var isOrdinaryDelivery: Bool {
        guard case .domain(let sender)? = mailFrom.map({ MailAddress($0).destination }) else {
            return false
        }
        guard let client = helo.flatMap(MailDomain.init), client.labelCount >= 2 else {
            return false
        }
        guard sender.labelCount >= 2 else { return false }
        return sender.contains(client) || client.contains(sender) || sender.isSibling(of: client)
    }
}

extension MailDomain {
    /// True if both lie directly below the same domain of at least two labels.
    fileprivate func isSibling(of other: MailDomain) -> Bool {
        guard let parent, parent.labelCount >= 2 else { return false }
        return parent == other.parent
    }
}

extension Endpoint {
    fileprivate var unmapped: Endpoint { Endpoint(address: address.unmapped, port: port) }
}
