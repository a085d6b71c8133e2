import TapFlow
import TapObserve

/// The server's replies and what they do.
extension POP3Session {
    /// Capabilities that are kept.
    private static let keptCapabilities = 64
    /// Octets of a reply's text that are kept.
    private static let keptText = 256

    /// Takes octets of the server.
    mutating func takeServer(_ bytes: Span<UInt8>) {
        summary.serverOctets &+= UInt64(bytes.count)
        var offset = 0
        while offset < bytes.count {
            offset &+= stepServer(bytes.extracting(droppingFirst: offset))
        }
    }

    private mutating func stepServer(_ rest: Span<UInt8>) -> Int {
        switch serverMode {
        case .replies, .listing:
            let (consumed, line) = replyLines.take(from: rest)
            if let line { takeServerLine(line) }
            return consumed
        case .tlsOrText:
            if (0x14...0x17).contains(rest[0]) {
                serverMode = .tls
                if !summary.isImplicitTLS { summary.startTLS = .established }
            } else {
                note(.tlsAnsweredInClear)
                serverMode = .replies
            }
            return 0
        case .tls:
            let moment = now
            tls?.take(rest, from: .server, at: moment)
            return rest.count
        }
    }

    /// A line that has ended, or of which no more comes.
    mutating func takeServerLine(_ line: StreamLine) {
        queue.noteServerLine()
        switch serverMode {
        case .listing(let verb): takeListingLine(line, of: verb)
        case .replies: takeReplyLine(line)
        case .tlsOrText, .tls: break
        }
    }

    private mutating func takeListingLine(_ line: StreamLine, of verb: POP3Verb?) {
        guard !line.text.elementsEqual(".".utf8) else {
            serverMode = .replies
            return
        }
        switch verb {
        case .retr, .top:
            let isStuffed = line.octets.first == UInt8(ascii: ".")
            let end =
                switch line.ending {
                case .crlf: 2
                case .lf: 1
                case .cut, .open: 0
                }
            summary.retrievedOctets &+= UInt64(line.byteCount &+ end &- (isStuffed ? 1 : 0))
        case .capa:
            guard summary.capabilities.count < Self.keptCapabilities, !isTorn(line) else { return }
            let text = String(repairing: line.octets[...].trimmed, limit: Self.keptText)
            summary.capabilities.append(text)
            if line.octets[...].trimmed.elementsEqual("STLS".utf8), summary.startTLS == nil {
                summary.startTLS = .offered
            }
        case .list, .uidl: summary.mailboxCount = (summary.mailboxCount ?? 0) &+ 1
        case .user, .pass, .apop, .auth, .stat, .dele, .noop, .rset, .quit, .stls, .utf8, .lang,
            nil:
            break
        }
    }

    /// The answer to STAT begins with how many messages there are but for those marked (RFC 1939 section 5).
    private mutating func noteMailbox(_ text: ArraySlice<UInt8>, isTorn: Bool) {
        let word = text.prefix { $0 != UInt8(ascii: " ") }
        guard let count = UInt64(digits: word), !isTorn || word.endIndex < text.endIndex else {
            return
        }
        summary.mailboxCount = Int(clamping: min(count, 1 << 32)) &+ summary.deleted
    }

    private mutating func takeReplyLine(_ line: StreamLine) {
        if line.ending == .cut { note(.lineTooLong) }
        if !recognition.isSure {
            switch POP3Reply(line.text) {
            case .accepted, .refused: recognition.note(line.text)
            case .challenge, nil: break
            }
        }
        guard let entry = queue.first else {
            if !queue.isLost, POP3Reply(line.text) != nil {
                note(.unsolicitedReply)
                if summary.gaps > 0 { queue.noteForeignReply() }
            }
            return
        }
        let isTorn = isTorn(line)
        switch (entry, POP3Reply(line.text)) {
        case (.unseen, _):
            loseHeld()
            queue.noteUnseenReply()
        case (_, nil): if !isTorn { note(.malformedReply) }
        case (.greeting, let reply?): greet(reply)
        case (.command(let command), let reply?), (.run(let command, _), let reply?):
            settle(command, reply, isTorn: isTorn)
        }
    }

    private mutating func greet(_ reply: POP3Reply) {
        let text: ArraySlice<UInt8>
        let status: POP3Status
        switch reply {
        case .accepted(let words): (text, status) = (words, .ok)
        case .refused(let words): (text, status) = (words, .error)
        case .challenge: return note(.malformedReply)
        }
        if isEarlyTalker { note(.earlyTalker) }
        queue.removeFirst()
        let banner = String(repairing: text, limit: Self.keptText)
        summary.banner = banner
        tell("", "", status, banner)
    }

