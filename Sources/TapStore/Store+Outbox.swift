import Foundation
import GRDB
import Synchronization
public import TapWire

extension Store {
    /// Tells each time that entries for `sink` were committed; several commits may be told as one.
    ///
    /// Ask for it before looking at what is pending, then none is missed.
    public func arrivals(for sink: String) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let key = bells.withLock { bells in
            let key = (bells.keys.max() ?? 0) + 1
            bells[key] = Bell(sink: sink, continuation: continuation)
            return key
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.bells.withLock { $0.removeValue(forKey: key) }
        }
        return stream
    }

    /// The entries that have waited longest for `sink`, oldest first; always one if there is one.
    public func pending(
        for sink: String,
        upTo limit: OutboxLimit
    ) async throws(StoreError) -> [OutboxItem] {
        try await detached { writer in
            try await writer.read { db in try Self.pending(for: sink, upTo: limit, db) }
        }
    }

    /// Takes `items`, which stand next to each other in the outbox of `sink`, out of it as delivered.
    public func acknowledge(_ items: [OutboxItem], of sink: String) async throws(StoreError) {
        guard let first = items.first, let last = items.last else { return }
        try await detached { writer in
            try await writer.write { db in
                let range = first.id...last.id
                try Self.remove(range, of: sink, countingAs: "delivered", db)
            }
        }
    }

    /// Takes `item` out of the outbox of `sink` and counts it as one that the destination will never take.
    public func discard(_ item: OutboxItem, of sink: String) async throws(StoreError) {
        try await detached { writer in
            try await writer.write { db in
                try Self.remove(item.id...item.id, of: sink, countingAs: "dropped_refused", db)
            }
        }
    }

    /// Notes why deliveries to `sink` fail, or with nil that they no longer do.
    public func note(
        trouble: String?,
        of sink: String,
        at time: Timestamp
    ) async throws(StoreError) {
        try await detached { writer in
            try await writer.write { db in
                try Self.enter(sink, db)
                let sql = """
                    UPDATE sink SET trouble = ?1, trouble_since =
                        CASE WHEN ?1 IS NULL THEN NULL ELSE coalesce(trouble_since, ?2) END
                    WHERE name = ?3
                    """
                try db.execute(sql: sql, arguments: [trouble, time.nanoseconds, sink])
            }
        }
    }

    /// The ledgers of all sinks, by name.
    public func outboxes() throws(StoreError) -> [OutboxLedger] {
        try Self.mapping(path) {
            try writer.read { db in
                try Row.fetchAll(db, sql: "SELECT * FROM sink ORDER BY name").map(OutboxLedger.init)
            }
        }
    }

    /// Opens an outbox for each of `sinks`, forgets all others and returns the last ledgers of those.
    ///
    /// What waits for a sink that was taken out of the configuration would never be delivered.
    @discardableResult
    public func openOutboxes(for sinks: [String]) throws(StoreError) -> [OutboxLedger] {
        let retired = try outboxes().filter { !sinks.contains($0.sink) }
        try Self.mapping(path) {
            try writer.write { db in
                for sink in sinks { try Self.enter(sink, db) }
                // What troubled the process before may be over.
                try db.execute(sql: "UPDATE sink SET trouble = NULL, trouble_since = NULL")
                for ledger in retired {
                    try db.execute(sql: "DELETE FROM sink WHERE name = ?", arguments: [ledger.sink])
                }
            }
        }
        return retired
    }

    /// Wakes who waits for arrivals of `sink` although nothing arrived.
    package func wake(_ sink: String) { ring([sink]) }

    /// Runs `body` to its end even when the calling task is cancelled: a delivery that was made must be written down.
    private func detached<T: Sendable>(
        _ body: @escaping @Sendable (any DatabaseWriter) async throws -> T
    ) async throws(StoreError) -> T {
        let writer = writer
        let result = await Task { try await body(writer) }.result
        return try Self.mapping(path) { try result.get() }
    }
}

// MARK: - Inside a transaction

extension Store {
    /// Appends entries and drops what is too much, so that each outbox keeps to its limits.
    static func queue(_ entries: [OutboxEntry], limits: StoreLimits, _ db: Database) throws {
        var numbers: [String: Int64] = [:]
        let insert = try db.cachedStatement(
            sql: "INSERT INTO outbox (sink, rank, made, payload) VALUES (?, ?, ?, ?)"
        )
        let count = try db.cachedStatement(
            sql: """
                UPDATE sink SET queued = queued + 1, pending = pending + 1,
                    pending_octets = pending_octets + ? WHERE number = ?
                """
        )
        for entry in entries {
            let number = try numbers[entry.sink] ?? enter(entry.sink, db)
            numbers[entry.sink] = number
            try insert.execute(arguments: [
                number, entry.rank.rawValue, entry.made.nanoseconds, entry.payload,
            ])
            try count.execute(arguments: [entry.payload.count, number])
        }
        for number in numbers.values.sorted() { try dropExcess(of: number, limits: limits, db) }
    }

