import TapWire

/// How many events an incident had in the two hours up to its latest, in steps of ten minutes.
struct IncidentPace: Hashable, Sendable, Codable {
    /// Whether it becomes more.
    enum Trend: Hashable, Sendable {
        case growing, steady, falling
    }

    private static let step: Int64 = 600_000_000_000
    private static let hour = 6

    /// The number of the latest step.
    private var newest: Int64 = 0
    /// Events of each step, the latest first; at most two hours of them.
    private var steps: [UInt64] = []

    /// Takes an event; one of an earlier time counts as of now.
    mutating func count(_ time: Timestamp, events: UInt64 = 1) {
        let step = time.nanoseconds / Self.step
        let ahead = step.subtractingReportingOverflow(newest).partialValue
        if steps.isEmpty || ahead >= Int64(2 * Self.hour) {
            steps = [0]
            newest = step
        } else if ahead > 0 {
            steps.insert(contentsOf: repeatElement(0, count: Int(ahead)), at: 0)
            steps.removeLast(max(0, steps.count - 2 * Self.hour))
            newest = step
        }
        if let latest = steps.indices.first { steps[latest] &+= .init(clamping: events) }
    }

    /// Events in the hour up to the latest.
    var lately: UInt64 { steps.prefix(Self.hour).reduce(0, &+) }
    /// Events in the hour before that.
    var earlier: UInt64 { steps.dropFirst(Self.hour).reduce(0, &+) }

    /// Whether it becomes more: twice as many as in the hour before is growth.
    var trend: Trend {
        if lately >= 3, lately / 2 >= earlier { return .growing }
        if earlier >= 3, earlier / 2 >= lately { return .falling }
        return .steady
    }
}
