import TapWire

/// How much of what a host sent was refused or deferred: in this hour, and on each of the last seven days.
struct RefusalHistory: Hashable, Sendable, Codable {
    /// A span of time.
    struct Span: Hashable, Sendable, Codable {
        var began = Timestamp.distantPast
        var mails = 0
        var refused = 0
        /// Domains whose servers refused, a few of them.
        var destinations: [UInt64] = []
        var isTold = false

        /// The share that was refused; 0 if there was nothing.
        var share: Double { mails == 0 ? 0 : Double(refused) / Double(mails) }
    }

    private(set) var hour = Span()
    private var days: [Span] = []
    private static let (hourLength, dayLength, keptDays) = (
        Duration.seconds(3_600), Duration.seconds(86_400), 7
    )
    private static let keptDestinations = 4
    /// So much mail is needed to know what is usual.
    private static let usualMails = 50

    /// What is usual: the share of the seven days before this hour; nil if there was too little mail.
    var usual: Double? {
        let mails = days.reduce(0) { $0 &+ $1.mails }
        guard mails >= Self.usualMails else { return nil }
        return Double(days.reduce(0) { $0 &+ $1.refused }) / Double(mails)
    }

    /// Takes one more mail to `domains`.
    mutating func count(isRefused: Bool, of domains: [UInt64], at time: Timestamp) {
        let age = time.duration(since: hour.began)
        if age >= Self.hourLength || age < .zero {
            if hour.mails > 0 { file(hour) }
            hour = Span(began: time)
        }
        hour.mails &+= 1
        guard isRefused else { return }
        hour.refused &+= 1
        for domain in domains where hour.destinations.count < Self.keptDestinations {
            if !hour.destinations.contains(domain) { hour.destinations.append(domain) }
        }
    }

    /// Notes that it was told of this hour.
    mutating func tell() { hour.isTold = true }

    /// An hour is over: it counts for its day.
    private mutating func file(_ span: Span) {
        days.removeAll { day in
            let age = span.began.duration(since: day.began)
            return age >= Self.dayLength * Self.keptDays || age < .zero
        }
        if let last = days.indices.last,
            span.began.duration(since: days[last].began) < Self.dayLength
        {
            days[last].mails &+= span.mails
            days[last].refused &+= span.refused
        } else {
            days.append(Span(began: span.began, mails: span.mails, refused: span.refused))
        }
    }
}
