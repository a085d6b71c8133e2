import Foundation
import TapFlow
public import TapObserve
public import TapWire

/// Writes findings and counters as EVE events: one JSON object, in one line.
///
/// The same finding always gives the same octets: keys are sorted and nothing but the finding goes in. Control characters
/// and what turns the reading order round come out escaped, so that a line can be shown on a terminal.
public struct EVEEncoder: Sendable {
    /// The names of the ports, by their indices.
    public var portNames: [String]
    private let json: JSONEncoder

    /// Creates an encoder for events that come from these ports.
    public init(portNames: [String]) {
        self.portNames = portNames
        json = JSONEncoder()
        json.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        json.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinity",
            negativeInfinity: "-infinity",
            nan: "nan"
        )
    }

    /// The line of an event or an alert, without its line end.
    ///
    /// - Throws: What the event's own `encode(to:)` throws.
    public func line(for finding: Finding) throws -> String {
        switch finding {
        case .event(let record): try line(EVEEvent(record, portNames: portNames))
        case .alert(let alert): try line(EVEAlert(alert, portNames: portNames))
        }
    }

    /// The line of the counters, without its line end.
    ///
    /// - Throws: Never for the counters themselves; what JSON encoding throws.
    public func line(for report: StatsReport) throws -> String {
        try line(EVEStats(report: report))
    }

    /// The line that the mirror began to leave things out, leaves out more, or holds everything again.
    ///
    /// - Throws: What JSON encoding throws.
    public func line(for change: SheddingWatch.Change, at time: Timestamp) throws -> String {
        try line(EVEShedding(change: change, time: time))
    }

    /// The line that a file of evidence was written, could not be written, or was deleted for want of room.
    ///
    /// - Throws: What JSON encoding throws.
    public func line(for outcome: EvidenceOutcome) throws -> String {
        try line(EVEEvidence(outcome: outcome))
    }

    private func line(_ value: some Encodable) throws -> String {
        let octets = try json.encode(value)
        let text = String(decoding: octets, as: UTF8.self)
        // Nearly every line is plain ASCII, in which there is nothing to escape.
        guard octets.contains(where: { $0 >= 0x7F }),
            text.unicodeScalars.contains(where: \.mustBeEscaped)
        else { return text }
        return text.unicodeScalars.reduce(into: "") { line, scalar in
            guard scalar.mustBeEscaped else { return line.unicodeScalars.append(scalar) }
            let digits = String(scalar.value, radix: 16)
            line += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }
    }
}

