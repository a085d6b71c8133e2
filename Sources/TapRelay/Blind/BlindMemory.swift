import TapWire

/// What the tap itself has missed lately.
struct BlindMemory: Sendable, Codable {
    /// A time in which something was missed.
    struct Spell: Hashable, Sendable, Codable {
        var kind: TapCondition.Kind
        var began: Timestamp
        /// When it was over; nil while it goes on.
        var ended: Timestamp?

        /// When it was over: at once for what happens in a moment, of which an earlier hubtap did not say so.
        var end: Timestamp? { ended ?? (kind.isLasting ? nil : began) }
    }

    /// The latest spell of each kind.
    private(set) var spells: [Spell] = []
    /// Connections of mail within the hour.
    var hour = Hour()

    /// Connections of mail within an hour.
    struct Hour: Hashable, Sendable, Codable {
        var began = Timestamp.distantPast
        var sessions = 0
        var oneSided = 0
        /// Those of them without what the client sent; nil where an earlier hubtap did not count.
        var clientsUnseen: Int?
        var evicted = 0
    }

    /// How long after a spell what is said may still rest on it.
    private static let shadow = Duration.seconds(3_600)

    /// How many entries there are.
    var count: Int { spells.count }

    /// Notes that something began, goes on, or is over.
    mutating func note(_ kind: TapCondition.Kind, isOver: Bool, at time: Timestamp) {
        guard let index = spells.firstIndex(where: { $0.kind == kind }) else {
            if !isOver { spells.append(Spell(kind: kind, began: time)) }
            return
        }
        if isOver {
            spells[index].ended = time
        } else if let ended = spells[index].ended, time.duration(since: ended) > Self.shadow {
            spells[index] = Spell(kind: kind, began: time)
        } else {
            spells[index].ended = nil
        }
    }

    /// True if something of `kind` goes on.
    func isOn(_ kind: TapCondition.Kind) -> Bool {
        spells.contains { $0.kind == kind && $0.end == nil }
    }

    /// What was missed at `time` or within the hour before.
    func spells(at time: Timestamp) -> [Spell] {
        spells.filter { spell in
            spell.end.map { time.duration(since: $0) < Self.shadow } ?? true
        }
    }
}
