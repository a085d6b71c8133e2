import TapWire

/// The latest mail that rules have counted and not yet spoken of: how an incident may have begun.
///
/// A rule that counts speaks at the third, fourth or tenth message. The incident that it opens is told from the first one,
/// so that how much there was, since when, and what is to be looked for in the queue is whole.
struct EarlierMail: Sendable, Codable {
    /// How many messages are held for one incident.
    private static let heldMails = 16
    /// How old they may be at most.
    static let day = Duration.seconds(86_400)

    private var held = BoundedTable<IncidentBook.Key, [CountedMail]>()

    /// How many incidents there are that may begin.
    var count: Int { held.count }

    /// Holds a message for the incident that it may belong to, and forgets what is older than `window`.
    mutating func hold(
        _ mail: MailCase,
        for kind: IncidentClass,
        of subject: String = "",
        at home: IPAddress,
        within window: Duration,
        limits: RelayLimits
    ) {
        let key = IncidentBook.Key(server: home, kind: kind, subject: subject)
        held.update(key, limit: limits.earlierMail, default: []) { mails in
            mails.removeAll { mail.time.duration(since: $0.time) >= window }
            var counted = CountedMail(mail, at: home)
            counted.domains = Array(counted.domains.prefix(CountedMail.domainLimit))
            // Two rules may hold the same message for the same incident.
            guard mails.last != counted else { return }
            mails = mails.suffix(Self.heldMails - 1) + [counted]
        }
    }

    /// Hands over what is held for the incident of `key`, which opens at `time`.
    mutating func take(_ key: IncidentBook.Key, at time: Timestamp) -> [CountedMail] {
        // What opens it may have been held, too, by a rule that does not speak of it.
        (held.remove(key) ?? []).filter { mail in
            mail.time < time && time.duration(since: mail.time) < Self.day
        }
    }
}
