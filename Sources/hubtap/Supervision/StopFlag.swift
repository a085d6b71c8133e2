import Foundation
import Synchronization

/// Raised once, when a loop on a thread of its own is to end.
final class StopFlag: Sendable {
    private let raised = Atomic(false)

    /// Raises the flag for good.
    func raise() { raised.store(true, ordering: .releasing) }

    /// True once the flag was raised.
    var isRaised: Bool { raised.load(ordering: .acquiring) }

    /// Raises the flag when the process is asked to end, from the return of this call on: SIGINT or SIGTERM.
    ///
    /// Not by a task: on a machine with one processor all tasks wait for the one that works without a pause.
    ///
    /// - Parameter limit: How long the process may go on after that, if it may not for ever: a program that reads too
    ///   slowly, or never, holds whoever writes into its pipe.
    func raiseOnSignals(endingWithin limit: Duration? = nil) {
        let queue = DispatchQueue(label: "signals")
        let listening = DispatchGroup()
        for signal in [SIGINT, SIGTERM] {
            let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
            listening.enter()
            source.setRegistrationHandler { listening.leave() }
            source.setEventHandler { [self] in
                raise()
                if let limit { Self.end(on: queue, after: limit) }
                // It lives as long as the process.
                withExtendedLifetime(source) {}
            }
            source.resume()
        }
        listening.wait()
    }

    private static func end(on queue: DispatchQueue, after limit: Duration) {
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(limit / .milliseconds(1)))) {
            Terminal.say("hubtap: error: ended before everything was taken by the reader")
            Foundation.exit(1)
        }
    }
}
