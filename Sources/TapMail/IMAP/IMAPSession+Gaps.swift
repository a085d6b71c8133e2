import TapFlow
import TapObserve

/// Living with loss, and ending.
extension IMAPSession {
    /// Octets of the client are lost.
    mutating func loseClient(_ byteCount: Int?) {
        doubtfulWord = nil
        leaveDoubtfulReply()
        switch clientMode {
        case .literal(var part):
            if part.lose(byteCount) {
                clientMode = .literal(part)
            } else {
                loseCommand()
            }
        case .start, .commands: loseCommand()
        case .held: held.appendGap(byteCount: byteCount, at: now)
        case .loginAnswer: loseLoginAnswer()
        case .tls:
            let moment = now
            tls?.lose(byteCount: byteCount, from: .client, at: moment)
        case .tlsOrText, .opaque: break
        }
    }

    private mutating func loseLoginAnswer() {
        _ = commandLines.flush()
        login?.lose()
        clientMode = .held(.login)
        queue.waitForLast(.challenge)
        doubtClient()
    }

    private mutating func loseCommand() {
        _ = commandLines.flush()
        open = nil
        isContinuing = false
        doubtClient()
        clientMode = .commands
        missGreeting()
    }

    /// What the client says next may stand in the middle of a literal.
    mutating func doubtClient() {
        isClientUncertain = true
        doubtCount &+= 1
        foreignLines = 0
    }

    /// The client has spoken: the greeting was missed if it was not seen and may have been said before.
    mutating func missGreeting() {
        if !isAnswerSeen { isGreeted = true }
    }

    /// Octets of the server are lost.
    mutating func loseServer(_ byteCount: Int?) {
        switch serverMode {
        case .literal(let remaining, let isMessage):
            if let lost = byteCount.flatMap(UInt64.init(exactly:)), lost < remaining {
                serverMode = .literal(remaining: remaining &- lost, isMessage: isMessage)
            } else {
                loseReplies()
            }
        case .lines: loseReplies()
        case .tlsOrText, .tls:
            let moment = now
            tls?.lose(byteCount: byteCount, from: .server, at: moment)
        case .opaque: break
        }
    }

    private mutating func loseReplies() {
        _ = replyLines.flush()
        response = nil
        serverMode = .lines
        isServerUncertain = true
        // A greeting that comes later is none.
        isGreeted = true
        // The server says nothing before it has the answer: that is lost, too.
        if case .loginAnswer = clientMode { loseLoginAnswer() }
        queue.loseReplies()
        doubtfulWord = nil
        leaveDoubtfulReply()
        loseHeld()
    }

    /// True if the server's last line tells the same where more of it may have come than was seen: a status, but no data.
    private func isToldTorn(_ line: ArraySlice<UInt8>) -> Bool {
        guard response == nil else { return false }
        switch IMAPReply(line) {
        case .tagged, .goOn: return true
        case .untagged(let text):
            var reader = IMAPReader(text)
            return reader.next().flatMap(IMAPStatus.init) != nil
        case nil: return false
        }
    }

    /// Nothing more comes: tells what was pending, then the session.
    mutating func close(_ reason: CloseReason) {
        releaseHead(of: .client)
        releaseHead(of: .server)
        if let line = replyLines.flush(), reason == .finished || isToldTorn(line.text) {
            takeServerLine(line)
        }
        settleDoubtfulReply()
        leave(queue.drain())
        if login != nil { endLogin(nil) }
        summary.tls = tls?.facts
        if tls?.facts.isVersion2Hello == true { note(.version2Hello) }
        if summary.gaps > 0, summary.clientOctets == 0 || summary.serverOctets == 0 {
            summary.isOneSided = true
        }
        summary.reason = reason
        let isSession = recognition.isSession(
            tls,
            isMidstream: summary.isMidstream,
            serverOctets: summary.serverOctets
        )
        if isSession { output.append(.session(summary)) }
    }
}