    private mutating func settle(_ command: POP3Pending, _ reply: POP3Reply, isTorn: Bool) {
        switch reply {
        case .challenge(let text):
            guard command.verb == .auth, login != nil else { return note(.malformedReply) }
            forgetDoubtfulAnswers()
            login?.challenge(Array(text))
            resume(.loginAnswer)
        case .accepted(let text):
            queue.removeFirst()
            tell(command, .ok, text)
            accept(command)
            if command.verb == .stat { noteMailbox(text, isTorn: isTorn) }
        case .refused(let text):
            queue.removeFirst()
            tell(command, .error, text)
            refuse(command, text)
        }
    }

    private mutating func accept(_ command: POP3Pending) {
        if command.hasListing { serverMode = .listing(command.verb) }
        switch command.verb {
        case .pass: append(POP3Login(mechanism: "USER", user: command.user, status: .ok))
        case .apop: append(POP3Login(mechanism: "APOP", user: command.user, status: .ok))
        case .auth: settleLogin(.ok)
        case .retr: summary.retrieved &+= 1
        // Those that are marked are not listed.
        case .list where command.hasListing, .uidl where command.hasListing:
            summary.mailboxCount = summary.deleted
        case .dele: summary.deleted &+= 1
        case .rset: summary.deleted = 0
        case .quit: summary.isCompleted = true
        case .capa: summary.capabilities = []
        case .stls:
            if !held.isEmpty { note(.plaintextBehindSTARTTLS) }
            resume(.tlsOrText)
        case .user, .stat, .list, .noop, .top, .uidl, .utf8, .lang, nil: break
        }
    }

    private mutating func refuse(_ command: POP3Pending, _ text: ArraySlice<UInt8>) {
        func noteLogin(_ mechanism: String, _ user: String?) {
            append(
                POP3Login(
                    mechanism: mechanism,
                    user: user,
                    status: .error,
                    responseCode: ResponseCode.read(text)
                )
            )
        }
        switch command.verb {
        // A server may refuse the name itself.
        case .user: noteLogin("USER", givenName)
        case .pass: noteLogin("USER", command.user)
        case .apop: noteLogin("APOP", command.user)
        case .auth: settleLogin(.error, ResponseCode.read(text))
        case .stls:
            summary.startTLS = .refused
            resume(.commands)
        case .stat, .list, .retr, .dele, .noop, .rset, .top, .uidl, .quit, .capa, .utf8, .lang,
            nil:
            break
        }
    }

    /// The reply to AUTH has come: with a mechanism it ends a login, without it only lists them.
    private mutating func settleLogin(_ status: POP3Status, _ responseCode: String? = nil) {
        guard login != nil else { return }
        forgetDoubtfulAnswers()
        endLogin(status, responseCode)
        resume(.commands)
    }

    /// A client says nothing more before its answer is answered: where something was lost, what is held is the rest of
    /// an answer, or one to a challenge that was lost.
    private mutating func forgetDoubtfulAnswers() {
        guard !held.isEmpty, summary.gaps > 0 || summary.isMidstream else { return }
        held = HeldOctets()
        login?.lose()
        loseCommands()
    }

    /// The login has ended, with this reply if one was seen.
    mutating func endLogin(_ status: POP3Status?, _ responseCode: String? = nil) {
        guard let attempt = login else { return }
        login = nil
        append(
            POP3Login(
                mechanism: attempt.mechanism,
                user: attempt.user(isAccepted: status == .ok),
                status: status,
                responseCode: responseCode
            )
        )
    }

    /// Keeps an attempt to log in.
    mutating func append(_ login: POP3Login) {
        guard summary.logins.count < configuration.maximumLogins else {
            // The one that opened the mailbox matters more than one that did not.
            if login.status == .ok { summary.logins[summary.logins.count - 1] = login }
            summary.furtherLogins &+= 1
            return
        }
        summary.logins.append(login)
    }

    /// Tells a command that has its reply, or will have none, to those who watch.
    mutating func tell(_ command: POP3Pending, _ status: POP3Status?, _ text: ArraySlice<UInt8>) {
        guard configuration.reportsExchanges else { return }
        let words = String(repairing: text, limit: Self.keptText)
        tell(command.verb?.rawValue ?? "?", command.argument, status, words)
    }

    private mutating func tell(
        _ verb: String,
        _ argument: String,
        _ status: POP3Status?,
        _ text: String
    ) {
        guard configuration.reportsExchanges else { return }
        output.append(
            .exchange(
                POP3Exchange(
                    client: summary.client,
                    verb: verb,
                    argument: argument,
                    status: status,
                    text: text
                )
            )
        )
    }
}
