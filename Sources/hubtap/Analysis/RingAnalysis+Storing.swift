import Foundation
import Logging
import TapFlow
import TapObserve
import TapRelay
import TapRing
import TapSinks
import TapStore
import TapWire

/// Storing what was found, with a checkpoint.
extension RingAnalysis {
    /// How long a checkpoint may be behind while nothing is found.
    private static let checkpointInterval = Duration.seconds(1)
    /// How long findings are gathered before they are stored.
    private static let storeInterval = Duration.milliseconds(50)
    /// How often the counters are told.
    private static let statisticsInterval = Duration.seconds(10)

    /// Stores the batch with a checkpoint, when there is something in it or a second has gone by.
    mutating func storeIfDue(force: Bool) {
        let now = ContinuousClock.now
        if now - reportedAt >= Self.statisticsInterval { report() }
        let interval = batch.isEmpty ? Self.checkpointInterval : Self.storeInterval
        guard force || now - storedAt >= interval else { return }
        do {
            try notePostures()
            try noteIncidents()
            noteHabits()
            batch.checkpoint = try checkpoint()
            try store.commit(batch)
            batch = Batch()
            storedAt = now
            if isBehind { logger.notice("the store can be written again") }
            isBehind = false
            let note = ObserverNote(
                observers,
                streams: pipeline.counts,
                evidence: evidence?.desk.ledger
            )
            try note.write(besideStore: store.path)
        } catch {
            if !isBehind { logger.error("findings wait to be stored: \(error)") }
            isBehind = true
        }
    }

    /// Puts what is known anew of mail servers into the batch.
    private mutating func notePostures() throws {
        guard let memory = Catalog.relayMemory(of: pipeline),
            memory.postureRevision != storedPostures
        else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for (report, time) in memory.postureReports(since: storedPostures) {
            let json = String(decoding: try encoder.encode(report), as: UTF8.self)
            batch.postures.append(PostureEntry(key: report.key, time: time, json: json))
        }
        storedPostures = memory.postureRevision
    }

    /// Puts the incidents that have changed into the batch, each as it is told and as it is gone on with.
    private mutating func noteIncidents() throws {
        guard let memory = Catalog.relayMemory(of: pipeline),
            memory.incidentRevision != storedIncidents
        else { return }
        for (record, incident) in memory.incidents(since: storedIncidents, in: language) {
            let told = notingIncident(.event(record))
            batch.incidents.append(
                IncidentEntry(
                    id: incident.id,
                    time: incident.last,
                    kind: incident.kind.rawValue,
                    state: incident.state.rawValue,
                    server: incident.kind == .blind ? "" : incident.server.description,
                    json: try encoder.line(for: told),
                    memory: try JSONEncoder().encode(incident)
                )
            )
        }
        storedIncidents = memory.incidentRevision
    }

    /// Puts the habits that have changed into the batch; those of a batch that could not be stored come again.
    private mutating func noteHabits() {
        guard let memory = Catalog.relayMemory(of: pipeline), memory.habitRevision != storedHabits
        else { return }
        batch.habits += memory.habitEntries(since: storedHabits).map {
            StoredHabit(slot: $0.slot, octets: $0.octets)
        }
        storedHabits = memory.habitRevision
    }

    private func checkpoint() throws -> Checkpoint? {
        guard pipeline.statistics.frames > 0 else { return nil }
        let position = pipeline.position
        return Checkpoint(
            ring: reader.identity.octets,
            resumeSequence: pipeline.oldestLiveSequence ?? position.sequence &+ 1,
            throughSequence: position.sequence,
            memory: try JSONEncoder().encode(AnalysisMemory(of: pipeline, ports: encoder.portNames))
        )
    }
}

extension RingIdentity {
    /// The 16 octets of the identity.
    var octets: [UInt8] {
        [high, low].flatMap { half in
            (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) }
        }
    }
}
