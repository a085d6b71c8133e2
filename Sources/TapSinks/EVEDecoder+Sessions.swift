import TapFlow
import TapMail
import TapWire

/// An event of type `smtp_session`.
struct EVESMTPSession: Decodable {
    var session: Facts

    struct Facts: Decodable {
        var dialect: SMTPProtocol
        var banner, helo, proxiedClient: String?
        var bannerCode, startTLSCode: Int?
        var capabilities: [String]?
        var offer, securedOffer: [String]?
        var starttls: STARTTLSState?
        var tls: EVETLS?
        var auth: [EVELogin<Int>]?
        var transactions, accepted, rejected, gaps: Int
        var clientOctets, serverOctets: UInt64
        var reason: CloseReason
        var midstream, oneSided: Bool?
        var anomalies: [String]?
        var inferred: EVEInferredSession?
        var replyTimes: [String: Int]?

        private enum CodingKeys: String, CodingKey {
            case banner, helo, capabilities, starttls, tls, auth, transactions, accepted, rejected
            case gaps, reason, midstream, anomalies, inferred, offer
            case dialect = "protocol"
            case bannerCode = "banner_code"
            case clientOctets = "client_bytes"
            case serverOctets = "server_bytes"
            case oneSided = "one_sided"
            case proxiedClient = "proxied_client"
            case startTLSCode = "starttls_code"
            case securedOffer = "offer_tls"
            case replyTimes = "reply_ms"
        }
    }

    /// The session that ended at `moment`.
    func summary(at moment: Moment) -> SMTPSessionSummary {
        var value = SMTPSessionSummary(dialect: session.dialect, client: .a)
        (value.banner, value.bannerCode) = (session.banner, session.bannerCode)
        (value.helo, value.proxiedClient) = (session.helo, session.proxiedClient)
        value.capabilities = session.capabilities ?? []
        value.offer = session.offer.map { ServerOffer(keywords: $0, at: moment) }
        value.securedOffer = session.securedOffer.map { ServerOffer(keywords: $0, at: moment) }
        value.startTLSAnswer = session.startTLSCode.map { STARTTLSAnswer(code: $0, at: moment) }
        (value.startTLS, value.tls) = (session.starttls, session.tls?.facts)
        value.logins = (session.auth ?? []).map {
            SMTPLogin(mechanism: $0.mechanism, user: $0.user, code: $0.code)
        }
        (value.transactions, value.accepted) = (session.transactions, session.accepted)
        (value.rejected, value.gaps) = (session.rejected, session.gaps)
        (value.clientOctets, value.serverOctets) = (session.clientOctets, session.serverOctets)
        value.isMidstream = session.midstream ?? false
        value.isOneSided = session.oneSided ?? false
        (value.anomalies, value.reason) = (session.anomalies ?? [], session.reason)
        value.inferred = session.inferred?.facts
        for (name, milliseconds) in session.replyTimes ?? [:] {
            guard let step = SMTPReplyTimes.Step(rawValue: name) else { continue }
            let answered = moment.time.advanced(by: .milliseconds(milliseconds))
            value.replyTimes.note(step, asked: moment.time, answered: answered)
        }
        return value
    }
}

/// An attempt to log in.
struct EVELogin<Code: Decodable>: Decodable {
    var mechanism: String
    var user: String?
    var code: Code?
    var responseCode: String?

    private enum CodingKeys: String, CodingKey {
        case mechanism, user, code
        case responseCode = "response_code"
    }
}

/// What is inferred of a session.
struct EVEInferredSession: Decodable {
    var confidence: Double
    var auth: InferredLogin
    var failed, transactions, accepted, rejected, acceptedRecipients, refusedRecipients: Int
    var quit: Bool
    var software: ReplyFamily?

    private enum CodingKeys: String, CodingKey {
        case confidence, auth, transactions, accepted, rejected, quit, software
        case failed = "auth_failed"
        case acceptedRecipients = "recipients_accepted"
        case refusedRecipients = "recipients_refused"
    }

    var facts: InferredSession {
        var value = InferredSession()
        (value.confidence, value.login, value.failedLogins) = (confidence, auth, failed)
        (value.transactions, value.accepted, value.rejected) = (transactions, accepted, rejected)
        value.acceptedRecipients = acceptedRecipients
        value.refusedRecipients = refusedRecipients
        (value.hasQuit, value.family) = (quit, software)
        return value
    }
}

