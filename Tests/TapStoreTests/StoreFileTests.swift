import Foundation
import TapStore
import TapWire
import Testing

@Suite("Store file")
struct StoreFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("What was committed is there after the process died without closing the store")
    func survivesDeath() async throws {
        let path = folder.file("deep/er/hubtap.sqlite")
        let first = try Store(path: path)
        var whole = batch(entry("a", "1"))
        whole.alerts = [alert("one", at: 1)]
        whole.checkpoint = Checkpoint(ring: [7], resumeSequence: 1, throughSequence: 2)
        try first.commit(whole)
        // The first store stays open: nothing was flushed by an orderly end.
        let second = try Store(path: path)
        #expect(try await second.texts("a") == ["1"])
        #expect(try second.alerts().map(\.id) == ["one"])
        #expect(try second.checkpoint(ofRing: [7])?.throughSequence == 2)
        withExtendedLifetime(first) {}
    }

    @Test("Only the owner and the group may read it")
    func permissions() throws {
        let path = folder.file("hubtap.sqlite")
        let store = try Store(path: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
        store.close()
    }

    @Test("Another process reads while one writes")
    func reader() throws {
        let path = folder.file("hubtap.sqlite")
        #expect(throws: StoreError(code: .missing, path: path, detail: "no such file")) {
            try Store(reading: path)
        }
        let writer = try Store(path: path)
        let reader = try Store(reading: path)
        var batch = Batch()
        batch.alerts = [alert("one", at: 1)]
        try writer.commit(batch)
        #expect(try reader.alerts().map(\.id) == ["one"])
        #expect(code { try reader.commit(batch) } == .notWritable)
        writer.close()
        reader.close()
        #expect(try Store(reading: path).alerts().count == 1)
    }

    @Test("Numbers of entries are never used twice")
    func numbers() async throws {
        let path = folder.file("hubtap.sqlite")
        let all = OutboxLimit(items: 9, octets: 99)
        let first = try Store(path: path)
        try first.commit(batch(entry("a", "1"), entry("a", "2")))
        let before = try await first.pending(for: "a", upTo: all)
        try await first.acknowledge(before, of: "a")
        first.close()
        let second = try Store(path: path)
        try second.commit(batch(entry("a", "3")))
        let after = try await second.pending(for: "a", upTo: all)
        #expect(try #require(after.first).id > #require(before.last).id)
    }

    @Test("A folder that cannot be made")
    func notWritable() throws {
        let path = folder.file("file")
        try Data("text".utf8).write(to: URL(fileURLWithPath: path))
        let error = failure { try Store(path: path + "/hubtap.sqlite") }
        #expect(error?.code == .notWritable)
        #expect(error?.description.contains(path + "/hubtap.sqlite") == true)
        #expect(error?.description.contains("right to write") == true)
        #expect(code { try Store(path: folder.path) } == .notWritable)
    }

    @Test("A file that is something else is refused and left as it is")
    func notADatabase() throws {
        let path = folder.file("notes.txt")
        let text = Data(String(repeating: "not a database at all. ", count: 200).utf8)
        try text.write(to: URL(fileURLWithPath: path))
        #expect(code { try Store(path: path) } == .notADatabase)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
    }

    @Test("A database of another program is refused")
    func foreignDatabase() throws {
        let path = try closedStore { $0.replaceSubrange(68..<72, with: [0, 0, 0, 1]) }
        let error = failure { try Store(path: path) }
        #expect(error?.code == .notADatabase)
        #expect(error?.isRetryable == false)
        #expect(code { try Store(reading: path) } == .notADatabase)
    }

    @Test("A store of a newer version is refused, by name")
    func newerSchema() throws {
        let path = try closedStore { file in
            while let range = file.range(of: Data("v1".utf8)) {
                file.replaceSubrange(range, with: Data("v9".utf8))
            }
        }
        let error = failure { try Store(path: path) }
        #expect(error?.code == .newerSchema)
        #expect(error?.description.contains("v9") == true)
        #expect(code { try Store(reading: path) } == .newerSchema)
    }

    @Test("A damaged store is refused")
    func damaged() throws {
        let path = try closedStore { file in
            for index in file.indices.dropFirst(100) { file[index] = 0xA5 }
        }
        #expect(code { try Store(path: path) } == .damaged)
    }

    @Test(
        "A full disk: the batch is refused whole, nothing stored before is lost, and room helps",
        .enabled(if: ProcessInfo.processInfo.userName == "root", "mounting a small disk takes root")
    )
    func diskFull() async throws {
        try #require(try run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path))
        defer { _ = try? run("umount", "--lazy", folder.path) }
        let store = try Store(path: folder.file("hubtap.sqlite"))
        defer { store.close() }
        let text = String(repeating: "x", count: 20_000)
        var stored = 0
        var refusal: StoreError?
        while refusal == nil, stored < 200 {
            refusal = failure { try store.commit(batch(entry("a", "\(stored)"), entry("a", text))) }
            if refusal == nil { stored += 1 }
        }
        #expect(refusal?.code == .diskFull)
        #expect(refusal?.isRetryable == true)
        #expect(try store.ledger("a")?.pending == UInt64(stored * 2))
        #expect(try await store.texts("a", upTo: 1) == ["0"])
        try #require(try run("mount", "-o", "remount,size=8m", folder.path))
        try store.commit(batch(entry("a", "\(stored)"), entry("a", text)))
        let all = OutboxLimit(items: 1_000, octets: 1 << 24)
        let texts = try await store.pending(for: "a", upTo: all).filter { $0.payload.count < 100 }
        let expected = (0...stored).map { Data("\($0)".utf8) }
        #expect(texts.map(\.payload) == expected)
    }

    /// A store that was closed and then changed by hand.
    private func closedStore(_ change: (inout Data) -> Void) throws -> String {
        let path = folder.file("hubtap.sqlite")
        try Store(path: path).close()
        var file = try Data(contentsOf: URL(fileURLWithPath: path))
        change(&file)
        try file.write(to: URL(fileURLWithPath: path))
        return path
    }

    private func failure(_ body: () throws -> some Any) -> StoreError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? StoreError
        }
    }

    private func code(_ body: () throws -> some Any) -> StoreError.Code? { failure(body)?.code }
}
