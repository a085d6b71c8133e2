import TapFlow
import TapMail
import TapObserve
import TapWire

/// An event of type `smtp`.
struct EVESMTP: Decodable {
    var number: Int?
    var smtp: Envelope

    private enum CodingKeys: String, CodingKey {
        case smtp
        case number = "tx_id"
    }

    struct Envelope: Decodable {
        var helo, mailFrom, reply, server, banner, proxiedClient, auth, began: String?
        var mailCode, code, dataCode, unseenRecipients: Int?
        var size, dataOctets: UInt64?
        var recipients, recipientTexts: [String]?
        var recipientCodes, recipientFinalCodes: [Int?]?
        var parameters: [String: String]?
        var outcome: SMTPOutcome
        var tls: Bool
        var incomplete: Bool?
        var encoding: SMTPEncoding?
        var state: String?
        var dialect: SMTPProtocol?
        var message: EVEMessage?

        private enum CodingKeys: String, CodingKey {
            case helo, size, code, outcome, auth, tls, encoding, reply, incomplete, server, message
            case banner, began
            case mailFrom = "mail_from"
            case mailCode = "mail_code"
            case parameters = "mail_params"
            case recipients = "rcpt_to"
            case recipientCodes = "rcpt_codes"
            case recipientTexts = "rcpt_texts"
            case recipientFinalCodes = "rcpt_final_codes"
            case unseenRecipients = "rcpt_unseen"
            case dataCode = "data_code"
            case dataOctets = "data_bytes"
            case state = "auth_state"
            case proxiedClient = "proxied_client"
            case dialect = "protocol"
        }
    }

    /// The transaction that ended in `context`.
    func transaction(in context: EventContext) -> SMTPTransaction {
        let began = context.beginning(smtp.began)
        var value = SMTPTransaction(number: number ?? 0, client: .a, began: began)
        (value.helo, value.mailFrom, value.mailCode) = (smtp.helo, smtp.mailFrom, smtp.mailCode)
        (value.size, value.dataOctets) = (smtp.size, smtp.dataOctets)
        (value.code, value.text, value.outcome) = (smtp.code, smtp.reply ?? "", smtp.outcome)
        (value.isEncrypted, value.serverName) = (smtp.tls, smtp.server)
        (value.banner, value.proxiedClient) = (smtp.banner, smtp.proxiedClient)
        (value.dataCode, value.encoding) = (smtp.dataCode, smtp.encoding)
        value.isIncomplete = smtp.incomplete ?? false
        value.dialect = smtp.dialect ?? .smtp
        value.message = smtp.message?.facts
        value.unseenRecipients = smtp.unseenRecipients ?? 0
        value.parameters = (smtp.parameters ?? [:]).sorted { $0.key < $1.key }.map {
            SMTPParameter(name: $0.key, value: $0.value.isEmpty ? nil : $0.value)
        }
        value.authentication = SMTPAuthentication(state: smtp.state, user: smtp.auth)
        value.recipients = recipients(at: context.moment.time)
        return value
    }

    private func recipients(at time: Timestamp) -> [SMTPRecipient] {
        func element<Value>(_ list: [Value]?, _ index: Int) -> Value? {
            guard let list, list.indices.contains(index) else { return nil }
            return list[index]
        }
        return (smtp.recipients ?? []).enumerated().map { index, address in
            var recipient = SMTPRecipient(
                address: address,
                code: element(smtp.recipientCodes, index) ?? nil,
                text: element(smtp.recipientTexts, index) ?? "",
                time: time
            )
            recipient.finalCode = element(smtp.recipientFinalCodes, index) ?? nil
            return recipient
        }
    }
}

/// What a message's header says.
struct EVEMessage: Decodable {
    struct Hop: Decodable {
        var from, ip, by, id: String?
    }

    var id, date, subject, autoSubmitted, listIdentifier: String?
    var list, incomplete: Bool?
    var hops: Int?
    var received: [Hop]?

    private enum CodingKeys: String, CodingKey {
        case id, date, subject, list, incomplete, hops, received
        case autoSubmitted = "auto_submitted"
        case listIdentifier = "list_id"
    }

    var facts: MessageFacts {
        var facts = MessageFacts()
        (facts.identifier, facts.date, facts.subject) = (id, date, subject)
        (facts.autoSubmitted, facts.listIdentifier) = (autoSubmitted, listIdentifier)
        (facts.isFromList, facts.isCut) = (list ?? false, incomplete ?? false)
        facts.hopCount = hops ?? 0
        facts.hops = (received ?? []).map {
            MessageHop(
                from: $0.from,
                address: $0.ip.flatMap { IPAddress($0) },
                by: $0.by,
                identifier: $0.id
            )
        }
        return facts
    }
}

/// An event of type `smtp_inferred`.
struct EVEInferred: Decodable {
    var number: Int?
    var smtp: Envelope

    private enum CodingKeys: String, CodingKey {
        case smtp
        case number = "tx_id"
    }

    struct Envelope: Decodable {
        var helo, server: String?
        var inferred: Facts
    }

    struct Facts: Decodable {
        var confidence: Double
        var auth: InferredLogin
        var outcome: SMTPOutcome
        var encoding: SMTPEncoding?
        var began: String?
        var mailAccepted, data: Bool
        var accepted, refused: Int
        var octets, least, most: Int?

        private enum CodingKeys: String, CodingKey {
            case confidence, auth, outcome, encoding, data, began
            case mailAccepted = "mail_accepted"
            case accepted = "recipients_accepted"
            case refused = "recipients_refused"
            case octets = "message_bytes"
            case least = "message_bytes_min"
            case most = "message_bytes_max"
        }
    }

    /// No dialogue has more recipients: what is beyond is damage, and would overflow sums.
    private static let mostRecipients = 1_000_000

    /// The transaction that ended in `context`.
    func transaction(in context: EventContext) -> InferredTransaction {
        let facts = smtp.inferred
        var value = InferredTransaction(began: context.beginning(facts.began))
        (value.number, value.client) = (number ?? 0, .a)
        (value.helo, value.serverName) = (smtp.helo, smtp.server)
        (value.login, value.outcome, value.encoding) = (facts.auth, facts.outcome, facts.encoding)
        (value.isSenderAccepted, value.hasData) = (facts.mailAccepted, facts.data)
        value.acceptedRecipients = min(max(0, facts.accepted), Self.mostRecipients)
        value.refusedRecipients = min(max(0, facts.refused), Self.mostRecipients)
        value.confidence = facts.confidence
        if let octets = facts.octets {
            value.messageOctets = OctetRange(octets)
        } else if let least = facts.least {
            value.messageOctets = OctetRange(least, facts.most ?? least)
        }
        return value
    }
}

extension EventContext {
    /// When what the event tells of began; an older hubtap did not say, and it is taken for the end.
    func beginning(_ text: String?) -> Moment {
        guard let time = text.flatMap({ Timestamp(rfc3339: $0) }) else { return moment }
        return Moment(time: time, sequence: firstSequence)
    }
}
