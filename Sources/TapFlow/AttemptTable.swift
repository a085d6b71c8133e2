import DequeModule
import TapWire

/// The connection attempts of the last seconds: bounded, so that a flood of SYNs costs next to nothing.
struct AttemptTable: Sendable {
    private let capacity: Int
    /// Octets that may be kept of what came with SYNs.
    private let maximumOctets: Int
    /// Octets that are kept of it.
    private var octets = 0
    private var attempts: [FlowKey: Attempt] = [:]
    /// The keys in the order of their attempts; those of forgotten attempts are skipped.
    private var order: Deque<(key: FlowKey, moment: Moment)> = []
    /// Attempts that were forgotten to make room.
    private(set) var evictedCount: UInt64 = 0

    init(capacity: Int, maximumOctets: Int) {
        self.capacity = max(1, capacity)
        self.maximumOctets = maximumOctets
    }

    /// True if no attempt is remembered.
    var isEmpty: Bool { attempts.isEmpty }

    /// The attempt with `key`, if it is remembered.
    subscript(_ key: FlowKey) -> Attempt? { attempts.isEmpty ? nil : attempts[key] }

    /// The number of the oldest SYN that is remembered.
    var oldestSequence: UInt64? { order.first?.moment.sequence }

    /// When the oldest SYN came that is remembered.
    var oldestTime: Timestamp? { order.first?.moment.time }

    /// Remembers an attempt, in place of an earlier one with the same key.
    ///
    /// What came with the SYN is not kept where others have brought too much; it is a hole then.
    mutating func insert(_ attempt: Attempt, for key: FlowKey) {
        var attempt = attempt
        if octets > 0 { _ = forget(key) }
        if attempt.octets.count > maximumOctets &- octets { attempt.octets = [] }
        octets &+= attempt.octets.count
        attempts[key] = attempt
        order.append((key, attempt.moment))
        // Stale entries of `order` belong to attempts that were answered or made again.
        while attempts.count > capacity || order.count > 2 * capacity { evictFirst() }
        dropStale()
    }

    /// Notes what the caller expects first from the other side.
    mutating func noteExpected(_ number: UInt32, for key: FlowKey) {
        guard let attempt = attempts[key], attempt.expected == nil else { return }
        attempts[key]?.expected = number
    }

    /// The names that the flows would have.
    var flows: [FlowID] {
        attempts.map { key, attempt in
            key.flowID(openedAt: attempt.moment.time, in: attempt.encapsulation)
        }
    }

    /// Forgets an attempt.
    mutating func remove(_ key: FlowKey) {
        guard !attempts.isEmpty, forget(key) else { return }
        dropStale()
    }

    /// Forgets an attempt; false if there is none.
    private mutating func forget(_ key: FlowKey) -> Bool {
        guard let attempt = attempts.removeValue(forKey: key) else { return false }
        octets &-= attempt.octets.count
        return true
    }

    /// Forgets all attempts.
    mutating func removeAll() {
        attempts = [:]
        octets = 0
        order = []
    }

    /// Forgets attempts made before `time`.
    mutating func expire(before time: Timestamp) {
        while let first = order.first, first.moment.time < time {
            order.removeFirst()
            guard attempts[first.key]?.moment.sequence == first.moment.sequence else { continue }
            _ = forget(first.key)
        }
        dropStale()
    }

    private mutating func evictFirst() {
        guard let first = order.popFirst() else { return }
        guard let attempt = attempts[first.key], attempt.moment.sequence == first.moment.sequence
        else { return }
        _ = forget(first.key)
        evictedCount &+= 1
    }

    private mutating func dropStale() {
        while let first = order.first, attempts[first.key]?.moment.sequence != first.moment.sequence
        {
            order.removeFirst()
        }
    }
}
