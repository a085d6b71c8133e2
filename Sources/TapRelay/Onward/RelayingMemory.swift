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
    /// When a client last logged in to a mailbox.
    var mailboxLogins = BoundedTable<IPAddress, Timestamp>()
    /// The names of users that look like addresses, by their digests.
    var users = BoundedTable<UInt64, Timestamp>()

    /// How many entries all tables have together.
    var count: Int {
        onward.count + refusals.count + churn.count + trials.count + hidden.count
            + mailboxLogins.count + users.count
    }
}
