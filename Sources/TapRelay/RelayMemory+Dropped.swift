/// What made room for other things, as every bound of the memory is counted.
extension RelayMemory {
    /// How many entries were dropped for want of room since this process has it, by what they were of; tables that dropped
    /// none are left out.
    package var dropped: [String: UInt64] {
        var counts: [String: UInt64] = [:]
        for (name, count) in countedTables + relaying.dropped + outbound.dropped + accounts.dropped
        where count > 0 {
            counts[name + "_dropped"] = count
        }
        return counts
    }

    private var countedTables: [(name: String, count: UInt64)] {
        [
            ("servers", servers.dropped), ("relay_clients", clients.dropped),
            ("relays", relays.dropped), ("alert_budgets", budgets.dropped),
            ("incidents", incidents.incidents.dropped), ("slow_servers", slow.dropped),
            ("resets", resets.dropped), ("habits", habits.dropped),
        ]
    }
}

extension RelayingMemory {
    fileprivate var dropped: [(name: String, count: UInt64)] {
        [
            ("refused_clients", refusals.dropped), ("sender_churns", churn.dropped),
            ("relay_tests", trials.dropped), ("hidden_traffics", hidden.dropped),
            ("mailbox_logins", mailboxLogins.dropped), ("users", users.dropped),
            ("smuggling_connections", smuggled.dropped),
        ]
    }
}

extension OutboundMemory {
    fileprivate var dropped: [(name: String, count: UInt64)] {
        [
            ("outbound_hosts", hosts.dropped), ("taken_senders", takenFrom.dropped),
            ("handed_messages", handedIn.dropped), ("deferred_mails", deferred.dropped),
        ]
    }
}

extension AccountMemory {
    fileprivate var dropped: [(name: String, count: UInt64)] {
        [
            ("guessers", guessers.dropped), ("guessed_accounts", guessed.dropped),
            ("askers", askers.dropped), ("asking_networks", askingNetworks.dropped),
            ("asked_recipients", askedFor.dropped), ("mailbox_movers", movers.dropped),
            ("login_servers", servers.dropped), ("journeys", journeys.dropped),
        ]
    }
}
