import TapRelayTesting

/// Below what a figure is an error: what was asked, or what is reached where that is less.
enum Floor {
    /// Told as what it is.
    static let classes = 0.97
    /// False alerts at high or critical for each server and quarter, at most.
    static let falseAlerts = 1.0
    /// Critical alerts that nobody has caused, at most.
    static let falseCriticals = 0

    /// The least precision and recall of a line.
    static func of(_ row: AccuracyRow) -> (precision: Double, recall: Double) {
        switch row {
        case .stolenNearby: (row.goal.precision, 0.8)
        case .openRelay, .periodic, .inferred, .stolenWorldwide, .infected, .bruteForce, .harvest,
            .smuggling, .hunter:
            row.goal
        }
    }
}
