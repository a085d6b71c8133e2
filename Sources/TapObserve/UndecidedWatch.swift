import TapFlow

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
