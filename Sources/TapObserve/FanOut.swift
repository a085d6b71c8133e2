import TapFlow
import TapWire

/// Gives each event to every analyzer; a flow is wanted, or spared, as long as one of them asks for it.
struct FanOut: StreamReceiver {
    let analyzers: [any StreamAnalyzer]
    /// What was found and is not taken yet.
    var findings: [Finding] = []
    /// The first watch of each flow that an analyzer follows.
    private var watches: [FlowID: FlowWatch] = [:]

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
            // All of them are told of the end.
            guard watch.isWanted || event.isClosed else {
                previous = watch
                continue
            }
            var interest = StreamInterest.unwanted
            switch watch.receive(event, of: flow, at: moment, into: &findings) {
            case .goesOn(let asked):
                interest = asked
                watch.isWanted = asked != .unwanted
                previous = watch
            case .claimed(let heir, let asked):
                interest = asked
                heir.next = current
                put(heir, behind: previous, of: flow.id)
                previous = heir
            case .over: put(current, behind: previous, of: flow.id)
            }
            isWanted = isWanted || interest != .unwanted
            isValued = isValued || interest == .valued
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
