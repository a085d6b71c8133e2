import TapWire

extension RelayNarrator {
    /// The verdict, what is known and what to do next of an incident.
    func words(of incident: Incident) -> (verdict: String, why: String, advice: String) {
        let tally = incident.tally
        let values: [TextTemplate.Slot: Phrase] = [
            .server: incident.serverName.map(Phrase.name) ?? .plain(incident.server.description),
            .serverAddress: .plain(incident.server.description),
            .subject: .wire(incident.subject, limit: 120),
            .count: .count(Int(clamping: tally.events)),
            .since: .time(incident.since),
            .last: .time(incident.last),
            .clients: .count(tally.clients),
            .senders: .count(tally.senders),
            .messages: .count(Int(clamping: tally.messages)),
        ]
        return (
            words(IncidentTexts.verdict(of: incident.kind), values),
            words(IncidentTexts.extent, values)
                + (incident.isKeeping ? words(IncidentTexts.keeping, values) : ""),
            words(IncidentTexts.advice(of: incident.kind), values)
        )
    }
}
