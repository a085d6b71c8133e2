import TapObserve
import TapWire

/// What is told of where clients are.
extension RelayNarrator {
    /// Where the client is that the signal is about; nil if that is not known.
    func place(of signal: Signal, in mail: MailCase) -> Place? {
        guard case .plain(let text)? = signal.values[.client] else { return mail.clientPlace }
        return IPAddress(text).flatMap { mail.place(of: $0) }
    }

    /// Where the client is, if the signal speaks of it.
    func whereabouts(
        _ signal: Signal,
        _ place: Place?,
        _ value: (TextTemplate.Slot) -> Phrase?
    ) -> String {
        let texts = [signal.signature] + signal.why
        guard let place, texts.contains(where: { $0.english.slots.contains(.client) }) else {
            return ""
        }
        return words(PlaceTexts.whereabouts) { slot in
            slot == .what ? PlaceTexts.phrase(for: place) : value(slot)
        }
    }

    /// The dialogues of an incident, with where their clients are; nil if none is known.
    func transcript(of incident: Incident) -> IncidentReport.Transcript? {
        let (first, latest) = (incident.first.transcript, incident.latest.transcript)
        guard !first.isEmpty || !latest.isEmpty else { return nil }
        let isOneText = latest == first
        return IncidentReport.Transcript(
            first: first,
            latest: isOneText ? nil : latest,
            firstPlace: PlaceSummary(incident.first.place),
            latestPlace: isOneText ? nil : PlaceSummary(incident.latest.place)
        )
    }

    /// In which countries the clients of an incident are, the most common first; nil if none is known.
    func countries(of incident: Incident) -> [IncidentReport.CountryCount]? {
        let countries = incident.tally.countries
        guard countries.count > 0 else { return nil }
        return countries.mostCommon(IncidentReport.countryLimit).map {
            IncidentReport.CountryCount(country: $0.country, clients: $0.clients)
        }
    }
}
