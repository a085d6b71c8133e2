import TapFlow

/// What replies mean for the session.
extension SMTPSession {
    /// Gives effect to a command that was answered.
    mutating func apply(_ command: PendingCommand, _ reply: SMTPReply) {
        switch command.kind {
        case .greeting: applyGreeting(reply)
        case .hello(let verb, let name): applyHello(verb, name, reply)
        case .mail(let path): applyMail(path, reply, sent: command.moment)
        case .send(let path):
            if reply.isPositive { applyMail(path, reply, sent: command.moment) }
        case .recipient(let path): applyRecipient(path, reply, sent: command.moment)
        case .data: applyData(reply, sent: command.moment)
        case .endOfData(let end): applyEnd(end, reply, sent: command.moment)
        case .chunk(let size): applyChunk(size, reply, sent: command.moment)
        case .invalidChunk, .other: break
        case .reset: if reply.isPositive { finishTransaction(.reset) }
        case .quit: finishTransaction(.quit)
        case .startTLS: applySTARTTLS(reply)
        case .login, .loginAnswer: applyLogin(reply)
        case .proxiedClient(let address): applyProxiedClient(address, reply)
        }
    }

    /// Gives effect to a command whose reply was never seen.
    mutating func applyUnanswered(_ command: PendingCommand) {
        switch command.kind {
        case .mail(let path): applyMail(path, nil, sent: command.moment)
        case .recipient(let path): applyRecipient(path, nil, sent: command.moment)
        case .endOfData(let end): applyEnd(end, nil, sent: command.moment)
        case .chunk(let size): applyChunk(size, nil, sent: command.moment)
        case .reset: finishTransaction(uncertain == nil ? .reset : .doubt)
        case .hello(.lhlo, _) where summary.dialect != .lmtp:
            // Who speaks LMTP goes on only with a server that does.
            finishTransaction(.doubt)
            summary.dialect = .lmtp
        case .hello, .send, .proxiedClient: if uncertain != nil { finishTransaction(.doubt) }
        case .data: releaseHeld(.commands)
        case .startTLS:
            if uncertain != nil { finishTransaction(.doubt) }
            releaseHeld(.tlsOrText)
        case .login, .loginAnswer:
            authentication = .unknown
            releaseLogin()
        case .greeting, .invalidChunk, .quit, .other: break
        }
    }

    private mutating func applyGreeting(_ reply: SMTPReply) {
        if isEarlyTalker { note(.earlyTalker) }
        summary.bannerCode = reply.code
        guard !reply.isTorn else { return }
        summary.banner = reply.text
        serverName = Self.serverName(reply)
    }

    private mutating func applyHello(_ verb: SMTPVerb, _ name: String, _ reply: SMTPReply) {
        guard reply.isPositive else { return }
        acceptHello(verb, name)
        guard !reply.isTorn else { return }
        helloReplyOctets = ReplyLength(heard: reply.lines, repeated: []).base
        summary.capabilities = reply.lines.dropFirst().map { String(repairing: $0, limit: 256) }
        let offers = summary.capabilities.contains { $0.utf8.hasPrefix(ignoringCase: "STARTTLS") }
        if offers, summary.startTLS == nil { summary.startTLS = .offered }
        // HELO asks for no keywords, so that its answer says nothing of them.
        guard verb != .helo else { return }
        let offer = ServerOffer(keywords: summary.capabilities, at: now)
        if summary.startTLSAnswer?.code == 220 {
            summary.securedOffer = offer
        } else {
            summary.offer = offer
        }
    }

    /// The server has taken the client's hello, which ends a transaction as RSET does (RFC 5321 section 4.1.4).
    mutating func acceptHello(_ verb: SMTPVerb, _ name: String) {
        finishTransaction(.reset)
        summary.helo = name
        if verb == .lhlo { summary.dialect = .lmtp }
    }

