import Foundation
import TapStore
import TapWire
import Testing

@Suite("Evidence in the store")
struct EvidenceTests {
    private func entry(
        _ alert: String,
        file: String? = nil,
        state: EvidenceEntry.State = .pending
    ) -> EvidenceEntry {
        EvidenceEntry(
            alert: alert,
            file: file ?? alert + ".pcapng",
            ring: [1, 2],
            request: Data([7]),
            state: state,
            reason: state == .failed ? "no room" : nil
        )
    }

    private func batch(_ entries: EvidenceEntry...) -> Batch {
        var batch = Batch()
        batch.evidence = entries
        return batch
    }

    @Test("What was asked for is pending until it is settled, for all alerts of the file")
    func settle() throws {
        let store = try Store.inMemory()
        #expect(!batch(entry("a")).isEmpty)
        try store.commit(batch(entry("a"), entry("b", file: "a.pcapng"), entry("c")))
        try store.commit(batch(entry("d", state: .failed)))
        #expect(try store.pendingEvidence().map(\.alert) == ["a", "b", "c"])
        #expect(try store.evidence(of: "a") == entry("a"))
        #expect(try store.evidence(of: "d")?.reason == "no room")
        #expect(try store.evidence(of: "e") == nil)
        try store.settleEvidence("a.pcapng", as: .written)
        #expect(try store.pendingEvidence().map(\.alert) == ["c"])
        #expect(try store.evidence(of: "b")?.state == .written)
        try store.settleEvidence("a.pcapng", as: .deleted, reason: "old")
        #expect(try store.evidence(of: "a")?.state == .deleted)
        #expect(try store.evidence(of: "a")?.reason == "old")
        #expect(try store.evidence(limit: 2).map(\.alert) == ["c", "d"])
    }

    @Test("An alert that is stored again after a crash has one entry")
    func again() throws {
        let store = try Store.inMemory()
        try store.commit(batch(entry("a")))
        try store.commit(batch(entry("a", state: .failed)))
        #expect(try store.evidence(limit: 9).map(\.state) == [.failed])
    }

    @Test("As many entries are kept as alerts")
    func pruned() throws {
        var limits = StoreLimits()
        limits.alerts = 3
        let store = try Store.inMemory(limits: limits)
        for name in ["a", "b", "c", "d"] { try store.commit(batch(entry(name))) }
        #expect(try store.evidence(limit: 9).map(\.alert) == ["b", "c", "d"])
    }

    @Test("Names next to one that there is not are those of the time about it")
    func near() throws {
        let store = try Store.inMemory()
        var batch = Batch()
        for name in ["1", "2", "4", "5", "6"] { batch.alerts.append(alert(name, at: 1)) }
        try store.commit(batch)
        #expect(try store.alertNames(near: "3", limit: 2) == ["1", "2", "4", "5"])
        #expect(try store.alertNames(near: "9", limit: 1) == ["6"])
    }

    @Test("A store of the version before gets what it lacks, and can be read before that")
    func migration() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("hubtap.sqlite")
        let first = try Store(path: path)
        var whole = Batch()
        whole.alerts = [alert("1", at: 1)]
        try first.commit(whole)
        first.close()
        let undo = """
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1])
            store.execute("DROP TABLE evidence")
            store.execute("DELETE FROM grdb_migrations WHERE identifier = 'v2'")
            store.commit()
            """
        try #require(try run("python3", "-c", undo, path))
        let reader = try Store(reading: path)
        #expect(try reader.evidence(of: "1") == nil)
        #expect(try reader.alerts().map(\.id) == ["1"])
        reader.close()
        let second = try Store(path: path)
        try second.commit(batch(entry("1")))
        #expect(try second.evidence(of: "1")?.file == "1.pcapng")
        #expect(try second.alerts().map(\.id) == ["1"])
        second.close()
    }
}
