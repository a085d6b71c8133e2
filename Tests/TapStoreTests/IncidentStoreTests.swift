import Foundation
import TapStore
import TapWire
import Testing

@Suite("Incidents and notes in the store")
struct IncidentStoreTests {
    private func entry(_ number: Int, at seconds: Int64, state: String = "opened") -> IncidentEntry
    {
        IncidentEntry(
            id: "incident-\(number)",
            time: Timestamp(nanoseconds: seconds * 1_000_000_000),
            kind: "open-relay",
            state: state,
            server: "192.0.2.25",
            json: #"{"n":\#(number)}"#,
            memory: Data([UInt8(truncatingIfNeeded: number)])
        )
    }

    @Test("an incident takes the place of what was said of it before; the oldest go first")
    func incidents() throws {
        var limits = StoreLimits()
        limits.incidents = 3
        let store = try Store.inMemory(limits: limits)
        defer { store.close() }
        var batch = Batch()
        batch.incidents = [entry(1, at: 10), entry(2, at: 20), entry(1, at: 30, state: "grown")]
        #expect(!batch.isEmpty)
        try store.commit(batch)
        #expect(try store.incidents().map(\.id) == ["incident-2", "incident-1"])
        #expect(try store.incident(named: "incident-1") == entry(1, at: 30, state: "grown"))
        #expect(try store.incident(named: "incident-9") == nil)
        batch.incidents = [entry(3, at: 40), entry(4, at: 50, state: "closed")]
        try store.commit(batch)
        #expect(try store.incidentNames(limit: 9) == ["incident-4", "incident-3", "incident-1"])
        #expect(try store.incidents(since: Timestamp(nanoseconds: 40_000_000_000)).count == 2)
        #expect(try store.incidents(limit: 1).map(\.isClosed) == [true])
    }

    @Test("a note takes the place of one of its kind; a mute ends by itself")
    func notes() throws {
        let store = try Store.inMemory()
        defer { store.close() }
        func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }
        let mute = Note(
            id: "a",
            kind: .muted,
            time: at(1),
            words: "a test",
            until: at(10),
            rule: "relay.open",
            server: "192.0.2.25"
        )
        try store.keep(mute)
        try store.keep(Note(id: "a", kind: .acknowledged, time: at(2), words: "seen"))
        try store.keep(Note(id: "a", kind: .acknowledged, time: at(3), words: "done"))
        #expect(try store.notes().map(\.words) == ["a test", "done"])
        #expect(try store.notes().first == mute)
        #expect(mute.isMute(at: at(9)) && !mute.isMute(at: at(10)))
    }
}