    /// The number of `sink`, which gets one if it has none.
    @discardableResult
    static func enter(_ sink: String, _ db: Database) throws -> Int64 {
        try db.execute(sql: "INSERT OR IGNORE INTO sink (name) VALUES (?)", arguments: [sink])
        let sql = "SELECT number FROM sink WHERE name = ?"
        guard let number = try Int64.fetchOne(db, sql: sql, arguments: [sink]) else {
            preconditionFailure("a sink that was just inserted has a number")
        }
        return number
    }

    private static func dropExcess(
        of number: Int64,
        limits: StoreLimits,
        _ db: Database
    ) throws {
        let sql = "SELECT pending, pending_octets FROM sink WHERE number = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [number]) else { return }
        var pending: Int = row[0]
        var octets: Int = row[1]
        guard pending > limits.outboxEntries || octets > limits.outboxOctets else { return }
        let candidates = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, length(payload) FROM outbox WHERE sink = ?
                ORDER BY rank DESC, id
                """,
            arguments: [number]
        )
        var doomed: [(id: Int64, octets: Int, column: String)] = []
        while pending > limits.outboxEntries || octets > limits.outboxOctets,
            let candidate = try candidates.next()
        {
            let isTooMany = pending > limits.outboxEntries
            let length: Int = candidate[1]
            let column = isTooMany ? "dropped_entries" : "dropped_octets"
            doomed.append((id: candidate[0], octets: length, column: column))
            pending -= 1
            octets -= length
        }
        for entry in doomed {
            try drop(entry.id, octets: entry.octets, as: entry.column, of: number, db)
        }
    }

    private static func drop(
        _ id: Int64,
        octets: Int,
        as column: String,
        of number: Int64,
        _ db: Database
    ) throws {
        try db.cachedStatement(sql: "DELETE FROM outbox WHERE id = ?").execute(arguments: [id])
        let sql = """
            UPDATE sink SET pending = pending - 1, pending_octets = pending_octets - ?,
                \(column) = \(column) + 1 WHERE number = ?
            """
        try db.cachedStatement(sql: sql).execute(arguments: [octets, number])
    }

    private static func pending(
        for sink: String,
        upTo limit: OutboxLimit,
        _ db: Database
    ) throws -> [OutboxItem] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT outbox.id, outbox.payload FROM outbox JOIN sink ON outbox.sink = sink.number
                WHERE sink.name = ? ORDER BY outbox.id LIMIT ?
                """,
            arguments: [sink, max(limit.items, 1)]
        )
        var items: [OutboxItem] = []
        var octets = 0
        while let row = try rows.next() {
            let item = OutboxItem(id: row[0], payload: row[1])
            octets += item.payload.count
            guard items.isEmpty || octets <= limit.octets else { break }
            items.append(item)
        }
        return items
    }

    /// Deletes what is still there of a range: some of it may have been dropped in the meantime.
    private static func remove(
        _ range: ClosedRange<Int64>,
        of sink: String,
        countingAs column: String,
        _ db: Database
    ) throws {
        let number = try enter(sink, db)
        let bounds: StatementArguments = [number, range.lowerBound, range.upperBound]
        let condition = "sink = ? AND id >= ? AND id <= ?"
        let octets = try Int.fetchOne(
            db,
            sql: "SELECT coalesce(sum(length(payload)), 0) FROM outbox WHERE \(condition)",
            arguments: bounds
        )
        try db.execute(sql: "DELETE FROM outbox WHERE \(condition)", arguments: bounds)
        let count = db.changesCount
        let sql = """
            UPDATE sink SET pending = pending - ?1, pending_octets = pending_octets - ?2,
                \(column) = \(column) + ?1 WHERE number = ?3
            """
        try db.execute(sql: sql, arguments: [count, octets, number])
    }
}

extension OutboxLedger {
    fileprivate init(row: Row) {
        self.init(sink: row["name"])
        queued = UInt64(bitPattern: row["queued"])
        delivered = UInt64(bitPattern: row["delivered"])
        pending = UInt64(bitPattern: row["pending"])
        pendingOctets = UInt64(bitPattern: row["pending_octets"])
        for cause in OutboxLoss.allCases {
            let count: Int64 = row["dropped_\(cause.rawValue)"]
            if count > 0 { dropped[cause] = UInt64(count) }
        }
        trouble = row["trouble"]
        let since: Int64? = row["trouble_since"]
        troubleSince = since.map(Timestamp.init(nanoseconds:))
    }
}
