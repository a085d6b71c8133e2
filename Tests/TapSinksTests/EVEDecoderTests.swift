import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapSinks
import TapTesting
import TapWire
import Testing

@Suite("EVE decoder")
struct EVEDecoderTests {
    private let ports = ["eth0", "eth1"]
    /// The moment of the sample, as exact as EVE has it.
    private static let moment = Moment(
        time: Timestamp(nanoseconds: 1_795_435_200_000_001_000),
        sequence: 160
    )

    /// When what is told of in the sample began.
    private static let beginning = Moment(
        time: Timestamp(nanoseconds: 1_795_435_199_500_001_000),
        sequence: EventContext.sample().firstSequence
    )

    private func reread(
        _ event: any ObservedEvent,
        in context: EventContext = .sample()
    ) throws -> EVEDecoder.Entry? {
        let line = try EVEEncoder(portNames: ports)
            .line(for: .event(EventRecord(context: context, event: event)))
        var decoder = EVEDecoder(portNames: ports)
        guard case .mail(let entry) = try decoder.read(Data(line.utf8)) else { return nil }
        return entry
    }

    private static func transaction(_ random: inout SplitMix64) -> SMTPTransaction {
        func pick<Value>(_ values: [Value]) -> Value {
            values[Int(random.next() % UInt64(values.count))]
        }
        let moment = Self.moment
        var value = SMTPTransaction(number: 3, client: .a, began: Self.beginning)
        value.helo = pick([nil, "eyebox", "mail.example.net"])
        value.mailFrom = pick(["<>", "<x@stranger.example>", "<ann@example.org>"])
        value.mailCode = pick([nil, 250, 550])
        value.size = pick([nil, 1_117])
        value.parameters = pick([[SMTPParameter](), [SMTPParameter(name: "SIZE", value: "1117")]])
        value.recipients = (0..<(1 + random.next() % 3)).map { number in
            SMTPRecipient(
                address: pick(["<a\(number)@example.org>", "<b\(number)@elsewhere.example>"]),
                code: pick([250, 550, 554, nil]),
                text: pick(["2.1.5 Ok", "5.7.1 Relay access denied", ""]),
                time: moment.time
            )
        }
        let octets: UInt64? = pick([nil, 1_090, 5])
        value.dataOctets = octets
        value.encoding = octets == nil ? nil : pick([SMTPEncoding.data, .bdat])
        value.code = pick([nil, 250])
        value.text = value.code == nil ? "" : "2.0.0 Ok: queued as 4XyZ12abCD"
        value.outcome = value.code == nil ? pick([SMTPOutcome.rejected, .aborted]) : .accepted
        value.authentication = pick([
            SMTPAuthentication.none, .failed, .unknown, .user("ann"), .user(nil),
        ])
        value.isIncomplete = pick([true, false])
        value.dialect = pick([SMTPProtocol.smtp, .submission, .lmtp])
        value.serverName = pick([nil, "mail.example.org"])
        value.banner = pick([nil, "mail.example.org ESMTP Postfix"])
        if pick([true, false]) {
            var facts = MessageFacts()
            (facts.identifier, facts.hopCount, facts.isCut) = ("<1@x>", 1, false)
            facts.hops = [
                MessageHop(
                    from: "a",
                    address: IPAddress("192.0.2.1"),
                    by: "b",
                    identifier: "4XyZ12"
                )
            ]
            value.message = facts
        }
        return value
    }

    @Test("a transaction and what is read of its line are the same", arguments: 0..<50)
    func transactions(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        for _ in 0..<20 {
            let transaction = Self.transaction(&random)
            let entry = try #require(try reread(SMTPEvent.transaction(Shared(transaction))))
            guard case .smtp(.transaction(let again)) = entry.event else {
                Issue.record("\(entry.event)")
                return
            }
            #expect(again.value == transaction)
        }
    }

