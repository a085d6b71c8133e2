public import TapFlow
public import TapMail
public import TapObserve
public import TapWire

/// The rules, shared by every observer of mail: what one has seen counts for what another sees.
///
/// Used by one thread at a time, as the pipeline is.
public final class RelayBench {
    /// The rules.
    public var judge: RelayJudge

    /// Creates a bench with rules that have seen nothing yet.
    public init(configuration: RelayConfiguration) {
        judge = RelayJudge(configuration: configuration)
    }

    /// Takes what keeps the tap itself from seeing everything, and appends what follows to `findings`.
    ///
    /// It is told at once: behind the next event of mail it would be judged again behind that, too.
    public func note(_ condition: TapCondition, at moment: Moment, into findings: inout [Finding]) {
        judge.note(condition, at: moment) { findings.append(.alert($0)) }
        findings += judge.takeConclusions().map(Finding.event)
    }

    /// The judge for the observer of SMTP, which also keeps what the rules remember.
    public var smtp: RelayWitness<SMTPEvent> {
        RelayWitness(self, keepsMemory: true, MailEvent.smtp)
    }

    /// The judge for the observer of POP3.
    public var pop3: RelayWitness<POP3Event> { RelayWitness(self, MailEvent.pop3) }

    /// The judge for the observer of IMAP.
    public var imap: RelayWitness<IMAPEvent> { RelayWitness(self, MailEvent.imap) }
}

/// A judge for one observer that hands its events to the rules all observers of mail share.
public struct RelayWitness<Event: ObservedEvent>: Judge {
    private let bench: RelayBench
    private let keepsMemory: Bool
    private let mailEvent: (Event) -> MailEvent

    fileprivate init(
        _ bench: RelayBench,
        keepsMemory: Bool = false,
        _ mailEvent: @escaping (Event) -> MailEvent
    ) {
        self.bench = bench
        self.keepsMemory = keepsMemory
        self.mailEvent = mailEvent
    }

    /// What the rules remember; nil for all observers but the one that keeps it for all.
    public var memory: RelayMemory? {
        get { keepsMemory ? bench.judge.memory : nil }
        nonmutating set {
            if keepsMemory, let newValue { bench.judge.memory = newValue }
        }
    }

    /// Holds `event` against every rule and raises what they find.
    public func evaluate(_ event: Event, in context: EventContext, raise: (Alert) -> Void) {
        bench.judge.evaluate(mailEvent(event), in: context, raise: raise)
    }

    /// Takes the events that follow from what was evaluated since the last call.
    public func takeConclusions() -> [EventRecord] { bench.judge.takeConclusions() }

    /// Takes what a reverse lookup on the wire has said of an address, once for all observers.
    public func learn(_ name: ReverseName) {
        if keepsMemory { bench.judge.learn(name) }
    }

    /// What a reverse lookup has said of an address, as far as that is remembered.
    public func name(of address: IPAddress) -> ReverseName? { bench.judge.name(of: address) }

    /// What the rules dropped for want of room, once for all observers.
    public var givenUp: [String: UInt64] { keepsMemory ? bench.judge.dropped : [:] }

    /// Moves time on where no event does.
    public func advance(to time: Timestamp, raise: (Alert) -> Void) {
        if keepsMemory { bench.judge.advance(to: time, raise: raise) }
    }
}
