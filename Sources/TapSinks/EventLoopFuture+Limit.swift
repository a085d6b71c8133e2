import NIOCore
import Synchronization

/// A wait took longer than it may.
struct WaitTimedOut: Error {}

/// Resumes a promise with the first of several outcomes.
private final class FirstOutcome<Value: Sendable>: Sendable {
    private let promise: Mutex<EventLoopPromise<Value>?>

    init(_ promise: EventLoopPromise<Value>) { self.promise = Mutex(promise) }

    /// Returns false if there was an outcome before.
    @discardableResult
    func complete(_ result: Result<Value, any Error>) -> Bool {
        let waiting = promise.withLock { promise in
            defer { promise = nil }
            return promise
        }
        waiting?.completeWith(result)
        return waiting != nil
    }
}

extension EventLoopFuture where Value: Sendable {
    /// The value, unless it takes longer than `limit` or the task is cancelled; `late` gets one that nobody awaits.
    func value(
        within limit: Duration,
        late: @escaping @Sendable (Value) -> Void = { _ in }
    ) async throws -> Value {
        let promise = eventLoop.makePromise(of: Value.self)
        let outcome = FirstOutcome(promise)
        let timer = eventLoop.scheduleTask(in: TimeAmount(limit)) {
            outcome.complete(.failure(WaitTimedOut()))
        }
        whenComplete { result in
            timer.cancel()
            guard !outcome.complete(result), case .success(let value) = result else { return }
            late(value)
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            outcome.complete(.failure(CancellationError()))
        }
    }
}
