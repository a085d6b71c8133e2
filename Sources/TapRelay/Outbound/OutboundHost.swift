import TapWire

/// What is remembered of a host of ours that sends mail out, or takes it.
struct OutboundHost: Sendable, Codable {
    /// When it first sent mail out; nil if it never did.
    var firstSent: Timestamp?
    /// On how many days it has sent, and the last of them as a number since 1970.
    private(set) var days = 0
    private var lastDay: Int64 = 0
    /// When it last took mail from others.
    var lastTaken: Timestamp?
    /// When it last took mail under TLS.
    var lastHiddenIntake: Timestamp?
    /// What it took of which nobody can tell what it was.
    var unread: UnreadTraffic {
        get { storedUnread ?? UnreadTraffic() }
        // In place: a setter would copy the counts each time.
        _modify {
            var unread = storedUnread.take() ?? UnreadTraffic()
            defer { storedUnread = unread }
            yield &unread
        }
    }
    /// Nil before the first, and in what an earlier hubtap has stored.
    private var storedUnread: UnreadTraffic?
    /// What it took, of whatever kind, and what it sent under TLS within the hour behind.
    var hidden: UnreadTraffic {
        get { storedHidden ?? UnreadTraffic() }
        _modify {
            var hidden = storedHidden.take() ?? UnreadTraffic()
            defer { storedHidden = hidden }
            yield &hidden
        }
    }
    /// Nil before the first, and in what an earlier hubtap has stored.
    private var storedHidden: UnreadTraffic?
    /// The sizes of what it took lately; nil before the first, and in what an earlier hubtap has stored.
    var intakes: IntakeSizes?
    /// True once it was told to be no mail server: it does not become one by going on.
    var isAccused = false
    /// Where it sent to.
    var seen = SeenDomains()
    /// Mail to new domains and all mail, for what is usual.
    var newDomains = 0
    var mails = 0
    /// The latest mail by one that is no server: when, and a domain of it.
    var attempts: [Attempt] = []
    /// How many there were without a pause as long as the rule looks back, and for how many domains; nil in what an earlier
    /// hubtap has stored.
    var attemptCount: Int?
    var attemptDomains: DistinctCount?
    /// The latest mail to new domains by one that is a server.
    var surprises: [Surprise] = []
    /// Copies of mail that it had taken, for domains to which it had not sent before; nil before the first.
    var copies: Copies?
    /// Domains to which bounces went, for mail that it had taken.
    var bounced = RecentKeys()
    /// Bounces and all mail of this day and the one before.
    var bounces = DailyShare()
    /// Refusals of this hour, and of the days before.
    var refusals = RefusalHistory()
    /// Servers that refused it by its reputation.
    var blockers = RecentKeys()
    /// When that was told last.
    var blockedTold: Timestamp?
    /// When its deferred mail was looked at, and told of.
    var queueLooked: Timestamp?
    var queueTold: Timestamp?

    /// A mail by one that is no server.
    struct Attempt: Hashable, Sendable, Codable {
        var time: Timestamp
        var domain: UInt64
    }

    /// A mail to a domain to which it had not sent before.
    struct Surprise: Hashable, Sendable, Codable {
        var time: Timestamp
        var isRefused: Bool
        /// What it has in common with other copies; nil if it is not known.
        var kin: UInt64?
        /// True if it may be a copy of what the host had taken just before; nil in what an earlier hubtap has stored.
        var isPerhapsCopy: Bool?
        /// True if its sender has handed in mail before, but not this; nil in what an earlier hubtap has stored.
        var isByKnownSender: Bool?

        init(_ outgoing: OutgoingMail, at time: Timestamp, behind others: [Surprise]) {
            self.time = time
            isRefused = outgoing.answer == .refused
            kin = outgoing.kin
            isByKnownSender = outgoing.handIn == .unseen
            // Many copies take longer than a minute; while they leave, more is taken that says nothing of them.
            let earlier = others.first { $0.kin != nil && $0.kin == outgoing.kin }
            isPerhapsCopy =
                kin != nil
                && (outgoing.copy == .beyondLimit
                    || earlier.map { $0.isPerhapsCopy ?? false }
                        ?? (outgoing.isSoonAfterIntake || outgoing.isLikeIntake))
        }
    }

    /// The copies of an hour.
    struct Copies: Hashable, Sendable, Codable {
        /// How many a host may send.
        ///
        /// A list and a forwarder that rewrites the sender (SRS) send in their own name what was handed in. So that nobody
        /// hands in a few messages and sends ever more under their names, that is so for a number of them only.
        static let limit = 256

        /// When the hour began.
        var since: Timestamp
        var count = 0
    }

    /// Counts a copy of mail that it had taken.
    mutating func takeCopy(at now: Timestamp) -> OutgoingMail.Copy {
        var current = copies ?? Copies(since: now)
        // An hour that is ahead of now is from before the clock was set back.
        let age = now.duration(since: current.since)
        if !(Duration.zero..<Duration.seconds(3_600)).contains(age) { current = Copies(since: now) }
        current.count = min(current.count &+ 1, Copies.limit &+ 1)
        copies = current
        return current.count > Copies.limit ? .beyondLimit : .ofTaken
    }

    /// Counts a mail by one that is no server, before it is one of its `attempts`, and returns how many there are.
    mutating func count(_ mail: OutgoingMail) -> (mails: Int, domains: Int) {
        if attempts.isEmpty || attemptDomains == nil {
            attemptCount = attempts.count
            attemptDomains = DistinctCount()
            for attempt in attempts { attemptDomains?.insert(attempt.domain) }
        }
        for domain in mail.domains { attemptDomains?.insert(domain) }
        let count = (attemptCount ?? 0) &+ 1
        attemptCount = count
        return (count, attemptDomains?.count ?? 1)
    }

    /// Notes that it took what may leave it under TLS.
    mutating func take(recipients: Int, at time: Timestamp) {
        // Where it lies, for all mail comes by here.
        if case .none = storedHidden { storedHidden = UnreadTraffic() }
        storedHidden?.take(recipients: recipients, at: time)
    }

    /// Notes that it has sent.
    mutating func noteSent(at time: Timestamp) {
        if firstSent == nil { firstSent = time }
        let day = time.nanoseconds / 86_400_000_000_000
        guard day != lastDay else { return }
        lastDay = day
        days &+= 1
    }

    /// True if it has sent for so long, and so steadily, that it must be meant to.
    func isSteady(at time: Timestamp, after learning: Duration) -> Bool {
        guard !isAccused, let firstSent, time.duration(since: firstSent) >= learning else {
            return false
        }
        return Double(days) * 86_400 >= 0.5 * learning.seconds
    }
}

extension Duration {
    /// The seconds as a number with decimals.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
