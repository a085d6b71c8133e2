import TapStore
import TapWire

extension StatsReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case plane, ports, ring, observers, streams, sinks, evidence
    }

    /// Writes the `hub` object of a `stats` event.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(plane, forKey: .plane)
        try container.encode(ports, forKey: .ports)
        try container.encode(ring, forKey: .ring)
        try container.encode(observers, forKey: .observers)
        try container.encodeIfPresent(streams, forKey: .streams)
        try container.encode(sinks.map(SinkLine.init), forKey: .sinks)
        try container.encodeIfPresent(evidence, forKey: .evidence)
    }
}

extension StatsReport.Ring: Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, size, used
        case held = "held_frames"
        case firstSequence = "first_sequence"
        case nextSequence = "next_sequence"
        case oldest, newest, sync
        case span = "span_seconds"
    }

    /// Writes the ring's line, times in RFC 3339.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(size, forKey: .size)
        try container.encode(used, forKey: .used)
        try container.encode(held, forKey: .held)
        try container.encode(sync, forKey: .sync)
        try container.encode(firstSequence, forKey: .firstSequence)
        try container.encode(nextSequence, forKey: .nextSequence)
        try container.encode(oldest?.rfc3339, forKey: .oldest)
        try container.encode(newest?.rfc3339, forKey: .newest)
        guard let oldest, let newest else { return try container.encode(0, forKey: .span) }
        try container.encode(newest.duration(since: oldest).components.seconds, forKey: .span)
    }
}

extension StatsReport.Ring.Sync: Encodable {
    private enum CodingKeys: String, CodingKey {
        case interval = "interval_ms"
        case synced, failures
    }

    /// Writes how far the ring is written out, the time in RFC 3339.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Int(interval / .milliseconds(1)), forKey: .interval)
        try container.encode(synced?.rfc3339, forKey: .synced)
        try container.encode(failures, forKey: .failures)
    }
}

/// The outbox of a sink, as counters.
private struct SinkLine: Encodable {
    var name: String
    var queued: UInt64
    var delivered: UInt64
    var pending: UInt64
    var dropped: [String: UInt64]
    var trouble: String?
    var troubleSince: String?

    private enum CodingKeys: String, CodingKey {
        case name, queued, delivered, pending, dropped, trouble
        case troubleSince = "trouble_since"
    }

    init(_ ledger: OutboxLedger) {
        name = ledger.sink
        queued = ledger.queued
        delivered = ledger.delivered
        pending = ledger.pending
        dropped = [:]
        for cause in OutboxLoss.allCases { dropped[cause.name] = ledger.dropped[cause] ?? 0 }
        trouble = ledger.trouble
        troubleSince = ledger.troubleSince?.rfc3339
    }
}
