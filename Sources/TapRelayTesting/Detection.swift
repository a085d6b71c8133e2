import TapFlow
public import TapObserve
public import TapRelay
public import TapTesting
public import TapWire

/// Something that was told to the admin: an alert, or that an incident was opened or turned out to be of another class.
public struct Detection: Sendable {
    /// When it was told, by the time of the frames.
    public var time: Timestamp
    /// The server.
    public var server: IPAddress
    /// The client.
    public var client: IPAddress
    /// The class of trouble; nil for one that says nothing of it.
    public var kind: IncidentClass?
    /// The rule; for an incident the first one that signalled.
    public var rule: String
    /// How bad it is.
    public var severity: Severity
    /// True if it is an incident, false if it is an alert.
    public var isIncident: Bool
    /// What the incident is about, such as an account.
    public var subject = ""
    /// True for an incident that turned out to be of another class than it was told to be.
    public var isReclassified = false
    /// Why the hosts spoke with one another last; nil if that is not known.
    public var role: CompanyRole?

    /// What `finding` tells the admin; nil if it is only a record.
    public init?(_ finding: Finding) {
        switch finding {
        case .alert(let alert):
            let flow = alert.context.flow
            time = alert.context.moment.time
            server = flow.endpoint(alert.cause.client.opposite).address
            client = flow.endpoint(alert.cause.client).address
            kind = Self.kind(of: alert.rule.id)
            rule = alert.rule.id
            severity = alert.severity
            isIncident = false
        case .event(let record):
            guard let event = record.event as? IncidentEvent else { return nil }
            switch event.incident.state {
            case .opened: break
            case .reclassified: isReclassified = true
            case .grown, .quiet, .fixed, .closed: return nil
            }
            let flow = record.context.flow
            let isServerB = flow.b.address == event.incident.server
            time = event.time
            server = event.incident.server
            client = isServerB ? flow.a.address : flow.b.address
            kind = event.incident.kind
            rule = event.incident.rules.first?.rule ?? ""
            severity = event.incident.severity
            isIncident = true
            subject = event.incident.subject
        }
    }

    /// The class of trouble that an alert of this rule is about.
    private static func kind(of rule: String) -> IncidentClass? {
        switch rule {
        case "relay.open", "relay.null", "relay.proven", "relay.form", "relay.inferred",
            "relay.hunter", "relay.churn", "relay.periodic":
            .openRelay
        case "relay.natted": .natBlindedRelay
        case "relay.attempt", "relay.test": .relayTest
        case "account.stolen", "account.bruteforce", "account.volume", "account.spoofing",
            "pop3.theft":
            .stolenAccount
        case "harvest.directory": .harvest
        case "outbound.bot": .infectedClient
        case "bounce.backscatter": .backscatter
        case "smtp.smuggling", "tls.injection": .smuggling
        case "posture.weak", "posture.changed", "account.cleartext", "tls.stripped": .weakPosture
        default: nil
        }
    }
}
