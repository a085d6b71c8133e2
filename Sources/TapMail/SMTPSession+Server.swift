import TapFlow
import TapObserve
import TapWire

/// Taking the server's octets.
extension SMTPSession {
    /// Takes octets of the server.
    mutating func takeServer(_ bytes: Span<UInt8>) {
        if isServerUnheard { loseTrackOfUnheard() }
        releaseProxyHeader()
        if summary.serverOctets == 0 { isClientFirst = summary.clientOctets > 0 }
        summary.serverOctets &+= UInt64(bytes.count)
        var offset = 0
        while offset < bytes.count {
            offset &+= step(server: bytes.extracting(droppingFirst: offset))
        }
    }

    /// Takes a part of `rest`; returns how much, or 0 where only the mode has changed.
    private mutating func step(server rest: Span<UInt8>) -> Int {
        switch serverMode {
        case .replies where isTLSAmongDoubt(rest[0]):
            joinTLSAmongDoubt()
            return 0
        case .replies:
            let (consumed, ended) = replies.take(
                from: rest,
                isAwaited: queue.count >= 2 && !queue.isPipelining
            )
            for anomaly in replies.takeAnomalies() { note(anomaly) }
            if replies.takeLostReply() { loseReplies() }
            for reply in ended { take(reply) }
            return consumed
        case .tlsOrText:
            decideServerTLS(rest[0])
            return 0
        case .tls:
            followTLS(rest, from: .server)
            return rest.count
        }
    }

    /// True for the first octet of a record, with which no reply begins, where the server may have begun TLS.
    private func isTLSAmongDoubt(_ octet: UInt8) -> Bool {
        (0x14...0x17).contains(octet) && !replies.isInProgress && uncertain?.mayBeTLS == true
    }

    private mutating func decideServerTLS(_ octet: UInt8) {
        guard (0x14...0x17).contains(octet) else {
            serverMode = .replies
            if isServerGapLast {
                replies.lose()
                mayReplyBeLost = true
            }
            if case .tls = clientMode { note(.tlsAnsweredInClear) }
            return
        }
        serverMode = .tls
        // An alert (0x15) is a refusal; anything else is the handshake or what follows it.
        if octet != 0x15, summary.dialect != .smtps { summary.startTLS = .established }
    }

    /// The server sends no more: what it left open has ended.
    mutating func endServer() {
        guard case .replies = serverMode else { return }
        // Where no FIN came, there may be more of it than was seen.
        let ended = replies.end(isTorn: ![nil, .finished].contains(closing))
        for anomaly in replies.takeAnomalies() { note(anomaly) }
        for reply in ended { take(reply) }
    }

    /// Takes a reply.
    mutating func take(_ reply: SMTPReply) {
        if !recognition.isSure { recognition.note((reply.lines.last ?? [])[...]) }
        isServerGapLast = false
        if mayReplyBeLost {
            mayReplyBeLost = false
            loseReplies()
        }
        if mayBeBehindLostGreeting(reply) {
            hasServerGap = true
            loseRepliesToCommands()
        }
        guard uncertain == nil else { return takeUncertain(reply) }
        guard !takeInsideChunk(reply) else { return }
        if isChunkRefused, isReadingRefusedChunk(reply) { return takeUncertain(reply) }
        if isLostGoAhead(reply) { return takeBehindLostGoAhead(reply) }
        apply(queue.take(reply, at: now))
    }

    /// Gives effect to what a reply has settled.
    private mutating func apply(_ settlement: CommandQueue.Settlement) {
        switch settlement {
        case .oldest(let settled): apply(settled)
        case .several(let settled): apply(settled)
        }
    }

    /// Gives effect to what was settled, in order.
    mutating func apply(_ settled: [CommandQueue.Settled]) { for item in settled { apply(item) } }

    private mutating func apply(_ settled: CommandQueue.Settled) {
        switch settled {
        case .answered(let command, let reply):
            report(command, reply)
            hear(reply, to: command)
            noteReplyTime(of: command)
            apply(command, reply)
        case .unanswered(let command):
            report(command, nil)
            applyUnanswered(command)
        case .unsolicited(let reply): takeUnsolicited(reply)
        case .slipped(let isRefused): doubtCodes(isRefused: isRefused)
        case .accepted(let command, let reply): takeBack(command, reply)
        }
    }

    /// The command was accepted, though a reply that was spare had refused it.
    private mutating func takeBack(_ command: PendingCommand, _ reply: SMTPReply) {
        note(.unsolicitedReply)
        guard case .commands = clientMode, commandLines.pendingByteCount == 0 else { return }
        clientMode = .held
        apply(command, reply)
    }

    /// Notes how long the server took to answer.
    private mutating func noteReplyTime(of command: PendingCommand) {
        let step: SMTPReplyTimes.Step
        switch command.kind {
        case .greeting: step = .greeting
        case .hello: step = .hello
        case .recipient: step = .recipient
        case .endOfData(let end) where !end.isUnseen: step = .endOfData
        case .chunk(let size) where size.isLast: step = .endOfData
        case .mail, .send, .data, .endOfData, .chunk, .invalidChunk, .reset, .quit, .startTLS,
            .login, .loginAnswer, .proxiedClient, .other:
            return
        }
        guard !queue.isPipelining, summary.gaps == 0, !isMidstream else { return }
        summary.replyTimes.note(step, asked: command.moment.time, answered: now.time)
    }

