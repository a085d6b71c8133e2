public import TapFlow
public import TapWire

/// A fact about a server: what it is, since when, and when it was seen last.
///
/// A server that answers its clients differently (behind a balancer, or while it is repaired) would tell of a change at
/// every session. So no more than two changes are told in an hour; what the fact has settled at is told after it, when it
/// is seen again or, where its owner asks, when it has stood for an hour.
public struct PostureFact<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
    /// A change that is told.
    public struct Change: Hashable, Sendable {
        /// What was told before.
        public var from: Value
        /// What it is now.
        public var to: Value
        /// When `from` was seen last.
        public var before: Moment
        /// When `to` was seen first.
        public var after: Moment

        @inlinable
        init(from: Value, to: Value, before: Moment, after: Moment) {
            (self.from, self.to, self.before, self.after) = (from, to, before, after)
        }
    }

    /// What is known and told; by itself, so that other modules change it without a call that must ask what `Value` is.
    @usableFromInline
    struct State: Hashable, Sendable, Codable {
        @usableFromInline var value: Value
        @usableFromInline var since: Moment
        @usableFromInline var last: Moment
        /// What was told last, and when that was seen last.
        @usableFromInline var told: Value
        @usableFromInline var toldLast: Moment
        /// When changes were told, within the window.
        @usableFromInline var tellings: [Timestamp]

        @inlinable
        init(_ value: Value, at moment: Moment) {
            (self.value, told) = (value, value)
            (since, last, toldLast) = (moment, moment, moment)
            tellings = []
        }
    }

    @usableFromInline var state: State

    /// What it is.
    @inlinable public var value: Value { state.value }
    /// When it was seen first, without anything else in between.
    @inlinable public var since: Moment { state.since }
    /// When it was seen last.
    @inlinable public var last: Moment { state.last }

    /// How many changes are told within how long.
    @inlinable
    static var budget: (changes: Int, window: Duration) { (2, .seconds(3_600)) }

    /// Begins with what is seen first, which is no change.
    @inlinable
    public init(_ value: Value, at moment: Moment) { state = State(value, at: moment) }

    /// Takes what is seen next; the change if there is one to tell.
    ///
    /// What a long session tells late of its beginning is older than what is known, and left out.
    @inlinable
    public mutating func observe(_ new: Value, at moment: Moment) -> Change? {
        guard
            state.last.time <= moment.time
                || state.last.time.duration(since: moment.time) >= Self.budget.window
        else { return nil }
        if new != state.value {
            state.value = new
            state.since = moment
        }
        state.last = moment
        guard state.value != state.told else {
            state.toldLast = moment
            return nil
        }
        return tell(at: moment.time)
    }

    /// When what was not told will have stood for an hour; nil if what it is was told.
    @inlinable
    public var settlesAt: Timestamp? {
        state.value == state.told ? nil : state.since.time.advanced(by: Self.budget.window)
    }

    /// The change that was not told, once it has stood for an hour; nil if there is none.
    @inlinable
    public mutating func settle(at time: Timestamp) -> Change? {
        guard let settlesAt, time >= settlesAt else { return nil }
        return tell(at: time)
    }

    /// The change from what was told; nil if too many were told within the hour.
    @inlinable
    mutating func tell(at time: Timestamp) -> Change? {
        state.tellings.removeAll { telling in
            let age = time.duration(since: telling)
            return age < .zero || age >= Self.budget.window
        }
        guard state.tellings.count < Self.budget.changes else { return nil }
        state.tellings.append(time)
        defer { (state.told, state.toldLast) = (value, last) }
        return Change(from: state.told, to: value, before: state.toldLast, after: since)
    }
}

extension PostureFact {
    /// Decodes a fact, of which nothing is nested.
    public init(from decoder: any Decoder) throws { state = try State(from: decoder) }

    /// Encodes the fact, of which nothing is nested.
    public func encode(to encoder: any Encoder) throws { try state.encode(to: encoder) }
}
