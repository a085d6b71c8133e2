import TapWire

/// What the relay rules remember: small, bounded, and enough to go on after a restart as if there had been none.
public struct RelayMemory: Sendable, Codable {
    /// Mail servers, own and foreign.
    var servers = BoundedTable<IPAddress, ServerRecord>()
    /// Clients that tried to relay.
    var clients = BoundedTable<IPAddress, ClientRecord>()
    /// Hosts that speak mail.
    var hosts = BoundedTable<IPAddress, HostRecord>()
    /// Accepted relays, and guesses about domains, by their digests: when each was first seen.
    var relays = BoundedTable<UInt64, Timestamp>()
    /// How many alerts of each kind were raised and held back.
    var budgets = BoundedTable<AlertBudget.Key, AlertBudget>()
    /// Bit n is set once a frame came in by port n.
    var portsSeen: UInt32 = 0
    /// How many alerts there have been: the number in an alert's id.
    var alertCount: UInt64 = 0

    /// Creates the memory of a beginner.
    public init() {}

    /// How many entries all tables have together.
    package var entryCount: Int {
        servers.count + clients.count + hosts.count + relays.count + budgets.count
    }
}
