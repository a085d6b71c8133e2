/// A unit in which people say how long something takes.
enum DurationUnit: Int64, Hashable, Sendable, CaseIterable {
    case seconds = 1
    case minutes = 60
    case hours = 3_600
    case days = 86_400
}

extension RelayTexts {
    /// How long `duration` is, in whole numbers of the largest unit of which there are two or more.
    static func words(for duration: Duration) -> (text: Bilingual, count: Int64) {
        let (whole, attoseconds) = duration.components
        let seconds = max(0, whole + (attoseconds >= 500_000_000_000_000_000 ? 1 : 0))
        let unit = DurationUnit.allCases.last { seconds >= 2 * $0.rawValue } ?? .seconds
        let count = (seconds + unit.rawValue / 2) / unit.rawValue
        return (count == 1 ? one(unit) : more(unit), count)
    }

    private static func one(_ unit: DurationUnit) -> Bilingual {
        switch unit {
        case .seconds: Bilingual("1 second", french: "1 seconde")
        case .minutes: Bilingual("1 minute", french: "1 minute")
        case .hours: Bilingual("1 hour", french: "1 heure")
        case .days: Bilingual("1 day", french: "1 jour")
        }
    }

    private static func more(_ unit: DurationUnit) -> Bilingual {
        switch unit {
        case .seconds: Bilingual("{count} seconds", french: "{count} secondes")
        case .minutes: Bilingual("{count} minutes", french: "{count} minutes")
        case .hours: Bilingual("{count} hours", french: "{count} heures")
        case .days: Bilingual("{count} days", french: "{count} jours")
        }
    }
}
