import TapWire

/// That something is to be told of an incident.
struct IncidentChange: Sendable {
    /// The incident as it stands now.
    var incident: Incident
    /// When it came to that.
    var time: Timestamp
}
