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
        guard let departure = Departure(mail) else { return }
        if entries.count >= Self.limit { entries.removeFirst(entries.count - Self.limit + 1) }
        entries.append(departure)
    }

    /// The departure of `relay` from `server` between its MAIL and the server's last word, which is taken out.
    mutating func take(_ relay: HeldRelay, from server: IPAddress) -> (Departure, OnwardMatch.Key)?
    {
        for index in entries.indices.reversed() {
            let entry = entries[index]
            guard entry.client == server, entry.began >= relay.began, entry.time <= relay.time,
                let key = entry.key(of: relay)
            else { continue }
            entries.remove(at: index)
            return (entry, key)
        }
        return nil
    }
}
