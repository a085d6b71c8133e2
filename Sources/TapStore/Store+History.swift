import GRDB
import TapWire

extension Store {
    /// Alerts of the history, oldest first.
    public func alerts(_ query: HistoryQuery = HistoryQuery()) throws(StoreError) -> [AlertEntry] {
        let request = query.request(from: "alert", isTyped: false)
        return try Self.mapping(path) {
            try writer.read { db in
                try Row.fetchAll(db, sql: request.sql, arguments: request.arguments)
                    .map(AlertEntry.init)
            }
        }
    }

    /// The alert with this name; nil if it is not, or no longer, in the history.
    public func alert(named id: String) throws(StoreError) -> AlertEntry? {
        try Self.mapping(path) {
            try writer.read { db in
                let sql = "SELECT * FROM alert WHERE id = ? ORDER BY number DESC LIMIT 1"
                return try Row.fetchOne(db, sql: sql, arguments: [id]).map(AlertEntry.init)
            }
        }
    }

    /// Events of the history, oldest first.
    public func events(_ query: HistoryQuery = HistoryQuery()) throws(StoreError) -> [EventEntry] {
        let request = query.request(from: "event", isTyped: true)
        return try Self.mapping(path) {
            try writer.read { db in
                try Row.fetchAll(db, sql: request.sql, arguments: request.arguments)
                    .map(EventEntry.init)
            }
        }
    }
}

extension HistoryQuery {
    fileprivate func request(
        from table: String,
        isTyped: Bool
    ) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        if let since {
            conditions.append("time >= ?")
            arguments += [since.nanoseconds]
        }
        if let until {
            conditions.append("time < ?")
            arguments += [until.nanoseconds]
        }
        if let after {
            conditions.append("number > ?")
            arguments += [after]
        }
        if let before {
            conditions.append("number < ?")
            arguments += [before]
        }
        if isTyped, !types.isEmpty {
            let marks = Array(repeating: "?", count: types.count).joined(separator: ", ")
            conditions.append("type IN (\(marks))")
            arguments += StatementArguments(types)
        }
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let order = after == nil ? "DESC" : "ASC"
        arguments += [max(limit, 0)]
        let sql = """
            SELECT * FROM (SELECT * FROM \(table) \(condition) ORDER BY number \(order) LIMIT ?)
            ORDER BY number
            """
        return (sql, arguments)
    }
}

// MARK: - Inside a transaction

extension Store {
    static func record(alerts: [AlertEntry], _ db: Database) throws {
        guard !alerts.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO alert (id, time, rule, severity, signature, server, client,
                    first_sequence, last_sequence, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for alert in alerts {
            try insert.execute(arguments: [
                alert.id, alert.time.nanoseconds, alert.rule, alert.severity, alert.signature,
                alert.server, alert.client, Int64(bitPattern: alert.firstSequence),
                Int64(bitPattern: alert.lastSequence), alert.json,
            ])
        }
    }

    static func record(events: [EventEntry], _ db: Database) throws {
        guard !events.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: "INSERT INTO event (time, type, json) VALUES (?, ?, ?)"
        )
        for event in events {
            try insert.execute(arguments: [event.time.nanoseconds, event.type, event.json])
        }
    }

    /// Takes the oldest entries out of the history, as seen from the newest of `batch`.
    static func prune(_ batch: Batch, limits: StoreLimits, _ db: Database) throws {
        if let newest = batch.alerts.map(\.time).max() {
            let oldest = newest.advanced(by: .zero - limits.alertAge)
            try prune(
                "alert",
                keeping: limits.alerts,
                since: oldest,
                adding: batch.alerts.count,
                db
            )
        }
        if let newest = batch.events.map(\.time).max() {
            let oldest = newest.advanced(by: .zero - limits.eventAge)
            try prune(
                "event",
                keeping: limits.events,
                since: oldest,
                adding: batch.events.count,
                db
            )
        }
    }

    private static func prune(
        _ table: String,
        keeping count: Int,
        since oldest: Timestamp,
        adding added: Int,
        _ db: Database
    ) throws {
        // Numbers have no holes but at the old end, so the highest tells how many there are.
        let byCount = "DELETE FROM \(table) WHERE number <= (SELECT max(number) FROM \(table)) - ?"
        try db.cachedStatement(sql: byCount).execute(arguments: [max(count, 1)])
        // Bounded, so that a long pause does not make the next commit slow: the rest goes with the commits after it.
        let byAge = """
            DELETE FROM \(table) WHERE number IN
                (SELECT number FROM \(table) WHERE time < ? ORDER BY time LIMIT ?)
            """
        try db.cachedStatement(sql: byAge).execute(arguments: [oldest.nanoseconds, 1_000 + added])
    }
}

extension AlertEntry {
    fileprivate init(row: Row) {
        self.init(
            number: row["number"],
            id: row["id"],
            time: Timestamp(nanoseconds: row["time"]),
            rule: row["rule"],
            severity: row["severity"],
            signature: row["signature"],
            server: row["server"],
            client: row["client"],
            firstSequence: UInt64(bitPattern: row["first_sequence"]),
            lastSequence: UInt64(bitPattern: row["last_sequence"]),
            json: row["json"]
        )
    }
}

extension EventEntry {
    fileprivate init(row: Row) {
        self.init(
            number: row["number"],
            time: Timestamp(nanoseconds: row["time"]),
            type: row["type"],
            json: row["json"]
        )
    }
}
