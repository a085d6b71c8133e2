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
    /// Decodes a memory; one that an earlier hubtap has stored knows less.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guessers = try container.decode(type(of: guessers), forKey: .guessers)
        askers = try container.decode(type(of: askers), forKey: .askers)
        askingNetworks = try container.decode(type(of: askingNetworks), forKey: .askingNetworks)
        askedFor = try container.decode(type(of: askedFor), forKey: .askedFor)
        movers = try container.decode(type(of: movers), forKey: .movers)
        servers = try container.decodeIfPresent(type(of: servers), forKey: .servers) ?? servers
        journeys = try container.decodeIfPresent(type(of: journeys), forKey: .journeys) ?? journeys
        guessed = try container.decodeIfPresent(type(of: guessed), forKey: .guessed) ?? guessed
    }
}
