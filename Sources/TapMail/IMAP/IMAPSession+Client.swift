import TapFlow
import TapObserve

/// Cutting the client's octets, and reading its commands.
extension IMAPSession {
    /// Takes octets of the client.
    mutating func takeClient(_ bytes: Span<UInt8>) {
        summary.clientOctets &+= UInt64(bytes.count)
        settleDoubtfulWord()
        settleDoubtfulReply()
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
        case .literal(let part): literal(part, rest)
        case .held: hold(rest)
        case .loginAnswer: loginAnswer(rest)
        case .tlsOrText: tlsOrText(rest[0])
        case .tls: takeTLS(rest)
        case .opaque: rest.count
        }
    }

    private mutating func start(_ octet: UInt8) -> Int {
        if octet == 0x16 {
            summary.isImplicitTLS = !isGreeted
            beginTLS()
        } else {
            if !isGreeted, isAnswerSeen, summary.serverOctets == 0 { isEarlyTalker = true }
            clientMode = .commands
            missGreeting()
        }
        return 0
    }

    private mutating func commands(_ rest: Span<UInt8>) -> Int {
        let (consumed, line) = commandLines.take(from: rest)
        if let line { takeLine(line) }
        return consumed
    }

    private mutating func literal(_ current: IMAPLiteralPart, _ rest: Span<UInt8>) -> Int {
        var part = current
        clientMode = .commands
        let count = part.take(rest)
        if part.remaining > 0 { clientMode = .literal(part) } else { finish(part) }
        return count
    }

    private mutating func hold(_ rest: Span<UInt8>) -> Int {
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
            clientMode = .held(.login)
            queue.waitForLast(.challenge)
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
        case .lines, .literal: serverMode = .tlsOrText
        case .tlsOrText, .tls, .opaque: break
        }
        tls = TLSConnection(library: tlsLibrary)
    }

    /// The flow was picked up in the middle of TLS; what looked like text of the `torn` side was none.
    mutating func joinTLS(isImplicit: Bool, torn: TLSSide?) {
        summary.isImplicitTLS = isImplicit
        _ = queue.drain()
        (open, response, login) = (nil, nil, nil)
        isContinuing = false
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
            case .gap(let byteCount): loseClient(byteCount)
            }
        }
        now = current
    }

    /// The answer that would say what is held is lost or never comes.
    mutating func loseHeld() {
        guard case .held(let hold) = clientMode else { return }
        if login != nil { endLogin(nil) }
        open = nil
        isContinuing = false
        doubtClient()
        switch hold {
        case .tls: resume(.start)
        // What comes may look like TLS only by chance, compressed as it is perhaps.
        case .literal, .login, .compression: resume(.commands)
        }
    }
}

/// The commands.
extension IMAPSession {
    private mutating func takeLine(_ line: StreamLine) {
        noteEnding(line)
        guard !line.isShortened, line.ending != .cut else {
            // Whether a literal follows is not known.
            open = nil
            isContinuing = false
            doubtClient()
            return
        }
        let literal = IMAPLiteral(endOf: line.octets[...])
        let text = line.octets.dropLast(literal?.markLength ?? 0)
        if isContinuing {
            open?.command.add(text)
        } else {
            guard begin(text, hasLiteral: literal != nil) else { return }
        }
        isContinuing = literal != nil
        if let literal { expect(literal) } else { complete(text) }
    }

    /// Begins a command; false if the line is none.
    private mutating func begin(_ text: ArraySlice<UInt8>, hasLiteral: Bool) -> Bool {
        // The end of IDLE (RFC 2177) has no tag.
        let isDone = text.count == 4 && text.hasPrefix(ignoringCase: "DONE")
        guard !isDone, let command = IMAPCommand(text) else {
            if !isDone { takeForeignLine() }
            return false
        }
        let isLikely = command.isUnmistakable || hasLiteral && command.verb != nil
        if isLikely { recognition.note(text) }
        // Behind lines of a message another may look like a command.
        guard !isClientUncertain || isLikely && isPossible(command) else {
            foreignLines &+= 1
            // A literal may follow: what came before says nothing of what comes then.
            doubtCount &+= 1
            if command.verb == nil {
                queue.doubtUncertain()
            } else {
                queue.doubt(tag: command.tag)
            }
            return false
        }
        open = IMAPPending(
            command: command,
            isCertain: !isClientUncertain,
            doubtCount: doubtCount,
            isAlone: queue.begin()
        )
        trustServer()
        return true
    }

    /// False if the line, behind a hole, is one of a message: others came before it, or it logs in once more.
    private func isPossible(_ command: IMAPCommand) -> Bool {
        guard foreignLines < Self.foreignLinesOfMessage else { return false }
        switch command.verb {
        case .login, .authenticate: return !summary.logins.contains { $0.status == .ok }
        default: return true
        }
    }

    /// A line that is no command: one of a message.
    private mutating func takeForeignLine() {
        foreignLines &+= 1
        if isClientUncertain { queue.doubtUncertain() }
    }

    /// A client that has always waited for replies and surely says something new has seen the last one to its end.
    private mutating func trustServer() {
        guard isServerUncertain, !isClientUncertain, !queue.isPipelining,
            replyLines.pendingByteCount == 0, case .lines = serverMode
        else { return }
        isServerUncertain = false
    }

    private mutating func expect(_ literal: IMAPLiteral) {
        let part = IMAPLiteralPart(byteCount: literal.byteCount)
        if literal.isAwaited, open != nil {
            open?.wait = .literal(part)
            clientMode = .held(.literal)
        } else if literal.byteCount > 0 {
            clientMode = .literal(part)
        } else {
            finish(part)
        }
    }

    private mutating func finish(_ part: IMAPLiteralPart) {
        open?.command.add(literal: part.octets, byteCount: part.byteCount)
    }

    /// The open command is whole; its last line is `text`.
    private mutating func complete(_ text: ArraySlice<UInt8>) {
        guard var pending = open else { return }
        open = nil
        switch pending.command.verb {
        case .authenticate:
            let attempt = LoginDialogue(
                IMAPCommand.argument(of: text),
                offeredIn: summary.capabilities
            )
            login = attempt
            pending.command.show(mechanism: attempt.mechanism)
            pending.wait = .challenge
            clientMode = .held(.login)
        case .starttls: clientMode = .held(.tls)
        case .compress: clientMode = .held(.compression)
        case .idle: pending.wait = .done
        default: break
        }
        guard let oldest = queue.append(pending) else { return }
        note(.commandOverflow)
        leave([oldest])
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
}
