/// How much the store keeps.
public struct StoreLimits: Hashable, Sendable {
    /// Entries that may wait for one sink.
    ///
    /// Beyond it the least important ones are dropped, the oldest of them first, and counted.
    public var outboxEntries = 200_000
    /// Octets that may wait for one sink.
    public var outboxOctets = 128 << 20
    /// Alerts in the history.
    public var alerts = 50_000
    /// How long an alert stays in the history.
    public var alertAge = Duration.seconds(366 * 86_400)
    /// Events in the history.
    public var events = 250_000
    /// How long an event stays in the history.
    public var eventAge = Duration.seconds(31 * 86_400)
    /// Servers, by port and side of the clients, whose posture is kept; those seen longest ago go first.
    public var postures = 1_000
    /// Incidents; those with the oldest latest event go first.
    public var incidents = 10_000
    /// What people have said of alerts and incidents.
    public var notes = 10_000
    /// Rings whose checkpoint is kept: every restart of the host makes a new ring.
    public var checkpoints = 8

    /// The default limits.
    public init() {}
}
