import TapWire

/// The latest mail that rules have counted and not yet spoken of: how an incident may have begun.
///
/// A rule that counts speaks at the third, fourth or tenth message. The incident that it opens is told from the first one,
/// so that how much there was, since when, and what is to be looked for in the queue is whole.
struct EarlierMail: Sendable, Codable {
    /// A message, and until when the rule that counted it looks back to it.
    private struct Held: Sendable, Codable {
        var mail: CountedMail
        var until: Timestamp
    }

    /// How many messages are held for one incident.
    private static let heldMails = 16

    private var held = BoundedTable<IncidentBook.Key, [Held]>()

    /// How many incidents there are that may begin.
    var count: Int { held.count }

    /// Holds a message for `window` for the incident that it may belong to.
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
            mails.removeAll { $0.until <= mail.time }
            var counted = CountedMail(mail, at: home)
            counted.domains = Array(counted.domains.prefix(CountedMail.domainLimit))
            var until = mail.time.advanced(by: window)
            // Two rules may hold the same message for the same incident.
            if let last = mails.last, last.mail == counted {
                until = max(until, last.until)
                mails.removeLast()
            }
            mails = mails.suffix(Self.heldMails - 1) + [Held(mail: counted, until: until)]
        }
    }

    /// Hands over what is held for the incident of `key`, which opens at `time`.
    mutating func take(_ key: IncidentBook.Key, at time: Timestamp) -> [CountedMail] {
        // What opens it may have been held, too, by a rule that does not speak of it.
        (held.remove(key) ?? []).filter { $0.mail.time < time && time < $0.until }.map(\.mail)
    }
}
