import Foundation
import Logging
import TapConfig
import TapFlow
import TapObserve
import TapRelay
import TapRing
import TapSinks
import TapStore
import TapWire

/// Reads a live ring through the pipeline and stores what it finds, on a thread of its own.
///
/// Theory of operation. Frames are read in batches. What a batch found is put, together with a checkpoint, into one
/// transaction of the store, from where each sink takes it in its own time. The checkpoint names the first frame that
/// something open still depends on (`resume`) and the last frame that was read (`through`). The next life reads the
/// ring from `resume` again, which rebuilds its connections, and drops what happened up to `through`. So an end at any
/// moment loses no finding and tells none twice. While the store cannot be written the batch is kept and tried again;
/// the ring goes on filling, and what it cannot hold any longer is counted as missed.
struct RingAnalysis: ~Copyable {
    /// How many frames are read before what they gave is stored.
    private static let batchLimit = 4_096
    /// How often it is asked whether the mirror leaves things out.
    private static let lookInterval = Duration.milliseconds(100)
    /// How often it is asked what people have said of alerts and incidents.
    private static let noteInterval = Duration.milliseconds(500)

    let path: String
    let store: Store
    private let sinks: SinkGroup
    let logger: Logger
    var reader: RingReader
    var pipeline: Pipeline
    var encoder: EVEEncoder
    var batch = Batch()
    private var missed: UInt64 = 0
    /// The revision up to which what is known of mail servers was put into batches.
    var storedPostures: UInt64 = 0
    /// The revision up to which incidents were put into batches.
    var storedIncidents: UInt64 = 0
    let language: RelayLanguage
    private var notedAt = ContinuousClock.now - noteInterval
    /// The revision up to which habits were put into batches.
    var storedHabits: UInt64 = 0
    var storedAt = ContinuousClock.now
    var reportedAt = ContinuousClock.now
    var isBehind = false
    private var shedding = SheddingWatch()
    private let rules: RelayBench
    private var blindness = BlindnessWatch()
    private let startedAt = (wall: Timestamp.now, steady: ContinuousClock.now)
    private var lookedAt = ContinuousClock.now - lookInterval
    var evidence: EvidenceIntake?

    /// Reads from `reader` into `store`; `evidence` keeps the frames of alerts.
    init(
        of reader: consuming RingReader,
        at path: String,
        settings: HubtapConfiguration,
        store: Store,
        sinks: SinkGroup,
        evidence: EvidenceIntake?,
        logger: Logger
    ) {
        self.evidence = evidence
        self.path = path
        self.store = store
        self.sinks = sinks
        self.logger = logger
        let ports = reader.ports.map(\.name)
        self.reader = reader
        encoder = EVEEncoder(portNames: ports)
        language = settings.rules.language
        rules = Catalog.bench(settings, ports: ports)
        pipeline = Catalog.pipeline(settings, ports: ports, rules: rules)
    }

    /// Reads until `stop` is raised and what the ring held then is read, or until a new ring stands in its place.
    mutating func run(until stop: StopFlag) throws(RingError) {
        while true {
            let isStopping = stop.isRaised
            // What cannot be stored is kept, and nothing more is read: the ring holds the rest.
            let isCaughtUp = isBehind ? true : try readBatch()
            storeIfDue(force: isBehind || isStopping && isCaughtUp)
            guard isCaughtUp else { continue }
            if isStopping { return }
            do {
                _ = try reader.wait(upTo: .milliseconds(100))
                if isBehind { Thread.sleep(forTimeInterval: 0.2) }
            } catch  where error.code == .replaced {
                storeIfDue(force: true)
                return
            }
        }
    }

    /// Reads up to a batch of frames.
    ///
    /// - Returns: true if the reader has caught up with the writer.
    private mutating func readBatch() throws(RingError) -> Bool {
        var findings: [Finding] = []
        var isCaughtUp = false
        for _ in 0..<Self.batchLimit {
            guard let entry = try reader.next() else {
                isCaughtUp = true
                break
            }
            switch entry {
            case .frame(let frame): pipeline.process(frame, into: &findings)
            case .gap(let gap):
                missed &+= gap.count
                pipeline.noteGap(frameCount: gap.count)
                logger.warning("\(gap.count) frames were overwritten before they were read")
            }
        }
        if isCaughtUp { pipeline.advance(to: .now, into: &findings) }
        lookAtTap(into: &findings)
        lookForNotes()
        for finding in findings { sinks.record(noting(finding), with: encoder, into: &batch) }
        lookForEvidence(isCaughtUp: isCaughtUp)
        return isCaughtUp
    }

