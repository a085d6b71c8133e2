import TapFlow
import TapObserve

/// Living with loss.
extension SMTPSession {
    /// Octets of the client are lost.
    mutating func loseClient(byteCount: Int?) {
        hasClientGap = true
        if chunks == nil { chunks = ChunkedHeaders() }
        chunks?.lose()
        if hasServerGap { noteUnknownLogin() }
        loseClientOctets(byteCount: byteCount)
    }

    /// As `loseClient`, for a hole that was held as well.
    mutating func loseClientOctets(byteCount: Int?) {
        switch clientMode {
        case .start, .commands, .proxyHeader: loseCommands()
        case .held: held.appendGap(byteCount: byteCount, at: now)
        case .message: message?.lose(byteCount: byteCount)
        case .chunk(let remaining): loseChunk(byteCount: byteCount, remaining: remaining)
        case .loginAnswer:
            login?.lose()
            loseCommands()
        case .tls: loseTLS(byteCount: byteCount, from: .client)
        case .tlsOrText, .opaque: break
        }
    }

    private mutating func loseCommands() {
        _ = commandLines.flush()
        clientMode = .commands
        isResynchronising = true
        tentativeCommands = 0
        queue.loseCommands()
    }

    private mutating func loseChunk(byteCount: Int?, remaining: UInt64) {
        guard let byteCount, UInt64(max(0, byteCount)) <= remaining else { return loseCommands() }
        let left = remaining &- UInt64(max(0, byteCount))
        clientMode = left == 0 ? .commands : .chunk(remaining: left)
    }

    /// Octets of the server are lost.
    mutating func loseServer(byteCount: Int?) {
        hasServerGap = true
        if hasClientGap { noteUnknownLogin() }
        switch serverMode {
        case .replies:
            replies.lose()
            queue.loseReplies()
            if case .held = clientMode, !held.isEmpty { decideWithoutReply() }
        case .tlsOrText, .tls: loseTLS(byteCount: byteCount, from: .server)
        }
    }

    /// A login and its reply may both lie in holes.
    private mutating func noteUnknownLogin() {
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
        guard let end = octets.firstIndex(of: 0x0A) else {
            if octets.count == Self.decisiveByteCount { assumeReply() }
            return
        }
        let line = octets[..<end].filter { $0 != 0x0D }
        if SMTPCommand(line[...]).isUnmistakable {
            giveUpHolding()
        } else {
            assumeReply()
        }
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
        case .greeting?, .hello?, .mail?, .recipient?, .endOfData?, .chunk?, .invalidChunk?,
            .reset?,
            .quit?, .proxiedClient?, .other?, .unseen?, nil:
            resume(.commands)
        }
    }
}
