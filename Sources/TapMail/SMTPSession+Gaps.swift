import TapFlow
import TapObserve

/// Living with loss.
extension SMTPSession {
    /// Octets of the client are lost.
    mutating func loseClient(byteCount: Int?) {
        hasClientGap = true
        if isServerGapLast { mayReplyBeLost = true }
        if case .replies = serverMode { replies.clientSpokeUnheard() }
        if chunks == nil { chunks = ChunkedHeaders() }
        chunks?.lose()
        if hasServerGap { noteUnknownLogin() }
        loseClientOctets(byteCount: byteCount)
    }

    /// As `loseClient`, for a hole that was held as well.
    mutating func loseClientOctets(byteCount: Int?) {
        switch clientMode {
        case .start, .commands, .proxyHeader: loseCommands(byteCount: byteCount)
        case .held: held.appendGap(byteCount: byteCount, at: now)
        case .message: message?.lose(byteCount: byteCount)
        case .doubtfulChunk(let chunk): loseDoubtfulChunk(byteCount: byteCount, chunk)
        case .chunk(let remaining): loseChunk(byteCount: byteCount, remaining: remaining)
        case .loginAnswer:
            if login != nil { endLogin(code: nil) }
            loseCommands(mode: .answer)
        case .tls: loseTLS(byteCount: byteCount, from: .client)
        // The beginning of TLS, or commands.
        case .tlsOrText: loseTrack(modes: [.command, .tls])
        case .opaque: break
        }
    }

    private mutating func loseCommands(
        mode: UncertainDialogue.Mode = .command,
        byteCount: Int? = nil
    ) {
        let isLineBegun = commandLines.pendingByteCount > 0
        _ = commandLines.flush()
        clientMode = .commands
        loseTrack(modes: [mode], byteCount: isLineBegun ? nil : byteCount)
    }

    private mutating func loseChunk(byteCount: Int?, remaining: UInt64) {
        guard let byteCount, UInt64(max(0, byteCount)) <= remaining else { return loseCommands() }
        let left = remaining &- UInt64(max(0, byteCount))
        clientMode = left == 0 ? .commands : .chunk(remaining: left)
    }

    /// True if octets of the server are known to be lost and none was ever seen.
    var isServerUnheard: Bool { hasServerGap && summary.serverOctets == 0 && uncertain == nil }

    /// Octets of the server are lost.
    mutating func loseServer(byteCount: Int?) {
        releaseProxyHeader()
        hasServerGap = true
        isServerGapLast = true
        if hasClientGap { noteUnknownLogin() }
        switch serverMode {
        case .replies:
            takeBegunHello()
            replies.lose()
            if uncertain != nil || queue.isEmpty { mayReplyBeLost = true }
            loseReplies()
        case .tlsOrText, .tls: loseTLS(byteCount: byteCount, from: .server)
        }
    }

    /// A hello is accepted if the reply to it has begun so, whatever is lost of the keywords behind: all lines of a reply
    /// have one code (RFC 5321 section 4.2.1).
    private mutating func takeBegunHello() {
        guard uncertain == nil, queue.count == 1, replies.begunCode == 250,
            case .hello(let verb, let name)? = queue.first?.kind
        else { return }
        acceptHello(verb, name)
    }

    /// Any number of replies may be lost here.
    mutating func loseReplies() {
        guard uncertain == nil else { return takeUncertainLoss() }
        guard summary.serverOctets > 0 else {
            // A server that is never heard is another matter: what it says is taken for granted.
            if case .held = clientMode, !held.isEmpty { decideWithoutReply() }
            return
        }
        if case .doubtfulChunk = clientMode {
            loseTrack()
            return takeUncertainLoss()
        }
        if let counter = message, !counter.candidates.isEmpty {
            // The server may have said that the message has ended.
            return loseTrackOfMessage()
        }
        guard suspect?.tail.isEmpty ?? true else { return loseRepliesToSmuggled() }
        if !queue.isEmpty { loseRepliesToCommands() }
    }

