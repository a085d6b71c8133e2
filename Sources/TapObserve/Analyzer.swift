public import TapFlow
public import TapWire

/// One observer with its rules: makes a session for each flow that the observer claims, and judges what they report.
///
/// While the observer is undecided about a flow, what it would have missed is held back: at most `Opening.limit`
/// octets a side; then the flow is refused.
public final class Analyzer<O: Observer, J: Judge>: StreamAnalyzer where J.Event == O.Event {
    private let observer: O
    private var judge: J
    private var watched: [FlowID: WatchedFlow<O.Session>] = [:]
    private var counts = AnalyzerStatistics()
    private var resumeFilter: ResumeFilter?

    /// Joins an observer with the rules over its events.
    public init(_ observer: O, judge: J) {
        self.observer = observer
        self.judge = judge
    }

    /// The observer's name.
    public var name: String { observer.name }

    /// What was done so far.
    public var statistics: AnalyzerStatistics {
        var statistics = counts
        statistics.openFlows = watched.count
        statistics.givenUp = observer.givenUp
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

    /// Takes the next event of a flow and appends what it means to `findings`.
    public func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) -> StreamInterest {
        if event.isOpened { watched[flow.id] = .undecided(UndecidedFlow()) }
        guard let watch = watched[flow.id] else { return .unwanted }
        let interest =
            switch watch {
            case .claimed(let session):
                hand(event, to: session, of: flow, at: moment, into: &findings)
            case .undecided(let undecided):
                decide(undecided, event, of: flow, at: moment, into: &findings)
            }
        if event.isClosed { watched[flow.id] = nil }
        return interest
    }

    /// Asks the observer whether it claims the flow now.
    private func decide(
        _ undecided: UndecidedFlow,
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) -> StreamInterest {
        undecided.holdBack(event, at: moment)
        switch undecided.claim({ observer.claim(flow, opening: $0) }) {
        case .mine:
            counts.claimedFlows &+= 1
            let session = ClaimedSession(observer.makeSession(for: flow))
            watched[flow.id] = .claimed(session)
            return replay(undecided, to: session, of: flow, into: &findings)
        case .undecided where !event.isClosed && !undecided.isOpeningFull:
            return .wanted
        case .notMine, .undecided:
            watched[flow.id] = nil
            return .unwanted
        }
    }

    /// Gives the session what was held back.
    private func replay(
        _ undecided: UndecidedFlow,
        to session: ClaimedSession<O.Session>,
        of flow: borrowing Flow,
        into findings: inout [Finding]
    ) -> StreamInterest {
        var interest = StreamInterest.wanted
        for (event, moment) in undecided.takeHeldBack() {
            event.withEvent {
                interest = hand($0, to: session, of: flow, at: moment, into: &findings)
            }
        }
        return interest
    }

    /// Gives the session one event; of a flow that it does not want any more only the end.
    private func hand(
        _ event: borrowing StreamEvent,
        to session: ClaimedSession<O.Session>,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) -> StreamInterest {
        guard session.isWanted || event.isClosed else { return .unwanted }
        let interest = session.machine.receive(event, of: flow, at: moment) { observed in
            report(observed, of: flow, at: moment, into: &findings)
        }
        if interest == .unwanted { session.isWanted = false }
        return session.isWanted ? interest : .unwanted
    }

    private func report(
        _ event: O.Event,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) {
        counts.events &+= 1
        if let resumeFilter, !resumeFilter.isNew(moment, in: flow) { return }
        let context = EventContext(
            flow: copy flow,
            moment: moment,
            firstSequence: event.firstSequence ?? flow.firstSequence
        )
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
