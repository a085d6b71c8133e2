/// Which mailboxes were read whole from a network within a day.
struct MoverRecord: Sendable, Codable {
    private static let day: UInt32 = 86_400
    private static let remembered = 16

    /// When it began, by the habits' clock.
    private var since: UInt32
    /// The mailboxes, by the keys of their accounts.
    private var mailboxes: [UInt64] = []

    /// None yet.
    init(since: UInt32) { self.since = since }

    /// Counts a mailbox; how many there were within the day.
    mutating func count(_ mailbox: UInt64, at now: UInt32) -> Int {
        if now - min(now, since) >= Self.day { (since, mailboxes) = (now, []) }
        if !mailboxes.contains(mailbox), mailboxes.count < Self.remembered {
            mailboxes.append(mailbox)
        }
        return mailboxes.count
    }
}
