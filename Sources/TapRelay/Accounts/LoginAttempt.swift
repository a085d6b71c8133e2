import TapMail

/// One attempt to log in, whatever the protocol.
struct LoginAttempt: Hashable, Sendable {
    /// What the server said.
    enum Answer: Hashable, Sendable {
        case accepted
        /// The name or the secret was wrong.
        case refused
        /// The server could not tell for the moment.
        case deferred
        /// No answer was seen, or one that says nothing of name and secret.
        case other
    }

    /// The user's name where it was shown.
    let user: String?
    /// The mechanism in upper case.
    let mechanism: String
    /// What the server said.
    private(set) var answer: Answer
    /// True if the secret could be read on the wire.
    let isSecretShown: Bool

    /// Mechanisms that send the secret itself (RFC 4616, draft-murchison-sasl-login, RFC 7628, RFC 1939, RFC 9051).
    private static let showing: Set<String> = [
        "PLAIN", "LOGIN", "USER", "XOAUTH2", "OAUTHBEARER",
    ]

    private init(_ user: String?, _ mechanism: String, _ answer: Answer, isClear: Bool) {
        self.user = user
        self.mechanism = mechanism
        self.answer = answer
        isSecretShown = isClear && Self.showing.contains(mechanism)
    }

    /// Of SMTP (RFC 4954 section 6 for the codes).
    init(_ login: SMTPLogin, isClear: Bool) {
        let answer: Answer =
            switch login.code ?? 0 {
            case 235: .accepted
            // Not the secret was wrong, but the command, the mechanism or the moment.
            case 432, 500..<505, 530, 534, 538: .other
            case 400..<500: .deferred
            case 500..<600: .refused
            default: .other
            }
        self.init(login.user, login.mechanism, answer, isClear: isClear)
    }

    /// Those of a session of SMTP, in order.
    static func all(of session: Shared<SMTPSessionSummary>) -> [LoginAttempt] {
        let isClear = session.startTLS != .established && session.dialect != .smtps
        var attempts = session.logins.map { LoginAttempt($0, isClear: isClear) }
        guard attempts.contains(where: { $0.answer == .refused }) else { return attempts }
        // 421 behind wrong passwords ends the session for them: the server could tell.
        for (place, login) in zip(attempts.indices, session.logins) where login.code == 421 {
            attempts[place].answer = .other
        }
        return attempts
    }

    /// What a refusal with a word in brackets says of name and secret (RFC 2449, RFC 3206, RFC 5530).
    private static func refusal(_ code: String?) -> Answer {
        switch code {
        case "SYS/TEMP", "SYS/PERM", "UNAVAILABLE": .deferred
        // Known, but not now or not so: the mailbox is in use, or it was opened a moment ago.
        case "IN-USE", "INUSE", "LOGIN-DELAY", "LIMIT", "PRIVACYREQUIRED": .other
        default: .refused
        }
    }

    /// Of POP3.
    init(_ login: POP3Login, isClear: Bool) {
        let answer: Answer =
            switch login.status {
            case .ok: .accepted
            case .error: Self.refusal(login.responseCode)
            case nil: .other
            }
        self.init(login.user, login.mechanism, answer, isClear: isClear)
    }

    /// Of IMAP.
    init(_ login: IMAPLogin, isClear: Bool) {
        let answer: Answer =
            switch login.status {
            case .ok: .accepted
            case .no: Self.refusal(login.responseCode)
            case .bad, .preauthenticated, .bye, nil: .other
            }
        self.init(login.user, login.mechanism, answer, isClear: isClear)
    }
}

extension MailCase {
    /// The attempts to log in that the event shows, in order.
    var shownAttempts: [LoginAttempt] {
        if let session {
            return session.logins.isEmpty ? [] : LoginAttempt.all(of: session)
        }
        return switch event {
        case .pop3(.session(let summary)):
            summary.logins.map { login in
                LoginAttempt(
                    login,
                    isClear: summary.startTLS != .established && !summary.isImplicitTLS
                )
            }
        case .imap(.session(let summary)):
            summary.logins.map { login in
                LoginAttempt(
                    login,
                    isClear: summary.startTLS != .established && !summary.isImplicitTLS
                )
            }
        case .smtp, .pop3, .imap, .tap: []
        }
    }
}
