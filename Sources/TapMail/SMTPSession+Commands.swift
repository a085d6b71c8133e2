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
        defer { isBehindCRLF = line.ending == .crlf }
        let command = SMTPCommand(octets)
        if !recognition.isSure, command.isUnmistakable { recognition.note(octets) }
        guard uncertain == nil else { return takeUncertain(command, line) }
        noteOddities(of: line)
        let isPart = !isBehindCRLF && !queue.isEmpty
        take(command, mayGoUnanswered: command.verb == nil && (octets.trimmed.isEmpty || isPart))
    }

    private mutating func noteOddities(of line: StreamLine) {
        if line.isShortened { note(.lineTooLong) }
        if line.ending == .lf { note(.bareLineFeed) }
        if line.hasBareCR { note(.bareCarriageReturn) }
        if line.hasNUL { note(.nulOctet) }
    }

    private mutating func take(_ command: SMTPCommand, mayGoUnanswered: Bool) {
        if command.verb == nil { isBeyondCommands = true }
        let kind = kind(of: command)
        switch kind {
        case .hello(_, let name): if !name.isEmpty { givenName = name }
        case .login:
            login = LoginDialogue(command.argument, offeredIn: summary.capabilities)
        case .invalidChunk: note(.invalidChunk)
        default: break
        }
        push(kind, command, mayGoUnanswered: mayGoUnanswered)
        switch kind {
        case .data, .startTLS, .login: holdForReply()
        case .hello, .reset: chunks?.reset()
        case .chunk(let size): beginChunk(size)
        default: break
        }
    }

    /// What the reply to `command` will decide.
    func kind(of command: SMTPCommand) -> PendingCommand.Kind {
        switch command.verb {
        case .helo, .ehlo, .lhlo:
            .hello(command.verb ?? .helo, name: String(repairing: command.argument))
        case .mail: .mail(SMTPPath(command.argument, keyword: "FROM"))
        case .send, .soml, .saml: .send(SMTPPath(command.argument, keyword: "FROM"))
        case .rcpt: .recipient(SMTPPath(command.argument, keyword: "TO"))
        case .data: .data
        case .bdat: SMTPChunkSize(command.argument).map { .chunk($0) } ?? .invalidChunk
        case .rset: .reset
        case .quit: .quit
        case .starttls: .startTLS
        case .auth: .login
        case .xclient: .proxiedClient(Self.clientAddress(in: command.argument))
        case .noop, .vrfy, .expn, .help, .etrn, .atrn, .turn, .xforward, nil: .other
        }
    }

    /// The octets of a chunk follow.
    mutating func beginChunk(_ size: SMTPChunkSize) {
        isBeyondCommands = true
        if chunks == nil { chunks = ChunkedHeaders() }
        let keepsSubject = setup.configuration.keepsSubjects
        chunks?.begin(size, keepsSubject: keepsSubject)
        clientMode = mode(behind: size)
    }

    private static func clientAddress(in argument: ArraySlice<UInt8>) -> String? {
        argument.split(whereSeparator: \.isBlank).first { $0.hasPrefix(ignoringCase: "ADDR=") }
            .map { String(repairing: $0.dropFirst(5), limit: 64) }
    }

    /// Takes the client's answer to a challenge.
    mutating func takeLoginAnswer(_ line: StreamLine) {
        if isServerUnheard, SMTPCommand(line.octets[...]).isUnmistakable {
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
    mutating func pushEndOfData(octets: UInt64?, facts: MessageFacts?, oddEnd: OddEnd?) {
        let recipients: [Int?] = summary.dialect == .lmtp ? acceptedRecipients : []
        for (place, recipient) in (recipients.isEmpty ? [nil] : recipients).enumerated() {
            let end = PendingCommand.MessageEnd(
                octets: octets,
                facts: facts,
                recipient: recipient,
                isFinal: place == max(1, recipients.count) - 1,
                isUnseen: false,
                oddEnd: oddEnd
            )
            push(.endOfData(end), shown: .init(verb: ".", argument: "", isSecret: false))
        }
        if mayOweUnknownReplies { loseTrack() }
    }

    /// The server may owe replies of its own for each recipient (LMTP), and how many is not known.
    var mayOweUnknownReplies: Bool {
        guard mayBeLMTP else { return false }
        guard summary.dialect == .lmtp, let open = transaction, open.gapsBefore == summary.gaps
        else { return true }
        // Where the beginning was not seen, or MAIL may have been refused inside a transaction, recipients may have been
        // named there as well.
        return open.value.mailCode == nil && mayHaveUnseenSender || open.value.unseenRecipients > 0
            || open.value.recipients.contains { $0.code == nil }
    }

    /// True unless it is known that the server speaks SMTP.
    var mayBeLMTP: Bool {
        if summary.dialect == .lmtp { return true }
        guard !isAtSMTPPort, summary.helo == nil, mayHaveUnseenSender else { return false }
        // Who sends LHLO has no other server.
        return givenName == nil || queue.hasLMTPGreeting
    }

    /// What comes next depends on the reply to the last command.
    private mutating func holdForReply() {
        clientMode = .held
        isBeyondCommands = true
    }

    private mutating func push(
        _ kind: PendingCommand.Kind,
        _ command: SMTPCommand,
        mayGoUnanswered: Bool
    ) {
        let shown =
            setup.configuration.reportsExchanges ? Self.shown(command, login: login) : nil
        push(kind, shown: shown, mayGoUnanswered: mayGoUnanswered)
    }

    private mutating func push(
        _ kind: consuming PendingCommand.Kind,
        shown: consuming PendingCommand.Shown?,
        mayGoUnanswered: Bool = false
    ) {
        if summary.serverOctets == 0, queue.awaitsGreeting { isEarlyTalker = true }
        forgetSuspect()
        tellWithheld()
        if queue.isEmpty { changeTransaction { $0.settleCodes() } }
        let evicted = queue.append(
            PendingCommand(
                kind: kind,
                moment: now,
                mayGoUnanswered: mayGoUnanswered,
                shown: setup.configuration.reportsExchanges ? shown : nil
            ),
            isReplyBegun: replies.isInProgress
        )
        if !evicted.isEmpty { note(.commandOverflow) }
        apply(evicted)
    }

    /// What may be shown of a command: of AUTH the mechanism alone, of a line that is no command nothing.
    static func shown(_ command: SMTPCommand, login: LoginDialogue?) -> PendingCommand.Shown {
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
