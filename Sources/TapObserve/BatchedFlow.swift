import TapFlow

/// An open flow whose events come in batches.
struct BatchedFlow {
    var flow: Flow
    /// What was said of it last.
    private var isValued = false

    init(flow: Flow) { self.flow = flow }

    /// Gives the receiver the event of an entry.
    ///
    /// - Parameters:
    ///   - entry: What happened.
    ///   - batch: Where its octets are stored.
    ///   - octets: Those that were copied.
    ///   - receiver: Takes the event.
    /// - Returns: What the receiver says, if that is not what it said before.
    mutating func take(
        _ entry: borrowing StreamBatch.Entry,
        of batch: StreamBatch,
        _ octets: Span<UInt8>,
        into receiver: inout FanOut
    ) -> StreamInterest? {
        flow.ingressA = entry.ingressA
        flow.ingressB = entry.ingressB
        var interest = StreamInterest.asBefore
        switch entry.event {
        case .opened: interest = receiver.receive(.opened, of: flow, at: entry.moment)
        case .stored(let range, let side):
            let bytes = batch.storage.span.extracting(range)
            interest = receiver.receive(.bytes(bytes, from: side), of: flow, at: entry.moment)
        case .copied(_, let side):
            interest = receiver.receive(.bytes(octets, from: side), of: flow, at: entry.moment)
        case .closed(let reason):
            _ = receiver.receive(.closed(reason), of: flow, at: entry.moment)
            return nil
        case .other(let event):
            event.withEvent { interest = receiver.receive($0, of: flow, at: entry.moment) }
        }
        guard (interest == .valued) != isValued || interest == .unwanted else { return nil }
        isValued = interest == .valued
        return interest
    }
}
