public import TapFlow
public import TapWire

/// Where and when an event happened: the common keys of every event.
public struct EventContext: Sendable {
    /// The connection.
    public var flow: Flow
    /// The frame that completed the event.
    public var moment: Moment
    /// The first frame that belongs to the event.
    public var firstSequence: UInt64
    /// What a reverse lookup has said of the client's address; nil if none was seen.
    public var clientName: ReverseName?

    /// Creates a context.
    public init(flow: Flow, moment: Moment, firstSequence: UInt64) {
        self.flow = flow
        self.moment = moment
        self.firstSequence = firstSequence
    }

    /// The place of what belongs to the tap as a whole: no connection.
    public static func ofTap(at moment: Moment) -> EventContext {
        let nowhere = Endpoint(address: IPAddress(v4: 0), port: 0)
        let flow = Flow(
            id: FlowID(rawValue: 0),
            a: nowhere,
            b: nowhere,
            opened: moment.time,
            firstSequence: moment.sequence
        )
        return EventContext(flow: flow, moment: moment, firstSequence: moment.sequence)
    }

    /// True for what belongs to no connection: no frame comes from port 0 of no address.
    public var isOfTap: Bool {
        flow.id.rawValue == 0 && flow.a.port == 0 && flow.b.port == 0
            && flow.a.address == IPAddress(v4: 0) && flow.b.address == IPAddress(v4: 0)
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
