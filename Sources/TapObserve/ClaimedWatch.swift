import TapFlow

/// A flow that its observer has claimed, and its state machine.
///
/// The type of the session is named by itself, and not as that of the observer, so that neither it nor what it does need be
/// looked for with every event.
final class ClaimedWatch<Session: ObserverSession, O: Observer, J: Judge>: FlowWatch, Keeper
where Session.Event == O.Event, J.Event == O.Event {
    private let analyzer: Analyzer<O, J>
    /// Changed where it lies.
    private var session: Session
    var standing = KeeperTable.Standing()

    init(_ analyzer: Analyzer<O, J>, _ session: Session) {
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
        let (asked, kept) = Self.hand(event, of: flow, at: moment, to: &session) { observed in
            analyzer.report(observed, of: flow, at: moment, into: &findings)
        }
        guard asked != .asBefore else { return }
        if interest != .unwanted { interest = asked }
        // Most sessions keep little all their life.
        guard kept > 0 || standing.isSeated else { return }
        analyzer.keepers.settle(self, isSpared: interest == .valued)
    }

    /// Gives the session one event, and asks at once what it keeps, so that it is reached for once.
    private static func hand(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        to session: inout Session,
        emit: (Session.Event) -> Void
    ) -> (asked: StreamInterest, keptByteCount: Int) {
        let asked = session.receive(event, of: flow, at: moment, emit: emit)
        return (asked, asked == .asBefore ? 0 : session.keptByteCount)
    }
}
