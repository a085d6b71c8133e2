import Foundation
import GRDB

extension Store {
    /// What is known of the evidence of the alert with this name; nil if nothing is.
    public func evidence(of alert: String) throws(StoreError) -> EvidenceEntry? {
        try evidence(where: "alert = ?", [alert]).first
    }

    /// Evidence that was asked for and neither had nor given up, oldest first.
    public func pendingEvidence() throws(StoreError) -> [EvidenceEntry] {
        try evidence(where: "state = 'pending'", [])
    }

    /// What is known of evidence, oldest first; the newest `limit` entries.
    public func evidence(limit: Int) throws(StoreError) -> [EvidenceEntry] {
        try evidence(
            where: "number > (SELECT coalesce(max(number), 0) FROM evidence) - ?",
            [max(0, limit)]
        )
    }

    /// Notes what became of a file, for every alert that it has the frames of.
    public func settleEvidence(
        _ file: String,
        as state: EvidenceEntry.State,
        reason: String? = nil
    ) throws(StoreError) {
        try Self.mapping(path) {
            try writer.write { db in
                let sql = "UPDATE evidence SET state = ?, reason = ? WHERE file = ?"
                try db.cachedStatement(sql: sql).execute(arguments: [state.rawValue, reason, file])
            }
        }
    }

    /// Names of alerts next to `id` in the order of names, which is that of time: at most `limit` on each side.
    public func alertNames(near id: String, limit: Int) throws(StoreError) -> [String] {
        try Self.mapping(path) {
            try writer.read { db in
                let before = try String.fetchAll(
                    db,
                    sql: "SELECT DISTINCT id FROM alert WHERE id < ? ORDER BY id DESC LIMIT ?",
                    arguments: [id, max(0, limit)]
                )
                let after = try String.fetchAll(
                    db,
                    sql: "SELECT DISTINCT id FROM alert WHERE id > ? ORDER BY id LIMIT ?",
                    arguments: [id, max(0, limit)]
                )
                return before.reversed() + after
            }
        }
    }

    private func evidence(
        where condition: String,
        _ arguments: StatementArguments
    ) throws(StoreError) -> [EvidenceEntry] {
        try Self.mapping(path) {
            try writer.read { db in
                // A store that only an older hubtap has written to.
                guard try db.tableExists("evidence") else { return [] }
                let sql = "SELECT * FROM evidence WHERE \(condition) ORDER BY number"
                return try Row.fetchAll(db, sql: sql, arguments: arguments).map(EvidenceEntry.init)
            }
        }
    }

    static func record(evidence: [EvidenceEntry], keeping count: Int, _ db: Database) throws {
        guard !evidence.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO evidence (alert, file, ring, request, state, reason) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (alert) DO UPDATE SET file = excluded.file, ring = excluded.ring,
                    request = excluded.request, state = excluded.state, reason = excluded.reason
                """
        )
        for entry in evidence {
            try insert.execute(arguments: [
                entry.alert, entry.file, Data(entry.ring), entry.request, entry.state.rawValue,
                entry.reason,
            ])
        }
        let prune = "DELETE FROM evidence WHERE number <= (SELECT max(number) FROM evidence) - ?"
        try db.cachedStatement(sql: prune).execute(arguments: [max(count, 1)])
    }
}

extension EvidenceEntry {
    fileprivate init(row: Row) {
        let ring: Data = row["ring"]
        self.init(
            alert: row["alert"],
            file: row["file"],
            ring: [UInt8](ring),
            request: row["request"],
            // A state of a later version is one that this one cannot go on with.
            state: State(rawValue: row["state"]) ?? .failed,
            reason: row["reason"]
        )
    }
}
