import TapWire

/// The words for where a client is.
enum PlaceTexts {
    /// How many countries a sentence names.
    private static let countryLimit = 5

    /// Where the client of an alert is.
    static let whereabouts = Bilingual(
        " Where {client} is, by the tables: {what}.",
        french: " Où se trouve {client}, d'après les tables : {what}."
    )

    /// A place in one: operator, city, country, as far as they are known.
    static func phrase(for place: Place) -> Phrase { .first(of: parts(of: place)) }

    /// What is known of a place, as it stands in brackets behind an address: `Example Telecom`, `AS64496`, `Germany`.
    static func parts(of place: Place?) -> [Phrase] {
        guard let place else { return [] }
        let country =
            place.countryName.map(Phrase.named) ?? place.country.map { .plain($0.description) }
        let parts = [
            place.operator?.name.map { .wire($0, limit: 80) },
            place.operator?.number.map { .plain("AS\($0)") },
            place.city.map(Phrase.named),
            country,
        ].compactMap(\.self)
        guard parts.isEmpty, let point = place.point else { return parts }
        return [.plain("\(point.latitude), \(point.longitude)")]
    }

    /// From how many countries an incident's clients came, and the most common few; nil if none is known.
    static func origins(_ tally: IncidentTally) -> Phrase? {
        let countries = tally.countries
        guard countries.count > 0, tally.clients > 1 else { return nil }
        let named = countries.mostCommon(countryLimit).map { entry in
            Phrase.plain("\(entry.country) \(entry.clients)")
        }
        return .text(
            Bilingual(
                "They came from {countries}: {what}.",
                french: "Ils venaient de {countries} : {what}."
            ),
            [
                .countries: self.countries(countries.count),
                .what: .list(named, total: countries.count),
            ]
        )
    }

    /// The first few of countries, by their letters.
    static func codes(_ countries: [CountryCode]) -> Phrase {
        .first(of: countries.map { .plain($0.description) })
    }

    /// `1 country`, `7 countries`.
    static func countries(_ count: Int) -> Phrase {
        .text(
            count == 1
                ? Bilingual("{count} country", french: "{count} pays")
                : Bilingual("{count} countries", french: "{count} pays"),
            [.count: .count(count)]
        )
    }
}
