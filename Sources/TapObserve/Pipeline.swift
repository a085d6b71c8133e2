public import TapFlow
public import TapWire

/// The whole way from frames to findings: reassembly, observers, rules.
///
/// Pure and deterministic: time comes from the frames. The same pipeline runs over the live ring, over capture files
/// and in tests. The composition root lists the observers, one typed line each:
///
///     let pipeline = Pipeline(
///         Analyzer(SMTPObserver(configuration), judge: RelayJudge(configuration)),
///         Analyzer(POP3Observer())
///     )
///
/// A flow that no observer wants is not reassembled any further.
public final class Pipeline {
    private var core: Core
    private var resumedAfter: Moment?
    private var resumedFlows: [FlowID]?

    /// Joins the reassembler with analyzers, which are asked in their order.
    public init(_ analyzers: any StreamAnalyzer..., limits: FlowLimits = FlowLimits()) {
        core = Core(
            reassembler: StreamReassembler(limits: limits),
            receiver: FanOut(analyzers: analyzers)
        )
    }

    /// Takes the next frame and appends what it completes to `findings`.
    public func process(_ frame: borrowing Frame, into findings: inout [Finding]) {
        core.process(frame, into: &findings)
    }

    /// Takes what a collector wrote down, in place of frames, and appends what it completes to `findings`.
    ///
    /// - Returns: What the observers say about flows that they said something else about before, and `asBefore` for
    ///   flows that were closed.
    public func process(_ batch: StreamBatch, into findings: inout [Finding]) -> StreamInterests {
        core.process(batch, into: &findings)
    }

    /// Moves time on where no frame does, so that what waits too long is given up.
    ///
    /// Only for a reader that has caught up with its ring: frames still to be read have earlier times.
    public func advance(to time: Timestamp, into findings: inout [Finding]) {
        core.advance(to: time, into: &findings)
    }

    /// Ends the input: flows that are open are closed, and their sessions report what they have.
    public func finish(into findings: inout [Finding]) { core.finish(into: &findings) }

    /// Notes that frames were lost before they could be read.
    public func noteGap(frameCount: UInt64) { core.reassembler.noteGap(frameCount: frameCount) }

    /// What became of the frames.
    public var statistics: FlowStatistics { core.reassembler.statistics }

    /// How often the observers gave something up because that was too much work, by what it was.
    public var givenUp: [String: UInt64] {
        observers.reduce(into: [:]) { counts, observer in
            counts.merge(observer.statistics.givenUp, uniquingKeysWith: &+)
        }
    }

    /// How many connections are followed.
    public var flowCount: Int { core.reassembler.flowCount }

    /// What each observer did.
    public var observers: [(name: String, statistics: AnalyzerStatistics)] {
        core.receiver.analyzers.map { ($0.name, $0.statistics) }
    }
}

// MARK: - Checkpoints

extension Pipeline {
    /// How far the pipeline has come: the number of the last frame and the latest time.
    ///
    /// After a restart it is where the earlier life had come to, until that is passed.
    public var position: Moment {
        let position = core.reassembler.position
        guard let resumedAfter else { return position }
        return Moment(
            time: max(position.time, resumedAfter.time),
            sequence: max(position.sequence, resumedAfter.sequence)
        )
    }

    /// The number of the oldest frame that another life would have to read again.
    ///
    /// That is the oldest that something open depends on; nil if it could begin behind the last. After a restart it
    /// is never behind the frames that are still to be read again.
    public var oldestLiveSequence: UInt64? {
        if let oldest = core.reassembler.oldestLiveSequence { return oldest }
        guard let resumedAfter, core.reassembler.position.sequence < resumedAfter.sequence else {
            return nil
        }
        return core.reassembler.statistics.frames > 0 ? core.reassembler.position.sequence &+ 1 : 0
    }

    /// The flows that are open and wanted at `position`; it takes time in the number of flows.
    ///
    /// Nil while the frames before `position` are read again after a restart that did not know them either.
    public var openFlows: [FlowID]? {
        guard let resumedAfter, core.reassembler.position.sequence < resumedAfter.sequence else {
            return core.reassembler.openFlows
        }
        return resumedFlows
    }

    /// Goes on where an earlier life ended: what was found up to `position` is neither judged nor told again.
    ///
    /// The frames from the earlier life's `oldestLiveSequence` on must come next.
    ///
    /// - Parameters:
    ///   - position: The earlier life's `position`.
    ///   - openFlows: Its `openFlows`. With them the tails of flows that it had closed are told from flows of their own.
    public func resume(after position: Moment, openFlows: [FlowID]? = nil) {
        resumedAfter = position
        resumedFlows = openFlows
        let filter = ResumeFilter(position: position, openFlows: openFlows)
        for analyzer in core.receiver.analyzers { analyzer.resume(with: filter) }
    }

