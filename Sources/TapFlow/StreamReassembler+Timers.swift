public import TapWire

extension StreamReassembler {
    /// Moves time on to `time`, where no frame does: what has waited too long is given up.
    ///
    /// The moment of such an event is the time at which its limit was reached, whenever this is called.
    public mutating func expire(
        at time: Timestamp,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard time > clock else { return }
        clock = time
        if table.isAnyMissing {
            giveUpMissing(before: time.moved(by: -timeouts.answered), into: &receiver)
        }
        guard time >= nextExpiry else { return }
        attempts.expire(before: time.moved(by: -timeouts.attempt))
        fragments.expire(before: time.moved(by: -timeouts.fragment))
        while let next = nextDeadline(), next.time <= time {
            context.moment.time = next.time
            end(next.slot, table.connections[next.slot].reason(or: .expired), into: &receiver)
        }
        let times = [
            nextDeadline()?.time, attempts.oldestTime?.moved(by: timeouts.attempt),
            fragments.oldestTime?.moved(by: timeouts.fragment),
            // Nothing that begins from now on ends earlier.
            time.moved(by: timeouts.shortest),
        ]
        nextExpiry = times.compactMap(\.self).min() ?? time
    }

    /// Gives up what connections have waited for since before `time`.
    private mutating func giveUpMissing(
        before time: Timestamp,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        while let slot = table.firstMissing, let since = table.connections[slot].missingSince,
            since <= time
        {
            context.moment.time = since.moved(by: timeouts.answered)
            giveUpMissing(slot, into: &receiver)
        }
    }

    /// The connection whose limit is reached first.
    private func nextDeadline() -> (slot: Int, time: Timestamp)? {
        var earliest: (slot: Int, time: Timestamp)?
        for waiting in FlowTable.Waiting.allCases {
            guard let slot = table.first(waitingFor: waiting) else { continue }
            let deadline = table.connections[slot].lastActive.moved(by: timeout(of: waiting))
            if let earliest, earliest.time <= deadline { continue }
            earliest = (slot, deadline)
        }
        return earliest
    }

    private func timeout(of waiting: FlowTable.Waiting) -> Int64 {
        switch waiting {
        case .idle, .valuedIdle: timeouts.idle
        case .unwanted: timeouts.unwanted
        case .halfClosed, .valuedHalfClosed, .unconfirmed: timeouts.halfClosed
        case .lingering: timeouts.linger
        }
    }
}

/// The time-outs of `FlowLimits` in nanoseconds: durations have 128 bits, too many to add up for every frame.
struct FlowTimeouts: Sendable {
    let idle: Int64
    let unwanted: Int64
    let halfClosed: Int64
    let linger: Int64
    let attempt: Int64
    let answered: Int64
    let fragment: Int64
    /// The shortest of them.
    let shortest: Int64

    init(_ limits: FlowLimits) {
        idle = limits.idleTimeout.wholeNanoseconds
        unwanted = limits.unwantedTimeout.wholeNanoseconds
        halfClosed = limits.halfClosedTimeout.wholeNanoseconds
        linger = limits.lingerTimeout.wholeNanoseconds
        attempt = limits.attemptTimeout.wholeNanoseconds
        answered = limits.answeredTimeout.wholeNanoseconds
        fragment = limits.fragmentTimeout.wholeNanoseconds
        shortest = min(idle, unwanted, halfClosed, linger, attempt, fragment)
    }
}

extension Duration {
    /// The duration in nanoseconds, never negative, held at the end of the range.
    fileprivate var wholeNanoseconds: Int64 {
        max(0, Timestamp(nanoseconds: 0).advanced(by: self).nanoseconds)
    }
}

extension Timestamp {
    /// This time moved by nanoseconds, held at the ends of the range.
    fileprivate func moved(by shift: Int64) -> Timestamp {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(shift)
        return overflow ? (shift < 0 ? .distantPast : .distantFuture) : Timestamp(nanoseconds: sum)
    }
}
