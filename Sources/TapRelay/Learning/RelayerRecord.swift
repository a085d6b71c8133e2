import TapWire

/// A host outside that had strangers' recipients accepted without a login: an abuser, or a partner who may.
///
/// It is only ever shown. Who may relay is for the admin to say: an abuser who is patient must not become a partner.
struct RelayerRecord: Hashable, Sendable, Codable {
    /// Messages that were taken.
    private(set) var messages: UInt64 = 0
    /// Recipients among strangers.
    private(set) var recipients: UInt64 = 0
    private(set) var days = SightedDays()
    private(set) var first: Timestamp
    private(set) var last: Timestamp

    init(at time: Timestamp) { (first, last) = (time, time) }

    /// A message of it was taken.
    mutating func take(_ relay: RelayCase, at time: Timestamp) {
        messages &+= 1
        recipients &+= UInt64(clamping: relay.accepted.count)
        days.insert(time)
        last = max(last, time)
    }
}
