import TapWire

/// What the rules of relaying remember.
struct RelayingMemory: Sendable, Codable {
    /// What strangers brought for strangers, until it is seen to leave.
    var onward = OnwardBook()
    /// Clients that were refused as relays, by the server that refused.
    var refusals = BoundedTable<IPAddress, RefusedClient>()

    /// The senders and recipients of what a server relays.
    var churn = BoundedTable<IPAddress, SenderChurn>()
    /// The ways in which clients have asked to relay.
    var trials = BoundedTable<IPAddress, FormTrial>()
    /// What servers take and send under TLS, by size and time.
    var hidden = BoundedTable<IPAddress, HiddenTraffic>()
    /// Connections in which an envelope was smuggled, by their digests: how many messages still come before it.
    var smuggled = BoundedTable<UInt64, Int>()
    /// What left servers lately, for messages that are handed on before they are taken.
    var departures = DepartureBook()
    /// When a client last logged in to a mailbox.
    var mailboxLogins = BoundedTable<IPAddress, Timestamp>()
    /// The names of users that look like addresses, by their digests.
    var users = BoundedTable<UInt64, Timestamp>()

    /// How many entries all tables have together.
    var count: Int {
        onward.count + refusals.count + churn.count + trials.count + hidden.count
            + mailboxLogins.count + users.count + smuggled.count
    }
}

extension RelayingMemory {
    /// Decodes a memory; one that an earlier hubtap has stored knows less, and what is not there was not known.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func table<Table: Codable>(_ key: CodingKeys, or empty: Table) throws -> Table {
            try container.decodeIfPresent(Table.self, forKey: key) ?? empty
        }
        onward = try table(.onward, or: onward)
        refusals = try table(.refusals, or: refusals)
        churn = try table(.churn, or: churn)
        trials = try table(.trials, or: trials)
        hidden = try table(.hidden, or: hidden)
        mailboxLogins = try table(.mailboxLogins, or: mailboxLogins)
        users = try table(.users, or: users)
        smuggled = try table(.smuggled, or: smuggled)
        departures = try table(.departures, or: departures)
    }
}
