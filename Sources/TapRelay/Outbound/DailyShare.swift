import TapWire

/// How much of something is of a kind, over today and the day before.
struct DailyShare: Hashable, Sendable, Codable {
    private var day: Int64 = 0
    private var today = Counts()
    private var yesterday = Counts()

    private struct Counts: Hashable, Sendable, Codable {
        var some = 0
        var all = 0
    }

    /// Takes one more.
    mutating func count(_ isOfKind: Bool, at time: Timestamp) {
        let now = time.nanoseconds / 86_400_000_000_000
        if now != day {
            yesterday = now == day &+ 1 ? today : Counts()
            today = Counts()
            day = now
        }
        today.all &+= 1
        if isOfKind { today.some &+= 1 }
    }

    /// The share of that kind; 0 if there was nothing.
    var share: Double {
        let all = today.all &+ yesterday.all
        return all == 0 ? 0 : Double(today.some &+ yesterday.some) / Double(all)
    }
}
