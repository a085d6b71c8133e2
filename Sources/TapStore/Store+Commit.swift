import Foundation
import GRDB
import Synchronization
import TapWire

extension Store {
    /// Stores all of `batch` in one transaction, then wakes the sinks that have something to do.
    ///
    /// When it throws, nothing of the batch is stored and the same batch can be committed again.
    public func commit(_ batch: Batch) throws(StoreError) {
        guard !batch.isEmpty else { return }
        let limits = limits
        try Self.mapping(path) {
            try writer.write { db in
                try Self.queue(batch.outgoing, limits: limits, db)
                try Self.record(alerts: batch.alerts, db)
                try Self.record(evidence: batch.evidence, keeping: limits.alerts, db)
                try Self.record(events: batch.events, db)
                try Self.record(postures: batch.postures, keeping: limits.postures, db)
                try Self.record(incidents: batch.incidents, keeping: limits.incidents, db)
                try Self.record(habits: batch.habits, db)
                try Self.prune(batch, limits: limits, db)
                guard let checkpoint = batch.checkpoint else { return }
                try Self.save(checkpoint, keeping: limits.checkpoints, db)
            }
        }
        ring(Set(batch.outgoing.map(\.sink)))
    }

    /// Where the analysis of the ring with this identity stood at the last commit; nil if it was never seen.
    public func checkpoint(ofRing ring: [UInt8]) throws(StoreError) -> Checkpoint? {
        try Self.mapping(path) {
            try writer.read { db in
                let sql = "SELECT * FROM checkpoint WHERE ring = ?"
                return try Row.fetchOne(db, sql: sql, arguments: [Data(ring)]).map(Checkpoint.init)
            }
        }
    }

    /// Where the analysis stood at the last commit of any ring; nil if there was none.
    public func newestCheckpoint() throws(StoreError) -> Checkpoint? {
        try Self.mapping(path) {
            try writer.read { db in
                let sql = "SELECT * FROM checkpoint ORDER BY turn DESC LIMIT 1"
                return try Row.fetchOne(db, sql: sql).map(Checkpoint.init)
            }
        }
    }

    func ring(_ sinks: Set<String>) {
        let waiting = bells.withLock { Array($0.values) }
        for bell in waiting where sinks.contains(bell.sink) { bell.continuation.yield() }
    }

    private static func save(_ checkpoint: Checkpoint, keeping count: Int, _ db: Database) throws {
        let sql = """
            INSERT INTO checkpoint (ring, resume_sequence, through_sequence, memory, turn)
            VALUES (?, ?, ?, ?, (SELECT coalesce(max(turn), 0) + 1 FROM checkpoint))
            ON CONFLICT (ring) DO UPDATE SET resume_sequence = excluded.resume_sequence,
                through_sequence = excluded.through_sequence, memory = excluded.memory, turn = excluded.turn
            """
        try db.cachedStatement(sql: sql).execute(arguments: [
            Data(checkpoint.ring), Int64(bitPattern: checkpoint.resumeSequence),
            Int64(bitPattern: checkpoint.throughSequence), checkpoint.memory,
        ])
        let older = """
            DELETE FROM checkpoint WHERE turn <=
                (SELECT turn FROM checkpoint ORDER BY turn DESC LIMIT 1 OFFSET ?)
            """
        try db.cachedStatement(sql: older).execute(arguments: [max(count, 1)])
    }
}

extension Checkpoint {
    fileprivate init(row: Row) {
        let ring: Data = row["ring"]
        self.init(
            ring: [UInt8](ring),
            resumeSequence: UInt64(bitPattern: row["resume_sequence"]),
            throughSequence: UInt64(bitPattern: row["through_sequence"]),
            memory: row["memory"]
        )
    }
}
