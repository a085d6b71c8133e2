public import TapWire

/// An alert as the history keeps it.
public struct AlertEntry: Hashable, Sendable {
    /// Its place in the history; 0 until it is stored.
    public var number: Int64
    /// The alert's name.
    public var id: String
    /// The time of the frame that fired the rule.
    public var time: Timestamp
    /// The rule's id.
    public var rule: String
    /// 1 high, 2 medium, 3 low.
    public var severity: Int
    /// One line: what happened to whom.
    public var signature: String
    /// The server, as address and port.
    public var server: String
    /// The client, as address and port.
    public var client: String
    /// The first frame of the proof.
    public var firstSequence: UInt64
    /// The last frame of the proof.
    public var lastSequence: UInt64
    /// The alert as an EVE event.
    public var json: String

    /// Creates an entry.
    public init(
        number: Int64 = 0,
        id: String,
        time: Timestamp,
        rule: String,
        severity: Int,
        signature: String,
        server: String,
        client: String,
        firstSequence: UInt64,
        lastSequence: UInt64,
        json: String
    ) {
        self.number = number
        self.id = id
        self.time = time
        self.rule = rule
        self.severity = severity
        self.signature = signature
        self.server = server
        self.client = client
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.json = json
    }
}

/// An observed event as the history keeps it.
public struct EventEntry: Hashable, Sendable {
    /// Its place in the history; 0 until it is stored.
    public var number: Int64
    /// The time of the frame that completed the event.
    public var time: Timestamp
    /// The EVE `event_type`.
    public var type: String
    /// The event as an EVE event.
    public var json: String

    /// Creates an entry.
    public init(number: Int64 = 0, time: Timestamp, type: String, json: String) {
        self.number = number
        self.time = time
        self.type = type
        self.json = json
    }
}

/// Which part of the history is asked for.
public struct HistoryQuery: Hashable, Sendable {
    /// Nothing before this time; nil for no bound.
    public var since: Timestamp?
    /// Nothing from this time on; nil for no bound.
    public var until: Timestamp?
    /// Only entries with a higher number: what is new since the last look.
    public var after: Int64?
    /// Only entries with a lower number: what is older than a page before.
    public var before: Int64?
    /// Only events of these types; empty for all, and not looked at for alerts.
    public var types: [String]
    /// The most entries: the newest of those that fit, or the oldest if `after` is set.
    public var limit: Int

    /// Creates a query.
    public init(
        since: Timestamp? = nil,
        until: Timestamp? = nil,
        after: Int64? = nil,
        before: Int64? = nil,
        types: [String] = [],
        limit: Int = 1_000
    ) {
        self.since = since
        self.until = until
        self.after = after
        self.before = before
        self.types = types
        self.limit = limit
    }
}
