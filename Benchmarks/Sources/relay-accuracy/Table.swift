import TapRelayTesting

/// Prints scores as the table of docs/measurements.md.
struct Table {
    var rules: AccuracyScore
    /// What was simpler: its name and its score.
    var others: [(name: String, score: AccuracyScore)]

    /// What was not reached, in words.
    private(set) var missed: [String] = []

    init(rules: AccuracyScore, others: [(name: String, score: AccuracyScore)]) {
        self.rules = rules
        self.others = others
    }

    mutating func write() {
        let names = others.map { "recall of \($0.name)" }
        line(["class", "precision", "recall in time", "first alert: mails", "ms"] + names)
        line(Array(repeating: "---", count: 5 + names.count))
        for row in AccuracyRow.allCases where !rules.outcomes(of: row).isEmpty { write(row) }
        print("")
        let classes = rules.classes
        print("told as what it is: \(Self.words(classes))")
        require(classes, 0.97, "told as what it is")
        let rate = rules.falseAlertsPerQuarter
        print("false alerts at high or critical per server and quarter: \(Self.number(rate))")
        if rate > 1 { missed.append("\(Self.number(rate)) false alerts per server and quarter") }
        print("critical alerts that nobody had caused: \(rules.falseCriticals)")
        if rules.falseCriticals > 0 { missed.append("\(rules.falseCriticals) false criticals") }
        for (name, score) in others {
            print("  \(name): \(Self.number(score.falseAlertsPerQuarter)) false alerts")
        }
    }

    private mutating func write(_ row: AccuracyRow) {
        let (precision, recall) = (rules.precision(of: row), rules.recall(of: row))
        let told = rules.outcomes(of: row).filter { $0.mail != nil }
        let mails = told.compactMap(\.mail).sorted()
        let delays = told.map(\.delay).sorted()
        let first =
            mails.isEmpty ? "never" : "\(mails[mails.count / 2]), at most \(mails[mails.count - 1])"
        let delay = delays.isEmpty ? "" : Self.number(Double(delays[delays.count - 1]) / 1e6)
        line(
            [row.rawValue, Self.words(precision), Self.words(recall), first, delay]
                + others.map { Self.share($0.score.recall(of: row).share) }
        )
        let (goal, name) = (row.goal, row.rawValue)
        require(precision, goal.precision, "precision of \(name)")
        require(recall, goal.recall, "recall of \(name)")
    }

    private mutating func require(_ found: Proportion, _ goal: Double, _ what: String) {
        // Nothing told is no share of anything: it is as bad as can be.
        let share = found.share ?? 0
        if share < goal { missed.append("\(what): \(Self.words(found)), wanted \(goal)") }
    }

    private func line(_ cells: [String]) { print("| \(cells.joined(separator: " | ")) |") }

    private static func words(_ proportion: Proportion) -> String {
        let (low, high) = (proportion.interval.lowerBound, proportion.interval.upperBound)
        return
            "\(share(proportion.share)) (\(proportion.count)/\(proportion.total); \(share(low))-\(share(high)))"
    }

    private static func share(_ share: Double?) -> String {
        share.map { fixed($0, 3) } ?? "-"
    }

    static func number(_ value: Double) -> String { fixed(value, 2) }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let whole = Int((value * Double(scale)).rounded())
        let rest = String(abs(whole % scale))
        return "\(whole / scale).\(String(repeating: "0", count: digits - rest.count))\(rest)"
    }
}