    /// Learns what nobody wants to hear of.
    private mutating func lookForNotes() {
        guard ContinuousClock.now - notedAt >= Self.noteInterval else { return }
        notedAt = .now
        // A store that cannot be read says so at the next commit.
        guard let notes = try? store.notes() else { return }
        sinks.mute(MuteList(notes))
    }

    /// Tells when the tap begins or ceases to miss something.
    private mutating func lookAtTap(into findings: inout [Finding]) {
        guard ContinuousClock.now - lookedAt >= Self.lookInterval,
            let ledger = try? reader.ledger()
        else { return }
        lookedAt = .now
        let now = Timestamp.now
        lookForShedding(ledger, now)
        let moment = Moment(time: now, sequence: pipeline.position.sequence)
        for condition in blindness.look(at: counters(ledger, now), now) {
            rules.note(condition, at: moment, into: &findings)
        }
    }

    /// What the tap counts of itself.
    private func counters(_ ledger: Ledger, _ now: Timestamp) -> TapCounters {
        let steady = (ContinuousClock.now - startedAt.steady) / .seconds(1)
        let wall = now.duration(since: startedAt.wall) / .seconds(1)
        return TapCounters(
            frames: ledger.ports.reduce(0) { $0 &+ $1.rxFrames },
            // What the configuration leaves out is not lost.
            lost: ledger.ports.reduce(missed) { sum, port in
                sum &+ (port.mirrorLost.total &- port.mirrorLost[.notKept])
            },
            portsDown: zip(encoder.portNames, ledger.ports).filter { $1.state.isFault }.map(\.0),
            clockOffset: wall - steady
        )
    }

    /// Tells when the mirror begins or ceases to leave things out.
    private mutating func lookForShedding(_ ledger: borrowing Ledger, _ now: Timestamp) {
        guard let change = shedding.look(at: ledger, now) else { return }
        sinks.record(change, at: now, with: encoder, into: &batch)
    }

    /// Says how far every alert was seen to, and tells what became of evidence.
    private mutating func lookForEvidence(isCaughtUp: Bool) {
        guard let desk = evidence?.desk else { return }
        desk.advance(to: isCaughtUp ? .now : pipeline.position.time)
        for outcome in desk.takeOutcomes() { sinks.record(outcome, with: encoder, into: &batch) }
    }

    /// The finding; an alert says so if the mirror leaves things out, and where its frames are kept.
    private mutating func noting(_ finding: Finding) -> Finding {
        guard case .alert(var alert) = finding else { return notingIncident(finding) }
        if let spell = shedding.spell(at: alert.context.moment.time) { alert.note(spell) }
        // Of the tap as a whole there is no connection whose frames could be kept.
        if !alert.context.isOfTap, let entry = evidence?.keep(&alert, missedFrames: missed) {
            batch.evidence.append(entry)
        }
        return .alert(alert)
    }

    /// An incident says so if the mirror leaves things out.
    func notingIncident(_ finding: Finding) -> Finding {
        guard case .event(var record) = finding, var event = record.event as? IncidentEvent,
            let spell = shedding.spell(at: record.context.moment.time)
        else { return finding }
        event.note(spell)
        record.event = event
        return .event(record)
    }

    mutating func report() {
        reportedAt = .now
        guard var report = try? RingSnapshot(reader, path: path).report else { return }
        report.observers = observers
        report.streams = pipeline.counts
        report.sinks = (try? store.outboxes()) ?? []
        report.evidence = evidence?.desk.ledger
        sinks.record(report, with: encoder, into: &batch)
    }

    var observers: [StatsReport.Observer] {
        let next = (try? reader.statistics().nextSequence) ?? reader.nextSequence
        return pipeline.observers.map { name, statistics in
            StatsReport.Observer(
                name: name,
                frames: pipeline.statistics.frames,
                lag: next &- min(next, reader.nextSequence),
                missed: missed,
                flows: UInt64(statistics.openFlows),
                events: statistics.events,
                alerts: statistics.alerts
            )
        }
    }
}

extension PortState {
    /// True if the port should carry and does not; one that was switched off, or whose hub has ended, should not.
    fileprivate var isFault: Bool {
        switch self {
        case .noCarrier, .linkFault, .gone: true
        case .up, .down: false
        }
    }
}
