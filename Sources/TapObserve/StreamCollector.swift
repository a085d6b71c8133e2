public import TapFlow
public import TapWire

/// Reassembles frames into batches of events: the first half of a pipeline, for a thread of its own.
///
/// Theory of operation. The second half is a pipeline that is given the batches. What its observers say about a flow,
/// that it is unwanted or to be spared, comes back later: until then a flow is followed as before. Whoever hands the
/// answers of each batch back before the same later batch is begun gets the same events every time.
public struct StreamCollector: ~Copyable {
    private var reassembler: StreamReassembler
    private var writer = Writer()

    /// Nothing seen yet.
    public init(limits: FlowLimits = FlowLimits()) {
        reassembler = StreamReassembler(limits: limits)
    }

    /// What became of the frames.
    public var statistics: FlowStatistics { reassembler.statistics }

    /// The last frame that was taken, and the latest time of any.
    public var position: Moment { reassembler.position }

    // Asked with every frame; mutating only because the compiler copies all of a collector to lend it.

    /// True if nothing was told since the last batch was taken.
    public var isBatchEmpty: Bool { mutating get { writer.batch.isEmpty } }

    /// True if enough was told since then for another.
    public var isBatchFull: Bool { mutating get { writer.batch.isFull } }

    /// Takes the next frame.
    public mutating func process(_ frame: borrowing Frame) {
        reassembler.process(frame, into: &writer)
    }

    /// Ends the input: flows that are open are closed.
    public mutating func finish() { reassembler.finish(into: &writer) }

    /// Exchanges what was told for an empty batch.
    public mutating func swapBatch(_ batch: inout StreamBatch) {
        batch.storage = writer.batch.storage
        swap(&writer.batch, &batch)
    }

    /// Octets of frames from now on lie in `storage`, which is not written any more, and need not be copied.
    ///
    /// The batch before must have been taken.
    public mutating func lookInto(_ storage: any OctetStore) {
        writer.batch.storage = storage
        reassembler.lookInto(storage)
    }

    /// Takes what the observers said.
    public mutating func apply(_ interests: StreamInterests) {
        for (flow, interest) in interests {
            writer.answers[flow] = interest == .asBefore ? nil : interest
        }
    }

    /// How many flows there are of which something was said that they were not told.
    var waitingAnswerCount: Int { writer.answers.count }

    /// Writes down what the reassembler tells.
    private struct Writer: StreamReceiver {
        var batch = StreamBatch()
        /// What was said about flows of which nothing was told since.
        var answers = FlowMap<StreamInterest>()

        mutating func receive(
            _ event: borrowing StreamEvent,
            of flow: borrowing Flow,
            at moment: Moment
        ) -> StreamInterest {
            batch.append(event, of: flow, at: moment)
            guard let answer = answers[flow.id] else { return .asBefore }
            answers[flow.id] = nil
            return answer
        }

        mutating func receive(_ name: ReverseName) { batch.append(name) }
    }
}
