import Foundation
import Logging
import TapRing
import TapSinks
import TapStore
import TapWire

/// The evidence of one life of the observer: its desk, and the thread that gathers.
struct EvidenceGathering: Sendable {
    /// How long ago a hidden file must have been written to before it is taken for a leftover.
    private static let leftoverAge: TimeInterval = 3_600

    private let configuration: EvidenceConfiguration
    private let store: Store
    private let logger: Logger
    private let pending: [EvidenceEntry]
    private let desk: EvidenceDesk

    /// Prepares the folder; what cannot be done is said, and alerts go out without evidence.
    init(_ configuration: EvidenceConfiguration, store: Store, logger: Logger) {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        desk = EvidenceDesk(limits: configuration.limits)
        do {
            pending = try store.pendingEvidence()
        } catch {
            pending = []
            logger.warning("evidence that was not finished is not gone on with: \(error)")
        }
        do throws(EvidenceError) {
            let folder = EvidenceFolder(path: configuration.directory)
            try folder.prepare()
            let count = folder.sweep(
                keeping: Set(pending.map(\.file)),
                untouchedSince: Date(timeIntervalSinceNow: -Self.leftoverAge)
            )
            if count > 0 { logger.notice("\(count) leftovers of evidence were deleted") }
        } catch {
            refuse(because: error.description)
        }
    }

    private func refuse(because reason: String) {
        desk.refuse(because: reason)
        logger.error("no evidence can be kept: \(reason)")
    }

    /// The side of the analysis of the ring with this identity.
    func intake(ofRing ring: [UInt8]) -> EvidenceIntake {
        EvidenceIntake(configuration, desk: desk, ring: ring, pending: pending)
    }

    /// Lets the thread end: nothing more will be asked for.
    func close() { desk.close() }

    /// Gathers out of the ring at `path`, on a thread of its own, until it is closed.
    func run(path: String) async {
        let key = signingKey
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let thread = Thread { [self] in
                gather(path: path, key: key)
                continuation.resume()
            }
            thread.name = "evidence"
            thread.start()
        }
    }

    private func gather(path: String, key: EvidenceKey?) {
        let source: RingEvidenceSource
        do throws(RingError) {
            source = try RingEvidenceSource(path: path)
        } catch {
            return refuse(because: "\(error)")
        }
        let recorder = EvidenceRecorder(
            from: source,
            configuration,
            key: key,
            store: store,
            desk: desk,
            logger: logger
        )
        recorder.run { .now }
    }

    /// The key that records are signed with; without it they say themselves that they are not signed.
    private var signingKey: EvidenceKey? {
        guard let path = configuration.key else { return nil }
        do throws(EvidenceError) {
            return try EvidenceKey(contentsOf: path)
        } catch {
            logger.error("evidence is not signed: alerts.evidence.key: \(error)")
            return nil
        }
    }
}
