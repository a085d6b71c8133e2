import Foundation
import TapStore
import TapWire
import Testing

@Suite("History and checkpoints")
struct HistoryTests {
    @Test("An alert comes back as it went in")
    func alertRoundTrip() throws {
        let store = try Store.inMemory()
        var batch = Batch()
        batch.alerts = [alert("one", at: 10), alert("two", at: 20)]
        try store.commit(batch)
        var found = try store.alerts()
        #expect(found.map(\.number) == [1, 2])
        found[0].number = 0
        #expect(found[0] == batch.alerts[0])
        #expect(try store.alert(named: "two")?.time == at(20))
        #expect(try store.alert(named: "three") == nil)
    }

    @Test("Queries bound by time, type, number and count")
    func queries() throws {
        let store = try Store.inMemory()
        var batch = Batch()
        for second in 0..<10 {
            let type = second % 2 == 0 ? "smtp" : "smtp_session"
            batch.events.append(EventEntry(time: at(Int64(second)), type: type, json: "\(second)"))
        }
        try store.commit(batch)
        func found(_ query: HistoryQuery) throws -> [String] { try store.events(query).map(\.json) }
        #expect(try found(HistoryQuery(limit: 3)) == ["7", "8", "9"])
        #expect(try found(HistoryQuery(since: at(3), until: at(6))) == ["3", "4", "5"])
        #expect(try found(HistoryQuery(types: ["smtp"], limit: 2)) == ["6", "8"])
        #expect(try found(HistoryQuery(after: 4, limit: 2)) == ["4", "5"])
        #expect(
            try found(HistoryQuery(since: at(2), after: 0, types: ["smtp_session"], limit: 1)) == [
                "3"
            ]
        )
        #expect(try found(HistoryQuery(limit: 0)) == [])
        #expect(try found(HistoryQuery(before: 8, limit: 2)) == ["5", "6"])
        #expect(try found(HistoryQuery(after: 2, before: 5)) == ["2", "3"])
    }

    @Test("Of each server the last that was said of it stays, of the many those seen last")
    func postures() throws {
        var limits = StoreLimits()
        limits.postures = 3
        let store = try Store.inMemory(limits: limits)
        for (second, name) in ["b", "a", "b", "c", "d"].enumerated() {
            var batch = Batch()
            batch.postures = [PostureEntry(key: name, time: at(Int64(second)), json: "\(second)")]
            #expect(!batch.isEmpty)
            try store.commit(batch)
        }
        #expect(try store.postures().map(\.key) == ["b", "c", "d"])
        #expect(try store.postures().map(\.json) == ["2", "3", "4"])
    }

    @Test("Of each slot the last habit stays")
    func habits() throws {
        let store = try Store.inMemory()
        for octets in [[1, 2], [3, 0]] as [[UInt8]] {
            var batch = Batch()
            batch.habits = [
                StoredHabit(slot: 7, octets: octets), StoredHabit(slot: 2, octets: octets + [9]),
            ]
            #expect(!batch.isEmpty)
            try store.commit(batch)
        }
        #expect(
            try store.habits() == [
                StoredHabit(slot: 2, octets: [3, 0, 9]), StoredHabit(slot: 7, octets: [3, 0]),
            ]
        )
    }

    @Test("The history keeps to its count and its age")
    func pruning() throws {
        var limits = StoreLimits()
        limits.events = 5
        limits.alerts = 100
        limits.alertAge = .seconds(60)
        let store = try Store.inMemory(limits: limits)
        for second in 0..<20 {
            var batch = Batch()
            batch.events = [EventEntry(time: at(Int64(second)), type: "smtp", json: "\(second)")]
            batch.alerts = [alert("\(second)", at: Int64(second) * 10)]
            try store.commit(batch)
        }
        #expect(try store.events().map(\.json) == ["15", "16", "17", "18", "19"])
        #expect(try store.alerts().map(\.id) == ["13", "14", "15", "16", "17", "18", "19"])
    }

    @Test("Checkpoints are replaced, told apart by ring, and the oldest rings forgotten")
    func checkpoints() throws {
        var limits = StoreLimits()
        limits.checkpoints = 2
        let store = try Store.inMemory(limits: limits)
        func save(_ ring: UInt8, _ through: UInt64) throws {
            var batch = Batch()
            batch.checkpoint = Checkpoint(
                ring: [ring, 0, 255],
                resumeSequence: 3,
                throughSequence: through,
                memory: Data([ring])
            )
            try store.commit(batch)
        }
        try save(1, 10)
        try save(2, .max)
        try save(1, 11)
        #expect(try store.checkpoint(ofRing: [1, 0, 255])?.throughSequence == 11)
        #expect(try store.checkpoint(ofRing: [2, 0, 255])?.throughSequence == .max)
        try save(3, 1)
        #expect(try store.checkpoint(ofRing: [2, 0, 255]) == nil)
        #expect(try store.checkpoint(ofRing: [1, 0, 255])?.memory == Data([1]))
        #expect(try store.checkpoint(ofRing: [3, 0, 255])?.resumeSequence == 3)
        #expect(try store.newestCheckpoint()?.ring == [3, 0, 255])
        try save(1, 12)
        #expect(try store.newestCheckpoint()?.throughSequence == 12)
        #expect(try Store.inMemory().newestCheckpoint() == nil)
    }
}
