import TapFlow
public import TapObserve
public import TapWire

/// That an incident was opened, has grown, changed its class, gone quiet, was fixed or is over.
public struct IncidentEvent: ObservedEvent {
    /// The incident as it stands now.
    public let incident: Incident
    /// When it came to that.
    public let time: Timestamp
    /// What is told of it.
    public private(set) var report: IncidentReport

    init(_ change: IncidentChange, narrator: RelayNarrator) {
        incident = change.incident
        time = change.time
        report = narrator.report(of: change.incident)
    }

    /// The EVE `event_type`: `incident`.
    public var eventType: String { "incident" }

    /// The first frame of its latest event.
    public var firstSequence: UInt64? { incident.context.firstSequence }

    /// The event at the connection of its latest event, at the time at which it came to that.
    var record: EventRecord {
        var context = incident.context
        context.moment.time = max(context.moment.time, time)
        return EventRecord(context: context, event: self)
    }

    /// True if nobody wants to hear of it at the moment.
    public var isMuted: Bool {
        get { report.isMuted ?? false }
        set { report.isMuted = newValue ? true : nil }
    }

    /// Says that the mirror left things out at the time.
    public mutating func note(_ shedding: Shedding) { report.note(shedding) }

    private enum TopLevel: String, CodingKey { case incident }

    /// Encodes `{"incident":{...}}`: only the keys that are the event's own.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TopLevel.self)
        try container.encode(report, forKey: .incident)
    }
}
