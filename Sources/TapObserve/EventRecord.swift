public import TapFlow

/// Where and when an event happened: the common keys of every event.
public struct EventContext: Sendable {
    /// The connection.
    public var flow: Flow
    /// The frame that completed the event.
    public var moment: Moment
    /// The first frame that belongs to the event.
    public var firstSequence: UInt64

    /// Creates a context.
    public init(flow: Flow, moment: Moment, firstSequence: UInt64) {
        self.flow = flow
        self.moment = moment
        self.firstSequence = firstSequence
    }
}

/// An event in its context, ready for a sink.
public struct EventRecord: Sendable {
    /// Where and when.
    public var context: EventContext
    /// What.
    public var event: any ObservedEvent

    /// Creates a record.
    public init(context: EventContext, event: any ObservedEvent) {
        self.context = context
        self.event = event
    }
}
