import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire

/// A session with attempts to log in, in the words of a test.
struct LoginScene: Sendable {
    enum Service: Sendable {
        case smtp, pop3, imap
    }

    var service = Service.smtp
    var client = "203.0.113.9"
    var server = "192.0.2.25"
    var user: String? = "ann@example.org"
    var mechanism = "PLAIN"
    /// How the attempts were answered, in order: true for accepted.
    var answers = [true]
    /// The code of refused attempts of SMTP.
    var refusal = 535
    /// The word in brackets of refused attempts of POP3 and IMAP.
    var responseCode: String?
    /// The code of the last attempt of SMTP, if it is another.
    var lastCode: Int?
    var isSecured = false
    /// The version of TLS of SMTP, as a number on the wire.
    var version: UInt16?
    /// What is inferred inside TLS; nil for nothing.
    var inferred: InferredSession?
    /// Messages that were read, and those that the mailbox held, if the server said.
    var retrieved = 0
    var mailboxCount: Int?
    /// The mailboxes that a session of IMAP opened.
    var mailboxes = ["INBOX"]
    /// Seconds after the start of the test.
    var at = 0.0

    func with(_ change: (inout LoginScene) -> Void) -> LoginScene {
        var scene = self
        change(&scene)
        return scene
    }

    /// The attempts of the user that were refused, one session for each client.
    static func failures(_ count: Int, from network: String = "198.51", at start: Double = 0)
        -> [LoginScene]
    {
        (0..<count).map { number in
            LoginScene(
                client: "\(network).100.\(number % 250)",
                answers: [false],
                at: start + Double(number)
            )
        }
    }

    var context: EventContext {
        var scene = Scene(client: client, server: server, at: at)
        scene.clientPort = client.hasPrefix("192.0.2.") ? 1 : 0
        return scene.context
    }

    var event: MailEvent {
        switch service {
        case .smtp: .smtp(.session(Shared(smtp)))
        case .pop3: .pop3(.session(pop3))
        case .imap: .imap(.session(imap))
        }
    }

    private var smtp: SMTPSessionSummary {
        var summary = SMTPSessionSummary(dialect: .submission, client: .a)
        summary.banner = "mail.example.org ESMTP Postfix"
        (summary.clientOctets, summary.serverOctets) = (400, 600)
        if isSecured { summary.startTLS = .established }
        if let version {
            var facts = TLSFacts()
            facts.versionNumber = version
            summary.tls = facts
        }
        summary.logins = answers.map {
            SMTPLogin(mechanism: mechanism, user: user, code: $0 ? 235 : refusal)
        }
        if let lastCode { summary.logins.indices.last.map { summary.logins[$0].code = lastCode } }
        summary.inferred = inferred
        return summary
    }

    private var pop3: POP3SessionSummary {
        var summary = POP3SessionSummary(client: .a)
        (summary.clientOctets, summary.serverOctets) = (400, 600)
        summary.isImplicitTLS = isSecured
        summary.logins = answers.map {
            POP3Login(
                mechanism: "USER",
                user: user,
                status: $0 ? .ok : .error,
                responseCode: $0 ? nil : responseCode
            )
        }
        summary.retrieved = retrieved
        summary.mailboxCount = mailboxCount
        return summary
    }

    private var imap: IMAPSessionSummary {
        var summary = IMAPSessionSummary(client: .a)
        (summary.clientOctets, summary.serverOctets) = (400, 600)
        summary.isImplicitTLS = isSecured
        summary.logins = answers.map {
            IMAPLogin(
                mechanism: "LOGIN",
                user: user,
                status: $0 ? .ok : .no,
                responseCode: $0 ? nil : responseCode
            )
        }
        summary.retrieved = retrieved
        (summary.mailboxes, summary.mailboxCount) = (mailboxes, mailboxCount)
        return summary
    }
}

extension RelayJudge {
    /// Evaluates sessions one after the other and returns what was raised.
    mutating func alerts(for scenes: [LoginScene]) -> [Alert] {
        var alerts: [Alert] = []
        for scene in scenes { evaluate(scene.event, in: scene.context) { alerts.append($0) } }
        return alerts
    }
}

extension Scene {
    /// A message of a user who has logged in, from a client outside.
    static func sent(
        by user: String = "ann@example.org",
        from client: String,
        to recipients: [String],
        at: Double,
        code: Int = 250
    ) -> Scene {
        Scene(
            client: client,
            serverTCPPort: 587,
            from: "<ann@example.org>",
            recipients: recipients.map { ("<\($0)>", code, "2.1.5 Ok") },
            authentication: .user(user),
            at: at
        )
    }
}
