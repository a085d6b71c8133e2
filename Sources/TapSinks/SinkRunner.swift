public import Logging
import Synchronization
public import TapStore
public import TapWire

/// Drains the outbox of one sink: in order, each entry at least once, for as long as it takes.
///
/// Theory of operation. The runner takes the oldest entries, has the sink deliver them and only then deletes them. If the
/// process dies in between they are delivered again. When a delivery fails it waits and tries the same entries again:
/// nothing overtakes them. An entry that the sink says can never be delivered is dropped and counted.
public final class SinkRunner: Sendable {
    /// The sink.
    public let sink: any Sink
    private let store: Store
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp
    private let logger: Logger?
    private let firstBackOff: BackOff
    private let state = Mutex(State())

    private struct State {
        var isFinishing = false
        var trouble: String?
        var pause: Task<Void, Never>?
    }

    /// What came of one round.
    private enum Round {
        case delivered
        case empty
        case failed
    }

    /// Creates a runner.
    ///
    /// - Parameters:
    ///   - sink: Where entries are delivered to.
    ///   - store: Where they wait.
    ///   - backOff: How long to wait after failures.
    ///   - clock: What the waits are measured with.
    ///   - logger: Is told when deliveries begin to fail and when they succeed again; nil for nobody.
    ///   - now: The time of day, for the ledger.
    public init(
        sink: any Sink,
        store: Store,
        backOff: BackOff = BackOff(),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.sink = sink
        self.store = store
        self.clock = clock
        self.logger = logger
        self.now = now
        firstBackOff = backOff
    }

    /// Why the last delivery failed; nil if it did not.
    public var trouble: String? { state.withLock { $0.trouble } }

    /// Delivers what is in the outbox and what arrives, until the task is cancelled or `finish()` is called.
    public func run() async {
        var arrivals = store.arrivals(for: sink.name).makeAsyncIterator()
        var undeleted: [OutboxItem] = []
        var backOff = firstBackOff
        while !Task.isCancelled {
            switch await round(&undeleted) {
            case .delivered:
                backOff.reset()
            case .empty:
                guard !isFinishing, await arrivals.next() != nil else { return await sink.close() }
            case .failed:
                guard !isFinishing else { return await sink.close() }
                await pause(for: backOff.failed())
            }
        }
        await sink.close()
    }

    /// Lets `run()` return as soon as the outbox is empty or a delivery fails.
    public func finish() {
        let pause = state.withLock { state in
            state.isFinishing = true
            return state.pause
        }
        pause?.cancel()
        store.wake(sink.name)
    }

    private var isFinishing: Bool { state.withLock { $0.isFinishing } }

    /// Waits, but no longer than until the task is cancelled or `finish()` is called.
    private func pause(for duration: Duration) async {
        let clock = clock
        let pause = Task { _ = try? await clock.sleep(for: duration) }
        let isFinishing = state.withLock { state in
            state.pause = pause
            return state.isFinishing
        }
        if isFinishing { pause.cancel() }
        await withTaskCancellationHandler {
            await pause.value
        } onCancel: {
            pause.cancel()
        }
    }

    /// Delivers one batch; first deletes what was delivered before but could not be deleted then.
    private func round(_ undeleted: inout [OutboxItem]) async -> Round {
        do {
            try await delete(&undeleted)
            let batch = try await store.pending(for: sink.name, upTo: sink.limit)
            guard !batch.isEmpty else { return .empty }
            let failure = await deliver(batch)
            undeleted = Array(batch.prefix(failure?.deliveredCount ?? batch.count))
            try await delete(&undeleted)
            guard let failure else {
                await note(nil)
                return .delivered
            }
            guard failure.code != .cancelled else { return .failed }
            await note(failure.description)
            guard !failure.isRetryable else { return .failed }
            try await store.discard(
                batch[min(failure.deliveredCount, batch.count - 1)],
                of: sink.name
            )
            return .delivered
        } catch {
            await note(error.description)
            return .failed
        }
    }

    private func delete(_ items: inout [OutboxItem]) async throws(StoreError) {
        guard !items.isEmpty else { return }
        try await store.acknowledge(items, of: sink.name)
        items = []
    }

    private func deliver(_ batch: [OutboxItem]) async -> SinkError? {
        do {
            try await sink.deliver(batch)
            return nil
        } catch {
            return error
        }
    }

    /// Tells once that deliveries began to fail, that the reason is another, or that they succeed again.
    private func note(_ trouble: String?) async {
        let previous = state.withLock { state in
            let previous = state.trouble
            state.trouble = trouble
            return previous
        }
        guard previous != trouble else { return }
        if let trouble {
            logger?.warning("\(trouble); what is to be delivered waits in the store")
        } else {
            logger?.notice("\(sink.name): delivers again")
        }
        // The ledger is a courtesy to `status`; a store that cannot be written says so at the next commit.
        try? await store.note(trouble: trouble, of: sink.name, at: now())
    }
}
