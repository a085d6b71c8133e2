import TapWire

/// What the rules of relaying remember.
struct RelayingMemory: Sendable, Codable {
    /// What strangers brought for strangers, until it is seen to leave.
    var onward = OnwardBook()
    /// Clients that were refused as relays, by the server that refused.
    var refusals = BoundedTable<IPAddress, RefusedClient>()

    /// How many entries all tables have together.
    var count: Int { onward.count + refusals.count }
}
