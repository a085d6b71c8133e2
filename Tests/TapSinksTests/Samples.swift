import Foundation
import Synchronization
import TapFlow
import TapObserve
import TapSinks
import TapStore
import TapWire

/// An event of a plug-in that knows nothing of sinks.
struct SampleEvent: ObservedEvent {
    var eventType = "smtp"
    var client = Side.a
    var from = "<>"
    var weight = 1.5

    private enum CodingKeys: String, CodingKey {
        case transaction = "tx_id"
        case smtp
        case source = "src_ip"
    }

    private enum EnvelopeKeys: String, CodingKey {
        case from = "mail_from"
        case code = "mail_code"
        case weight
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(0, forKey: .transaction)
        // A plug-in cannot overwrite what every event has.
        try container.encode("forged", forKey: .source)
        var smtp = container.nestedContainer(keyedBy: EnvelopeKeys.self, forKey: .smtp)
        try smtp.encode(from, forKey: .from)
        try smtp.encodeNil(forKey: .code)
        try smtp.encode(weight, forKey: .weight)
    }
}

extension Flow {
    /// 203.0.113.9 opened a connection to 192.0.2.25.
    static let sample = Flow(
        id: FlowID(rawValue: 123_456_789_012),
        a: Endpoint(address: IPAddress(v4: 0xCB00_7109), port: 40_000),
        b: Endpoint(address: IPAddress(v4: 0xC000_0219), port: 25),
        ingressA: PortIndex(rawValue: 0),
        ingressB: PortIndex(rawValue: 1),
        opened: Timestamp(nanoseconds: 1_795_435_199_000_000_000),
        firstSequence: 100
    )
}

extension EventContext {
    /// 2026-11-23, noon, UTC.
    static func sample(_ flow: Flow = .sample) -> EventContext {
        EventContext(
            flow: flow,
            moment: Moment(
                time: Timestamp(nanoseconds: 1_795_435_200_000_001_999),
                sequence: 160
            ),
            firstSequence: 123
        )
    }
}

extension Alert {
    /// An alert of the rule `relay.open`.
    static func sample(
        id: String = "20261123T120000Z-000001",
        signature: String =
            "Open relay: mail.example.org accepted mail from a stranger for a stranger",
        why: String = "203.0.113.9 has not logged in.",
        facts: [Fact] = [
            Fact(name: "from", value: "<>"), Fact(name: "to", value: "<a@example.net>"),
        ],
        cause: SampleEvent = SampleEvent()
    ) -> Alert {
        Alert(
            id: id,
            rule: RuleIdentity(
                id: "relay.open",
                signatureID: 9_100_001,
                category: "Mail relay abuse"
            ),
            severity: .high,
            signature: signature,
            why: why,
            advice: "Close it.",
            confidence: 0.99,
            context: .sample(),
            cause: cause,
            facts: facts
        )
    }
}

extension SyslogMessage {
    /// The message of `alert` from a tap of this test.
    static func sample(_ alert: Alert = .sample(), host: String = "tap.example.org")
        -> SyslogMessage
    {
        SyslogMessage(alert, facility: .local4, hostName: host, processID: 42)
    }
}

/// The time in tests.
@Sendable func noon() -> Timestamp { EventContext.sample().moment.time }

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory.path + "/tapsinks-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` in the folder.
    func file(_ name: String) -> String { path + "/" + name }

    /// What stands in the file called `name`.
    func text(_ name: String) throws -> String {
        try String(contentsOfFile: file(name), encoding: .utf8)
    }

    /// The whole lines of the file called `name`.
    func lines(_ name: String) throws -> [String] {
        try text(name).split(separator: "\n").map(String.init)
    }
}

/// Runs a program and returns whether it succeeded.
func run(_ program: String, _ arguments: String...) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
}

extension Store {
    /// Puts one entry for each of `texts` into the outbox of `sink`.
    func put(_ texts: [String], for sink: String) throws {
        var batch = Batch()
        for text in texts {
            batch.outgoing.append(
                OutboxEntry(sink: sink, rank: .alert, made: noon(), payload: Data(text.utf8))
            )
        }
        try commit(batch)
    }

    /// The ledger of `sink`.
    func ledger(_ sink: String) throws -> OutboxLedger? { try outboxes().first { $0.sink == sink } }

    /// Entries that wait for `sink`.
    func items(_ sink: String) async throws -> [OutboxItem] {
        try await pending(for: sink, upTo: OutboxLimit(items: 10_000, octets: 1 << 26))
    }
}

/// The condition did not come true, however often it was looked at.
struct NeverHappened: Error {}

/// Waits until `condition` holds.
///
/// What is given up after is a number of looks, not a time: where hundreds of tests share two threads, each step of what
/// is waited for waits its turn among them, and so does each look.
func until(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<50_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(2))
    }
    throw NeverHappened()
}

/// A clock by which nobody wakes before it is let go.
final class HeldClock: Clock {
    private let state = Mutex((sleepers: 0, isHeld: true))

    /// How many sleeps were begun.
    var sleepers: Int { state.withLock { $0.sleepers } }
    var now: ContinuousClock.Instant { .now }
    var minimumResolution: Duration { .zero }

    /// Ends all sleeps, also those that are still to come.
    func letGo() { state.withLock { $0.isHeld = false } }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        state.withLock { $0.sleepers += 1 }
        while state.withLock({ $0.isHeld }) { try await Task.sleep(for: .milliseconds(2)) }
    }
}
