public import TapWire

/// Policy over protocol events: all rules over one kind of event.
///
/// Knows nothing of frames.
public protocol Judge<Event> {
    associatedtype Event: ObservedEvent
    /// What the rules remember, so that a restart forgets nothing.
    associatedtype Memory: Codable & Sendable

    /// What the rules remember.
    var memory: Memory { get set }

    /// Holds `event` against every rule and raises what they find.
    mutating func evaluate(_ event: Event, in context: EventContext, raise: (Alert) -> Void)

    /// Takes the events that follow from what was evaluated since the last call, such as a server that has changed.
    mutating func takeConclusions() -> [EventRecord]

    /// Takes what a reverse lookup on the wire has said of an address, which may concern the events from now on.
    mutating func learn(_ name: ReverseName)

    /// What a reverse lookup has said of an address, as far as that is remembered; nil if it is not.
    mutating func name(of address: IPAddress) -> ReverseName?

    /// How much the rules gave up for want of room, by what it was.
    var givenUp: [String: UInt64] { get }

    /// Moves time on where no event does, and raises what follows from nothing having happened.
    mutating func advance(to time: Timestamp, raise: (Alert) -> Void)
}

extension Judge {
    /// None.
    public mutating func takeConclusions() -> [EventRecord] { [] }

    /// Names change nothing.
    public mutating func learn(_ name: ReverseName) {}

    /// Nothing is remembered.
    public mutating func name(of address: IPAddress) -> ReverseName? { nil }

    /// Nothing is given up.
    public var givenUp: [String: UInt64] { [:] }

    /// Nothing follows from that.
    public mutating func advance(to time: Timestamp, raise: (Alert) -> Void) {}
}

/// A judge that never raises anything, for observers without rules.
public struct NoJudge<Event: ObservedEvent>: Judge {
    /// Nothing to remember.
    public struct Memory: Codable, Sendable {
        /// Creates the empty memory.
        public init() {}
    }

    /// Nothing to remember.
    public var memory = Memory()

    /// Creates a judge without rules.
    public init() {}

    /// Does nothing.
    public mutating func evaluate(_ event: Event, in context: EventContext, raise: (Alert) -> Void)
    {}
}
