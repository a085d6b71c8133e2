import TapFlow
public import TapObserve
public import TapWire

/// That an incident was opened, has grown, changed its class, gone quiet, was fixed or is over.
public struct IncidentEvent: ObservedEvent {
    /// The incident as it stands now.
    public let incident: Incident
    /// When it came to that.
    public let time: Timestamp
    /// One line: the verdict.
    public let verdict: String
    /// What is known, in sentences.
    public let why: String
    /// What to do next.
    public let advice: String

    init(_ change: IncidentChange, narrator: RelayNarrator) {
        incident = change.incident
        time = change.time
        (verdict, why, advice) = narrator.words(of: change.incident)
    }

    /// The EVE `event_type`: `incident`.
    public var eventType: String { "incident" }

    /// The first frame of its latest event.
    public var firstSequence: UInt64? { incident.context.firstSequence }
}

extension IncidentEvent {
    private enum TopLevel: String, CodingKey { case incident }

    private enum Key: String, CodingKey {
        case id, state, server, subject, since, last, counts, rules, severity, confidence
        case verdict, why, advice
        case kind = "class"
        case earlierKind = "earlier_class"
        case serverName = "server_name"
        case queueIDs = "queue_ids"
    }

    private enum CountKey: String, CodingKey {
        case events, messages, recipients, octets, clients, senders, domains
    }

    /// Encodes `{"incident":{...}}`: only the keys that are the event's own.
    public func encode(to encoder: any Encoder) throws {
        var top = encoder.container(keyedBy: TopLevel.self)
        var container = top.nestedContainer(keyedBy: Key.self, forKey: .incident)
        try container.encode(incident.id, forKey: .id)
        try container.encode(incident.kind, forKey: .kind)
        try container.encodeIfPresent(incident.earlierKind, forKey: .earlierKind)
        try container.encode(incident.state, forKey: .state)
        try container.encode(incident.server.description, forKey: .server)
        try container.encodeIfPresent(incident.serverName, forKey: .serverName)
        if !incident.subject.isEmpty { try container.encode(incident.subject, forKey: .subject) }
        try container.encode(incident.since.rfc3339, forKey: .since)
        try container.encode(incident.last.rfc3339, forKey: .last)
        try encode(
            incident.tally,
            to: container.nestedContainer(keyedBy: CountKey.self, forKey: .counts)
        )
        try container.encode(incident.rules.map(\.rule), forKey: .rules)
        try container.encode(incident.severity.eveNumber, forKey: .severity)
        try container.encode(incident.confidence, forKey: .confidence)
        if !incident.queueIDs.isEmpty {
            try container.encode(incident.queueIDs, forKey: .queueIDs)
        }
        try container.encode(verdict, forKey: .verdict)
        try container.encode(why, forKey: .why)
        try container.encode(advice, forKey: .advice)
    }

    private func encode(
        _ tally: IncidentTally,
        to container: KeyedEncodingContainer<CountKey>
    ) throws {
        var container = container
        try container.encode(tally.events, forKey: .events)
        try container.encode(tally.messages, forKey: .messages)
        try container.encode(tally.recipients, forKey: .recipients)
        try container.encode(tally.octets, forKey: .octets)
        try container.encode(tally.clients, forKey: .clients)
        try container.encode(tally.senders, forKey: .senders)
        try container.encode(tally.domains, forKey: .domains)
    }
}
