import Foundation
import GRDB

extension Store {
    /// What is usual of servers, networks and accounts, in the order of the slots.
    public func habits() throws(StoreError) -> [StoredHabit] {
        try Self.mapping(path) {
            try writer.read { db in
                try Row.fetchAll(db, sql: "SELECT slot, record FROM habit ORDER BY slot").map {
                    row in
                    let record: Data = row["record"]
                    return StoredHabit(slot: row["slot"], octets: [UInt8](record))
                }
            }
        }
    }

    /// Puts entries in the place of those of their slots: there are never more than slots.
    static func record(habits: [StoredHabit], _ db: Database) throws {
        guard !habits.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO habit (slot, record) VALUES (?, ?)
                ON CONFLICT (slot) DO UPDATE SET record = excluded.record
                """
        )
        for habit in habits {
            try insert.execute(arguments: [habit.slot, Data(habit.octets)])
        }
    }
}
