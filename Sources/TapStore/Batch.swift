/// What is stored in one transaction: all of it, or none of it.
public struct Batch: Sendable {
    /// What is to be delivered, in order.
    public var outgoing: [OutboxEntry] = []
    /// Alerts for the history, in order.
    public var alerts: [AlertEntry] = []
    /// What is known of the evidence of those alerts.
    public var evidence: [EvidenceEntry] = []
    /// Events for the history, in order.
    public var events: [EventEntry] = []
    /// What is known anew of mail servers.
    public var postures: [PostureEntry] = []
    /// Incidents that have changed.
    public var incidents: [IncidentEntry] = []
    /// What is usual of servers, networks and accounts, as far as it has changed.
    public var habits: [StoredHabit] = []
    /// How far the analysis has come with what is in this batch.
    public var checkpoint: Checkpoint?

    /// Creates an empty batch.
    public init() {}

    /// True if there is nothing to store.
    public var isEmpty: Bool {
        outgoing.isEmpty && alerts.isEmpty && evidence.isEmpty && events.isEmpty
            && postures.isEmpty && incidents.isEmpty && habits.isEmpty && checkpoint == nil
    }
}
