public import TapWire

/// Tells from the tap's counters when it begins and ceases to miss something: one condition a change.
public struct BlindnessWatch: Sendable {
    /// What was seen at the beginning of the span that is looked at.
    private var mark: (counters: TapCounters, time: Timestamp)?
    private var isLosing = false
    /// Nil until links have had time to come up.
    private var portsDown: [String]?

    /// Over how long losses are looked at.
    private static let span = Duration.seconds(60)
    /// The share of frames that may be lost.
    private static let allowedShare = 0.001
    /// A clock that is kept in step moves less at once.
    private static let allowedStep = 1.0
    /// How long links may take to come up where a hub has just begun.
    private static let grace = Duration.seconds(30)
    private var began: Timestamp?

    /// A watch that takes what it sees first as the past; a port that is down then is told if it does not come up soon.
    public init() {}

    /// Compares the counters with what they were.
    public mutating func look(at counters: TapCounters, _ time: Timestamp) -> [TapCondition] {
        guard let last = mark, let began else {
            (mark, began) = ((counters, time), time)
            // Whatever an earlier life of the observer found to go on.
            let over = [TapCondition(.framesLost, isOver: true)]
            guard counters.portsDown.isEmpty else { return over }
            portsDown = []
            return over + [TapCondition(.portDown, isOver: true)]
        }
        let isSettled = !(.zero..<Self.grace).contains(time.duration(since: began))
        var conditions = isSettled ? portChanges(counters.portsDown) : []
        let step = counters.clockOffset - last.counters.clockOffset
        if abs(step) > Self.allowedStep {
            conditions.append(TapCondition(.clockStep, count: Int64(step)))
            mark?.counters.clockOffset = counters.clockOffset
            mark?.time = time
            return conditions
        }
        guard time.duration(since: last.time) >= Self.span else { return conditions }
        mark = (counters, time)
        // Counters that begin anew have not lost what they had.
        guard counters.frames >= last.counters.frames, counters.lost >= last.counters.lost else {
            return conditions
        }
        let lost = counters.lost - last.counters.lost
        let frames = max(1, counters.frames - last.counters.frames, lost)
        let share = Double(lost) / Double(frames)
        guard (share > Self.allowedShare) != isLosing else { return conditions }
        isLosing.toggle()
        conditions.append(
            TapCondition(.framesLost, isOver: !isLosing, share: share, count: Int64(clamping: lost))
        )
        return conditions
    }

    private mutating func portChanges(_ now: [String]) -> [TapCondition] {
        guard now != portsDown else { return [] }
        portsDown = now
        return [TapCondition(.portDown, isOver: now.isEmpty, count: Int64(now.count), ports: now)]
    }
}
