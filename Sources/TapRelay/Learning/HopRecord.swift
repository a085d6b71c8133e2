import TapWire

/// A host outside that our servers hand mail to.
struct HopRecord: Hashable, Sendable, Codable {
    /// Messages it took.
    private(set) var messages: UInt64 = 0
    /// Which of our servers came to it.
    private(set) var clients = SightedHosts()
    private(set) var days = SightedDays()
    private(set) var first: Timestamp
    private(set) var last: Timestamp

    init(at time: Timestamp) { (first, last) = (time, time) }

    /// It took a message from `client`.
    mutating func take(from client: IPAddress, at time: Timestamp) {
        messages &+= 1
        clients.insert(client)
        days.insert(time)
        last = max(last, time)
    }
}
