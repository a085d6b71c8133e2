import TapFlow
public import TapWire

/// One observer with its rules: makes a session for each flow that the observer claims, and judges what they report.
///
/// While the observer is undecided about a flow, what it would have missed is held back: at most `Opening.limit`
/// octets a side; then the flow is refused.
public final class Analyzer<O: Observer, J: Judge>: StreamAnalyzer where J.Event == O.Event {
    private let observer: O
    private var judge: J
    /// How many watches there are.
    var openFlows = 0
    private var counts = AnalyzerStatistics()
    private var resumeFilter: ResumeFilter?
    /// What the sessions keep.
    var keepers: KeeperTable

    /// Joins an observer with the rules over its events.
    ///
    /// - Parameters:
    ///   - observer: Claims flows, and makes their sessions.
    ///   - judge: The rules.
    ///   - maximumKeptOctets: What all sessions together may keep until they know what it is; then those that have kept
    ///     much for longest give up, and those that the observer values last.
    public init(_ observer: O, judge: J, maximumKeptOctets: Int = 32 << 20) {
        self.observer = observer
        self.judge = judge
        keepers = KeeperTable(limit: maximumKeptOctets)
    }

    /// The observer's name.
    public var name: String { observer.name }

    /// What was done so far.
    public var statistics: AnalyzerStatistics {
        var statistics = counts
        statistics.openFlows = openFlows
        statistics.givenUp.merge(observer.givenUp, uniquingKeysWith: &+)
        if keepers.givenUpCount > 0 {
            statistics.givenUp["dialogues_given_up_for_room"] = keepers.givenUpCount
        }
        statistics.givenUp.merge(judge.givenUp, uniquingKeysWith: &+)
        return statistics
    }

    /// What the rules remember.
    public var memory: J.Memory {
        get { judge.memory }
        set { judge.memory = newValue }
    }

    /// From now on tells and judges only what `filter` says is new.
    public func resume(with filter: ResumeFilter) { resumeFilter = filter }

    /// Moves time on where no event does, and appends what follows to `findings`.
    public func advance(to time: Timestamp, into findings: inout [Finding]) {
        judge.advance(to: time) { alert in
            counts.alerts &+= 1
            findings.append(.alert(alert))
        }
        tellConclusions(into: &findings)
    }

    /// Takes what a reverse lookup on the wire has said of an address: what was read before a restart is no news, and harmless.
    public func learn(_ name: ReverseName) { judge.learn(name) }

    /// Begins to follow a flow; its first event, and each to come, is to be given to the watch.
    public func watch() -> FlowWatch { UndecidedWatch(self) }

    /// Asks the observer whether it claims a flow now: nil if it is still undecided, the flow's watch if it does.
    func decide(
        _ undecided: UndecidedFlow,
        _ flow: borrowing Flow,
        isFinal: Bool
    ) -> ClaimedWatch<O.Session, O, J>?? {
        guard !undecided.isGivenUp else { return .some(nil) }
        switch undecided.claim({ observer.claim(flow, opening: $0) }) {
        case .mine:
            counts.claimedFlows &+= 1
            return ClaimedWatch(self, observer.makeSession(for: flow))
        case .undecided where !isFinal && !undecided.isOpeningFull:
            keepers.settle(undecided, isSpared: false)
            return nil
        case .notMine, .undecided: return .some(nil)
        }
    }

    /// Records an event of a session, and judges it.
    func report(
        _ event: O.Event,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) {
        counts.events &+= 1
        for loss in event.losses { counts.givenUp[loss, default: 0] &+= 1 }
        if let resumeFilter, !resumeFilter.isNew(moment, in: flow) { return }
        var context = EventContext(
            flow: copy flow,
            moment: moment,
            firstSequence: event.firstSequence ?? flow.firstSequence
        )
        context.clientName = judge.name(of: flow.endpoint(event.client).address.unmapped)
        findings.append(.event(EventRecord(context: context, event: event)))
        judge.evaluate(event, in: context) { alert in
            counts.alerts &+= 1
            findings.append(.alert(alert))
        }
        tellConclusions(into: &findings)
    }

    private func tellConclusions(into findings: inout [Finding]) {
        for conclusion in judge.takeConclusions() {
            counts.events &+= 1
            findings.append(.event(conclusion))
        }
    }
}

extension Analyzer where J == NoJudge<O.Event> {
    /// An observer without rules.
    public convenience init(_ observer: O) { self.init(observer, judge: NoJudge()) }
}
