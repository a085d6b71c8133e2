import Foundation
import Synchronization
import TapSinks
import TapStore
import TapTesting
import Testing

/// A sink that fails as it is told.
private final class ScriptedSink: Sink {
    let name: String
    let limit = OutboxLimit(items: 5, octets: 1 << 20)
    private let state = Mutex(State())
    /// What becomes of a batch with so many items; nil for success.
    private let script: @Sendable (Int) -> SinkError?

    private struct State {
        var delivered: [String] = []
        var calls = 0
        var isClosed = false
    }

    init(_ name: String, script: @escaping @Sendable (Int) -> SinkError? = { _ in nil }) {
        self.name = name
        self.script = script
    }

    var delivered: [String] { state.withLock { $0.delivered } }
    var calls: Int { state.withLock { $0.calls } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func deliver(_ batch: [OutboxItem]) async throws(SinkError) {
        let failure = script(batch.count)
        let texts = batch.prefix(failure?.deliveredCount ?? batch.count)
            .map { String(decoding: $0.payload, as: UTF8.self) }
        state.withLock { state in
            state.calls += 1
            state.delivered += texts
        }
        if let failure { throw failure }
    }

    func close() async { state.withLock { $0.isClosed = true } }
}

/// A sink that does not come back before it is cancelled.
private struct HangingSink: Sink {
    let name = "hangs"
    let limit = OutboxLimit(items: 5, octets: 1 << 20)

    func deliver(_ batch: [OutboxItem]) async throws(SinkError) {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
        throw SinkError(code: .cancelled, destination: name, detail: "stopping")
    }

    func close() async {}
}

@Suite("Sink runner", .timeLimit(.minutes(20)))
struct SinkRunnerTests {
    private let hasty = BackOff(first: .milliseconds(1), longest: .milliseconds(2))

    private func down(_ count: Int = 0, code: SinkError.Code = .unreachable) -> SinkError {
        SinkError(code: code, destination: "test", detail: "told to", deliveredCount: count)
    }

    @Test("Whatever fails, every entry is delivered once and in order", arguments: 0..<10)
    func order(seed: UInt64) async throws {
        let random = Mutex(SplitMix64(seed: seed))
        let sink = ScriptedSink("a") { [self] count in
            random.withLock { random in
                guard Bool.random(using: &random) else { return nil }
                return down(Int.random(in: 0...count, using: &random))
            }
        }
        let store = try Store.inMemory()
        let runner = SinkRunner(sink: sink, store: store, backOff: hasty, now: noon)
        let task = Task { await runner.run() }
        let texts = (0..<60).map { "\($0)" }
        for start in stride(from: 0, to: 60, by: 6) {
            try store.put(Array(texts[start..<start + 6]), for: "a")
        }
        try await until { try store.ledger("a")?.pending == 0 }
        #expect(sink.delivered == texts)
        let ledger = try #require(try store.ledger("a"))
        #expect(ledger.isBalanced && ledger.delivered == 60)
        task.cancel()
        await task.value
        #expect(sink.isClosed)
    }

    @Test("What a destination will never take is dropped and counted, the rest goes on")
    func refused() async throws {
        let failures = Mutex([down(1, code: .refused), down(0, code: .refused)])
        let sink = ScriptedSink("a") { _ in
            failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        let store = try Store.inMemory()
        try store.put(["1", "2", "3", "4"], for: "a")
        let runner = SinkRunner(sink: sink, store: store, backOff: hasty, now: noon)
        runner.finish()
        await runner.run()
        #expect(sink.delivered == ["1", "4"])
        let ledger = try #require(try store.ledger("a"))
        #expect(ledger.dropped == [.refused: 2])
        #expect(ledger.isBalanced)
    }

    @Test("A sink that hangs holds back no other, and is left behind when asked to stop")
    func isolation() async throws {
        let store = try Store.inMemory()
        let sink = ScriptedSink("a")
        let runners = [
            SinkRunner(sink: HangingSink(), store: store, now: noon),
            SinkRunner(sink: sink, store: store, now: noon),
        ]
        let task = Task {
            await withTaskGroup { group in
                for runner in runners { group.addTask { await runner.run() } }
            }
        }
        for text in ["1", "2", "3"] {
            try store.put([text], for: "hangs")
            try store.put([text], for: "a")
        }
        try await until { sink.delivered == ["1", "2", "3"] }
        #expect(try store.ledger("hangs")?.pending == 3)
        task.cancel()
        await task.value
    }

    @Test("Trouble is told while it lasts")
    func trouble() async throws {
        let isDown = Mutex(true)
        let sink = ScriptedSink("a") { [self] _ in isDown.withLock { $0 } ? down() : nil }
        let store = try Store.inMemory()
        try store.put(["1"], for: "a")
        let runner = SinkRunner(sink: sink, store: store, backOff: hasty, now: noon)
        let task = Task { await runner.run() }
        try await until { try store.ledger("a")?.trouble != nil }
        #expect(runner.trouble == "test: cannot be reached (told to)")
        #expect(try store.ledger("a")?.troubleSince == noon())
        isDown.withLock { $0 = false }
        try await until { try store.ledger("a")?.pending == 0 }
        try await until { try store.ledger("a")?.trouble == nil }
        #expect(runner.trouble == nil)
        task.cancel()
        await task.value
    }

    @Test("Asked to finish, it delivers what it can and does not wait for what it cannot")
    func finish() async throws {
        let store = try Store.inMemory()
        try store.put((0..<20).map { "\($0)" }, for: "a")
        let good = ScriptedSink("a")
        let runner = SinkRunner(sink: good, store: store, now: noon)
        let task = Task { await runner.run() }
        runner.finish()
        await task.value
        #expect(good.delivered.count == 20)

        try store.put(["x"], for: "b")
        let slow = BackOff(first: .seconds(3_600), longest: .seconds(3_600))
        let bad = ScriptedSink("b") { [self] _ in down() }
        let failing = SinkRunner(sink: bad, store: store, backOff: slow, now: noon)
        let second = Task { await failing.run() }
        try await until { bad.calls > 0 }
        failing.finish()
        await second.value
        #expect(bad.isClosed)
        #expect(try store.ledger("b")?.pending == 1)
    }

    @Test("Waits double up to a bound, and begin again after a success")
    func backOff() {
        var backOff = BackOff(first: .seconds(1), longest: .seconds(5))
        let waits = (0..<5).map { _ in backOff.failed() }
        #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
        backOff.reset()
        #expect(backOff.failed() == .seconds(1))
    }
}