    /// Calls `body` with what the rules of each observer remember, for a checkpoint.
    public func withMemories(
        _ body: (_ observer: String, _ memory: any Codable & Sendable) throws -> Void
    ) rethrows {
        for analyzer in core.receiver.analyzers {
            try body(analyzer.name, analyzer.memory)
        }
    }

    /// Gives the rules of each observer back what they remembered.
    ///
    /// - Parameter decoded: Decodes a value of the type that it is given, for the observer of that name; nil if there
    ///   is none.
    public func restoreMemories(
        _ decoded: (_ observer: String, _ type: any (Codable & Sendable).Type) throws -> (
            any Codable & Sendable
        )?
    ) rethrows {
        for analyzer in core.receiver.analyzers { try Self.restore(analyzer, decoded) }
    }

    private static func restore<B: StreamAnalyzer>(
        _ analyzer: B,
        _ decoded: (_ observer: String, _ type: any (Codable & Sendable).Type) throws -> (
            any Codable & Sendable
        )?
    ) rethrows {
        guard let memory = try decoded(analyzer.name, B.Memory.self) as? B.Memory else { return }
        analyzer.memory = memory
    }
}

/// The reassembler and what it tells.
private struct Core: ~Copyable {
    var reassembler: StreamReassembler
    var receiver: FanOut
    /// The open flows of batches.
    private var flows = FlowMap<BatchedFlow>()

    init(reassembler: consuming StreamReassembler, receiver: FanOut) {
        self.reassembler = reassembler
        self.receiver = receiver
    }

    mutating func process(_ frame: borrowing Frame, into findings: inout [Finding]) {
        // Swapped in and out, so that nothing is made for a frame.
        swap(&receiver.findings, &findings)
        reassembler.process(frame, into: &receiver)
        swap(&receiver.findings, &findings)
    }

    mutating func process(
        _ batch: StreamBatch,
        into findings: inout [Finding]
    ) -> StreamInterests {
        Self.hand(batch, of: &flows, to: receiver, into: &findings)
    }

    private static func hand(
        _ batch: StreamBatch,
        of flows: inout FlowMap<BatchedFlow>,
        to receiver: FanOut,
        into findings: inout [Finding]
    ) -> StreamInterests {
        var news: StreamInterests = [:]
        let storage = batch.storage
        let stored = storage.octets
        var copied = batch.octets.span
        let entries = batch.entries.span
        var names = batch.names[...]
        for index in entries.indices {
            if !names.isEmpty { tell(&names, upTo: index, to: receiver) }
            fetch(after: index, of: entries, from: storage)
            let entry = entries[index]
            let flow = entry.flow
            if case .opened(let place) = entry.event {
                flows[flow] = BatchedFlow(
                    flow: batch.opened[place],
                    watches: receiver.newWatches()
                )
            }
            let length = entry.copiedByteCount
            let octets = copied.extracting(first: length)
            let change = flows.change(of: flow) { open in
                open.take(entry, from: stored, octets, batch.others, into: &findings)
            }
            copied = copied.extracting(droppingFirst: length)
            if let interest = change ?? nil { news[flow] = interest }
            if case .closed = entry.event {
                flows[flow] = nil
                // What was said of it in earlier batches waits in vain.
                news[flow] = .asBefore
            }
        }
        tell(&names, upTo: entries.count, to: receiver)
        return news
    }

    /// Fetches the octets of the event behind that at `index`, which another core has had, while this one is told.
    @inline(__always)
    private static func fetch(
        after index: Int,
        of entries: Span<StreamBatch.Entry>,
        from storage: any OctetStore
    ) {
        guard index &+ 1 < entries.count, case .stored(let range, _) = entries[index &+ 1].event
        else { return }
        storage.fetch(range)
    }

    /// Tells of the names that were learned before the event at `place`.
    private static func tell(
        _ names: inout ArraySlice<StreamBatch.Name>,
        upTo place: Int,
        to receiver: FanOut
    ) {
        while let next = names.first, next.place <= place {
            receiver.receive(next.name)
            names.removeFirst()
        }
    }

    mutating func advance(to time: Timestamp, into findings: inout [Finding]) {
        swap(&receiver.findings, &findings)
        reassembler.expire(at: time, into: &receiver)
        receiver.advance(to: time)
        swap(&receiver.findings, &findings)
    }

    mutating func finish(into findings: inout [Finding]) {
        swap(&receiver.findings, &findings)
        reassembler.finish(into: &receiver)
        receiver.advance(to: reassembler.position.time)
        swap(&receiver.findings, &findings)
    }
}
