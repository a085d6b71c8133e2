import TapWire

/// What the rules of accounts remember beside the habits: clients that guess, and clients that ask for addresses.
struct AccountMemory: Sendable, Codable {
    /// Clients outside whose logins were refused.
    var guessers = BoundedTable<IPAddress, DayCount>()
    /// Clients that asked for recipients that are unknown.
    var askers = BoundedTable<IPAddress, AskerRecord>()
    /// The networks of such clients, /24 of IPv4 and /48 of IPv6: when they asked.
    var askingNetworks = BoundedTable<IPAddress, [Timestamp]>()
    /// Unknown recipients by their digests: one bit of 64 for each client that asked.
    var askedFor = BoundedTable<UInt64, UInt64>()
    /// Clients outside that read mailboxes whole.
    var movers = BoundedTable<IPAddress, MoverRecord>()

    /// How many entries there are.
    var count: Int {
        guessers.count + askers.count + askingNetworks.count + askedFor.count + movers.count
    }
}