extension Unicode.Scalar {
    /// True for what JSON allows raw in a string but nobody should send to a terminal or a line reader.
    ///
    /// DEL, the C1 controls, line and paragraph separators, marks of reading order, the byte order mark. Outside of
    /// strings JSON has none of them. All are below U+10000.
    fileprivate var mustBeEscaped: Bool {
        switch value {
        case 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}

/// A key of an EVE event.
struct EVEKey: CodingKey, ExpressibleByStringLiteral {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral value: String) { stringValue = value }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// The keys that every event of a connection has.
private struct EVECommon {
    var eventType: String
    var context: EventContext
    var client: Side
    var portNames: [String]

    func encode(to container: inout KeyedEncodingContainer<EVEKey>) throws {
        let flow = context.flow
        let source = flow.endpoint(client)
        let destination = flow.endpoint(client.opposite)
        try container.encode(context.moment.time.rfc3339, forKey: "timestamp")
        try container.encode(eventType, forKey: "event_type")
        // The tap as a whole is no host and no connection.
        guard !context.isOfTap else { return }
        try container.encode(flow.id.rawValue, forKey: "flow_id")
        try container.encode(CommunityID(Conversation(flow)).description, forKey: "community_id")
        if let ingress = flow.ingress(client), portNames.indices.contains(Int(ingress.rawValue)) {
            try container.encode(portNames[Int(ingress.rawValue)], forKey: "in_iface")
        }
        if !flow.vlans.isEmpty { try container.encode(flow.vlans, forKey: "vlan") }
        if let tunnel = flow.tunnel {
            var inner = container.nestedContainer(keyedBy: EVEKey.self, forKey: "tunnel")
            try inner.encode(tunnel.depth, forKey: "depth")
            try inner.encodeIfPresent(tunnel.network, forKey: "vni")
        }
        try container.encode(source.address.description, forKey: "src_ip")
        try container.encode(source.port, forKey: "src_port")
        try container.encode(destination.address.description, forKey: "dest_ip")
        try container.encode(destination.port, forKey: "dest_port")
        try container.encode("TCP", forKey: "proto")
    }

    /// The frames, when the connection was opened, and the port on the server's side: what is needed to judge the event again.
    func encodeFrames(to container: KeyedEncodingContainer<EVEKey>) throws {
        var container = container
        if !context.isOfTap {
            try container.encode(context.flow.opened.rfc3339, forKey: "opened")
        }
        let oddSegments = context.flow.oddSegments
        if oddSegments > 0 { try container.encode(oddSegments, forKey: "odd_segments") }
        let egress = context.flow.ingress(client.opposite).map { Int($0.rawValue) }
        if let egress, portNames.indices.contains(egress) {
            try container.encode(portNames[egress], forKey: "out_iface")
        }
        // Null where a lookup said that there is none.
        if let client = context.clientName {
            try container.encode(client.name, forKey: "client_name")
        }
        try container.encode(context.firstSequence, forKey: "first")
        try container.encode(context.moment.sequence, forKey: "last")
    }
}

/// An observed event with the common keys; those win over equal ones of the event.
private struct EVEEvent: Encodable {
    var record: EventRecord
    var portNames: [String]

    init(_ record: EventRecord, portNames: [String]) {
        self.record = record
        self.portNames = portNames
    }

    func encode(to encoder: any Encoder) throws {
        try record.event.encode(to: encoder)
        var container = encoder.container(keyedBy: EVEKey.self)
        let common = EVECommon(
            eventType: record.event.eventType,
            context: record.context,
            client: record.event.client,
            portNames: portNames
        )
        try common.encode(to: &container)
        try common.encodeFrames(to: container.nestedContainer(keyedBy: EVEKey.self, forKey: "hub"))
    }
}

/// An alert with the common keys and those of its cause.
private struct EVEAlert: Encodable {
    var alert: Alert
    var portNames: [String]

    init(_ alert: Alert, portNames: [String]) {
        self.alert = alert
        self.portNames = portNames
    }

    func encode(to encoder: any Encoder) throws {
        try alert.cause.encode(to: encoder)
        var container = encoder.container(keyedBy: EVEKey.self)
        let common = EVECommon(
            eventType: "alert",
            context: alert.context,
            client: alert.cause.client,
            portNames: portNames
        )
        try common.encode(to: &container)
        try encodeSignature(to: container.nestedContainer(keyedBy: EVEKey.self, forKey: "alert"))
        try encodeFinding(to: container.nestedContainer(keyedBy: EVEKey.self, forKey: "relay"))
    }

    /// What readers of EVE know of an alert.
    private func encodeSignature(to container: KeyedEncodingContainer<EVEKey>) throws {
        var container = container
        try container.encode("allowed", forKey: "action")
        try container.encode(1, forKey: "gid")
        try container.encode(alert.rule.signatureID, forKey: "signature_id")
        try container.encode(alert.rule.revision, forKey: "rev")
        try container.encode(alert.severity.eveNumber, forKey: "severity")
        try container.encode(alert.signature, forKey: "signature")
        try container.encode(alert.rule.category, forKey: "category")
    }

    /// What hubtap knows beyond that.
    private func encodeFinding(to container: KeyedEncodingContainer<EVEKey>) throws {
        var container = container
        try container.encode(alert.rule.id, forKey: "rule")
        try container.encode(alert.id, forKey: "id")
        if !alert.context.isOfTap { try container.encode(alert.server, forKey: "server") }
        // Null where a lookup said that there is none.
        if let client = alert.clientName {
            try container.encode(client.name, forKey: "client_name")
        }
        try container.encode(alert.why, forKey: "why")
        try container.encode(alert.advice, forKey: "advice")
        try container.encode(alert.confidence, forKey: "confidence")
        try container.encodeIfPresent(alert.shedding.map(EVESpell.init), forKey: "shedding")
        try container.encodeIfPresent(alert.evidence, forKey: "evidence")
        try container.encodeIfPresent(alert.incident, forKey: "incident")
        try container.encodeIfPresent(PlaceSummary(alert.clientPlace), forKey: "client_place")
        if alert.isMuted { try container.encode(true, forKey: "muted") }
        var frames = container.nestedContainer(keyedBy: EVEKey.self, forKey: "frames")
        try frames.encode(alert.context.firstSequence, forKey: "first")
        try frames.encode(alert.context.moment.sequence, forKey: "last")
    }
}

/// The counters with the keys that every event has.
private struct EVEStats: Encodable {
    var report: StatsReport

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: EVEKey.self)
        try container.encode(report.time.rfc3339, forKey: "timestamp")
        try container.encode("stats", forKey: "event_type")
        try container.encode(report, forKey: "hub")
    }
}

/// What the mirror leaves out.
private struct EVESpell: Encodable {
    var shedding: Shedding

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: EVEKey.self)
        try container.encode(shedding.level.name, forKey: "level")
        try container.encode(shedding.began.rfc3339, forKey: "since")
        try container.encode(shedding.frames, forKey: "frames")
        try container.encode(shedding.octets, forKey: "bytes")
    }
}

/// A change of what the mirror leaves out.
private struct EVEShedding: Encodable {
    var change: SheddingWatch.Change
    var time: Timestamp

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: EVEKey.self)
        try container.encode(time.rfc3339, forKey: "timestamp")
        try container.encode("hub", forKey: "event_type")
        var hub = container.nestedContainer(keyedBy: EVEKey.self, forKey: "hub")
        let (state, shedding) =
            switch change {
            case .began(let shedding): ("began", shedding)
            case .worsened(let shedding): ("worsened", shedding)
            case .ended(let shedding): ("ended", shedding)
            }
        try EVESpell(shedding: shedding).encode(to: hub.superEncoder(forKey: "shedding"))
        try hub.encode(state, forKey: "state")
    }
}

/// What became of a file of evidence.
private struct EVEEvidence: Encodable {
    var outcome: EvidenceOutcome

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: EVEKey.self)
        try container.encode(outcome.time.rfc3339, forKey: "timestamp")
        try container.encode("hub", forKey: "event_type")
        var hub = container.nestedContainer(keyedBy: EVEKey.self, forKey: "hub")
        var evidence = hub.nestedContainer(keyedBy: EVEKey.self, forKey: "evidence")
        try evidence.encode(outcome.file, forKey: "file")
        switch outcome.kind {
        case .written(let frames, let octets):
            try evidence.encode("written", forKey: "state")
            try evidence.encode(frames, forKey: "frames")
            try evidence.encode(octets, forKey: "bytes")
        case .failed(let reason):
            try evidence.encode("failed", forKey: "state")
            try evidence.encode(reason, forKey: "reason")
        case .deleted: try evidence.encode("deleted", forKey: "state")
        }
    }
}
