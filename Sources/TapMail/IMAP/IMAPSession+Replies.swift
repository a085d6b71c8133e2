import TapFlow
import TapObserve

/// The replies and what they do.
extension IMAPSession {
    /// Mailboxes that are kept.
    private static let keptMailboxes = 32

    /// A command has its reply.
    mutating func takeReply(_ tag: [UInt8], _ status: IMAPStatus, _ text: ArraySlice<UInt8>) {
        // The client's message, if there was one, is at its end.
        foreignLines = 0
        if doubtfulReply?.pending.command.tag == tag {
            // One of the two is a line of a message.
            leaveDoubtfulReply()
        } else if let pending = queue.remove(tag: tag) {
            let reply = IMAPAnswer(pending: pending, status: status, text: Array(text))
            if reply.isToUnseenAppend {
                leaveMessageLine(pending)
            } else if !isServerUncertain {
                settle(reply)
            } else if pending.isAlone, queue.isLast(pending), pending.doubtCount == doubtCount {
                doubtfulReply = reply
            } else {
                // The client has gone on since, perhaps because this one was answered, or does not wait for replies.
                leave([pending])
                if queue.isLast(pending), open == nil { loseHeld() }
            }
        } else if let pending = open, pending.command.tag == tag {
            guard !isServerUncertain || pending.isAlone else { return loseHeld() }
            open = nil
            takeEarlyReply(to: pending, status, text)
        } else if !isClientUncertain, !isServerUncertain {
            if !queue.passEvicted() { note(.unsolicitedReply) }
        } else if !isServerUncertain {
            leave(queue.removePassed(by: nil))
            // Of a client that waits for replies that was the command it waited with, its beginning lost perhaps.
            if !queue.isPipelining { loseHeld() }
        }
    }

    /// What looked like a command behind a hole was a line of a message.
    private mutating func leaveMessageLine(_ pending: IMAPPending) {
        leave([pending])
        if queue.isLast(pending), open == nil { loseHeld() }
    }

    /// The client goes on: what looked like a reply to it was one.
    mutating func settleDoubtfulReply() {
        guard let reply = doubtfulReply.take() else { return }
        isServerUncertain = false
        settle(reply)
    }

    /// What looked like a reply may have been none.
    mutating func leaveDoubtfulReply() {
        if let reply = doubtfulReply.take() { leave([reply.pending]) }
    }

    private mutating func settle(_ reply: IMAPAnswer) {
        let command = reply.pending.command
        leave(queue.removePassed(by: reply.pending))
        // A hole behind it is another.
        if !reply.pending.isCertain, reply.pending.doubtCount == doubtCount {
            isClientUncertain = false
        }
        tell(command, reply.status, reply.text[...])
        takeCode(reply.text[...])
        settle(command, reply.status, reply.text[...])
    }

    /// A command has its reply before it was seen to its end.
    private mutating func takeEarlyReply(
        to pending: IMAPPending,
        _ status: IMAPStatus,
        _ text: ArraySlice<UInt8>
    ) {
        var command = pending.command
        let wasUncertain = isServerUncertain
        isServerUncertain = false
        guard case .held = clientMode, case .literal(let part)? = pending.wait else {
            tell(command, status, text)
            return settle(command, status, text)
        }
        if status == .ok {
            // It was asked for the literal in octets that were lost.
            command.add(literal: [], byteCount: part.byteCount)
            tell(command, status, text)
            settle(command, status, text)
            resume(.literal(part))
        } else {
            isContinuing = false
            command.skipLiteral()
            // Refused at once, or after the literal.
            if wasUncertain { doubtClient() }
            tell(command, status, text)
            settle(command, status, text)
            resume(.commands)
        }
    }

