import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import TapConfig
import TapRelay
import TapRing
import TapSinks
import TapStore

/// The observers and sinks over a live ring, for as long as the process lives.
///
/// Theory of operation. The service lives one life after the other: each opens the store, the sinks and the ring anew
/// and goes on from the checkpoint of the one before. A new configuration or a new ring simply ends a life; a stop ends
/// the last one.
final class ObserverService: Service {
    /// How long the sinks may go on delivering after a stop; what is left waits in the store.
    private static let drainLimit = Duration.milliseconds(600)
    /// How long a ring may take to appear.
    private static let ringLimit = Duration.seconds(5)

    private let path: String
    private let load: @Sendable () throws -> HubtapConfiguration
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var stop: StopFlag?
        var next: HubtapConfiguration?
    }

    /// Prepares to observe the ring at `path`; `load` reads the configuration, now and at each reload.
    init(path: String, logger: Logger, load: @escaping @Sendable () throws -> HubtapConfiguration) {
        self.path = path
        self.logger = logger
        self.load = load
    }

    /// Lives until a graceful shutdown.
    func run() async throws {
        var settings = try load()
        try await withGracefulShutdownHandler {
            while let stop = beginLife() {
                try await live(settings, until: stop)
                if let next = state.withLock({ $0.next.take() }) { settings = next }
            }
        } onGracefulShutdown: { [self] in
            state.withLock { state in
                state.isStopping = true
                state.stop?.raise()
            }
        }
    }

    /// Reads the configuration again; a bad one is refused and the old one stays.
    func reload() {
        do {
            let settings = try load()
            state.withLock { state in
                state.next = settings
                state.stop?.raise()
            }
            logger.notice("the configuration was read again")
        } catch {
            logger.error("the configuration is refused and the old one stays: \(error)")
        }
    }

    /// The flag that ends the next life, or nil when there is to be none.
    private func beginLife() -> StopFlag? {
        state.withLock { state in
            guard !state.isStopping else { return nil }
            let stop = StopFlag()
            state.stop = stop
            return stop
        }
    }

    private func live(_ settings: HubtapConfiguration, until stop: StopFlag) async throws {
        if let notice = settings.mail.contactNotice { logger.warning("\(notice)") }
        let store = try Store(path: settings.storePath)
        defer { store.close() }
        let claim = try StoreClaim(path: settings.storePath)
        defer { withExtendedLifetime(claim) {} }
        let sinks = try SinkGroup(settings.sinks, store: store, logger: logger) { .now }
        let delivery = Task { await sinks.run() }
        do {
            try await analyze(settings, store: store, sinks: sinks, until: stop)
            await drain(sinks, delivery)
        } catch {
            await drain(sinks, delivery)
            throw error
        }
    }

    /// Runs the analysis, and beside it what gathers evidence, once there is a ring.
    private func analyze(
        _ settings: HubtapConfiguration,
        store: Store,
        sinks: SinkGroup,
        until stop: StopFlag
    ) async throws {
        guard try await waitForRing(until: stop) else { return }
        let evidence = settings.evidenceSettings.map { configuration in
            EvidenceGathering(configuration, store: store, logger: logger)
        }
        let path = path
        let gathering = Task { await evidence?.run(path: path) }
        do {
            try await read(settings, store: store, sinks: sinks, evidence: evidence, until: stop)
            evidence?.close()
            await gathering.value
        } catch {
            evidence?.close()
            await gathering.value
            throw error
        }
    }

    /// Lets the sinks deliver what they can within the limit.
    private func drain(_ sinks: SinkGroup, _ delivery: Task<Void, Never>) async {
        sinks.finish()
        let limit = Task {
            try? await Task.sleep(for: Self.drainLimit)
            delivery.cancel()
        }
        await delivery.value
        limit.cancel()
    }

    /// Runs the analysis on a thread of its own.
    private func read(
        _ settings: HubtapConfiguration,
        store: Store,
        sinks: SinkGroup,
        evidence: EvidenceGathering?,
        until stop: StopFlag
    ) async throws {
        let (path, logger) = (path, logger)
        try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Void, any Error>) in
            let thread = Thread {
                do {
                    let reader = try RingReader(path: path)
                    try Self.check(settings, against: reader.ports)
                    let intake = evidence?.intake(ofRing: reader.identity.octets)
                    var analysis = RingAnalysis(
                        of: reader,
                        at: path,
                        settings: settings,
                        store: store,
                        sinks: sinks,
                        evidence: intake,
                        logger: logger
                    )
                    try analysis.resume()
                    try analysis.run(until: stop)
                    continuation.resume()
                } catch {
                    continuation.resume(throwing: error)
                }
            }
            thread.name = "analysis"
            thread.start()
        }
    }

    /// Refuses names of ports that the ring does not have.
    private static func check(
        _ settings: HubtapConfiguration,
        against ports: [RingPort]
    ) throws(Failure) {
        let present = ports.map(\.name)
        guard let name = settings.mail.inside.first(where: { !present.contains($0) }) else {
            return
        }
        let list = present.joined(separator: ", ")
        throw .usage("mail.inside names \(name), which is none of the hub's ports: \(list)")
    }

    /// Waits until there is a ring at the path.
    ///
    /// - Returns: false if a stop was asked for before.
    private func waitForRing(until stop: StopFlag) async throws -> Bool {
        let end = ContinuousClock.now + Self.ringLimit
        while !stop.isRaised {
            if try hasRing(isPatient: .now < end) { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// True if there is a ring at the path; a missing one is an error unless `isPatient`.
    private func hasRing(isPatient: Bool) throws(RingError) -> Bool {
        do {
            let reader = try RingReader(path: path, from: .newest)
            return reader.ports.count > 0
        } catch  where error.code == .notFound && isPatient {
            return false
        }
    }
}
