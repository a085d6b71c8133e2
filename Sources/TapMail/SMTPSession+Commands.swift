import TapFlow
import TapObserve

/// Reading the client's lines.
extension SMTPSession {
    /// Takes a line where a command is expected.
    mutating func takeLine(_ line: StreamLine) {
        var octets = line.octets[...]
        while octets.last == 0x0D { octets = octets.dropLast() }
        if ProxyHeader.isVersion1(line.octets), summary.helo == nil, givenName == nil {
            noteProxiedClient(ProxyHeader.client(inVersion1: Array(octets)))
            clientMode = .start
            return
        }
        let command = SMTPCommand(octets)
        if isResynchronising {
            guard isCertain(command, octets) else { return }
        }
        noteOddities(of: line)
        take(command)
    }

    private mutating func noteOddities(of line: StreamLine) {
        if line.isShortened { note(.lineTooLong) }
        if line.ending == .lf { note(.bareLineFeed) }
        if line.hasBareCR { note(.bareCarriageReturn) }
        if line.hasNUL { note(.nulOctet) }
    }

    /// Behind a hole, true if `command` surely is one.
    ///
    /// Text that was taken for commands is taken back.
    private mutating func isCertain(_ command: SMTPCommand, _ octets: ArraySlice<UInt8>) -> Bool {
        if command.isUnmistakable {
            tentativeCommands &+= 1
            return true
        }
        dropTentative()
        if octets.elementsEqual(".".utf8) {
            // The end of a message whose start was not seen.
            pushEndOfData(octets: nil, facts: nil, tail: [])
        }
        return false
    }

    /// Takes back the commands that were recognised behind a hole and that no reply has confirmed.
    mutating func dropTentative() {
        guard tentativeCommands > 0 else { return }
        queue.removeLast(tentativeCommands)
        tentativeCommands = 0
        login = nil
        queue.loseCommands()
    }

    private mutating func take(_ command: SMTPCommand) {
        switch command.verb {
        case .helo, .ehlo, .lhlo:
            chunks?.reset()
            let name = String(repairing: command.argument)
            if !name.isEmpty { givenName = name }
            push(.hello(command.verb ?? .helo, name: name), command)
        case .mail: push(.mail(SMTPPath(command.argument, keyword: "FROM")), command)
        case .rcpt: push(.recipient(SMTPPath(command.argument, keyword: "TO")), command)
        case .data: pushAndHold(.data, command)
        case .bdat: takeChunk(command)
        case .rset:
            chunks?.reset()
            push(.reset, command)
        case .quit: push(.quit, command)
        case .starttls: pushAndHold(.startTLS, command)
        case .auth:
            login = LoginDialogue(command.argument)
            pushAndHold(.login, command)
        case .xclient: push(.proxiedClient(Self.clientAddress(in: command.argument)), command)
        case .noop, .vrfy, .expn, .help, .etrn, .atrn, .turn, .send, .soml, .saml, .xforward, nil:
            push(.other, command)
        }
    }

    private mutating func takeChunk(_ command: SMTPCommand) {
        guard let size = SMTPChunkSize(command.argument) else {
            note(.invalidChunk)
            return push(.invalidChunk, command)
        }
        push(.chunk(size), command)
        if chunks == nil { chunks = ChunkedHeaders() }
        let keepsSubject = setup.configuration.keepsSubjects
        chunks?.begin(size, keepsSubject: keepsSubject)
        if size.byteCount > 0 { clientMode = .chunk(remaining: size.byteCount) }
    }

    private static func clientAddress(in argument: ArraySlice<UInt8>) -> String? {
        argument.split(whereSeparator: \.isBlank).first { $0.hasPrefix(ignoringCase: "ADDR=") }
            .map { String(repairing: $0.dropFirst(5), limit: 64) }
    }

    /// Takes the client's answer to a challenge.
    mutating func takeLoginAnswer(_ line: StreamLine) {
        if assumesReplies, SMTPCommand(line.octets[...]).isUnmistakable {
            // The login's end was not heard; this is a command again.
            endLogin(code: nil)
            clientMode = .commands
            return takeLine(line)
        }
        login?.answer(line.octets[...].trimmed)
        clientMode = .commands
        push(.loginAnswer, shown: .init(verb: "AUTH", argument: "*", isSecret: true))
        holdForReply()
    }

    /// A message has ended; with LMTP every accepted recipient gets a reply of its own.
    mutating func pushEndOfData(octets: UInt64?, facts: MessageFacts?, tail: [UInt8]) {
        let recipients: [Int?] = summary.dialect == .lmtp ? acceptedRecipients : []
        for (place, recipient) in (recipients.isEmpty ? [nil] : recipients).enumerated() {
            let end = PendingCommand.MessageEnd(
                octets: octets ?? 0,
                facts: facts,
                recipient: recipient,
                isFinal: place == max(1, recipients.count) - 1,
                isUnseen: octets == nil,
                tail: tail
            )
            push(.endOfData(end), shown: .init(verb: ".", argument: "", isSecret: false))
        }
    }

    private mutating func pushAndHold(_ kind: PendingCommand.Kind, _ command: SMTPCommand) {
        push(kind, command)
        holdForReply()
    }

    /// What comes next depends on the reply to the last command.
    private mutating func holdForReply() {
        clientMode = .held
        if assumesReplies { assumeReply() }
    }

    private mutating func push(_ kind: PendingCommand.Kind, _ command: SMTPCommand) {
        push(kind, shown: Self.shown(command, login: login))
    }

    private mutating func push(_ kind: PendingCommand.Kind, shown: PendingCommand.Shown) {
        if case .greeting? = queue.first?.kind, summary.serverOctets == 0 { isEarlyTalker = true }
        suspectTail = []
        let command = PendingCommand(
            kind: kind,
            moment: now,
            shown: setup.configuration.reportsExchanges ? shown : nil
        )
        if queue.isFull { note(.commandOverflow) }
        apply(queue.append(command, isReplyBegun: replies.isInProgress))
    }

    /// What may be shown of a command: of AUTH the mechanism alone, of a line that is no command nothing.
    private static func shown(_ command: SMTPCommand, login: LoginDialogue?) -> PendingCommand.Shown
    {
        switch command.verb {
        case nil: .init(verb: "?", argument: "*", isSecret: true)
        case .auth: .init(verb: "AUTH", argument: login?.mechanism ?? "?", isSecret: true)
        case let verb?:
            .init(
                verb: verb.rawValue,
                argument: String(repairing: command.argument, limit: 512),
                isSecret: false
            )
        }
    }

    /// A proxy or a trusted front end named the real client.
    mutating func noteProxiedClient(_ address: String?) {
        note(.proxied)
        if let address { summary.proxiedClient = address }
    }
}
