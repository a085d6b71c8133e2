import Foundation
import TapSinks
import TapStore
import Testing

@Suite("EVE file")
struct EVEFileSinkTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func sink(_ name: String = "eve.json") -> EVEFileSink {
        EVEFileSink(.file(path: folder.file(name)))
    }

    private func items(_ texts: [String]) -> [OutboxItem] {
        texts.enumerated().map {
            OutboxItem(id: Int64($0.offset + 1), payload: Data($0.element.utf8))
        }
    }

    private func failure(_ sink: EVEFileSink, _ texts: [String]) async -> SinkError? {
        do {
            try await sink.deliver(items(texts))
            return nil
        } catch {
            return error
        }
    }

    @Test("Lines are appended; the file and its folder are made, for owner and group")
    func appends() async throws {
        let sink = sink("deep/er/eve.json")
        try await sink.deliver(items(["{1}", "{2}"]))
        try await sink.deliver(items(["{3}"]))
        #expect(try folder.text("deep/er/eve.json") == "{1}\n{2}\n{3}\n")
        let path = folder.file("deep/er/eve.json")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
        await sink.close()
    }

    @Test(
        "Death at any octet between append and delete: every line once, none torn",
        arguments: 0...21
    )
    func death(survivingOctets: Int) async throws {
        let store = try Store.inMemory()
        let name = sink().name
        try store.put(["{\"old\":0}"], for: name)
        let first = sink()
        try await first.deliver(try await store.items(name))
        try await store.acknowledge(try await store.items(name), of: name)
        let lines = ["{\"a\":1}", "{\"b\":2}", "{}"]
        try store.put(lines, for: name)
        try await first.deliver(try await store.items(name))
        await first.close()
        // The entries were not deleted, and only so much of them reached the disk.
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder.file("eve.json")))
        let old = UInt64("{\"old\":0}\n".utf8.count)
        try handle.truncate(atOffset: min(old + UInt64(survivingOctets), try handle.seekToEnd()))
        try handle.close()
        try store.put(["{\"next\":3}"], for: name)
        let runner = SinkRunner(sink: sink(), store: store, now: noon)
        runner.finish()
        await runner.run()
        #expect(try folder.lines("eve.json") == ["{\"old\":0}"] + lines + ["{\"next\":3}"])
        #expect(try store.ledger(name)?.pending == 0)
    }

    @Test("Equal lines are no reason to leave one out")
    func equalLines() async throws {
        let sink = sink()
        try await sink.deliver(items(["{}", "{}"]))
        try await sink.deliver(items(["{}"]))
        #expect(try folder.text("eve.json") == "{}\n{}\n{}\n")
        await sink.close()
    }

    @Test("What another program wrote stays, ours begins a line of its own")
    func foreignEnd() async throws {
        try Data("a\nno line end".utf8).write(to: URL(fileURLWithPath: folder.file("eve.json")))
        let sink = sink()
        try await sink.deliver(items(["{1}"]))
        #expect(try folder.text("eve.json") == "a\nno line end\n{1}\n")
        await sink.close()
    }

    @Test("Rotation by moving, by removing and by truncating")
    func rotation() async throws {
        let sink = sink()
        let path = folder.file("eve.json")
        try await sink.deliver(items(["{1}"]))
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try await sink.deliver(items(["{2}"]))
        #expect(try folder.text("eve.json.1") == "{1}\n")
        #expect(try folder.text("eve.json") == "{2}\n")
        try FileManager.default.removeItem(atPath: path)
        try await sink.deliver(items(["{3}"]))
        #expect(try folder.text("eve.json") == "{3}\n")
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: 0)
        try handle.close()
        try await sink.deliver(items(["{4}"]))
        #expect(try folder.text("eve.json") == "{4}\n")
        await sink.close()
    }

    @Test("Behind a symbolic link the file is followed, and its rotation seen")
    func symbolicLink() async throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("eve.json"),
            withDestinationPath: "real.json"
        )
        try Data().write(to: URL(fileURLWithPath: folder.file("real.json")))
        let sink = sink()
        try await sink.deliver(items(["{1}"]))
        try FileManager.default.moveItem(
            atPath: folder.file("real.json"),
            toPath: folder.file("real.json.1")
        )
        try Data().write(to: URL(fileURLWithPath: folder.file("real.json")))
        try await sink.deliver(items(["{2}"]))
        #expect(try folder.text("real.json.1") == "{1}\n")
        #expect(try folder.text("real.json") == "{2}\n")
        await sink.close()
    }

    @Test("A device that is full")
    func fullDevice() async {
        let sink = EVEFileSink(.file(path: "/dev/full"))
        let error = await failure(sink, ["{1}"])
        #expect(error?.code == .noSpace)
        #expect(error?.deliveredCount == 0)
        await sink.close()
    }

    @Test("A folder that cannot be made")
    func notWritable() async throws {
        try Data().write(to: URL(fileURLWithPath: folder.file("file")))
        let sink = sink("file/eve.json")
        let error = await failure(sink, ["{1}"])
        #expect(error?.code == .notWritable)
        #expect(error?.isRetryable == true)
        try FileManager.default.removeItem(atPath: folder.file("file"))
        try await sink.deliver(items(["{1}"]))
        #expect(try folder.lines("file/eve.json") == ["{1}"])
        await sink.close()
    }

    @Test(
        "A full disk: what fits stands there whole, the rest follows when there is room",
        .enabled(if: ProcessInfo.processInfo.userName == "root", "mounting a small disk takes root")
    )
    func fullDisk() async throws {
        try #require(try run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path))
        defer { _ = try? run("umount", "--lazy", folder.path) }
        let store = try Store.inMemory()
        let sink = sink()
        let lines = (0..<300).map { "{\($0) \(String(repeating: "x", count: 400 + $0 % 7))}" }
        try store.put(lines, for: sink.name)
        // The next try waits, so that it does not write while the file is looked at.
        let clock = HeldClock()
        let runner = SinkRunner(sink: sink, store: store, clock: clock, now: noon)
        let task = Task { await runner.run() }
        try await until { clock.sleepers > 0 }
        #expect(runner.trouble != nil)
        let text = try folder.text("eve.json")
        #expect(text.hasSuffix("}\n"))
        let there = try folder.lines("eve.json")
        #expect(there == Array(lines.prefix(there.count)) && there.count > 100)
        #expect(try store.ledger(sink.name)?.delivered == UInt64(there.count))
        try #require(try run("mount", "-o", "remount,size=1m", folder.path))
        clock.letGo()
        try await until { try store.ledger(sink.name)?.pending == 0 }
        task.cancel()
        await task.value
        #expect(try folder.lines("eve.json") == lines)
    }
}
