/// A unit in which people say how long something takes.
package enum DurationUnit: Int64, Hashable, Sendable, CaseIterable {
    case seconds = 1
    case minutes = 60
    case hours = 3_600
    case days = 86_400
}

extension RelayTexts {
    /// How long `duration` is, in whole numbers of the largest unit of which there are two or more.
    func words(for duration: Duration) -> String {
        let (whole, attoseconds) = duration.components
        let seconds = max(0, whole + (attoseconds >= 500_000_000_000_000_000 ? 1 : 0))
        let unit = DurationUnit.allCases.last { seconds >= 2 * $0.rawValue } ?? .seconds
        let count = (seconds + unit.rawValue / 2) / unit.rawValue
        let texts = durations[unit]
        return (count == 1 ? texts?.one : texts?.more)?.filled([.count: String(count)]) ?? ""
    }
}
