/// An anomaly in EVE's words.
struct SMTPAnomalyRecord: Encodable {
    private let anomaly: SMTPAnomaly

    init(_ anomaly: SMTPAnomaly) { self.anomaly = anomaly }

    private enum Key: String, CodingKey {
        case event, terminator, commands, octets, code, reply, helo, server, incomplete
        case messageOctets = "data_bytes"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(anomaly.kind, forKey: .event)
        try container.encodeIfPresent(anomaly.messageOctets, forKey: .messageOctets)
        if !anomaly.terminator.isEmpty {
            try container.encode(anomaly.escapedTerminator, forKey: .terminator)
        }
        try container.encode(anomaly.verbs, forKey: .commands)
        try container.encode(anomaly.octets, forKey: .octets)
        try container.encode(anomaly.code, forKey: .code)
        if !anomaly.text.isEmpty { try container.encode(anomaly.text, forKey: .reply) }
        try container.encodeIfPresent(anomaly.helo, forKey: .helo)
        try container.encodeIfPresent(anomaly.serverName, forKey: .server)
        try container.encode(anomaly.isIncomplete, forKey: .incomplete)
    }
}