    @Test("refused recipients of an open envelope come back")
    func refusals() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<50 {
            let transaction = Self.transaction(&random)
            var refusals = SMTPRefusals(of: transaction, recipients: transaction.recipients)
            (refusals.accepted, refusals.refusedInSession) = (3, 20)
            let entry = try #require(try reread(SMTPEvent.refusals(refusals)))
            guard case .smtp(.refusals(let again)) = entry.event else {
                Issue.record("\(entry.event)")
                return
            }
            #expect(again == refusals)
        }
    }

    @Test("the rules say the same to events and to what is read of their lines", arguments: 0..<10)
    func signals(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var configuration = RelayConfiguration()
        configuration.inside = [PortIndex(rawValue: 1)]
        configuration.domains = [MailDomain("example.org")].compactMap(\.self)
        var direct = RelayJudge(configuration: configuration)
        var again = direct
        var (first, second): ([String], [String]) = ([], [])
        for _ in 0..<200 {
            let event = SMTPEvent.transaction(Shared(Self.transaction(&random)))
            direct.evaluate(.smtp(event), in: .sample()) { first.append($0.signature + $0.why) }
            let entry = try #require(try reread(event))
            again.evaluate(entry.event, in: entry.context) { second.append($0.signature + $0.why) }
        }
        #expect(first == second && !first.isEmpty)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let (known, read) = (direct.memory, again.memory)
        #expect(known.entryCount == read.entryCount)
    }

    @Test("when a connection was opened, and how it was cut, comes back with its session")
    func opened() throws {
        let summary = SMTPSessionSummary(dialect: .smtp, client: .a)
        var flow = Flow.sample
        flow.oddSegments = 7
        let event = SMTPEvent.session(Shared(summary))
        let session = try #require(try reread(event, in: .sample(flow)))
        #expect(session.context.flow.opened == flow.opened)
        #expect(session.context.flow.oddSegments == 7)
    }

    @Test(
        "what a reverse lookup said of the client comes back: a name, that there is none, nothing"
    )
    func names() throws {
        let event = SMTPEvent.session(Shared(SMTPSessionSummary(dialect: .smtp, client: .a)))
        let client = Flow.sample.a.address
        for name in [
            ReverseName(address: client, name: "mx7.example.net"),
            ReverseName(address: client, name: nil), nil,
        ] {
            var context = EventContext.sample()
            context.clientName = name
            let entry = try #require(try reread(event, in: context))
            #expect(entry.context.clientName == name)
        }
        // What no response can have said.
        for text in ["", "<b>", "Mx.example", String(repeating: "a", count: 254)] {
            var context = EventContext.sample()
            context.clientName = ReverseName(address: client, name: text)
            let entry = try #require(try reread(event, in: context))
            #expect(entry.context.clientName == nil)
        }
    }

    @Test("counters tell the time, unless older frames are still to be read")
    func counters() throws {
        func line(_ hub: String) throws -> EVEDecoder.Line {
            let head = #""event_type":"stats","timestamp":"2026-11-23T12:00:00Z""#
            var decoder = EVEDecoder(portNames: ports)
            return try decoder.read(Data(#"{\#(head),"hub":\#(hub)}"#.utf8))
        }
        for hub in ["{}", #"{"observers":[]}"#, #"{"observers":[{"lag":0},{"lag":0}]}"#] {
            guard case .time(let time) = try line(hub) else {
                Issue.record("no time in \(hub)")
                continue
            }
            #expect(time == Timestamp(rfc3339: "2026-11-23T12:00:00Z"))
        }
        guard case .other = try line(#"{"observers":[{"lag":0},{"lag":7}]}"#) else {
            Issue.record("the time of who is behind")
            return
        }
    }

    @Test("sessions of every kind come back")
    func sessions() throws {
        var smtp = SMTPSessionSummary(dialect: .submission, client: .a)
        (smtp.banner, smtp.bannerCode, smtp.helo) = ("mail.example.org ESMTP", 220, "x")
        smtp.offer = ServerOffer(
            keywords: ["STARTTLS", "AUTH PLAIN"],
            at: Self.moment
        )
        smtp.startTLSAnswer = STARTTLSAnswer(code: 220, at: Self.moment)
        smtp.startTLS = .established
        smtp.logins = [SMTPLogin(mechanism: "PLAIN", user: "ann", code: 535)]
        (smtp.clientOctets, smtp.serverOctets, smtp.anomalies) = (7, 9, ["line_too_long"])
        var tls = TLSFacts()
        (tls.versionNumber, tls.serverName, tls.isEstablished) = (0x0303, "mail.example.org", true)
        tls.cipherSuite = 0x003C
        smtp.tls = tls
        for (place, step) in SMTPReplyTimes.Step.allCases.enumerated() {
            let answered = Self.moment.time.advanced(by: .milliseconds(5_000 + place))
            smtp.replyTimes.note(step, asked: Self.moment.time, answered: answered)
        }
        guard case .smtp(.session(let again))? = try reread(SMTPEvent.session(Shared(smtp)))?.event
        else {
            Issue.record("no session")
            return
        }
        #expect(again.value == smtp)
        var pop3 = POP3SessionSummary(client: .a)
        pop3.logins = [
            POP3Login(mechanism: "USER", user: "ann", status: .error, responseCode: "SYS/TEMP")
        ]
        (pop3.retrieved, pop3.retrievedOctets, pop3.mailboxCount) = (3, 900, 7)
        guard case .pop3(.session(let box))? = try reread(POP3Event.session(pop3))?.event else {
            Issue.record("no session of POP3")
            return
        }
        #expect(box == pop3)
        var imap = IMAPSessionSummary(client: .a)
        imap.logins = [
            IMAPLogin(mechanism: "LOGIN", user: "ann", status: .no, responseCode: "UNAVAILABLE")
        ]
        (imap.mailboxes, imap.mailboxCount) = (["INBOX"], 3)
        guard case .imap(.session(let other))? = try reread(IMAPEvent.session(imap))?.event else {
            Issue.record("no session of IMAP")
            return
        }
        #expect(other == imap)
        var inferred = InferredTransaction(began: Self.beginning)
        (inferred.login, inferred.acceptedRecipients, inferred.outcome) = (.failed, 2, .accepted)
        (inferred.messageOctets, inferred.confidence) = (OctetRange(10, 20), 0.5)
        guard
            case .smtp(.inferred(let guess))? = try reread(SMTPEvent.inferred(Shared(inferred)))?
                .event
        else {
            Issue.record("nothing inferred")
            return
        }
        #expect(guess.value == inferred)
    }

    @Test("numbers of recipients that no dialogue has are cut")
    func impossibleRecipients() throws {
        var inferred = InferredTransaction(began: Self.beginning)
        (inferred.acceptedRecipients, inferred.refusedRecipients) = (.max, -5)
        (inferred.outcome, inferred.confidence) = (.accepted, 0.5)
        guard
            case .smtp(.inferred(let guess))? = try reread(SMTPEvent.inferred(Shared(inferred)))?
                .event
        else {
            Issue.record("nothing inferred")
            return
        }
        #expect(guess.value.acceptedRecipients == 1_000_000)
        #expect(guess.value.refusedRecipients == 0)
    }

    /// Something odd of every kind, and conflicts of both ends in every protocol.
    private static var oddEvents: [(mail: MailEvent, observed: any ObservedEvent)] {
        var events: [(mail: MailEvent, observed: any ObservedEvent)] = []
        func add(_ event: SMTPEvent) { events.append((.smtp(event), event)) }
        let kinds: [SMTPAnomaly.Kind] = [
            .oddEndOfData, .smuggling, .commandsBehindSTARTTLS, .replyBehindSTARTTLS,
        ]
        for kind in kinds {
            for terminator in ["", "\n.\r\n", "\r.\r", "\r\n\0.\r\n", "\n.\n"] {
                var anomaly = SMTPAnomaly(kind, client: .a)
                (anomaly.messageOctets, anomaly.terminator) = (6, Array(terminator.utf8))
                (anomaly.verbs, anomaly.octets) = (["MAIL", "RCPT", "?"], 70)
                (anomaly.code, anomaly.text) = (250, "2.0.0 Ok")
                (anomaly.helo, anomaly.serverName) = ("eyebox", "mail.example.org")
                add(.anomaly(anomaly))
            }
        }
        for sender in [Side.a, .b] {
            var overlap = MailOverlap(dialect: .smtp, client: .a, sender: sender)
            (overlap.offset, overlap.byteCount, overlap.differingByteCount) = (27, 5, 3)
            (overlap.kept, overlap.dropped) = ("bob@x", "eve@x")
            add(.overlap(overlap))
            let pop3 = POP3Event.overlap(MailOverlap(dialect: .pop3, client: .a, sender: sender))
            events.append((.pop3(pop3), pop3))
            let imap = IMAPEvent.overlap(MailOverlap(dialect: .imap, client: .a, sender: sender))
            events.append((.imap(imap), imap))
        }
        return events
    }

    @Test("what is odd comes back, and the rules say the same to it")
    func oddities() throws {
        var rules: Set<String> = []
        func told(_ event: MailEvent, _ context: EventContext) -> [String] {
            var judge = RelayJudge()
            var said: [String] = []
            judge.evaluate(event, in: context) {
                rules.insert($0.rule.id)
                said.append($0.signature + $0.why)
            }
            return said
        }
        for (event, observed) in Self.oddEvents {
            let entry = try #require(try reread(observed))
            #expect("\(entry.event)" == "\(event)")
            #expect(told(event, .sample()) == told(entry.event, entry.context))
        }
        #expect(rules.isSuperset(of: ["smtp.smuggling", "tls.injection", "tcp.evasion"]))
    }

    @Test("the place of an event comes back, its ports by their names")
    func place() throws {
        let context = try #require(
            try reread(SMTPEvent.session(Shared(SMTPSessionSummary(dialect: .smtp, client: .a))))
        ).context
        let sample = EventContext.sample()
        #expect(context.flow.id == sample.flow.id && context.flow.a == sample.flow.a)
        #expect(context.flow.ingressA == sample.flow.ingressA)
        #expect(context.flow.ingressB == sample.flow.ingressB)
        #expect(context.flow.opened == sample.flow.opened)
        #expect(context.moment.sequence == sample.moment.sequence)
        #expect(context.firstSequence == sample.firstSequence)
    }

    @Test("a connection that went on after a RST is known by when it was opened, not by its end")
    func wentOn() throws {
        var ended = SMTPSessionSummary(dialect: .smtp, client: .a)
        (ended.clientOctets, ended.serverOctets, ended.reason) = (7, 9, .reset)
        var later = EventContext.sample()
        later.flow.opened = later.moment.time.advanced(by: .seconds(30))
        later.moment.time = later.moment.time.advanced(by: .seconds(300))
        var judge = RelayJudge()
        var rules: [String] = []
        let first = try #require(try reread(SMTPEvent.session(Shared(ended))))
        ended.isMidstream = true
        let second = try #require(try reread(SMTPEvent.session(Shared(ended)), in: later))
        for entry in [first, second] {
            judge.evaluate(entry.event, in: entry.context) { rules.append($0.rule.id) }
        }
        #expect(rules == ["tcp.evasion"])
    }

    @Test("what the tap said of itself comes back, at no connection")
    func tap() throws {
        let conditions = [
            TapCondition(.framesLost, share: 0.0123, count: 77),
            TapCondition(.portDown, count: 2, ports: ["eth0", "eth1"]),
            TapCondition(.portDown, isOver: true),
        ]
        for condition in conditions {
            let entry = try #require(try reread(condition))
            guard case .tap(let again) = entry.event else {
                Issue.record("\(entry.event)")
                return
            }
            #expect(again == condition && entry.context.isOfTap)
            #expect(entry.context.moment == Self.moment)
        }
    }

    @Test("events of an older hubtap, which did not say when something began, are read")
    func older() throws {
        let session = SMTPSessionSummary(dialect: .smtp, client: .a)
        let line = try EVEEncoder(portNames: ports).line(
            for: .event(
                EventRecord(context: .sample(), event: SMTPEvent.session(Shared(session)))
            )
        )
        let opened = #""opened":"2026-11-23T11:59:59.000000+00:00","#
        #expect(line.contains(opened))
        var decoder = EVEDecoder(portNames: ports)
        let old = line.replacingOccurrences(of: opened, with: "")
        guard case .mail(let entry) = try decoder.read(Data(old.utf8)) else {
            Issue.record("no event")
            return
        }
        #expect(entry.context.flow.opened == Self.moment.time)
    }

    @Test(
        "what is wrong with a line is said",
        arguments: [
            ("", "no JSON object"), ("[]", "no JSON object"), ("{}", "event_type is missing"),
            (#"{"event_type":"smtp"}"#, "smtp is missing"),
            (#"{"event_type":"smtp","smtp":{"outcome":"lost","tls":false}}"#, "smtp.outcome"),
            (
                #"{"event_type":"smtp","smtp":{"outcome":"reset","tls":false}}"#,
                "timestamp is missing"
            ),
        ]
    )
    func mistakes(_ line: String, _ words: String) {
        var decoder = EVEDecoder(portNames: [])
        let error = #expect(throws: EVELineError.self) { try decoder.read(Data(line.utf8)) }
        #expect(error?.description.contains(words) == true, "\(error as Any)")
    }

    @Test("any octets are an event or a mistake", arguments: 0..<20)
    func fuzz(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let line = try EVEEncoder(portNames: ports).line(
            for: .event(
                EventRecord(
                    context: .sample(),
                    event: SMTPEvent.transaction(Shared(Self.transaction(&random)))
                )
            )
        )
        for _ in 0..<200 {
            var octets = Data(line.utf8)
            let place = Int(random.next() % UInt64(octets.count))
            octets[place] = UInt8(truncatingIfNeeded: random.next())
            var decoder = EVEDecoder(portNames: ports)
            do throws(EVELineError) {
                _ = try decoder.read(octets)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
