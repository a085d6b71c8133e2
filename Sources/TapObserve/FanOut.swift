import TapFlow
import TapWire

/// Gives each event to every analyzer; a flow is wanted, or spared, as long as one of them asks for it.
///
/// The watches of its flows it keeps itself where a reassembler tells it of events; who takes events from a batch keeps
/// them with what else is known of the flow.
struct FanOut: StreamReceiver {
    let analyzers: [any StreamAnalyzer]
    /// What was found and is not taken yet.
    var findings: [Finding] = []
    /// The watches of each flow that an analyzer follows.
    private var watches = FlowMap<WatchList>()

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
        let interest = watches.change(of: flow.id) { list in
            list.receive(event, of: flow, at: moment, into: &findings)
        }
        if event.isClosed { watches[flow.id] = nil }
        return interest ?? .unwanted
    }

    /// Tells every analyzer of the name of an address.
    func receive(_ name: ReverseName) {
        for analyzer in analyzers { analyzer.learn(name) }
    }

    /// A watch for each analyzer.
    func newWatches() -> WatchList {
        var list = WatchList()
        for analyzer in analyzers.reversed() { list.prepend(analyzer.watch()) }
        return list
    }
}

/// The watches of a flow, in the order of the analyzers.
struct WatchList {
    private var first: FlowWatch?

    /// Puts a watch in front of the others.
    mutating func prepend(_ watch: FlowWatch) {
        watch.next = first
        first = watch
    }

    /// Gives the event to each watch, and appends what it means to `findings`.
    ///
    /// - Returns: The most that one of them asks for.
    mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) -> StreamInterest {
        Self.give(event, of: flow, at: moment, to: &first, into: &findings)
    }

    /// Gives the event to the watch at `place` and to those behind it.
    private static func give(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        to place: inout FlowWatch?,
        into findings: inout [Finding]
    ) -> StreamInterest {
        // Moved out of its place and back: whoever copies it counts references.
        guard var watch = place.take() else { return .unwanted }
        // All of them are told of the end.
        if watch.interest != .unwanted || event.isClosed {
            switch watch.receive(event, of: flow, at: moment, into: &findings) {
            case .goesOn: break
            case .claimed(let heir):
                heir.next = watch.next
                watch = heir
            case .over:
                place = watch.next
                return give(event, of: flow, at: moment, to: &place, into: &findings)
            }
        }
        var asked = watch.interest
        if watch.next != nil {
            // By a copy: were it changed where it lies, each look at it would be checked.
            var next = watch.next
            let others = give(event, of: flow, at: moment, to: &next, into: &findings)
            watch.next = next
            if others == .valued || asked == .unwanted { asked = others }
        }
        place = watch
        return asked
    }
}
