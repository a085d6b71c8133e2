import TapFlow
import TapWire

/// Refused recipients in EVE's words.
struct SMTPRefusalsRecord: Encodable {
    private let refusals: SMTPRefusals

    init(_ refusals: SMTPRefusals) { self.refusals = refusals }

    private enum Key: String, CodingKey {
        case helo, server, auth, accepted, began
        case mailFrom = "mail_from"
        case recipients = "rcpt_to"
        case recipientCodes = "rcpt_codes"
        case recipientTexts = "rcpt_texts"
        case authenticationState = "auth_state"
        case refusedInSession = "session_refused"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(refusals.helo, forKey: .helo)
        try container.encodeIfPresent(refusals.serverName, forKey: .server)
        try container.encode(refusals.mailFrom, forKey: .mailFrom)
        try container.encode(refusals.recipients.map(\.address), forKey: .recipients)
        try container.encode(refusals.recipients.map(\.code), forKey: .recipientCodes)
        try container.encode(refusals.recipients.map(\.text), forKey: .recipientTexts)
        try container.encode(refusals.accepted, forKey: .accepted)
        try container.encode(refusals.refusedInSession, forKey: .refusedInSession)
        try container.encode(refusals.authentication.user, forKey: .auth)
        try container.encode(refusals.authentication.state, forKey: .authenticationState)
        try container.encode(refusals.began.time.rfc3339, forKey: .began)
    }
}
