import Foundation
import TapStore
import TapWire
import Testing

@Suite("Outbox")
struct OutboxTests {
    private let all = OutboxLimit(items: 1_000, octets: 1 << 20)

    @Test("Entries come out in the order they went in, each sink its own")
    func order() async throws {
        let store = try Store.inMemory()
        try store.commit(batch(entry("a", "1"), entry("b", "x"), entry("a", "2")))
        try store.commit(batch(entry("a", "3", rank: .alert)))
        #expect(try await store.texts("a") == ["1", "2", "3"])
        #expect(try await store.texts("b") == ["x"])
        #expect(try await store.texts("nobody") == [])
    }

    @Test("A batch keeps to its limits but is never empty")
    func limits() async throws {
        let store = try Store.inMemory()
        try store.commit(batch(entry("a", "12345"), entry("a", "678"), entry("a", "9")))
        #expect(try await store.texts("a", upTo: 2) == ["12345", "678"])
        let narrow = OutboxLimit(items: 9, octets: 4)
        #expect(try await store.pending(for: "a", upTo: narrow).count == 1)
        let exact = OutboxLimit(items: 9, octets: 8)
        #expect(try await store.pending(for: "a", upTo: exact).count == 2)
    }

    @Test("What is acknowledged or discarded is gone and counted, and the ledger balances")
    func ledger() async throws {
        let store = try Store.inMemory()
        try store.commit(
            batch(entry("a", "1"), entry("b", "x"), entry("a", "22"), entry("a", "333"))
        )
        let items = try await store.pending(for: "a", upTo: all)
        try await store.acknowledge(Array(items.prefix(1)), of: "a")
        try await store.discard(items[1], of: "a")
        let ledger = try #require(try store.ledger("a"))
        #expect(ledger.queued == 3 && ledger.delivered == 1 && ledger.pending == 1)
        #expect(ledger.pendingOctets == 3 && ledger.dropped == [.refused: 1])
        #expect(ledger.isBalanced)
        #expect(try store.ledger("b")?.pending == 1)
        try await store.acknowledge(items, of: "a")
        #expect(try store.ledger("a")?.delivered == 2)
        #expect(try await store.texts("b") == ["x"])
    }

    @Test("Too many entries: counters go first, then events, then alerts, the oldest of each first")
    func dropsByRank() async throws {
        var limits = StoreLimits()
        limits.outboxEntries = 3
        let store = try Store.inMemory(limits: limits)
        try store.commit(
            batch(
                entry("a", "alert 1", rank: .alert),
                entry("a", "event 1"),
                entry("a", "stats 1", rank: .statistics),
                entry("a", "event 2"),
                entry("a", "alert 2", rank: .alert)
            )
        )
        #expect(try await store.texts("a") == ["alert 1", "event 2", "alert 2"])
        try store.commit(
            batch(entry("a", "alert 3", rank: .alert), entry("a", "alert 4", rank: .alert))
        )
        #expect(try await store.texts("a") == ["alert 2", "alert 3", "alert 4"])
        let ledger = try #require(try store.ledger("a"))
        #expect(ledger.dropped == [.entries: 4])
        #expect(ledger.isBalanced)
    }

    @Test("Too many octets: as few as needed are dropped, and the cause is named")
    func dropsByOctets() async throws {
        var limits = StoreLimits()
        limits.outboxOctets = 10
        let store = try Store.inMemory(limits: limits)
        try store.commit(batch(entry("a", "12345"), entry("a", "67890"), entry("b", "12345")))
        try store.commit(batch(entry("a", "xyz")))
        #expect(try await store.texts("a") == ["67890", "xyz"])
        #expect(try store.ledger("a")?.dropped == [.octets: 1])
        try store.commit(batch(entry("b", String(repeating: "!", count: 11))))
        #expect(try await store.texts("b") == [])
        #expect(try store.ledger("b")?.isBalanced == true)
    }

    @Test(
        "Whatever happens in whatever order, the outbox is what a list would be",
        arguments: 0..<8
    )
    func model(seed: UInt64) async throws {
        var random = SeededGenerator(state: seed)
        var limits = StoreLimits()
        limits.outboxEntries = 12
        let store = try Store.inMemory(limits: limits)
        var expected: [String] = []
        for step in 0..<60 {
            if Bool.random(using: &random) {
                var batch = Batch()
                for part in 0..<Int.random(in: 1...4, using: &random) {
                    batch.outgoing.append(entry("a", "\(step).\(part)"))
                    expected.append("\(step).\(part)")
                }
                try store.commit(batch)
                expected = expected.suffix(12)
            } else {
                let count = Int.random(in: 1...5, using: &random)
                let items = try await store.pending(
                    for: "a",
                    upTo: OutboxLimit(items: count, octets: 1 << 20)
                )
                try await store.acknowledge(items, of: "a")
                expected = Array(expected.dropFirst(count))
            }
            #expect(try await store.texts("a") == expected)
            #expect(try store.ledger("a")?.isBalanced != false)
        }
    }

    @Test("A commit wakes those who wait for its sinks and nobody else")
    func arrivals() async throws {
        let store = try Store.inMemory()
        var a = store.arrivals(for: "a").makeAsyncIterator()
        var b = store.arrivals(for: "b").makeAsyncIterator()
        try store.commit(batch(entry("a", "1"), entry("a", "2")))
        try store.commit(batch(entry("a", "3")))
        #expect(await a.next() != nil)
        store.close()
        #expect(await a.next() == nil)
        #expect(await b.next() == nil)
    }

    @Test("A delivery is written down although the task that made it was cancelled")
    func cancelledTask() async throws {
        let store = try Store.inMemory()
        try store.commit(batch(entry("a", "1")))
        let items = try await store.pending(for: "a", upTo: all)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await store.acknowledge(items, of: "a")
        }
        task.cancel()
        try await task.value
        #expect(try await store.texts("a") == [])
    }

    @Test("Trouble is kept with the time it began, until it is over")
    func trouble() async throws {
        let store = try Store.inMemory()
        try await store.note(trouble: "down", of: "a", at: at(5))
        try await store.note(trouble: "still down", of: "a", at: at(9))
        #expect(try store.ledger("a")?.trouble == "still down")
        #expect(try store.ledger("a")?.troubleSince == at(5))
        try await store.note(trouble: nil, of: "a", at: at(10))
        #expect(try store.ledger("a")?.troubleSince == nil)
    }

    @Test("A sink that is not configured any more is forgotten with what waits for it")
    func retire() async throws {
        let store = try Store.inMemory()
        try store.commit(batch(entry("a", "1"), entry("b", "2")))
        let retired = try store.openOutboxes(for: ["b", "c"])
        #expect(retired.map(\.sink) == ["a"])
        #expect(retired.first?.pending == 1)
        #expect(try store.outboxes().map(\.sink) == ["b", "c"])
        #expect(try await store.texts("a") == [])
        #expect(try await store.texts("b") == ["2"])
    }
}
