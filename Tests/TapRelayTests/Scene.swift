import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire

/// What happened in a mail session, in the words of a test; made into the events an observer would report.
struct Scene: Sendable {
    var client = "203.0.113.9"
    var server = "192.0.2.25"
    var clientPort: UInt8? = 0
    var serverPort: UInt8? = 1
    var serverTCPPort: UInt16 = 25
    var helo: String? = "eyebox"
    var from: String? = "<x@stranger.example>"
    /// Address, code and text of every recipient.
    var recipients: [(address: String, code: Int?, text: String)] = [
        ("<victim@elsewhere.example>", 250, "2.1.5 Ok")
    ]
    /// The replies to MAIL, and to DATA where that was refused.
    var mailCode: Int? = 250
    var dataCode: Int?
    var size: UInt64? = 1_117
    var octets: UInt64? = 1_090
    var code: Int? = 250
    var text = "2.0.0 Ok: queued as 4XyZ12abCD"
    var outcome = SMTPOutcome.accepted
    var authentication = SMTPAuthentication.none
    var isEncrypted = false
    var isIncomplete = false
    var dialect = SMTPProtocol.smtp
    var serverName: String? = "mail.example.org"
    var banner: String? = "mail.example.org ESMTP Postfix"
    var message: MessageFacts?
    /// Seconds after the start of the test.
    var at = 0.0
    /// The number of the connection; nil for one of its own.
    var flow: UInt64?

    /// 2026-11-23T12:00:00Z.
    static let start = Timestamp(nanoseconds: 1_795_435_200_000_000_000)

    /// The scene with some of it changed.
    func with(_ change: (inout Scene) -> Void) -> Scene {
        var scene = self
        change(&scene)
        return scene
    }

    var time: Timestamp { Self.start.advanced(by: .seconds(at)) }

    var context: EventContext {
        let a = Endpoint(address: Self.address(client), port: 40_000)
        let b = Endpoint(address: Self.address(server), port: serverTCPPort)
        let flow = Flow(
            id: FlowID(rawValue: flow ?? ownFlow),
            a: a,
            b: b,
            ingressA: clientPort.map(PortIndex.init),
            ingressB: serverPort.map(PortIndex.init),
            vlans: [],
            opened: time,
            firstSequence: 1
        )
        return EventContext(flow: flow, moment: Moment(time: time, sequence: 9), firstSequence: 1)
    }

    /// A number for the connection of this client at this moment.
    private var ownFlow: UInt64 {
        Self.address(client).low &* 31 &+ UInt64(bitPattern: Int64(at * 1_000))
    }

    var transaction: SMTPTransaction {
        var transaction = SMTPTransaction(
            number: 0,
            client: .a,
            began: Moment(time: time, sequence: 2)
        )
        transaction.helo = helo
        transaction.mailFrom = from
        transaction.mailCode = mailCode
        transaction.dataCode = dataCode
        transaction.size = size
        transaction.recipients = recipients.map {
            SMTPRecipient(address: $0.address, code: $0.code, text: $0.text, time: time)
        }
        transaction.dataOctets = octets
        transaction.code = code
        transaction.text = text
        transaction.outcome = outcome
        transaction.authentication = authentication
        transaction.isEncrypted = isEncrypted
        transaction.isIncomplete = isIncomplete
        transaction.dialect = dialect
        transaction.serverName = serverName
        transaction.banner = banner
        transaction.message = message
        return transaction
    }

    static func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }
}

extension Scene {
    /// A stranger's mail to a stranger, accepted.
    static let relay = Scene()

    /// The seed of the story: nobody's mail of 1117 octets to a stranger.
    static let null = Scene(from: "<>")

    /// An ordinary mail from outside.
    static let ordinary = Scene(recipients: [("<info@example.org>", 250, "2.1.5 Ok")])

    /// A stranger's mail to a stranger, refused.
    static let refused = Scene(
        recipients: [
            (
                "<victim@elsewhere.example>", 554,
                "5.7.1 <victim@elsewhere.example>: Relay access denied"
            )
        ],
        octets: nil,
        code: nil,
        text: "",
        outcome: .reset
    )

    /// Our server hands our user's mail to a stranger's server.
    static let outgoing = Scene(
        client: "192.0.2.25",
        server: "198.51.100.7",
        clientPort: 1,
        serverPort: 0,
        helo: "mail.example.org",
        from: "<ann@example.org>",
        serverName: "mx.hoster.example",
        banner: "mx.hoster.example ESMTP Exim 4.96"
    )
}

extension RelayConfiguration {
    /// Everything told: the port of the inside, the server, its domain, who may relay.
    static let told = RelayConfiguration(
        inside: [PortIndex(rawValue: 1)],
        servers: networks("192.0.2.25"),
        domains: domains("example.org"),
        networks: networks("192.0.2.0/24", "10.0.0.0/8"),
        // Tests of rules want to see every alert.
        alertSuppression: AlertSuppression(limit: 30)
    )

    static func networks(_ texts: String...) -> [IPNetwork] { texts.compactMap { IPNetwork($0) } }

    static func domains(_ texts: String...) -> [MailDomain] { texts.compactMap { MailDomain($0) } }

    func with(_ change: (inout RelayConfiguration) throws -> Void) rethrows -> RelayConfiguration {
        var configuration = self
        try change(&configuration)
        return configuration
    }
}

extension RelayJudge {
    /// Evaluates scenes one after the other and returns what was raised.
    mutating func alerts(for scenes: [Scene]) -> [Alert] {
        var alerts: [Alert] = []
        for scene in scenes {
            evaluate(.smtp(.transaction(Shared(scene.transaction))), in: scene.context) {
                alerts.append($0)
            }
        }
        return alerts
    }

    /// Evaluates scenes by a new judge and returns what was raised.
    static func alerts(for scenes: [Scene], told configuration: RelayConfiguration = .told)
        -> [Alert]
    {
        var judge = RelayJudge(configuration: configuration)
        return judge.alerts(for: scenes)
    }
}
