public import TapFlow
import TapMail
public import TapObserve
public import TapWire

/// Holds every event of mail against all rules, and gathers what they say into incidents.
///
/// Theory of operation. An event is first prepared: who is who, which way the session went, whose the recipients are
/// (`MailCase`). The rules answer with signals. Each is graded by what is not sure, goes to the incident of its server
/// and class, is counted against the budget of its kind and put in words.
///
/// Deterministic: time comes from the frames, and the memory holds all that must survive a restart.
public struct RelayJudge {
    /// What the rules remember.
    public var memory = RelayMemory()

    let configuration: RelayConfiguration
    let rules: RelayRules
    let domains: DomainKnowledge
    let finder: DirectionFinder
    let repetition: RelayRepetition
    let mailboxLoginWindow: Duration
    private let narrator: RelayNarrator
    var conclusions: [EventRecord] = []
    /// What the signals of one event have changed of incidents, until it is told.
    private var changes: [IncidentChange] = []
    /// Room for the signals of an event, of which each is large: empty between events.
    private var room: [Signal] = []
    /// What servers offered lately before TLS and behind STARTTLS, as it was read.
    var offers = OfferShelf()
    var securedOffers = OfferShelf()
    /// How addresses are called.
    var names = ReverseNameBook()

    /// Creates a judge that has seen nothing yet.
    public init(configuration: RelayConfiguration = RelayConfiguration()) {
        self.configuration = configuration
        rules = RelayRules(configuration)
        domains = DomainKnowledge(configuration)
        finder = DirectionFinder(configuration, domains: domains)
        repetition = RelayRepetition(
            retryWindow: OpenRelayRule.retryWindow(in: configuration),
            limit: configuration.limits.relays
        )
        mailboxLoginWindow = OpenRelayRule.mailboxLoginWindow(in: configuration)
        narrator = RelayNarrator(configuration.language)
    }

    /// Holds `event` against every rule and raises what they find.
    public mutating func evaluate(
        _ event: MailEvent,
        in context: EventContext,
        raise: (Alert) -> Void
    ) {
        // Only for those who watch: whether the dialogue is asked for must not change a verdict.
        guard !event.isForWatchersOnly else { return }
        if case .tap(let condition) = event {
            return note(condition, at: context.moment, raise: raise)
        }
        advance(to: context.moment.time, raise: raise)
        let mail = prepare(event, in: context)
        nameClient(of: mail)
        noteHabits(mail)
        notePosture(mail)
        follow(mail)
        var signals: [Signal] = []
        swap(&signals, &room)
        rules.judge(mail, memory: &memory, into: &signals)
        if !signals.isEmpty {
            for place in signals.indices { finish(&signals[place], for: mail, raise: raise) }
            signals.removeAll(keepingCapacity: true)
        }
        swap(&signals, &room)
        tellChanges()
        memory.who.learn(mail)
    }

    /// Takes what keeps the tap itself from seeing everything, and tells it at once: it needs no mail to be known.
    ///
    /// That something is over which was not known to go on is no news.
    public mutating func note(
        _ condition: TapCondition,
        at moment: Moment,
        raise: (Alert) -> Void
    ) {
        guard !condition.isOver || memory.blind.isOn(condition.kind) else { return }
        let mail = prepare(condition, at: moment)
        var signals: [Signal] = []
        rules.judge(mail, memory: &memory, into: &signals)
        for place in signals.indices { finish(&signals[place], for: mail, raise: raise) }
        if condition.isOver {
            conclude(memory.incidents.fixBlindness(condition.kind, at: moment.time))
        }
        tellChanges()
        conclusions.append(EventRecord(context: mail.context, event: condition))
    }

    /// What was told of the first mailboxes that were moved is no worse than of this one, and it is said of which.
    private mutating func noteMoved(_ signal: inout Signal, _ mail: MailCase, at server: IPAddress)
    {
        let lowered = memory.incidents.noteMoved(
            server: server,
            network: mail.ends.client.neighbourhood,
            limit: signal.severity,
            at: mail.time
        )
        guard !lowered.isEmpty else { return }
        signal.why.append(AccountTexts.movedBefore)
        signal.values[.name] = .first(of: lowered.map { .wire($0, limit: 100) })
    }

    /// A condition of the tap as a case: it stands at no connection.
    private mutating func prepare(_ condition: TapCondition, at moment: Moment) -> MailCase {
        prepare(.tap(condition), in: .ofTap(at: moment))
    }

    /// Moves time on, and tells which incidents have gone quiet.
    public mutating func advance(to time: Timestamp, raise: (Alert) -> Void) {
        for server in memory.relaying.onward.sinks(at: time) {
            let limit: Severity = memory.outbound.neverSends(server) ? .low : .medium
            memory.incidents.noteKept(server: server, limit: limit, at: time)
        }
        settlePostures(at: time)
        conclude(memory.incidents.advance(to: time))
        tellChanges()
    }

    /// Takes the events that follow from what was evaluated since the last call.
    public mutating func takeConclusions() -> [EventRecord] {
        defer { conclusions = [] }
        return conclusions
    }

    /// Takes changes of incidents, which are told once all is known that the event says.
    mutating func conclude(_ changes: [IncidentChange]) {
        if !changes.isEmpty { self.changes += changes }
    }

    /// Tells of the changes of incidents.
    private mutating func tellChanges() {
        guard !changes.isEmpty else { return }
        conclusions += memory.incidents.settle(changes).map { change in
            IncidentEvent(change, narrator: narrator).record
        }
        changes.removeAll()
    }

    /// Grades the signal, gathers and counts it, and puts it in words.
    private mutating func finish(
        _ signal: inout Signal,
        for mail: MailCase,
        raise: (Alert) -> Void
    ) {
        // What sessions tell of the tap is no matter of the host that the last of them was with.
        var mail = mail
        if let blindness = signal.blindness, !mail.context.isOfTap {
            mail = prepare(blindness, at: mail.context.moment)
        }
        nameSuspect(of: signal, in: mail)
        let blind = signal.blindness == nil ? memory.blind.spells(at: mail.time) : []
        signal.severity = min(
            rules.severity(of: signal),
            mail.severityLimit(for: signal)
        )
        let home = mail.home(of: signal, in: memory.servers)
        if signal.aspect == .movedMailbox { noteMoved(&signal, mail, at: home.address) }
        conclude(
            memory.incidents.gather(
                signal,
                of: mail,
                at: home,
                blind: blind,
                earlier: &memory.earlier,
                limits: configuration.limits,
                narrator: narrator
            )
        )
        let decision = memory.budgets.update(
            AlertBudget.Key(
                rule: signal.rule.signatureID,
                server: home.address,
                severity: signal.severity,
                subject: signal.subject.isEmpty ? 0 : Digest.value(of: signal.subject)
            ),
            limit: configuration.limits.budgets,
            default: AlertBudget(since: mail.time)
        ) { budget in
            budget.spend(at: mail.time, by: configuration.alertSuppression)
        }
        guard case .raise(let heldBack) = decision else { return }
        memory.alertCount &+= 1
        let id = mail.time.named(memory.alertCount)
        var alert = narrator.alert(
            signal,
            of: mail,
            id: id,
            heldBack: heldBack,
            blind: blind
        )
        alert.incident = memory.incidents.name(for: signal, of: mail, at: home.address)
        raise(alert)
    }
}

extension Timestamp {
    /// The time and a number, the name of an alert or an incident: `20261123T120000Z-000001`.
    func named(_ number: UInt64) -> String {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, 6 - digits.utf8.count))
        return "\(compact)-\(zeros)\(digits)"
    }
}
