import TapFlow
import TapObserve

/// The replies and what they do.
extension IMAPSession {
    /// Mailboxes that are kept.
    private static let keptMailboxes = 32

    /// A command has its reply.
    mutating func takeReply(_ tag: [UInt8], _ status: IMAPStatus, _ text: ArraySlice<UInt8>) {
        if let pending = queue.remove(tag: tag) {
            let command = pending.command
            if !pending.isCertain { isClientUncertain = false }
            isServerUncertain = false
            tell(command, status, text)
            takeCode(text)
            settle(command, status)
        } else if let pending = open, pending.command.tag == tag {
            open = nil
            takeEarlyReply(to: pending, status, text)
        } else if !isClientUncertain, !isServerUncertain {
            note(.unsolicitedReply)
        }
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
            return settle(command, status)
        }
        if status == .ok {
            // It was asked for the literal in octets that were lost.
            command.add(literal: [], byteCount: part.byteCount)
            tell(command, status, text)
            settle(command, status)
            resume(.literal(part))
        } else {
            isContinuing = false
            // Refused at once, or after the literal.
            isClientUncertain = isClientUncertain || wasUncertain
            tell(command, status, text)
            settle(command, status)
            resume(.commands)
        }
    }

    private mutating func settle(_ command: IMAPCommand, _ status: IMAPStatus) {
        switch command.verb {
        case .login: noteLogin(command, status)
        case .authenticate:
            guard login != nil else { return }
            endLogin(status)
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
            guard let name = command.words.first,
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

    private mutating func noteLogin(_ command: IMAPCommand, _ status: IMAPStatus?) {
        let name = command.words.first ?? []
        let user = name.isEmpty ? nil : String(repairing: name, limit: IMAPCommand.keptWord)
        append(IMAPLogin(mechanism: "LOGIN", user: user, status: status))
    }

    /// The login has ended, with this reply if one was seen.
    mutating func endLogin(_ status: IMAPStatus?) {
        guard let attempt = login else { return }
        login = nil
        append(IMAPLogin(mechanism: attempt.mechanism, user: attempt.user, status: status))
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
