import TapFlow
import TapObserve

/// Cutting the client's octets, and reading its commands.
extension POP3Session {
    /// Octets of a user's name, and of an argument, that are kept.
    private static let keptArgument = 256

    /// Takes octets of the client.
    mutating func takeClient(_ bytes: Span<UInt8>) {
        summary.clientOctets &+= UInt64(bytes.count)
        feedClient(bytes)
    }

    /// Hands octets to the client's mode, which may change with every octet.
    private mutating func feedClient(_ bytes: Span<UInt8>) {
        var offset = 0
        while offset < bytes.count {
            offset &+= step(bytes.extracting(droppingFirst: offset))
        }
    }

    /// Takes a part of `rest`; returns how much, or 0 where only the mode has changed.
    private mutating func step(_ rest: Span<UInt8>) -> Int {
        switch clientMode {
        case .start: start(rest[0])
        case .commands: commands(rest)
        case .held: hold(rest)
        case .loginAnswer: loginAnswer(rest)
        case .tlsOrText: tlsOrText(rest[0])
        case .tls: takeTLS(rest)
        case .opaque: rest.count
        }
    }

    private mutating func start(_ octet: UInt8) -> Int {
        if octet == 0x16 {
            if case .greeting? = queue.first { summary.isImplicitTLS = true }
            beginTLS()
        } else {
            if case .greeting(isSure: true)? = queue.first, summary.serverOctets == 0 {
                isEarlyTalker = true
            }
            clientMode = .commands
        }
        return 0
    }

    private mutating func commands(_ rest: Span<UInt8>) -> Int {
        let (consumed, line) = commandLines.take(from: rest)
        if let line { takeLine(line) }
        return consumed
    }

    private mutating func hold(_ rest: Span<UInt8>) -> Int {
        guard !queue.isBehindHole else {
            // A client waits for the reply: that was lost.
            leave(queue.loseReplies())
            loseCommands()
            loseHeld()
            return 0
        }
        let room = held.append(rest, at: now, limit: configuration.maximumHeldByteCount)
        if room < rest.count {
            note(.holdOverflow)
            loseHeld()
        }
        return room
    }

    private mutating func loginAnswer(_ rest: Span<UInt8>) -> Int {
        let (consumed, line) = commandLines.take(from: rest)
        if let line {
            login?.answer(line.octets[...].trimmed)
            clientMode = .held
        }
        return consumed
    }

    private mutating func tlsOrText(_ octet: UInt8) -> Int {
        switch octet {
        // The hello of SSL 2.0 begins with a length whose first bit is set.
        case 0x14...0x17, 0x80...0xFF: beginTLS()
        case 0x09, 0x0A, 0x0D, 0x20...0x7E:
            note(.plaintextAfterSTARTTLS)
            clientMode = .commands
        default:
            note(.unknownAfterSTARTTLS)
            clientMode = .opaque
        }
        return 0
    }

    private mutating func takeTLS(_ rest: Span<UInt8>) -> Int {
        let moment = now
        tls?.take(rest, from: .client, at: moment)
        if tls?.isForeign(.client) == true {
            if !summary.isImplicitTLS { note(.unknownAfterSTARTTLS) }
            tls = nil
            clientMode = .opaque
        }
        return rest.count
    }

    /// The client speaks TLS from here on.
    private mutating func beginTLS() {
        clientMode = .tls
        switch serverMode {
        case .replies, .listing: serverMode = .tlsOrText
        case .tlsOrText, .tls: break
        }
        tls = TLSConnection(library: tlsLibrary)
    }

    /// The flow was picked up in the middle of TLS; what looked like text of the `torn` side was none.
    mutating func joinTLS(isImplicit: Bool, torn: TLSSide?) {
        summary.isImplicitTLS = isImplicit
        _ = queue.drain()
        login = nil
        held = HeldOctets()
        _ = commandLines.flush()
        _ = replyLines.flush()
        summary.anomalies = []
        beginTLS()
        serverMode = .tls
        let moment = now
        if let torn { tls?.lose(byteCount: nil, from: torn, at: moment) }
    }

    /// Goes on with what was held, as `mode` says.
    mutating func resume(_ mode: ClientMode) {
        clientMode = mode
        let current = now
        for (piece, moment) in held.takeAll() {
            now = moment
            switch piece {
            case .octets(let octets): feedClient(octets.span)
            case .gap(let byteCount): loseClient(byteCount: byteCount)
            }
        }
        now = current
    }

