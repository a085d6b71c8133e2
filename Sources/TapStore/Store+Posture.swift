import GRDB
import TapWire

extension Store {
    /// What is known of mail servers, in the order of their names.
    public func postures() throws(StoreError) -> [PostureEntry] {
        try Self.mapping(path) {
            try writer.read { db in
                // A store that only an older hubtap has written to.
                guard try db.tableExists("posture") else { return [] }
                return try Row.fetchAll(db, sql: "SELECT * FROM posture ORDER BY name").map { row in
                    PostureEntry(
                        key: row["name"],
                        time: Timestamp(nanoseconds: row["time"]),
                        json: row["json"]
                    )
                }
            }
        }
    }

    /// Puts entries in the place of those of their names, and forgets those not seen for longest.
    static func record(postures: [PostureEntry], keeping count: Int, _ db: Database) throws {
        guard !postures.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO posture (name, time, json) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET time = excluded.time, json = excluded.json
                """
        )
        for entry in postures {
            try insert.execute(arguments: [entry.key, entry.time.nanoseconds, entry.json])
        }
        let prune = """
            DELETE FROM posture WHERE name IN
                (SELECT name FROM posture ORDER BY time DESC, name LIMIT -1 OFFSET ?)
            """
        try db.cachedStatement(sql: prune).execute(arguments: [max(count, 1)])
    }
}
