import TapWire

/// What a message's header says, in EVE's words.
struct MessageRecord: Encodable {
    private let facts: MessageFacts

    init(_ facts: MessageFacts) { self.facts = facts }

    private enum Key: String, CodingKey {
        case identifier = "id"
        case date, subject, list, received, hops, incomplete
        case listIdentifier = "list_id"
        case autoSubmitted = "auto_submitted"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(facts.identifier, forKey: .identifier)
        try container.encode(facts.date, forKey: .date)
        try container.encodeIfPresent(facts.subject, forKey: .subject)
        try container.encodeIfPresent(facts.autoSubmitted, forKey: .autoSubmitted)
        try container.encodeIfPresent(facts.listIdentifier, forKey: .listIdentifier)
        if facts.isFromList { try container.encode(true, forKey: .list) }
        try container.encode(facts.hopCount, forKey: .hops)
        if !facts.hops.isEmpty {
            try container.encode(facts.hops.map { HopRecord(hop: $0) }, forKey: .received)
        }
        if facts.isCut { try container.encode(true, forKey: .incomplete) }
    }
}

/// A Received field, in EVE's words.
private struct HopRecord: Encodable {
    let hop: MessageHop

    private enum Key: String, CodingKey {
        case from, by
        case identifier = "id"
        case address = "ip"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(hop.from, forKey: .from)
        try container.encodeIfPresent(hop.address?.description, forKey: .address)
        try container.encodeIfPresent(hop.by, forKey: .by)
        try container.encodeIfPresent(hop.identifier, forKey: .identifier)
    }
}
