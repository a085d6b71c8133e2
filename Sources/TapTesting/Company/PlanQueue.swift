import TapWire

/// Planned sessions, the earliest first; those of the same time in the order they were added.
struct PlanQueue: Sendable {
    private struct Entry: Sendable {
        var plan: SessionPlan
        var serial: UInt64

        func isBefore(_ other: Entry) -> Bool {
            plan.time == other.plan.time ? serial < other.serial : plan.time < other.plan.time
        }
    }

    /// In order of time, the earliest last, so that it is taken off the end.
    private var entries: [Entry] = []
    private var serial: UInt64 = 0

    /// The earliest plan.
    var first: SessionPlan? { entries.last?.plan }

    /// Adds a plan in its place.
    mutating func add(_ plan: SessionPlan) {
        serial += 1
        let entry = Entry(plan: plan, serial: serial)
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entry.isBefore(entries[middle]) { low = middle + 1 } else { high = middle }
        }
        entries.insert(entry, at: low)
    }

    /// Takes the earliest plan.
    mutating func takeFirst() -> SessionPlan? { entries.popLast()?.plan }
}
