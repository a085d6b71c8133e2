/// How often the rules, or something simpler, were right.
public struct AccuracyScore: Sendable {
    /// What became of each abuse.
    public var outcomes: [AccuracyOutcome] = []
    /// Incidents that nobody had caused and that began after a week of learning, by the line they count against.
    public var falseIncidents: [AccuracyRow: Int] = [:]
    /// The same at high or critical, each server, class and day once, by rule.
    public var falseAlerts: [String: Int] = [:]
    /// What was told of the two, in order of time.
    public var falseDetections: [Detection] = []
    /// Critical alerts that nobody had caused.
    public var falseCriticals = 0
    /// Servers times days.
    public var serverDays = 0

    /// Nothing was counted yet.
    public init() {}

    /// Adds what another company has shown.
    public mutating func add(_ other: AccuracyScore) {
        outcomes += other.outcomes
        falseIncidents.merge(other.falseIncidents, uniquingKeysWith: +)
        falseAlerts.merge(other.falseAlerts, uniquingKeysWith: +)
        falseDetections += other.falseDetections
        falseCriticals += other.falseCriticals
        serverDays += other.serverDays
    }

    /// The abuses of a line.
    public func outcomes(of row: AccuracyRow) -> [AccuracyOutcome] {
        outcomes.filter { $0.row == row }
    }

    /// Told in time among all of a line.
    public func recall(of row: AccuracyRow) -> Proportion {
        let outcomes = outcomes(of: row)
        return Proportion(outcomes.count(where: \.isInTime), of: outcomes.count)
    }

    /// Caused by somebody among all that was told of a line.
    public func precision(of row: AccuracyRow) -> Proportion {
        let told = outcomes(of: row).count { $0.mail != nil }
        return Proportion(told, of: told + falseIncidents[row, default: 0])
    }

    /// Told as what it is, and as nothing else, among all that were told.
    public var classes: Proportion {
        let told = outcomes.filter { $0.mail != nil && $0.row != .periodic }
        return Proportion(told.count(where: \.wrongClasses.isEmpty), of: told.count)
    }

    /// False alerts at high or critical for each server and quarter of 91 days.
    public var falseAlertsPerQuarter: Double {
        serverDays == 0
            ? 0 : Double(falseAlerts.values.reduce(0, +)) / (Double(serverDays) / 91)
    }
}
