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
    }

    /// What it is.
    public private(set) var value: Value
    /// When it was seen first, without anything else in between.
    public private(set) var since: Moment
    /// When it was seen last.
    public private(set) var last: Moment
    /// What was told last, and when that was seen last.
    private var told: Value
    private var toldLast: Moment
    /// When changes were told, within the window.
    private var tellings: [Timestamp] = []

    /// How many changes are told within how long.
    private static var budget: (changes: Int, window: Duration) { (2, .seconds(3_600)) }

    /// Begins with what is seen first, which is no change.
    public init(_ value: Value, at moment: Moment) {
        self.value = value
        since = moment
        last = moment
        told = value
        toldLast = moment
    }

    /// Takes what is seen next; the change if there is one to tell.
    ///
    /// What a long session tells late of its beginning is older than what is known, and left out.
    public mutating func observe(_ new: Value, at moment: Moment) -> Change? {
        guard
            last.time <= moment.time
                || last.time.duration(since: moment.time) >= Self.budget.window
        else { return nil }
        if new != value {
            value = new
            since = moment
        }
        last = moment
        guard value != told else {
            toldLast = moment
            return nil
        }
        return tell(at: moment.time)
    }

    /// When what was not told will have stood for an hour; nil if what it is was told.
    public var settlesAt: Timestamp? {
        value == told ? nil : since.time.advanced(by: Self.budget.window)
    }

    /// The change that was not told, once it has stood for an hour; nil if there is none.
    public mutating func settle(at time: Timestamp) -> Change? {
        guard let settlesAt, time >= settlesAt else { return nil }
        return tell(at: time)
    }

    /// The change from what was told; nil if too many were told within the hour.
    private mutating func tell(at time: Timestamp) -> Change? {
        tellings.removeAll { telling in
            let age = time.duration(since: telling)
            return age < .zero || age >= Self.budget.window
        }
        guard tellings.count < Self.budget.changes else { return nil }
        tellings.append(time)
        defer { (told, toldLast) = (value, last) }
        return Change(from: told, to: value, before: toldLast, after: since)
    }
}
