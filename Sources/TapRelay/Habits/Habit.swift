/// What is usual of one identity: an account at a server, a network of clients at a server, or a server.
///
/// A fixed number of octets, and no names in it: things are known by their digests. The order of the fields leaves no
/// gaps in memory.
struct Habit: Sendable {
    /// Whose habit it is.
    enum Kind: UInt8, Sendable {
        case server
        case clients
        case account
    }

    /// Length of a generation of what was seen: what is not seen again within 15 to 30 days is forgotten.
    static let generation: UInt32 = 15 * 86_400

    /// When it was touched first, by the habits' clock.
    let first: UInt32
    /// When it was touched last.
    var last: UInt32
    /// When the generation of what was seen began that runs now.
    var generationBegan: UInt32

    /// Messages that were taken.
    var messages: UInt16 = 0
    /// Logins that were accepted.
    var logins: UInt16 = 0
    /// The hour of the habits' clock that is being counted.
    var hour: UInt32 = 0
    /// Recipients that were taken in that hour.
    var hourRecipients: UInt32 = 0
    /// Recipients by the hour of the week.
    var week = WeekHabit()
    /// Recipients of an hour.
    var hours = HourQuantile()
    /// The share of recipients that were refused for good.
    var refusals = AgedShare()
    /// The share of recipients that were put off.
    var deferrals = AgedShare()
    /// Whose; here, where it fills a gap.
    let kind: Kind
    /// Which hour of the week it is that is being counted.
    var weekHour: UInt8 = 0
    /// How the logins went; of use for accounts only.
    var trail = AccountTrail()
    /// To whom.
    var recipients = RecentSet<7>()
    /// To which domains.
    var domains = RecentSet<3>()
    /// In whose name.
    var senders = RecentSet<2>()
    /// From where.
    var networks = NetworkHabit()

    /// The habit of one who was never seen before.
    init(_ kind: Kind, at now: UInt32) {
        self.kind = kind
        first = now
        last = now
        generationBegan = now
    }

    /// How long it is known, seconds.
    var age: UInt32 { last &- min(first, last) }

    /// It is used now: begins a new generation if the one that runs is old.
    mutating func touch(at now: UInt32) {
        last = max(last, now)
        guard now >= generationBegan, now - generationBegan >= Self.generation else { return }
        generationBegan = now
        networks.rotate()
        recipients.rotate()
        domains.rotate()
        senders.rotate()
    }

    /// A login was accepted.
    mutating func countLogin() { if logins < .max { logins += 1 } }

    /// Goes to the hour of the habits' clock, which is `next` of the week by the one on the wall, and closes the one before.
    private mutating func turn(to next: UInt32, ofWeek weekHour: UInt8) {
        guard next != hour else { return }
        if hour > 0 {
            hours.close(recipients: hourRecipients, idle: next > hour ? next - hour - 1 : 0)
            if hourRecipients > 0 { week.close(self.weekHour, recipients: hourRecipients) }
        }
        (hour, self.weekHour, hourRecipients) = (next, weekHour, 0)
    }

    /// Takes what is to be remembered of a message or a try at one; `learns` is false if its recipients are not.
    mutating func note(_ mail: MailTrace, learns: Bool = true) {
        turn(to: mail.hour, ofWeek: mail.weekHour)
        if mail.isTaken, messages < .max { messages += 1 }
        hourRecipients = UInt32(clamping: UInt64(hourRecipients) + UInt64(mail.takenRecipients))
        for recipient in mail.recipients {
            refusals.observe(recipient.answer == .refused)
            deferrals.observe(recipient.answer == .deferred)
            guard learns, recipient.answer == .accepted else { continue }
            recipients.insert(recipient.address)
            if recipient.domain != 0 { domains.insert(recipient.domain) }
        }
        if mail.sender != 0 { senders.insert(mail.sender) }
    }
}
