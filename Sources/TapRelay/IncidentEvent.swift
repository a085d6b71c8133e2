import TapFlow
public import TapObserve
public import TapWire

/// That an incident was opened, has grown or become worse, changed its class, gone quiet, was fixed or is over.
public struct IncidentEvent: ObservedEvent {
    /// The incident as it stands now.
    public let incident: Incident
    /// When it came to that.
    public let time: Timestamp
    /// True if nobody wants to hear of it at the moment.
    public var isMuted = false
    private var shedding: Shedding?
    private let narrator: RelayNarrator

    init(_ change: IncidentChange, narrator: RelayNarrator) {
        incident = change.incident
        time = change.time
        self.narrator = narrator
    }

    /// What is told of it, put in words each time it is asked for.
    public var report: IncidentReport {
        var report = narrator.report(of: incident)
        if let shedding { report.note(shedding) }
        if isMuted { report.isMuted = true }
        return report
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

    /// Says that the mirror left things out at the time.
    public mutating func note(_ shedding: Shedding) { self.shedding = shedding }

    private enum TopLevel: String, CodingKey { case incident }

    /// Encodes `{"incident":{...}}`: only the keys that are the event's own.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TopLevel.self)
        try container.encode(report, forKey: .incident)
    }
}
