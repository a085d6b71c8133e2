import TapWire

/// What the rules of accounts remember beside the habits: clients that guess, what they guess, and clients that ask for
/// addresses.
struct AccountMemory: Sendable, Codable {
    /// Clients outside whose logins were refused.
    var guessers = BoundedTable<IPAddress, DayCount>()
    /// Accounts of which nothing is known but that their passwords are guessed, by their habits' digests: from where.
    var guessed = BoundedTable<UInt64, GuessOrigin>()
    /// Clients that asked for recipients that are unknown.
    var askers = BoundedTable<IPAddress, AskerRecord>()
    /// The networks of such clients, /24 of IPv4 and /48 of IPv6.
    var askingNetworks = BoundedTable<IPAddress, AskingNetwork>()
    /// Unknown recipients by their digests: one bit of 64 for each client that asked.
    var askedFor = BoundedTable<UInt64, UInt64>()
    /// Networks outside, /24 of IPv4 and /48 of IPv6, from which mailboxes are read whole.
    var movers = BoundedTable<IPAddress, MoverRecord>()

    /// Servers of ours at which logins failed.
    var servers = BoundedTable<IPAddress, ServerLogins>()

    /// Where accounts sent from lately, by their habits' digests; only where there is a table of addresses.
    var journeys = BoundedTable<UInt64, AccountJourney>()

    /// How many entries there are.
    var count: Int {
        guessers.count + askers.count + askingNetworks.count + askedFor.count + movers.count
            + servers.count + guessed.count + journeys.count
    }
}

extension AccountMemory {
    /// Decodes a memory; one that an earlier hubtap has stored knows less, and what is not there was not known.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func table<Table: Codable>(_ key: CodingKeys, or empty: Table) throws -> Table {
            try container.decodeIfPresent(Table.self, forKey: key) ?? empty
        }
        guessers = try table(.guessers, or: guessers)
        guessed = try table(.guessed, or: guessed)
        askers = try table(.askers, or: askers)
        askingNetworks = try table(.askingNetworks, or: askingNetworks)
        askedFor = try table(.askedFor, or: askedFor)
        movers = try table(.movers, or: movers)
        servers = try table(.servers, or: servers)
        journeys = try table(.journeys, or: journeys)
    }
}
