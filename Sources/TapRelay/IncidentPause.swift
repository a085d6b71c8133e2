import TapWire

/// The latest long time between two events of an incident, so that its silence is told from its pace.
///
/// What comes once a day would be quiet and grown again every day. A pause is kept until the incident went on for twice as
/// long without another; the events of one hour, however many, say nothing about the day.
struct IncidentPause: Hashable, Sendable, Codable {
    /// Times between events that are shorter are none: silence is longer anyhow.
    private static let shortest = Duration.seconds(43_200)
    /// What is seldom is not waited for any longer than for this.
    private static let longest = Duration.seconds(7 * 86_400)

    /// How long it was.
    private(set) var length: Duration
    /// When it was over, or is reckoned from.
    private var time: Timestamp

    /// The pause to go on with behind an event that comes after `age`, of a rule that is silent for `rest` afterwards.
    static func next(
        after pause: IncidentPause?,
        _ age: Duration,
        rest: Duration,
        at time: Timestamp
    ) -> IncidentPause? {
        let length = min(max(age, rest), longest)
        if length >= shortest { return IncidentPause(length: length, time: time) }
        guard let pause, time.duration(since: pause.time) < pause.length * 2 else { return nil }
        return pause
    }
}

extension Incident {
    /// Silence after which it is quiet: a day, or twice its latest pause.
    var quietAfter: Duration {
        max(IncidentBook.quietAfter, (pause?.length ?? .zero) * 2)
    }

    /// Silence after which it is over: a week, or a day of being quiet.
    private var closedAfter: Duration {
        max(IncidentBook.closedAfter, quietAfter + IncidentBook.quietAfter)
    }

    /// Grows older; true if that is to be told.
    mutating func age(at time: Timestamp) -> Bool {
        guard let moment = nextMoment, time >= moment else { return false }
        state = isActive ? .quiet : .closed
        return true
    }

    /// True while the tap misses something that is told when it is over: silence says nothing of it.
    private var isLasting: Bool { isActive && blindness?.kind.isLasting ?? false }

    /// When silence will have lasted long enough for the next state; nil if there is none.
    var nextMoment: Timestamp? {
        guard !isLasting else { return nil }
        return switch state {
        case .opened, .grown, .reclassified: last.advanced(by: quietAfter)
        case .quiet, .fixed: last.advanced(by: closedAfter)
        case .closed: nil
        }
    }
}
