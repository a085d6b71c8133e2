import TapFlow
import TapMail
import TapWire

/// What a server offered before, or offers the clients on the other side of the tap.
struct EarlierOffer: Hashable, Sendable {
    /// The keywords, STARTTLS and AUTH in front.
    let keywords: [String]
    /// When it was seen last.
    let last: Timestamp
    /// True if the clients on the other side are offered it.
    let isOnOtherSide: Bool

    /// True if there is one with STARTTLS, of no longer ago than `history`: nothing is copied to know it.
    static func isKnown(_ mail: MailCase, _ postures: PostureMemory, _ history: Duration) -> Bool {
        lost(mail, history) != nil || otherSide(mail, postures, history) != nil
    }

    /// What `mail` is to be compared with: the other side's if that has STARTTLS, else what was told to have been there; nil
    /// if neither is known.
    init?(_ mail: MailCase, _ postures: PostureMemory, _ history: Duration) {
        if let last = Self.otherSide(mail, postures, history) {
            let known = Self.posture(Self.key(mail, isOther: true), postures)
            keywords = Self.keywords(
                mechanisms: known?.mechanisms?.value ?? [],
                others: known?.keywords?.value ?? []
            )
            (self.last, isOnOtherSide) = (last, true)
            return
        }
        guard let lost = Self.lost(mail, history) else { return nil }
        let now = Self.posture(Self.key(mail, isOther: false), postures)
        // What has not changed is as it was.
        func words(_ subject: PostureChange.Subject, else known: [String]?) -> [String] {
            mail.postureChanges.first { $0.subject == subject }?.listBefore ?? known ?? []
        }
        keywords = Self.keywords(
            mechanisms: words(.mechanisms, else: now?.mechanisms?.value),
            others: words(.keywords, else: now?.keywords?.value)
        )
        (last, isOnOtherSide) = (lost.before.time, false)
    }

    private static func keywords(mechanisms: [String], others: [String]) -> [String] {
        let login = mechanisms.isEmpty ? [] : [(["AUTH"] + mechanisms).joined(separator: " ")]
        return ["STARTTLS"] + login + others
    }

    /// That STARTTLS was there and is no more.
    private static func lost(_ mail: MailCase, _ history: Duration) -> PostureChange? {
        mail.postureChanges.first { change in
            change.subject == .startTLS && change.meaning == .weakened
                && mail.time.duration(since: change.before.time) < history
        }
    }

    /// When the clients on the other side were offered STARTTLS last; nil if they are not.
    private static func otherSide(
        _ mail: MailCase,
        _ postures: PostureMemory,
        _ history: Duration
    ) -> Timestamp? {
        let key = key(mail, isOther: true)
        let known = postures.ours.look(at: key) { $0.posture.startTLS } ?? nil
        guard let fact = known ?? (postures.others.look(at: key) { $0.posture.startTLS } ?? nil),
            fact.value, mail.time.duration(since: fact.last.time) < history
        else { return nil }
        return fact.last.time
    }

    private static func key(_ mail: MailCase, isOther: Bool) -> PostureKey {
        let isInside = (mail.inward == nil) != isOther
        return PostureKey(
            server: mail.ends.server,
            port: mail.server.port,
            side: isInside ? .inside : .outside
        )
    }

    private static func posture(_ key: PostureKey, _ postures: PostureMemory) -> ServerPosture? {
        postures.ours[key]?.posture ?? postures.others[key]?.posture
    }
}
