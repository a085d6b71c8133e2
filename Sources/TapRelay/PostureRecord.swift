import TapFlow
import TapMail
import TapObserve
import TapWire

/// A server's posture, with what takes inside and outside to know.
struct PostureRecord: Sendable, Codable {
    /// What the protocol shows.
    var posture: ServerPosture
    /// The name it goes by.
    var name: MailDomain?
    /// Its software.
    var family: PostureFact<MailServerFamily>?
    /// Whether a stranger's mail for a stranger is accepted; nil if none was seen.
    var isRelaying: PostureFact<Bool>?
    /// The last answer to one.
    var answer: RelayAnswer?
    /// Where that was, and which side was the client; nil before the first, and in what an earlier hubtap has stored.
    var answerPlace: IncidentPlace?
    var answerClient: Side?
    /// For whom it relays; nil if it was not seen to.
    var opening: RelayOpening?
    /// By which odd forms it was seen to relay; nil if by none.
    var forms: FormOpening?
    /// The number of the last change to any record: what is to be stored anew.
    var revision: UInt64 = 0

    /// Takes what the server said to a stranger's mail for a stranger.
    mutating func observe(_ relay: RelayCase, in mail: MailCase) -> PostureChange? {
        let isAccepted = !relay.accepted.isEmpty
        let strangers = isAccepted ? relay.accepted : relay.refused
        guard let code = strangers.last?.recipient.code else { return nil }
        if isAccepted {
            if case .none = opening { opening = RelayOpening(at: mail.time) }
            opening?.open(mail, relay)
        } else if isRelaying?.value == true {
            // The refusal of another says nothing about those for whom it relays.
            guard opening?.isClosed(by: mail, relay) ?? true else { return nil }
        }
        let earlier = isRelaying?.value == isAccepted ? nil : answer?.code
        answer = RelayAnswer(
            code: code,
            confidence: mail.confidence(0.99, for: .relay),
            count: (answer?.count ?? 0) &+ 1
        )
        (answerPlace, answerClient) = (IncidentPlace(mail.context), mail.event.client)
        let moment = mail.context.moment
        guard isRelaying != nil else {
            isRelaying = PostureFact(isAccepted, at: moment)
            return nil
        }
        let change = isRelaying?.observe(isAccepted, at: moment)
        // Whom it lets in from now on is another matter.
        if isRelaying?.value == false { opening = nil }
        return change.map { change in
            PostureChange(.relay, change, meaning: change.to ? .weakened : .fixed) { value in
                Self.words(value, value == isAccepted ? code : earlier)
            }
        }
    }

    private static func words(_ isAccepted: Bool, _ code: Int?) -> String {
        (isAccepted ? "accepted" : "refused") + (code.map { " \($0)" } ?? "")
    }

    /// When a server that refuses again, which was not told, will have let nobody in for an hour; nil if there is nothing
    /// to tell.
    var shutAt: Timestamp? { isRelaying?.value == false ? isRelaying?.settlesAt : nil }

    /// That it refuses again, once nobody was let in for an hour.
    mutating func settleRelay(at time: Timestamp) -> PostureChange? {
        guard isRelaying?.value == false else { return nil }
        let code = answer?.code
        return isRelaying?.settle(at: time).map { change in
            PostureChange(.relay, change, meaning: .fixed) { Self.words($0, $0 ? nil : code) }
        }
    }

    /// Takes what the server said to odd forms of address; true if it thereby relays by none any more.
    mutating func observe(_ odd: [OddRecipient], isTaken: Bool, in mail: MailCase) -> Bool {
        var opening = forms ?? FormOpening()
        var isShut = false
        let client = mail.ends.client
        var taken: Set<RelayForm> = []
        for recipient in odd where isTaken && recipient.recipient.isAccepted {
            taken.insert(recipient.hidden.form)
            opening.open(recipient.hidden.form, by: client, at: mail.time)
        }
        // What is taken for one recipient is open, whatever was said to another.
        for recipient in odd where recipient.isShut && !taken.contains(recipient.hidden.form) {
            isShut = opening.refuse(recipient.hidden.form, to: client, at: mail.time) || isShut
        }
        if forms != nil || opening != FormOpening() { forms = opening }
        return isShut
    }

    /// Takes which software the greeting names.
    mutating func observe(_ known: MailServerFamily, at moment: Moment) -> PostureChange? {
        guard known != .unknown else { return nil }
        if case .none = family { family = PostureFact(known, at: moment) }
        return family?.observe(known, at: moment).map {
            PostureChange(.software, $0) { $0.rawValue }
        }
    }
}
