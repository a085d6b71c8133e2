import GRDB

extension Store {
    /// Says that an SQLite database is hubtap's: "hubt".
    private static let applicationID = 0x6875_6274

    /// Every change of the schema there ever was, in order; one that was released is never edited.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: outboxSchema)
            try db.execute(sql: historySchema)
        }
        migrator.registerMigration("v2") { db in try db.execute(sql: evidenceSchema) }
        migrator.registerMigration("v3") { db in try db.execute(sql: postureSchema) }
        migrator.registerMigration("v4") { db in try db.execute(sql: incidentSchema) }
        migrator.registerMigration("v5") { db in try db.execute(sql: habitSchema) }
        return migrator
    }

    /// Brings the schema up to date; leaves a database alone that is not hubtap's or is newer.
    static func migrate(_ writer: any DatabaseWriter, path: String) throws {
        try writer.read { db in
            let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
            guard !isEmpty else { return }
            try checkSchema(db, path: path)
        }
        try migrator.migrate(writer)
    }

    /// Refuses a database that this version cannot read.
    static func checkSchema(_ db: Database, path: String) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA application_id")
        guard found == applicationID else {
            throw StoreError(
                code: .notADatabase,
                path: path,
                detail: "a database of another program"
            )
        }
        guard try !migrator.hasBeenSuperseded(db) else {
            let versions = try migrator.appliedIdentifiers(db).sorted().joined(separator: ", ")
            throw StoreError(code: .newerSchema, path: path, detail: "schema \(versions)")
        }
    }

    private static let outboxSchema = """
        CREATE TABLE sink (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            queued INTEGER NOT NULL DEFAULT 0,
            delivered INTEGER NOT NULL DEFAULT 0,
            pending INTEGER NOT NULL DEFAULT 0,
            pending_octets INTEGER NOT NULL DEFAULT 0,
            dropped_entries INTEGER NOT NULL DEFAULT 0,
            dropped_octets INTEGER NOT NULL DEFAULT 0,
            dropped_refused INTEGER NOT NULL DEFAULT 0,
            trouble TEXT,
            trouble_since INTEGER
        );
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sink INTEGER NOT NULL REFERENCES sink(number) ON DELETE CASCADE,
            rank INTEGER NOT NULL,
            made INTEGER NOT NULL,
            payload BLOB NOT NULL
        );
        CREATE INDEX outbox_in_order ON outbox (sink, id);
        CREATE INDEX outbox_by_rank ON outbox (sink, rank DESC, id);
        CREATE TABLE checkpoint (
            ring BLOB PRIMARY KEY,
            resume_sequence INTEGER NOT NULL,
            through_sequence INTEGER NOT NULL,
            memory BLOB NOT NULL,
            turn INTEGER NOT NULL
        );
        """

    private static let historySchema = """
        CREATE TABLE alert (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL,
            time INTEGER NOT NULL,
            rule TEXT NOT NULL,
            severity INTEGER NOT NULL,
            signature TEXT NOT NULL,
            server TEXT NOT NULL,
            client TEXT NOT NULL,
            first_sequence INTEGER NOT NULL,
            last_sequence INTEGER NOT NULL,
            json TEXT NOT NULL
        );
        CREATE INDEX alert_by_id ON alert (id);
        CREATE INDEX alert_by_time ON alert (time);
        CREATE TABLE event (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            type TEXT NOT NULL,
            json TEXT NOT NULL
        );
        CREATE INDEX event_by_time ON event (time);
        """

    private static let evidenceSchema = """
        CREATE TABLE evidence (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            alert TEXT NOT NULL UNIQUE,
            file TEXT NOT NULL,
            ring BLOB NOT NULL,
            request BLOB NOT NULL,
            state TEXT NOT NULL,
            reason TEXT
        );
        CREATE INDEX evidence_by_file ON evidence (file);
        CREATE INDEX evidence_pending ON evidence (number) WHERE state = 'pending';
        """

    private static let habitSchema = """
        CREATE TABLE habit (
            slot INTEGER PRIMARY KEY,
            record BLOB NOT NULL
        );
        """

    private static let postureSchema = """
        CREATE TABLE posture (
            name TEXT PRIMARY KEY,
            time INTEGER NOT NULL,
            json TEXT NOT NULL
        ) WITHOUT ROWID;
        """

    private static let incidentSchema = """
        CREATE TABLE incident (
            id TEXT PRIMARY KEY,
            time INTEGER NOT NULL,
            class TEXT NOT NULL,
            state TEXT NOT NULL,
            server TEXT NOT NULL,
            json TEXT NOT NULL,
            memory BLOB NOT NULL
        );
        CREATE INDEX incident_by_time ON incident (time);
        CREATE TABLE note (
            id TEXT NOT NULL,
            kind TEXT NOT NULL,
            time INTEGER NOT NULL,
            words TEXT NOT NULL,
            until INTEGER,
            rule TEXT,
            server TEXT,
            PRIMARY KEY (id, kind)
        ) WITHOUT ROWID;
        """
}
