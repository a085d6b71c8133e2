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

    /// How many messages are held for one incident one by one; what is older is added up.
    private static let heldMails = 16

    private var held = BoundedTable<IncidentBook.Key, [Held]>()
    /// What only one rule looks back to, under names of its own; nil where an earlier hubtap held none.
    private var preludes: BoundedTable<IncidentBook.Key, [Held]>?

    /// How many incidents there are that may begin.
    var count: Int { held.count + (preludes?.count ?? 0) }

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
            Self.add(CountedMail(mail, at: home), to: &mails, within: window)
        }
    }

    /// Holds an event for the signal that it may be the prelude of.
    ///
    /// Beside the others: guesses and probes come in floods, and would make room for themselves.
    mutating func hold(
        _ mail: MailCase,
        as prelude: Signal.Prelude,
        of kind: IncidentClass,
        at home: IPAddress,
        limits: RelayLimits
    ) {
        let key = IncidentBook.Key(server: home, kind: kind, subject: prelude.name)
        var table = preludes ?? BoundedTable()
        preludes = nil
        table.update(key, limit: limits.earlierMail, default: []) { mails in
            Self.add(CountedMail(mail, at: home), to: &mails, within: prelude.window)
        }
        preludes = table
    }

    private static func add(
        _ mail: CountedMail,
        to mails: inout [Held],
        within window: Duration
    ) {
        mails.removeAll { $0.until <= mail.time }
        var counted = mail
        counted.domains = Array(counted.domains.prefix(CountedMail.domainLimit))
        var until = mail.time.advanced(by: window)
        // Two rules may hold the same message for the same incident.
        if let last = mails.last, last.mail == counted {
            until = max(until, last.until)
            mails.removeLast()
        }
        mails.append(Held(mail: counted, until: until))
        guard mails.count > heldMails else { return }
        mails[0].mail.add(mails.remove(at: 1).mail)
    }

    /// Hands over what is held for the incident of `key`, which opens at `time`.
    mutating func take(_ key: IncidentBook.Key, at time: Timestamp) -> [CountedMail] {
        // What opens it may have been held, too, by a rule that does not speak of it.
        (held.remove(key) ?? []).filter { $0.mail.time < time && time < $0.until }.map(\.mail)
    }

    /// Hands over the prelude of a signal of the incident of `key`, and goes on holding what is not its client's.
    mutating func take(
        _ prelude: Signal.Prelude,
        of key: IncidentBook.Key,
        at time: Timestamp
    ) -> [CountedMail] {
        let key = IncidentBook.Key(server: key.server, kind: key.kind, subject: prelude.name)
        guard let mails = preludes?.remove(key) else { return [] }
        func isWanted(_ held: Held) -> Bool {
            let isOfClient = prelude.client == nil || prelude.client == held.mail.client
            return isOfClient && held.mail.time < time && time < held.until
                && time.duration(since: held.mail.time) <= prelude.window
        }
        let others = mails.filter { !isWanted($0) && time < $0.until }
        if !others.isEmpty { preludes?.update(key, limit: .max, default: others) { $0 = others } }
        return mails.filter(isWanted).map(\.mail)
    }
}
