import TapFlow
import TapWire

/// Holds a planned session: writes its frames, and keeps account of what was agreed.
///
/// The files: `+Mail` sends, `+Mailbox` reads mailboxes, `+Log` writes the server's log.
struct SessionWriter {
    /// A message that a server took.
    struct Taken {
        var mail: Int
        var time: Timestamp
        var queueID: String
    }

    let plan: SessionPlan
    var conversation: TCPConversation
    var random: SplitMix64
    var isSecured = false
    var taken: [Taken] = []
    var transactions: [ExpectedTransaction] = []
    var endings: [Timestamp] = []
    var log: [String] = []
    var user: String?
    var hasFailedLogin = false

    /// Begins a session whose delays, port and names of messages are drawn from `random`.
    init(_ plan: SessionPlan, random: SplitMix64) {
        self.plan = plan
        var random = random
        var settings = TCPConversation.Settings()
        let port = UInt16(20_000 + random.number(below: 40_000))
        settings.a = Endpoint(address: plan.client, port: port)
        settings.b = Endpoint(address: plan.server, port: plan.port)
        settings.ingressA = PortIndex(rawValue: plan.isClientInside ? 1 : 0)
        settings.ingressB = PortIndex(rawValue: plan.isServerInside ? 1 : 0)
        settings.start = plan.time
        settings.interval = .microseconds(200)
        settings.segmentSize = plan.segmentSize
        settings.acknowledgesAtOnce = false
        settings.initialNumberA = UInt32(truncatingIfNeeded: random.next())
        settings.initialNumberB = UInt32(truncatingIfNeeded: random.next())
        conversation = TCPConversation(settings)
        self.random = random
    }

    /// Holds the session.
    mutating func write() -> CompanySession {
        conversation.open()
        logConnect()
        switch plan.purpose {
        case .mail(let mails): writeMails(mails)
        case .mailbox(let kind, let isTaken): writeMailbox(kind, isTaken: isTaken)
        case .script(let steps): writeScript(steps)
        }
        logDisconnect()
        conversation.close()
        return CompanySession(
            role: plan.role,
            incident: plan.incident,
            time: plan.time,
            client: plan.client,
            server: plan.server,
            port: plan.port,
            isOwnServer: plan.isServerInside,
            isEncrypted: isSecured,
            frames: conversation.frames,
            transactions: transactions,
            endings: endings,
            log: log
        )
    }

    // MARK: Saying

    /// The client says octets, in as many segments as they take.
    mutating func client(_ octets: [UInt8]) {
        conversation.wait(random.seconds(0.01, 0.08))
        conversation.send(isSecured ? TLSRecordWriter.sealed(octets.count) : octets, from: .a)
    }

    /// The client says a line.
    mutating func client(_ line: String) { client(Array((line + "\r\n").utf8)) }

    /// The server says lines; returns when.
    @discardableResult
    mutating func server(_ lines: String) -> Timestamp {
        conversation.wait(random.seconds(0.005, 0.06))
        let octets = Array((lines + "\r\n").utf8)
        let time = conversation.now
        conversation.send(isSecured ? TLSRecordWriter.sealed(octets.count) : octets, from: .b)
        return time
    }

    /// The client asks, the server answers; returns when.
    @discardableResult
    mutating func ask(_ line: String, _ reply: String) -> Timestamp {
        client(line)
        return server(reply)
    }

    /// Both change over to TLS.
    mutating func secure() {
        conversation.send(TLSRecordWriter.clientHello(plan.serverName), from: .a)
        conversation.wait(random.seconds(0.01, 0.03))
        conversation.send(TLSRecordWriter.serverHello, from: .b)
        conversation.send(TLSRecordWriter.clientFinished, from: .a)
        switch plan.software {
        case .postfix, .sendmail: conversation.send(TLSRecordWriter.ticket, from: .b)
        case .exim, .openSMTPD: break
        }
        isSecured = true
    }

    private mutating func writeScript(_ steps: [SessionPlan.ScriptStep]) {
        for step in steps {
            let octets = Array(step.text.utf8)
            conversation.wait(random.seconds(0.01, 0.05))
            if step.isFinalReply { endings.append(conversation.now) }
            conversation.send(octets, from: step.isServer ? .b : .a)
        }
    }
}
