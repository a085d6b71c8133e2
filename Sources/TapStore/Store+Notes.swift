import GRDB
import TapWire

extension Store {
    /// What people have said of alerts and incidents, oldest first.
    public func notes() throws(StoreError) -> [Note] {
        try Self.mapping(path) {
            try writer.read { db in
                // A store that only an older hubtap has written to.
                guard try db.tableExists("note") else { return [] }
                return try Row.fetchAll(db, sql: "SELECT * FROM note ORDER BY time, id")
                    .compactMap(Note.init)
            }
        }
    }

    /// Keeps what somebody says, in the place of what was said so before of the same thing; never deletes what it is of.
    public func keep(_ note: Note) throws(StoreError) {
        let limit = limits.notes
        try Self.mapping(path) {
            try writer.write { db in
                let sql = """
                    INSERT INTO note (id, kind, time, words, until, rule, server) VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id, kind) DO UPDATE SET time = excluded.time, words = excluded.words,
                        until = excluded.until, rule = excluded.rule, server = excluded.server
                    """
                try db.cachedStatement(sql: sql).execute(arguments: [
                    note.id, note.kind.rawValue, note.time.nanoseconds, note.words,
                    note.until?.nanoseconds, note.rule, note.server,
                ])
                let prune = """
                    DELETE FROM note WHERE (id, kind) IN
                        (SELECT id, kind FROM note ORDER BY time DESC, id LIMIT -1 OFFSET ?)
                    """
                try db.cachedStatement(sql: prune).execute(arguments: [max(limit, 1)])
            }
        }
    }
}

extension Note {
    fileprivate init?(row: Row) {
        let until: Int64? = row["until"]
        // A kind of a later version says nothing to this one.
        guard let kind = Kind(rawValue: row["kind"]) else { return nil }
        self.init(
            id: row["id"],
            kind: kind,
            time: Timestamp(nanoseconds: row["time"]),
            words: row["words"],
            until: until.map(Timestamp.init(nanoseconds:)),
            rule: row["rule"],
            server: row["server"]
        )
    }
}
