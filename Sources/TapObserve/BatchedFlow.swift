import TapFlow

/// An open flow whose events come in batches.
struct BatchedFlow {
    private var flow: Flow
    private var watches: WatchList
    /// What was said of it last.
    private var isValued = false

    init(flow: Flow, watches: WatchList) {
        self.flow = flow
        self.watches = watches
    }

    /// Gives the watches the event of an entry.
    ///
    /// - Parameters:
    ///   - entry: What happened.
    ///   - stored: Where its octets are stored.
    ///   - octets: Those that were copied.
    ///   - others: The events that are told in their own words.
    ///   - findings: What it means is appended to them.
    /// - Returns: What the watches say, if that is not what they said before.
    mutating func take(
        _ entry: StreamBatch.Entry,
        from stored: Span<UInt8>,
        _ octets: Span<UInt8>,
        _ others: [HeldEvent],
        into findings: inout [Finding]
    ) -> StreamInterest? {
        // Hardly ever does one change, and what has just been written is slow to be read beside its neighbours.
        if flow.ingressA != entry.ingressA { flow.ingressA = entry.ingressA }
        if flow.ingressB != entry.ingressB { flow.ingressB = entry.ingressB }
        if flow.oddSegments != entry.oddSegments { flow.oddSegments = entry.oddSegments }
        var interest = StreamInterest.asBefore
        switch entry.event {
        case .opened: interest = give(.opened, entry.moment, &findings)
        case .stored(let range, let side):
            let bytes = stored.extracting(range)
            interest = give(.bytes(bytes, from: side), entry.moment, &findings)
        case .copied(_, let side):
            interest = give(.bytes(octets, from: side), entry.moment, &findings)
        case .closed(let reason):
            _ = give(.closed(reason), entry.moment, &findings)
            return nil
        case .other(let place):
            others[place].withEvent { interest = give($0, entry.moment, &findings) }
        }
        guard (interest == .valued) != isValued || interest == .unwanted else { return nil }
        isValued = interest == .valued
        return interest
    }

    private mutating func give(
        _ event: borrowing StreamEvent,
        _ moment: Moment,
        _ findings: inout [Finding]
    ) -> StreamInterest {
        watches.receive(event, of: flow, at: moment, into: &findings)
    }
}
