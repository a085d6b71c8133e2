import Logging
import ServiceLifecycle
import TapRing
import TapStore
import UnixSignals

/// Runs a service until it ends or the process is asked to.
enum Services {
    /// Runs `service`; SIGTERM and SIGINT end it in order, SIGHUP calls `reload`.
    static func run(
        _ service: some Service,
        onHangup reload: @escaping @Sendable () -> Void
    ) async throws {
        let hangups = Task {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { reload() }
        }
        defer { hangups.cancel() }
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "hubtap") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        do {
            try await group.run()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.failed("\(error)")
        }
    }
}
