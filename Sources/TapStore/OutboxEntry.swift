public import Foundation
public import TapWire

/// What gives way first when an outbox is full: the last case goes before the first.
public enum OutboxRank: Int, Sendable {
    /// Kept to the last.
    case alert = 0
    /// A transaction, a session.
    case event = 1
    /// Counters: the next ones make up for those that are lost.
    case statistics = 2
}

/// Something to be delivered to a sink.
public struct OutboxEntry: Hashable, Sendable {
    /// The name of the sink.
    public var sink: String
    /// What gives way first.
    public var rank: OutboxRank
    /// When it was made: the time of the frame that caused it.
    public var made: Timestamp
    /// What is delivered, octet for octet.
    public var payload: Data

    /// Creates an entry.
    public init(sink: String, rank: OutboxRank, made: Timestamp, payload: Data) {
        self.sink = sink
        self.rank = rank
        self.made = made
        self.payload = payload
    }
}

/// An entry that waits in a sink's outbox.
public struct OutboxItem: Hashable, Sendable, Identifiable {
    /// Its number: later entries have higher ones, and none is used twice.
    public var id: Int64
    /// What is delivered, octet for octet.
    public var payload: Data

    /// Creates an item.
    public init(id: Int64, payload: Data) {
        self.id = id
        self.payload = payload
    }
}

/// How much a sink takes at a time.
public struct OutboxLimit: Hashable, Sendable {
    /// The most items.
    public var items: Int
    /// The most octets; a single item may have more.
    public var octets: Int

    /// Creates a limit.
    public init(items: Int, octets: Int) {
        self.items = items
        self.octets = octets
    }
}

/// Why an entry left an outbox without being delivered.
public enum OutboxLoss: String, CaseIterable, Sendable {
    /// More entries waited than the outbox may hold.
    case entries
    /// More octets waited than the outbox may hold.
    case octets
    /// The destination said that it will never take the entry.
    case refused

    /// The cause as it stands in `status` and in `stats` events.
    public var name: String {
        switch self {
        case .entries: "outbox_entries"
        case .octets: "outbox_octets"
        case .refused: "refused"
        }
    }
}

/// The ledger of one sink's outbox.
///
/// It balances: `queued == delivered + pending + dropped`.
public struct OutboxLedger: Hashable, Sendable {
    /// The name of the sink.
    public var sink: String
    /// Entries that were put in.
    public var queued: UInt64
    /// Entries that were delivered.
    public var delivered: UInt64
    /// Entries that wait.
    public var pending: UInt64
    /// Octets that wait.
    public var pendingOctets: UInt64
    /// Entries that left undelivered, by cause; causes that never happened are left out.
    public var dropped: [OutboxLoss: UInt64]
    /// Why the last delivery failed; nil if it did not.
    public var trouble: String?
    /// Since when deliveries have been failing.
    public var troubleSince: Timestamp?

    /// Creates a ledger.
    public init(sink: String) {
        self.sink = sink
        queued = 0
        delivered = 0
        pending = 0
        pendingOctets = 0
        dropped = [:]
    }

    /// True if every entry is accounted for.
    public var isBalanced: Bool { queued == delivered &+ pending &+ dropped.values.reduce(0, &+) }
}
