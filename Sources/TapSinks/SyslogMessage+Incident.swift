import TapFlow
public import TapObserve
public import TapRelay

extension SyslogMessage {
    /// The message that tells of an incident; nil for a state that is no news: that it is over after long silence.
    public init?(
        _ event: IncidentEvent,
        in context: EventContext,
        facility: SyslogFacility,
        hostName: String,
        processID: Int32
    ) {
        let report = event.report
        switch report.state {
        case .opened, .grown, .reclassified:
            severity = SyslogSeverity(event.incident.severity)
        case .quiet, .fixed: severity = .notice
        case .closed: return nil
        }
        time = context.moment.time
        self.facility = facility
        self.hostName = hostName
        self.processID = processID
        rule = "incident"
        alertID = report.id
        text = report.verdict + " " + report.why
        facts = [
            ("class", report.kind.rawValue), ("state", report.state.rawValue),
            ("server", report.server ?? ""), ("subject", report.subject ?? ""),
            ("events", String(report.counts.events)),
            ("messages", String(report.counts.messages)),
            ("clients", String(report.counts.clients)), ("countries", Self.words(report.countries)),
            ("since", report.since),
        ].filter { !$0.1.isEmpty }.map { Alert.Fact(name: $0.0, value: $0.1) }
    }

    /// The most common countries with their clients, such as `CN 14, US 9`; nothing if none is known.
    private static func words(_ countries: [IncidentReport.CountryCount]?) -> String {
        (countries ?? []).prefix(3).map { "\($0.country) \($0.clients)" }.joined(separator: ", ")
    }
}