    private mutating func settle(
        _ command: IMAPCommand,
        _ status: IMAPStatus,
        _ text: ArraySlice<UInt8>
    ) {
        // Of what is accepted the word in brackets says something else.
        let code = status == .ok ? nil : ResponseCode.read(text)
        switch command.verb {
        case .login: noteLogin(command, status, code)
        case .authenticate:
            guard login != nil else { return }
            forgetDoubtfulAnswers()
            endLogin(status, code)
            resume(.commands)
        case .starttls: settleTLS(status)
        case .compress: settleCompression(status)
        case let verb? where status == .ok: accept(verb, command)
        default: break
        }
    }

    private mutating func accept(_ verb: IMAPVerb, _ command: IMAPCommand) {
        switch verb {
        case .select, .examine:
            guard let name = command.words.first, !name.isEmpty,
                summary.mailboxes.count < Self.keptMailboxes
            else { return }
            let mailbox = String(repairing: name, limit: IMAPCommand.keptWord)
            if !summary.mailboxes.contains(mailbox) { summary.mailboxes.append(mailbox) }
        case .append:
            summary.appended &+= 1
            summary.appendedOctets &+= command.literalOctets
        case .logout: summary.isCompleted = true
        default: break
        }
    }

    private mutating func settleTLS(_ status: IMAPStatus) {
        guard case .held = clientMode else { return }
        guard status == .ok else {
            summary.startTLS = .refused
            return resume(.commands)
        }
        if !held.isEmpty { note(.plaintextBehindSTARTTLS) }
        resume(.tlsOrText)
    }

    private mutating func settleCompression(_ status: IMAPStatus) {
        guard case .held = clientMode else { return }
        guard status == .ok else { return resume(.commands) }
        summary.isCompressed = true
        serverMode = .opaque
        resume(.opaque)
    }

    private mutating func noteLogin(
        _ command: IMAPCommand,
        _ status: IMAPStatus?,
        _ code: String? = nil
    ) {
        append(
            IMAPLogin(
                mechanism: "LOGIN",
                user: command.user,
                status: status,
                responseCode: code
            )
        )
    }

    /// The login has ended, with this reply if one was seen.
    mutating func endLogin(_ status: IMAPStatus?, _ responseCode: String? = nil) {
        guard let attempt = login else { return }
        login = nil
        append(
            IMAPLogin(
                mechanism: attempt.mechanism,
                user: attempt.user(isAccepted: status == .ok),
                status: status,
                responseCode: responseCode
            )
        )
    }

    /// A client says nothing more before its answer is answered: where something was lost, what is held is the rest of
    /// an answer, or one to a challenge that was lost.
    mutating func forgetDoubtfulAnswers() {
        guard !held.isEmpty, summary.gaps > 0 || summary.isMidstream else { return }
        held = HeldOctets()
        login?.lose()
        doubtClient()
    }

    /// Keeps an attempt to log in.
    mutating func append(_ login: IMAPLogin) {
        guard summary.logins.count < configuration.maximumLogins else {
            // The one that opened the mailboxes matters more than one that did not.
            if login.status == .ok { summary.logins[summary.logins.count - 1] = login }
            summary.furtherLogins &+= 1
            return
        }
        summary.logins.append(login)
    }

    /// These commands will have no reply.
    mutating func leave(_ commands: [IMAPPending]) {
        // What stood behind a hole and was never answered may have been the text of a message.
        for pending in commands where pending.isCertain {
            tell(pending.command, nil, [])
            if pending.command.verb == .login { noteLogin(pending.command, nil) }
        }
    }

    /// Tells a command that has its reply, or will have none, to those who watch.
    private mutating func tell(
        _ command: IMAPCommand,
        _ status: IMAPStatus?,
        _ text: ArraySlice<UInt8>
    ) {
        guard configuration.reportsExchanges else { return }
        let words = String(repairing: text, limit: Self.keptText)
        tell(command.verb?.rawValue ?? "?", command.argument, status, words)
    }

    /// Tells an exchange to those who watch.
    mutating func tell(_ verb: String, _ argument: String, _ status: IMAPStatus?, _ text: String) {
        guard configuration.reportsExchanges else { return }
        output.append(
            .exchange(
                IMAPExchange(
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