/// What a session of POP3 or IMAP was.
struct EVEMailbox: Decodable {
    var dialect: String
    var banner: String?
    var capabilities, mailboxes: [String]?
    var starttls: STARTTLSState?
    var tls: EVETLS?
    var retrieved, gaps: Int
    var retrievedOctets, clientOctets, serverOctets: UInt64
    var appendedOctets: UInt64?
    var deleted, expunged, appended, furtherLogins, mailboxCount: Int?
    var completed: Bool
    var compressed, midstream, oneSided: Bool?
    var anomalies: [String]?
    var reason: CloseReason

    enum CodingKeys: String, CodingKey {
        case banner, capabilities, mailboxes, starttls, tls, retrieved, gaps, deleted, expunged
        case appended, completed, compressed, midstream, anomalies, reason
        case dialect = "protocol"
        case retrievedOctets = "retrieved_bytes"
        case mailboxCount = "mailbox_messages"
        case appendedOctets = "appended_bytes"
        case furtherLogins = "auth_further"
        case clientOctets = "client_bytes"
        case serverOctets = "server_bytes"
        case oneSided = "one_sided"
    }
}

/// An event of type `pop3_session`.
struct EVEPOP3Session: Decodable {
    var session: Facts

    struct Facts: Decodable {
        var box: EVEMailbox
        var logins: [EVELogin<POP3Status>]

        private enum Key: String, CodingKey { case auth }

        init(from decoder: any Decoder) throws {
            box = try EVEMailbox(from: decoder)
            let container = try decoder.container(keyedBy: Key.self)
            logins = try container.decodeIfPresent([EVELogin<POP3Status>].self, forKey: .auth) ?? []
        }

        var summary: POP3SessionSummary {
            var value = POP3SessionSummary(client: .a)
            value.isImplicitTLS = box.dialect == "pop3s"
            (value.banner, value.capabilities) = (box.banner, box.capabilities ?? [])
            (value.startTLS, value.tls) = (box.starttls, box.tls?.facts)
            value.logins = logins.map {
                POP3Login(
                    mechanism: $0.mechanism,
                    user: $0.user,
                    status: $0.code,
                    responseCode: $0.responseCode
                )
            }
            value.furtherLogins = box.furtherLogins ?? 0
            (value.retrieved, value.retrievedOctets) = (box.retrieved, box.retrievedOctets)
            (value.deleted, value.isCompleted) = (box.deleted ?? 0, box.completed)
            value.mailboxCount = box.mailboxCount
            (value.clientOctets, value.serverOctets) = (box.clientOctets, box.serverOctets)
            (value.gaps, value.reason) = (box.gaps, box.reason)
            value.isMidstream = box.midstream ?? false
            value.isOneSided = box.oneSided ?? false
            value.anomalies = box.anomalies ?? []
            return value
        }
    }
}

/// An event of type `imap_session`.
struct EVEIMAPSession: Decodable {
    var session: Facts

    struct Facts: Decodable {
        var box: EVEMailbox
        var logins: [EVELogin<IMAPStatus>]

        private enum Key: String, CodingKey { case auth }

        init(from decoder: any Decoder) throws {
            box = try EVEMailbox(from: decoder)
            let container = try decoder.container(keyedBy: Key.self)
            logins = try container.decodeIfPresent([EVELogin<IMAPStatus>].self, forKey: .auth) ?? []
        }

        var summary: IMAPSessionSummary {
            var value = IMAPSessionSummary(client: .a)
            value.isImplicitTLS = box.dialect == "imaps"
            (value.banner, value.capabilities) = (box.banner, box.capabilities ?? [])
            (value.startTLS, value.tls) = (box.starttls, box.tls?.facts)
            value.isCompressed = box.compressed ?? false
            value.logins = logins.map {
                IMAPLogin(
                    mechanism: $0.mechanism,
                    user: $0.user,
                    status: $0.code,
                    responseCode: $0.responseCode
                )
            }
            value.furtherLogins = box.furtherLogins ?? 0
            (value.mailboxes, value.mailboxCount) = (box.mailboxes ?? [], box.mailboxCount)
            (value.retrieved, value.retrievedOctets) = (box.retrieved, box.retrievedOctets)
            (value.expunged, value.appended) = (box.expunged ?? 0, box.appended ?? 0)
            value.appendedOctets = box.appendedOctets ?? 0
            value.isCompleted = box.completed
            (value.clientOctets, value.serverOctets) = (box.clientOctets, box.serverOctets)
            (value.gaps, value.reason) = (box.gaps, box.reason)
            value.isMidstream = box.midstream ?? false
            value.isOneSided = box.oneSided ?? false
            value.anomalies = box.anomalies ?? []
            return value
        }
    }
}