    /// The reply that would say what is held is lost or never comes, or is not known for it: it is TLS by its first octet,
    /// else commands.
    mutating func loseHeld() {
        guard case .held = clientMode else { return }
        if login != nil { endLogin(nil) }
        let isTLS = held.prefix(1).first.map { (0x14...0x17).contains($0) }
        resume(isTLS.map { $0 ? .tlsOrText : .commands } ?? .start)
    }
}

/// The commands.
extension POP3Session {
    private mutating func takeLine(_ line: StreamLine) {
        noteEnding(line)
        let command = POP3Command(line.octets[...])
        guard command.verb != nil || !line.octets.isEmpty else { return }
        if !recognition.isSure, command.isUnmistakable { recognition.note(line.octets[...]) }
        var pending = POP3Pending(verb: command.verb)
        pending.isUnmistakable = command.isUnmistakable
        pending.hasListing = command.hasListing
        if configuration.reportsExchanges { pending.argument = shown(command) }
        switch command.verb {
        case .user: givenName = Self.name(command.argument)
        case .pass: pending.user = givenName
        case .apop: pending.user = Self.name(command.argument)
        case .auth, .stat, .list, .retr, .dele, .noop, .rset, .top, .uidl, .quit, .capa, .stls,
            .utf8, .lang, nil:
            break
        }
        switch queue.append(pending) {
        case .waits: waitForReply(to: command)
        case .unknown: takeUnmatched(command)
        case .doubtful(let earlier):
            leave(earlier)
            takeUnmatched(command)
        case .counted: note(.commandOverflow)
        case .overflow:
            note(.commandOverflow)
            takeUnmatched(command)
        }
    }

    /// Of a command whose reply will not be known only what the client itself says is.
    private mutating func takeUnmatched(_ command: POP3Command) {
        guard command.isUnmistakable else { return }
        switch command.verb {
        case .auth where !command.argument.isEmpty:
            login = LoginDialogue(command.argument, offeredIn: summary.capabilities)
            endLogin(nil)
        // TLS may follow.
        case .stls: clientMode = .start
        case .user, .pass, .apop, .auth, .stat, .list, .retr, .dele, .noop, .rset, .top, .uidl,
            .quit, .capa, .utf8, .lang, nil:
            break
        }
    }

    /// What the client says next depends on the reply to some commands.
    private mutating func waitForReply(to command: POP3Command) {
        switch command.verb {
        case .auth where !command.argument.isEmpty:
            login = LoginDialogue(command.argument, offeredIn: summary.capabilities)
            clientMode = .held
        case .stls: clientMode = .held
        case .user, .pass, .apop, .auth, .stat, .list, .retr, .dele, .noop, .rset, .top, .uidl,
            .quit, .capa, .utf8, .lang, nil:
            break
        }
    }

    private mutating func noteEnding(_ line: StreamLine) {
        switch line.ending {
        case .crlf: break
        case .lf: note(.bareLineFeed)
        case .cut: note(.lineTooLong)
        case .open: break
        }
        if line.hasNUL { note(.nulOctet) }
        if line.hasBareCR { note(.bareCarriageReturn) }
    }

    /// The first word of the argument; a second one may be a password.
    private static func name(_ argument: ArraySlice<UInt8>) -> String? {
        let word = argument.prefix { !$0.isBlank }
        return word.isEmpty ? nil : String(repairing: word, limit: keptArgument)
    }

    /// What may be shown of a command's argument: no secret, and nothing of what is no command.
    private func shown(_ command: POP3Command) -> String {
        switch command.verb {
        case .pass, nil: command.argument.isEmpty ? "" : "*"
        case .auth where command.argument.isEmpty: ""
        case .auth:
            SASLMechanism.name(
                command.argument.prefix { !$0.isBlank },
                offeredIn: summary.capabilities
            )
        case .user, .apop: Self.name(command.argument) ?? ""
        case .stat, .list, .retr, .dele, .noop, .rset, .top, .uidl, .quit, .capa, .stls,
            .utf8, .lang:
            String(repairing: command.argument, limit: Self.keptArgument)
        }
    }
}