    private mutating func applyData(_ reply: SMTPReply, sent: Moment) {
        if reply.code == 354 {
            doubtSender()
            if case .held = clientMode { beginMessage() }
            return openTransaction(sent: sent, encoding: .data)
        }
        if transaction != nil {
            transaction?.value.dataCode = reply.code
            transaction?.isDataRefused = reply.isNegative
        }
        if case .held = clientMode { return resume(.commands) }
        guard uncertain == nil else { return }
        // It was taken for granted that DATA was accepted, and it was not: what came since was no message.
        message = nil
        clientMode = .commands
        _ = queue.takeAll()
        loseTrack()
    }

    /// The client's octets are a message from here on.
    mutating func beginMessage() {
        message = MessageCounter(keepsSubject: setup.configuration.keepsSubjects)
        earlyReply = nil
        openTransaction(sent: now, encoding: .data)
        resume(.message)
    }

    private mutating func applySTARTTLS(_ reply: SMTPReply) {
        summary.startTLSAnswer = .init(code: reply.code, at: now)
        guard reply.code == 220 else {
            if reply.isNegative { summary.startTLS = .refused }
            return releaseHeld(.commands)
        }
        finishTransaction(.reset)
        guard uncertain == nil else { return }
        serverMode = .tlsOrText
        dropPlaintext(reply)
        releaseHeld(.tlsOrText)
    }

    /// What the client sent in the clear behind STARTTLS: not TLS, and no command for a server that is sound.
    private mutating func dropPlaintext(_ reply: SMTPReply) {
        guard !held.isEmpty, held.prefix(1) != [0x16] else { return }
        note(.plaintextBehindSTARTTLS)
        var isBehindLine = true
        var hello: [UInt8] = []
        var plain: [UInt8] = []
        for (piece, _) in held.takeAll() {
            guard case .octets(let octets) = piece else {
                isBehindLine = true
                hello = []
                continue
            }
            if !hello.isEmpty {
                hello += octets
                continue
            }
            for (index, octet) in octets.enumerated() {
                if octet == 0x16, isBehindLine {
                    hello = Array(octets[index...])
                    break
                }
                plain.append(octet)
                isBehindLine = octet == 0x0A
            }
        }
        _ = held.append(hello.span, at: now, limit: .max)
        tellInjection(of: plain, reply: reply)
    }

    private mutating func applyLogin(_ reply: SMTPReply) {
        guard reply.code != 334 else {
            login?.challenge(reply.lines.first ?? [])
            return releaseHeld(.loginAnswer)
        }
        endLogin(code: reply.code)
        releaseHeld(.commands)
    }

    /// The login has ended, with this reply if one was seen.
    mutating func endLogin(code: Int?) {
        guard let attempt = login else { return }
        login = nil
        let user = attempt.user(isAccepted: code == 235)
        keep(SMTPLogin(mechanism: attempt.mechanism, user: user, code: code))
        switch (code, authentication) {
        case (235?, _): authentication = .user(user)
        case (nil, _): authentication = .unknown
        // 503: the client may be logged in already.
        case (503?, _), (_, .user), (_, .failed), (_, .unknown): break
        case (_, .none): authentication = .failed
        }
    }

    private mutating func keep(_ login: SMTPLogin) {
        guard summary.logins.count >= setup.configuration.maximumLogins else {
            return summary.logins.append(login)
        }
        note(.loginOverflow)
        // The one that was accepted matters more than one that was not.
        if login.code == 235, !summary.logins.isEmpty {
            summary.logins[summary.logins.count - 1] = login
        }
    }

    private mutating func releaseLogin() {
        endLogin(code: nil)
        releaseHeld(.commands)
    }

    /// Goes on behind a command that held the client's octets, unless that was decided before.
    private mutating func releaseHeld(_ mode: ClientMode) {
        guard case .held = clientMode else { return }
        resume(mode)
    }

    private mutating func applyProxiedClient(_ address: String?, _ reply: SMTPReply) {
        guard reply.isPositive else { return }
        finishTransaction(.reset)
        summary.helo = nil
        noteProxiedClient(address)
    }
}
