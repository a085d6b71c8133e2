import Foundation
import ServiceLifecycle
import Synchronization

/// Keeps the hub and the observer running: one command, one service, two processes.
///
/// Theory of operation. The hub comes first; the observer is started once frames cross. A child that ends by
/// itself is started again, after a pause that doubles from 100 ms to 5 s and falls back after a minute of
/// quiet. A child that ends with exit code 2 was given something it refuses: that ends everything, with its
/// words and its code. At a stop the hub is asked first, so that the ports are put back at once, then the
/// observer, which reads the ring to its end; whoever has not ended in time is killed.
final class Supervisor: Service {
    /// The time both children together have to end.
    static let stopLimit = Duration.milliseconds(1_800)

    private let hub: ChildProcess
    private let observer: ChildProcess
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var failure: Failure?
    }

    /// Prepares to supervise the two children.
    init(hub: ChildProcess, observer: ChildProcess) {
        self.hub = hub
        self.observer = observer
    }

    /// Asks the observer to read its configuration again.
    func reload() { observer.send(SIGHUP) }

    /// Runs both children until a graceful shutdown, or until one refuses what it was given.
    func run() async throws {
        let (ready, signal) = AsyncStream.makeStream(of: Void.self)
        try await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [self] in
                    await keep(hub, named: "the hub", readsOutput: true) { signal.yield() }
                    signal.finish()
                    stop(observer)
                }
                group.addTask { [self] in
                    for await _ in ready { break }
                    if !isStopping {
                        await keep(observer, named: "the observer", readsOutput: false) {}
                    }
                    stop(hub)
                }
            }
            if let failure = state.withLock({ $0.failure }) { throw failure }
        } onGracefulShutdown: { [self] in
            stop(hub)
        }
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Asks `child` to end, and sees to it that it does.
    private func stop(_ child: ChildProcess) {
        state.withLock { $0.isStopping = true }
        child.send(SIGTERM)
        Task {
            try? await Task.sleep(for: Self.stopLimit / 2)
            child.send(SIGKILL)
        }
    }

    private func keep(
        _ child: ChildProcess,
        named name: String,
        readsOutput: Bool,
        ready: @escaping @Sendable () -> Void
    ) async {
        var pause = Duration.milliseconds(100)
        let isReady = Mutex(false)
        while !isStopping {
            let began = ContinuousClock.now
            let ending = await child.run(readsOutput: readsOutput) {
                isReady.withLock { $0 = true }
                ready()
            }
            if isStopping { return }
            if let failure = refusal(ending, of: name, wasReady: isReady.withLock { $0 }) {
                state.withLock { ($0.failure, $0.isStopping) = (failure, true) }
                return
            }
            if .now - began > .seconds(60) { pause = .milliseconds(100) }
            Terminal.say("hubtap: \(name) \(ending.words); starting it again")
            await rest(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }

    /// Waits for `pause`, or until a stop was asked for.
    private func rest(for pause: Duration) async {
        let end = ContinuousClock.now + pause
        while !isStopping, .now < end { try? await Task.sleep(for: .milliseconds(50)) }
    }

    /// Why starting the child again would be of no use; nil if it would be.
    private func refusal(
        _ ending: ChildProcess.Ending,
        of name: String,
        wasReady: Bool
    ) -> Failure? {
        switch ending {
        case .exit(2): return Failure(message: "", exitCode: 2)
        case .exit(1) where name == "the hub" && !wasReady: return Failure(message: "", exitCode: 1)
        case .failedToStart: return .failed("\(name) \(ending.words)")
        case .exit, .signal: return nil
        }
    }
}
