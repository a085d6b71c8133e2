import TapFlow

/// One flow as one analyzer follows it, before and after its observer has decided.
///
/// The watches of a flow are a list in the order of the analyzers, so that an event needs one look-up however many
/// there are.
public class FlowWatch {
    /// What the analyzer said of the flow last; once that is `unwanted`, only the end matters.
    final var interest = StreamInterest.wanted
    /// The watch of the next analyzer.
    final var next: FlowWatch?

    init() {}

    /// Takes the next event of the flow and appends what it means to `findings`.
    func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) -> Outcome {
        .over
    }

    /// What became of a watch.
    enum Outcome {
        /// It goes on.
        case goesOn
        /// The observer has claimed the flow: this watch takes its place.
        case claimed(FlowWatch)
        /// The analyzer has nothing to do with the flow any more.
        case over
    }
}

/// A flow whose observer has not decided yet.
final class UndecidedWatch<O: Observer, J: Judge>: FlowWatch where J.Event == O.Event {
    private let analyzer: Analyzer<O, J>
    private let flow = UndecidedFlow()

    init(_ analyzer: Analyzer<O, J>) {
        self.analyzer = analyzer
        super.init()
        analyzer.openFlows &+= 1
    }

    deinit {
        analyzer.openFlows &-= 1
        analyzer.keepers.remove(flow.standing)
    }

    override func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) -> Outcome {
        self.flow.holdBack(event, at: moment)
        guard let claimed = analyzer.decide(self.flow, flow, isFinal: event.isClosed) else {
            return .goesOn
        }
        guard let claimed else { return .over }
        for (event, moment) in self.flow.takeHeldBack() {
            event.withEvent { claimed.hand($0, of: flow, at: moment, into: &findings) }
        }
        return .claimed(claimed)
    }
}

/// A flow that its observer has claimed, and its state machine.
final class ClaimedWatch<O: Observer, J: Judge>: FlowWatch, Keeper where J.Event == O.Event {
    private let analyzer: Analyzer<O, J>
    /// Changed where it lies.
    private var session: O.Session
    var standing = KeeperTable.Standing()

    init(_ analyzer: Analyzer<O, J>, _ session: O.Session) {
        self.analyzer = analyzer
        self.session = session
        super.init()
        analyzer.openFlows &+= 1
    }

    deinit {
        analyzer.openFlows &-= 1
        analyzer.keepers.remove(standing)
    }

    var keptByteCount: Int { session.keptByteCount }

    func giveUp() { session.giveUp() }

    override func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) -> Outcome {
        hand(event, of: flow, at: moment, into: &findings)
        return .goesOn
    }

    /// Gives the session one event; of a flow that it does not want any more only the end.
    func hand(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) {
        guard interest != .unwanted || event.isClosed else { return }
        let asked = session.receive(event, of: flow, at: moment) { observed in
            analyzer.report(observed, of: flow, at: moment, into: &findings)
        }
        if interest != .unwanted, asked != .asBefore { interest = asked }
        // Most sessions keep little all their life.
        guard session.keptByteCount > 0 || standing.isSeated else { return }
        analyzer.keepers.settle(self, isSpared: interest == .valued)
    }
}
