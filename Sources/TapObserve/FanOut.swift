import TapFlow
import TapWire

/// Gives each event to every analyzer; a flow is wanted, or spared, as long as one of them asks for it.
struct FanOut: StreamReceiver {
    let analyzers: [any StreamAnalyzer]
    /// What was found and is not taken yet.
    var findings: [Finding] = []
    /// The first watch of each flow that an analyzer follows.
    private var watches = FlowMap<FlowWatch>()

    init(analyzers: [any StreamAnalyzer]) { self.analyzers = analyzers }

    /// Moves time on for every analyzer.
    mutating func advance(to time: Timestamp) {
        for analyzer in analyzers { analyzer.advance(to: time, into: &findings) }
    }

    mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment
    ) -> StreamInterest {
        if event.isOpened { watches[flow.id] = newWatches() }
        var isWanted = false
        var isValued = false
        var previous: FlowWatch?
        var current = watches[flow.id]
        while let watch = current {
            current = watch.next
            var remaining: FlowWatch? = watch
            // All of them are told of the end.
            if watch.interest != .unwanted || event.isClosed {
                switch watch.receive(event, of: flow, at: moment, into: &findings) {
                case .goesOn: break
                case .claimed(let heir):
                    heir.next = current
                    put(heir, behind: previous, of: flow.id)
                    remaining = heir
                case .over:
                    put(current, behind: previous, of: flow.id)
                    remaining = nil
                }
            }
            guard let remaining else { continue }
            isWanted = isWanted || remaining.interest != .unwanted
            isValued = isValued || remaining.interest == .valued
            previous = remaining
        }
        if event.isClosed { watches[flow.id] = nil }
        return isValued ? .valued : isWanted ? .wanted : .unwanted
    }

    /// A watch for each analyzer.
    private func newWatches() -> FlowWatch? {
        var first: FlowWatch?
        for analyzer in analyzers.reversed() {
            let watch = analyzer.watch()
            watch.next = first
            first = watch
        }
        return first
    }

    private mutating func put(_ watch: FlowWatch?, behind previous: FlowWatch?, of flow: FlowID) {
        guard let previous else { return watches[flow] = watch }
        previous.next = watch
    }
}
