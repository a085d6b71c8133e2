import Foundation
import GRDB
public import TapWire

extension Store {
    /// Incidents, the one with the oldest latest event first: the newest `limit` of those with an event since `since`.
    public func incidents(
        since: Timestamp = .distantPast,
        limit: Int = 1_000
    ) throws(StoreError) -> [IncidentEntry] {
        try Self.mapping(path) {
            try writer.read { db in
                // A store that only an older hubtap has written to.
                guard try db.tableExists("incident") else { return [] }
                let sql = """
                    SELECT * FROM (SELECT * FROM incident WHERE time >= ? ORDER BY time DESC, id DESC LIMIT ?)
                    ORDER BY time, id
                    """
                return try Row.fetchAll(
                    db,
                    sql: sql,
                    arguments: [since.nanoseconds, max(0, limit)]
                ).map(IncidentEntry.init)
            }
        }
    }

    /// The incident with this name; nil if it is not, or no longer, in the store.
    public func incident(named id: String) throws(StoreError) -> IncidentEntry? {
        try Self.mapping(path) {
            try writer.read { db in
                guard try db.tableExists("incident") else { return nil }
                let sql = "SELECT * FROM incident WHERE id = ?"
                return try Row.fetchOne(db, sql: sql, arguments: [id]).map(IncidentEntry.init)
            }
        }
    }

    /// Names of the newest incidents, at most `limit`, newest first.
    public func incidentNames(limit: Int) throws(StoreError) -> [String] {
        try incidents(limit: limit).reversed().map(\.id)
    }

    /// Puts entries in the place of those of their names, and forgets the oldest.
    static func record(incidents: [IncidentEntry], keeping count: Int, _ db: Database) throws {
        guard !incidents.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO incident (id, time, class, state, server, json, memory) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET time = excluded.time, class = excluded.class,
                    state = excluded.state, json = excluded.json, memory = excluded.memory
                """
        )
        for entry in incidents {
            try insert.execute(arguments: [
                entry.id, entry.time.nanoseconds, entry.kind, entry.state, entry.server, entry.json,
                entry.memory,
            ])
        }
        let prune = """
            DELETE FROM incident WHERE id IN
                (SELECT id FROM incident ORDER BY time DESC, id DESC LIMIT -1 OFFSET ?)
            """
        try db.cachedStatement(sql: prune).execute(arguments: [max(count, 1)])
    }
}

extension IncidentEntry {
    fileprivate init(row: Row) {
        self.init(
            id: row["id"],
            time: Timestamp(nanoseconds: row["time"]),
            kind: row["class"],
            state: row["state"],
            server: row["server"],
            json: row["json"],
            memory: row["memory"]
        )
    }
}
