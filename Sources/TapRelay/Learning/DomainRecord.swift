import TapWire

/// What was seen of a mail domain, from which it is concluded whose it is.
struct DomainRecord: Hashable, Sendable, Codable {
    /// Messages for it that our servers took from outside, from clients without a login.
    private(set) var inbound: UInt64 = 0
    /// Of those, messages that looked like the ordinary delivery of another mail server.
    private(set) var ordinary: UInt64 = 0
    private(set) var inboundDays = SightedDays()
    private(set) var inboundClients = SightedHosts()
    /// Messages for it that our servers handed on to others.
    private(set) var onward: UInt64 = 0
    /// Of those, messages that went where all mail of the server goes; nil for none.
    private(set) var onwardWithAll: UInt64?
    /// Where they went: the first few hosts.
    private(set) var hops: [IPAddress] = []
    /// True if they went to more hosts than are kept.
    private(set) var hasManyHops = false
    /// Messages of senders in it that came from inside or from who had logged in.
    private(set) var own: UInt64 = 0
    private(set) var ownDays = SightedDays()
    /// Hosts outside that brought mail of senders in it without a login.
    private(set) var foreignSenders = SightedHosts()
    /// Recipients in it that were refused with words about relaying.
    private(set) var denied: UInt64 = 0
    /// When it was seen first and last.
    private(set) var first: Timestamp
    private(set) var last: Timestamp

    /// How many hosts are kept.
    static let hopLimit = 4

    init(at time: Timestamp) { (first, last) = (time, time) }

    /// A message for it was taken from `client` outside.
    mutating func takeInbound(from client: IPAddress, isOrdinary: Bool, at time: Timestamp) {
        inbound &+= 1
        if isOrdinary { ordinary &+= 1 }
        inboundDays.insert(time)
        inboundClients.insert(client)
        last = max(last, time)
    }

    /// A message for it was handed on to `host`, which `takesAll` mail of the server or not.
    mutating func takeOnward(to host: IPAddress, takesAll: Bool, at time: Timestamp) {
        onward &+= 1
        if takesAll { onwardWithAll = (onwardWithAll ?? 0) &+ 1 }
        last = max(last, time)
        guard !hops.contains(host) else { return }
        guard hops.count < Self.hopLimit else { return hasManyHops = true }
        hops.append(host)
    }

    /// One of ours sent a message from it.
    mutating func takeOwn(at time: Timestamp) {
        own &+= 1
        ownDays.insert(time)
        last = max(last, time)
    }

    /// A stranger brought a message from it.
    mutating func takeForeign(from client: IPAddress, at time: Timestamp) {
        foreignSenders.insert(client)
        last = max(last, time)
    }

    /// A recipient in it was refused as relay.
    mutating func takeDenied(at time: Timestamp) {
        denied &+= 1
        last = max(last, time)
    }
}
