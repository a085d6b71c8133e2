/// What is stored of habits beside the memory itself: only what has changed.
extension RelayMemory {
    /// The number of the latest change of any habit.
    public var habitRevision: UInt64 { habits.revision }

    /// Octets of memory that an identity takes, 32 of them for its share of the index.
    package static var octetsOfHabit: Int { HabitBook.octetsOfSeat + 32 }

    /// The habits that have changed since the revision.
    public func habitEntries(since revision: UInt64) -> [HabitEntry] {
        habits.entries(since: revision)
    }

    /// Takes back stored habits; returns how many could not be read and are learned anew.
    public mutating func restoreHabits(
        _ entries: [HabitEntry],
        limits: RelayLimits = .standard
    ) -> Int {
        habits.restore(entries, limit: limits.identities)
    }
}
