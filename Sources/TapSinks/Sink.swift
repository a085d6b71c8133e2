public import TapStore

/// Where alerts and events go.
///
/// A sink gets its own outbox and its own task: whatever it does, no other sink waits for it.
public protocol Sink: Sendable {
    /// The name of the sink and of its outbox; stable over restarts.
    var name: String { get }

    /// How much it takes at a time.
    var limit: OutboxLimit { get }

    /// Delivers `batch` in order; when it returns, all of it has arrived as far as that can be known.
    ///
    /// Must come back within a bounded time, at once when its task is cancelled. Never called twice at the same time.
    /// What was not delivered comes again, in the same order, as the start of a later batch.
    func deliver(_ batch: [OutboxItem]) async throws(SinkError)

    /// Lets go of files and connections.
    func close() async
}
