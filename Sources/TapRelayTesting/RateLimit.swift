import TapWire

/// Counts the mails of each client at each server by the hour.
struct RateLimit {
    private struct Key: Hashable {
        var server: IPAddress
        var client: IPAddress
    }

    private static let mailsPerHour = 100
    private var times: [Key: [Timestamp]] = [:]

    /// Takes one more mail; true if it is one too many for the hour before it.
    mutating func isExceeded(by hit: BaselineHit) -> Bool {
        let key = Key(server: hit.server, client: hit.client)
        var recent = times[key, default: []].filter {
            hit.time.duration(since: $0) <= .seconds(3_600)
        }
        recent.append(hit.time)
        times[key] = recent
        return recent.count > Self.mailsPerHour
    }
}
