import TapFlow
import TapObserve

/// Living with loss, and ending.
extension POP3Session {
    /// Octets of the client are lost.
    mutating func loseClient(byteCount: Int?) {
        _ = commandLines.flush()
        switch clientMode {
        case .start, .commands:
            clientMode = .commands
            loseCommands()
        case .held: held.appendGap(byteCount: byteCount, at: now)
        case .loginAnswer:
            login?.lose()
            clientMode = .held
            loseCommands()
        case .tls:
            let moment = now
            tls?.lose(byteCount: byteCount, from: .client, at: moment)
        case .tlsOrText, .opaque: break
        }
    }

    /// Commands may be lost, among them one that named another user.
    mutating func loseCommands() {
        givenName = nil
        queue.loseCommands()
    }

    /// Octets of the server are lost: what waits stays without reply.
    mutating func loseServer(byteCount: Int?) {
        _ = replyLines.flush()
        switch serverMode {
        case .replies, .listing:
            serverMode = .replies
            leave(queue.loseReplies())
            // What the client says next may answer a challenge.
            if login != nil { loseCommands() }
            loseHeld()
        case .tlsOrText, .tls:
            let moment = now
            tls?.lose(byteCount: byteCount, from: .server, at: moment)
        }
    }

    /// Nothing more comes: tells what was pending, then the session.
    mutating func close(_ reason: CloseReason) {
        summary.reason = reason
        releaseHead(of: .client)
        releaseHead(of: .server)
        if let line = replyLines.flush() { takeServerLine(line) }
        leave(queue.drain())
        if login != nil { endLogin(nil) }
        summary.tls = tls?.facts
        if tls?.facts.isVersion2Hello == true { note(.version2Hello) }
        if summary.gaps > 0, summary.clientOctets == 0 || summary.serverOctets == 0 {
            summary.isOneSided = true
        }
        let isSession = recognition.isSession(
            tls,
            isMidstream: summary.isMidstream,
            serverOctets: summary.serverOctets
        )
        if isSession { output.append(.session(summary)) }
    }

    /// True for the server's last line where more of it may have come than was seen.
    func isTorn(_ line: StreamLine) -> Bool {
        line.ending == .open && summary.reason != .finished
    }

    /// These commands will have no reply.
    mutating func leave(_ commands: [POP3Pending]) {
        for command in commands {
            tell(command, nil, [])
            switch command.verb {
            case .pass: append(POP3Login(mechanism: "USER", user: command.user, status: nil))
            case .apop: append(POP3Login(mechanism: "APOP", user: command.user, status: nil))
            case .user, .auth, .stat, .list, .retr, .dele, .noop, .rset, .top, .uidl, .quit, .capa,
                .stls, .utf8, .lang, nil:
                break
            }
        }
    }
}
