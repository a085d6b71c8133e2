extension RelayNarrator {
    /// What to do about an incident, as far as it is known now.
    func advice(on incident: Incident, _ values: TextValues) -> String {
        if let blindness = incident.blindness {
            return words(BlindTexts.advice(blindness.kind), BlindTexts.values(of: blindness))
        }
        if let advice = enteredAdvice(on: incident, values) { return advice }
        guard incident.kind.isRelay else {
            let advice =
                incident.aspect?.advice(for: incident.family) ?? IncidentTexts.advice(on: incident)
            guard incident.kind == .smuggling, incident.aspect?.isOfEnds ?? true else {
                return words(advice, values)
            }
            return words(ProtocolTexts.adviceOddEnd(incident.family), values) + " "
                + words(advice, values)
        }
        let (standing, isPutRight) = (incident.relayStanding, incident.fixedAt != nil)
        let first =
            IncidentTexts.relayAdvice(standing, isPutRight: isPutRight)
            ?? IncidentTexts.advice(on: incident)
        guard !isPutRight else { return words(first, values) }
        let fix =
            standing.isOfOddForm
            ? OnwardTexts.adviceForm(incident.family) : RelayTexts.fix(incident.family)
        return [first, fix].map { words($0, values) }.joined(separator: " ")
            + words(RelayTexts.check, values)
    }

    /// What would refute it.
    func refutation(of incident: Incident) -> Bilingual {
        if incident.kind.isRelay { return IncidentTexts.relayRefutation(incident.relayStanding) }
        return incident.aspect?.refutation
            ?? incident.blindness.map { BlindTexts.refute($0.kind) }
            ?? IncidentTexts.refute(incident.kind)
    }
}