    /// The client has spoken, and the first reply is none that greets (RFC 5321 section 4.2) or came behind that: the
    /// greeting may be lost, though no hole was seen, where the SYN/ACK is lost too.
    private func mayBeBehindLostGreeting(_ reply: SMTPReply) -> Bool {
        guard !isAnswerSeen, isClientFirst || reply.code != 220 else { return false }
        if let uncertain { return uncertain.awaitsGreeting && uncertain.items.count > 1 }
        guard case .greeting? = queue.first?.kind else { return false }
        return queue.count > 1
    }

    /// A 2xx to DATA makes sense only if a 354 was left out and the message has already been sent.
    private func isLostGoAhead(_ reply: SMTPReply) -> Bool {
        guard case .held = clientMode, case .data? = queue.first?.kind, queue.count == 1 else {
            return false
        }
        return reply.isPositive && held.endsMessage
    }

    private mutating func takeBehindLostGoAhead(_ reply: SMTPReply) {
        note(.unsolicitedReply)
        assumeReply()
        // The queue now ends with the end of the message, which this reply is for.
        apply(queue.skipToEndOfData())
        take(reply)
    }

    /// A reply that no command asked for.
    private mutating func takeUnsolicited(_ reply: SMTPReply) {
        if isBehindForeignGoAhead(reply) {
            loseTrackOfMessage()
            return take(reply)
        }
        switch (clientMode, reply.category) {
        case (.message, 2): endMessageByReply(reply)
        case (.message, 4), (.message, 5):
            if message?.endsWithCandidate == true {
                endMessageByReply(reply)
            } else if message?.hasGap == true {
                loseTrackOfMessage()
                take(reply)
            } else {
                note(.earlyReply)
                earlyReply = reply
            }
        case (_, 2) where reply.code == 235: authentication = .user(nil)
        case (.commands, _) where suspect?.tail.isEmpty == false && !reply.isNegative:
            takeSmuggled(reply)
        case (.tlsOrText, 2), (.tlsOrText, 3): takeInjected(reply)
        default: note(.unsolicitedReply)
        }
    }

    /// While a message is sent a server speaks at most once, to refuse it; where something is lost and it says anything
    /// else, the 354 before it was that to another DATA.
    private func isBehindForeignGoAhead(_ reply: SMTPReply) -> Bool {
        guard mayHaveUnseenSender, case .message = clientMode, let message else { return false }
        let isRefusal = reply.isNegative && message.octets > 0 && earlyReply == nil
        return message.candidates.isEmpty && !isRefusal
    }

    /// The server took the message for ended where the client, by the book, has not ended it.
    private mutating func endMessageByReply(_ reply: SMTPReply) {
        guard let counter = message else { return }
        let end = counter.end(isLineFeedEnough: !isBehindCRLF)
        message = nil
        clientMode = .commands
        if end?.isGap != true { note(.oddEndOfData) }
        if let oddEnd = counter.oddEnd(at: end), reply.isPositive {
            tell(.oddEndOfData, at: oddEnd, reply: reply)
        }
        let tail = end.map { counter.tail(behind: $0) } ?? []
        pushEndOfData(
            octets: counter.octets(at: end),
            facts: counter.header.facts,
            oddEnd: nil
        )
        take(reply)
        if counter.hasGap || counter.isTailCut {
            loseTrack()
        }
        for (number, piece) in tail.enumerated() {
            if number > 0 { loseClientOctets(byteCount: nil) }
            feedClient(piece.span)
        }
        beginUncertainTurn()
    }

    /// More replies than commands right behind a message with an odd end of data in it: the server read on there.
    private mutating func takeSmuggled(_ reply: SMTPReply) {
        guard let end = suspect else { return }
        noteSmuggling(reply)
        feedClient(end.tail.span)
        take(reply)
    }

    /// The server has answered what stood in a message.
    mutating func noteSmuggling(_ reply: SMTPReply) {
        guard let end = suspect else { return }
        tellWithheld(octets: end.octets)
        note(.oddEndOfData)
        note(.smuggling)
        tell(.smuggling, at: end, reply: reply)
        suspect = nil
    }

    /// A reply in the clear where TLS was to begin, before the client has said anything.
    private mutating func takeInjected(_ reply: SMTPReply) {
        note(.unsolicitedReply)
        guard !summary.anomalies.contains(MailAnomaly.replyBehindSTARTTLS.rawValue) else { return }
        note(.replyBehindSTARTTLS)
        tellInjectedReply(reply)
    }

    /// Reports a command with its reply, for those who watch.
    private mutating func report(_ command: PendingCommand, _ reply: SMTPReply?) {
        guard setup.configuration.reportsExchanges else { return }
        var shown = command.shown
        if case .greeting = command.kind, reply != nil {
            shown = .init(verb: "", argument: "", isSecret: false)
        }
        guard let shown else { return }
        let text = shown.isSecret ? reply?.enhancedCode : reply?.text
        output.append(
            .exchange(
                SMTPExchange(
                    client: summary.client,
                    verb: shown.verb,
                    argument: shown.argument,
                    code: reply?.code,
                    text: text ?? "",
                    helo: givenName,
                    serverName: serverName ?? Self.serverName(in: command, reply)
                )
            )
        )
    }

    private static func serverName(in command: PendingCommand, _ reply: SMTPReply?) -> String? {
        guard case .greeting = command.kind else { return nil }
        return reply.flatMap(Self.serverName)
    }

    /// The first word of a greeting (RFC 5321 section 4.2).
    static func serverName(_ reply: SMTPReply) -> String? {
        guard let word = reply.lines.first?.split(separator: 0x20).first, reply.code == 220 else {
            return nil
        }
        return String(repairing: word, limit: 255)
    }
}
