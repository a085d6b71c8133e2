import TapWire

/// What left our servers in the clear lately.
///
/// A server that hands a message on before it has taken it (a filter in front of a queue, a proxy, a program that calls back)
/// is seen to send first and to say 2xx then. So the latest departures are held against each message that is taken.
struct DepartureBook: Sendable, Codable {
    /// How many are kept.
    static let limit = 32

    private var entries: [Departure] = []

    /// Keeps what left.
    mutating func note(_ mail: MailCase) {
        // Asked first, as most that leaves is read by nobody: an entry is large, also where there is none.
        guard mail.envelope != nil, let departure = Departure(mail) else { return }
        if entries.count >= Self.limit { entries.removeFirst(entries.count - Self.limit + 1) }
        entries.append(departure)
    }

    /// True if a departure was from `server`, behind MAIL of `relay` and no later than the server's last word.
    private func isBetween(_ index: Int, _ relay: HeldRelay, from server: IPAddress) -> Bool {
        let list = entries.span
        return list[index].client == server && list[index].began >= relay.began
            && list[index].time <= relay.time
    }

    /// The departure of `relay` from `server` between its MAIL and the server's last word, which is taken out.
    mutating func take(_ relay: HeldRelay, from server: IPAddress) -> (Departure, OnwardMatch.Key)?
    {
        for index in entries.indices.reversed() where isBetween(index, relay, from: server) {
            let entry = entries[index]
            guard let key = entry.key(of: relay) else { continue }
            entries.remove(at: index)
            return (entry, key)
        }
        return nil
    }
}
