import Foundation
import TapStore
import TapWire

/// A time, by its seconds.
func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

/// An entry whose payload is `text`.
func entry(_ sink: String, _ text: String, rank: OutboxRank = .event) -> OutboxEntry {
    OutboxEntry(sink: sink, rank: rank, made: at(1), payload: Data(text.utf8))
}

/// A batch of entries.
func batch(_ entries: OutboxEntry...) -> Batch {
    var batch = Batch()
    batch.outgoing = entries
    return batch
}

/// An alert at `seconds`.
func alert(_ id: String, at seconds: Int64) -> AlertEntry {
    AlertEntry(
        id: id,
        time: at(seconds),
        rule: "relay.open",
        severity: 1,
        signature: "Open relay: mail.example.org",
        server: "192.0.2.25:25",
        client: "203.0.113.9:40000",
        firstSequence: 12,
        lastSequence: .max,
        json: #"{"id":"\#(id)"}"#
    )
}

extension Store {
    /// The payloads that wait for `sink`, as text.
    func texts(_ sink: String, upTo items: Int = 1_000) async throws -> [String] {
        try await pending(for: sink, upTo: OutboxLimit(items: items, octets: 1 << 20))
            .map { String(decoding: $0.payload, as: UTF8.self) }
    }

    /// The ledger of `sink`.
    func ledger(_ sink: String) throws -> OutboxLedger? { try outboxes().first { $0.sink == sink } }
}

/// The same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}
