import Foundation
import Logging
import TapFlow
import TapRelay
import TapRing
import TapSinks
import TapStore

/// Going on where the last life ended.
extension RingAnalysis {
    /// Goes to where the last life ended, or else stays at the oldest frame.
    mutating func resume() throws {
        guard let checkpoint = try store.checkpoint(ofRing: reader.identity.octets) else {
            recallOlderRing()
            return recallHabits()
        }
        try reader.seek(to: .sequence(checkpoint.resumeSequence))
        let memory = try JSONDecoder().decode(AnalysisMemory.self, from: checkpoint.memory)
        try memory.restore(
            pipeline,
            through: checkpoint.throughSequence,
            incidents: try storedIncidentsInOrder()
        )
        storedIncidents = Catalog.relayMemory(of: pipeline)?.incidentRevision ?? 0
        recallHabits()
        logger.info("goes on at frame \(checkpoint.resumeSequence) of \(path)")
    }

    /// Over a new ring of the same ports the rules still remember what they learned over the one before.
    private mutating func recallOlderRing() {
        do {
            guard let checkpoint = try store.newestCheckpoint() else { return }
            let memory = try JSONDecoder().decode(AnalysisMemory.self, from: checkpoint.memory)
            guard memory.ports == encoder.portNames else { return }
            try memory.recall(in: pipeline, incidents: try storedIncidentsInOrder())
            storedIncidents = Catalog.relayMemory(of: pipeline)?.incidentRevision ?? 0
        } catch {
            logger.warning("what was learned before the new ring cannot be read: \(error)")
        }
    }

    /// The incidents that are not over, as they were stored.
    private func storedIncidentsInOrder() throws -> [Incident] {
        var incidents: [Incident] = []
        for entry in try store.incidents() where !entry.isClosed {
            do {
                incidents.append(try JSONDecoder().decode(Incident.self, from: entry.memory))
            } catch {
                logger.warning("\(entry.id) cannot be gone on with: \(error)")
            }
        }
        return incidents
    }

    /// What is usual was stored record by record, beside the checkpoint; what cannot be read is learned anew.
    private func recallHabits() {
        do {
            let habits = try store.habits().map { HabitEntry(slot: $0.slot, octets: $0.octets) }
            let unreadable = Catalog.restore(habits, in: pipeline)
            if unreadable > 0 {
                logger.warning("\(unreadable) habits cannot be read and are learned anew")
            }
        } catch {
            logger.warning("habits cannot be read and are learned anew: \(error)")
        }
    }
}