    /// The message may have ended, or it goes on.
    mutating func loseTrackOfMessage() {
        message = nil
        clientMode = .commands
        finishTransaction(.doubt)
        // It may have ended before what was sent last.
        noteUnknownLogin()
        loseTrack(modes: [.command, .text])
    }

    /// The server may have read on behind what looks like an end in the message, and have answered what it found.
    private mutating func loseRepliesToSmuggled() {
        suspect = nil
        tellWithheld()
        apply(queue.drain())
        loseTrack()
        takeUncertainLoss()
    }

    mutating func loseRepliesToCommands() {
        loseStep(modes: [.command])
        takeUncertainLoss()
    }

    /// It is uncertain which replies belong to what waits, and to what is held behind it.
    mutating func loseStep(modes: [UncertainDialogue.Mode]) {
        if login != nil { endLogin(code: nil) }
        beginUncertainty(modes: modes)
        if case .held = clientMode { resume(.commands) }
    }

    /// A server that was not heard speaks after all.
    mutating func loseTrackOfUnheard() {
        if case .commands = clientMode {
            beginUncertainty(modes: [.command])
        } else {
            apply(queue.drain())
            message = nil
            _ = held.takeAll()
            switch clientMode {
            case .tls, .tlsOrText, .opaque: return
            case .start, .proxyHeader, .commands, .held, .message, .chunk, .doubtfulChunk,
                .loginAnswer:
                break
            }
            clientMode = .commands
            finishTransaction(.doubt)
            noteUnknownLogin()
            loseTrack(modes: [.command, .goAhead, .text, .answer])
        }
    }

    /// A login may have been accepted unseen.
    mutating func noteUnknownLogin() {
        switch authentication {
        case .none, .failed: authentication = .unknown
        case .user, .unknown: break
        }
    }

    /// Octets that are looked at to tell what they are without a reply.
    static let decisiveByteCount = 512

    /// The reply that would tell what the held octets are is lost: they have to tell themselves.
    mutating func decideWithoutReply() {
        let octets = held.prefix(Self.decisiveByteCount)
        if case .startTLS? = queue.last?.kind { return assumeReply() }
        let end = octets.firstIndex(of: 0x0A)
        guard end != nil || octets.count == Self.decisiveByteCount else { return }
        let line = octets[..<(end ?? octets.endIndex)].filter { $0 != 0x0D }
        if SMTPCommand(line[...]).isUnmistakable {
            giveUpHolding()
        } else if case .data? = queue.last?.kind, !Self.beginsMessage(line) {
            loseTrack(modes: [.command])
            resume(.commands)
        } else {
            assumeReply()
        }
    }

    /// True for a field of a header, and for the end of a message that is empty.
    private static func beginsMessage(_ line: [UInt8]) -> Bool {
        let name = line.prefix { $0 != UInt8(ascii: ":") && !$0.isBlank }
        return line == [UInt8(ascii: ".")]
            || (!name.isEmpty && name.count < line.count && line[name.count] == UInt8(ascii: ":"))
    }

    /// The command that held the client's octets had no effect, as far as can be told.
    private mutating func giveUpHolding() {
        if login != nil { endLogin(code: nil) }
        resume(.commands)
    }

    /// Takes for granted that the command which holds the client's octets was accepted.
    mutating func assumeReply() {
        guard case .held = clientMode else { return }
        switch queue.last?.kind {
        case .data?:
            message = MessageCounter(keepsSubject: setup.configuration.keepsSubjects)
            earlyReply = nil
            resume(.message)
        case .startTLS?: resume(.tlsOrText)
        case .login?, .loginAnswer?: resume(.loginAnswer)
        case .greeting?, .hello?, .mail?, .send?, .recipient?, .endOfData?, .chunk?,
            .invalidChunk?, .reset?, .quit?, .proxiedClient?, .other?, nil:
            resume(.commands)
        }
    }
}
