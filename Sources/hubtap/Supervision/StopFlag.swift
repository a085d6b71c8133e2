import Synchronization
import UnixSignals

/// Raised once, when a loop on a thread of its own is to end.
final class StopFlag: Sendable {
    private let raised = Atomic(false)

    /// Raises the flag for good.
    func raise() { raised.store(true, ordering: .releasing) }

    /// True once the flag was raised.
    var isRaised: Bool { raised.load(ordering: .acquiring) }

    /// Raises the flag when the process is asked to end: SIGINT or SIGTERM.
    func raiseOnSignals() {
        Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { raise() }
        }
    }
}
