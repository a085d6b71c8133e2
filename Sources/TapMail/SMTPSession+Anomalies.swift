import TapFlow

/// Telling at once what cannot wait for the end of the connection.
extension SMTPSession {
    /// How many verbs of commands are named.
    private static let namedVerbs = 8

    /// Tells that the server took `end` for the end of a message.
    mutating func tell(_ kind: SMTPAnomaly.Kind, at end: OddEnd, reply: SMTPReply) {
        var anomaly = anomaly(kind, reply: reply)
        anomaly.messageOctets = end.octets
        anomaly.terminator = end.terminator
        anomaly.octets = end.tail.count
        anomaly.verbs = Self.verbs(in: end.tail)
        output.append(.anomaly(anomaly))
    }

    /// Tells that `octets` stood in the clear between STARTTLS and its reply.
    mutating func tellInjection(of octets: [UInt8], reply: SMTPReply) {
        var anomaly = anomaly(.commandsBehindSTARTTLS, reply: reply)
        anomaly.octets = octets.count
        anomaly.verbs = Self.verbs(in: octets)
        output.append(.anomaly(anomaly))
    }

    /// Tells that the server spoke on in the clear where TLS was to begin.
    mutating func tellInjectedReply(_ reply: SMTPReply) {
        output.append(.anomaly(anomaly(.replyBehindSTARTTLS, reply: reply)))
    }

    private func anomaly(_ kind: SMTPAnomaly.Kind, reply: SMTPReply) -> SMTPAnomaly {
        var anomaly = SMTPAnomaly(kind, client: summary.client)
        anomaly.code = reply.code
        anomaly.text = reply.text
        anomaly.helo = summary.helo ?? givenName
        anomaly.serverName = serverName
        anomaly.isIncomplete = summary.gaps > 0 || isMidstream || isHeardFromOneSide
        return anomaly
    }

    /// The verbs of the lines in `octets`; an envelope among them is named even if it comes late.
    private static func verbs(in octets: [UInt8]) -> [String] {
        var verbs: [String] = []
        for line in octets.split(separator: 0x0A) {
            let command = line.last == 0x0D ? line.dropLast() : line
            let verb = SMTPCommand(command).verb?.rawValue ?? "?"
            if verbs.count < namedVerbs {
                verbs.append(verb)
            } else if verb == SMTPVerb.mail.rawValue, !verbs.contains(verb) {
                verbs[namedVerbs - 1] = verb
            }
        }
        return verbs
    }
}
