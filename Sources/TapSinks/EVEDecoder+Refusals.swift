import TapFlow
import TapMail
import TapObserve

/// An event of type `smtp_refusals`.
struct EVERefusals: Decodable {
    var number: Int?
    var refusals: Facts

    private enum CodingKeys: String, CodingKey {
        case refusals
        case number = "tx_id"
    }

    struct Facts: Decodable {
        var helo, mailFrom, server, auth, began: String?
        var recipients, texts: [String]
        var codes: [Int?]
        var accepted, refusedInSession: Int
        var state: String?

        private enum CodingKeys: String, CodingKey {
            case helo, server, auth, accepted, began
            case mailFrom = "mail_from"
            case recipients = "rcpt_to"
            case codes = "rcpt_codes"
            case texts = "rcpt_texts"
            case refusedInSession = "session_refused"
            case state = "auth_state"
        }
    }

    /// The recipients that were refused by then, in `context`.
    func value(in context: EventContext) -> SMTPRefusals {
        let began = context.beginning(refusals.began)
        var transaction = SMTPTransaction(number: number ?? 0, client: .a, began: began)
        (transaction.helo, transaction.mailFrom) = (refusals.helo, refusals.mailFrom)
        transaction.serverName = refusals.server
        transaction.authentication = SMTPAuthentication(
            state: refusals.state,
            user: refusals.auth
        )
        let answers = zip(refusals.codes, refusals.texts)
        let recipients = zip(refusals.recipients, answers).map { address, answer in
            SMTPRecipient(
                address: address,
                code: answer.0,
                text: answer.1,
                time: context.moment.time
            )
        }
        var value = SMTPRefusals(of: transaction, recipients: recipients)
        (value.accepted, value.refusedInSession) = (refusals.accepted, refusals.refusedInSession)
        return value
    }
}

extension SMTPAuthentication {
    /// What `auth_state` and `auth` of an event say.
    init(state: String?, user: String?) {
        self =
            switch state {
            case "none": .none
            case "failed": .failed
            case "accepted": .user(user)
            // An older hubtap did not say; a name can only be one that was accepted.
            case nil where user != nil: .user(user)
            default: .unknown
            }
    }
}
