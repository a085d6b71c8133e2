import TapFlow
import TapMailTesting
import TapTesting
import TapWire
import Testing

@testable import TapMail
@testable import TapObserve

@Suite("What all sessions together may keep until a reply decides")
struct RoomTests {
    /// The ways in which a client, or a server, makes a session keep much.
    enum Hoard: CaseIterable {
        case behindDATA, behindSTARTTLS, commands, uncertainLines, uncertainReplies, openReply
        case recipients, header, tail, logins
        case mailbox, mailboxCommands, literal, imapCommands, undecided

        var port: UInt16 {
            switch self {
            case .mailbox, .mailboxCommands: 110
            case .literal, .imapCommands: 143
            case .undecided: 4_000
            default: 25
            }
        }

        /// A dialogue that goes no further.
        var dialogue: Dialogue {
            var dialogue = Dialogue()
            dialogue.ending = .none
            let filler = String(repeating: "x", count: 50) + "\r\n"
            if port == 25 {
                dialogue.b("220 m\r\n")
                dialogue.a("EHLO c\r\n")
                dialogue.b("250 m\r\n")
            }
            switch self {
            case .behindDATA:
                dialogue.a("DATA\r\n")
                for _ in 0..<400 { dialogue.a(filler) }
            case .behindSTARTTLS:
                dialogue.a("STARTTLS\r\n")
                for _ in 0..<400 { dialogue.a(filler) }
            case .commands: for number in 0..<300 { dialogue.a("RCPT TO:<r\(number)@x.net>\r\n") }
            case .uncertainLines, .uncertainReplies:
                dialogue.lose("NOOP\r\n", from: .a)
                for number in 0..<20 {
                    dialogue.a("RCPT TO:<\(String(repeating: "r", count: 900))\(number)@x.net>\r\n")
                    if self == .uncertainReplies {
                        dialogue.b("250 \(String(repeating: "t", count: 900))\r\n")
                    }
                }
            case .openReply:
                for _ in 0..<100 {
                    dialogue.b("250-" + String(repeating: "k", count: 200) + "\r\n")
                }
            case .recipients:
                dialogue.a("MAIL FROM:<a@y.org>\r\n")
                dialogue.b("250 ok\r\n")
                for number in 0..<100 {
                    dialogue.a("RCPT TO:<\(number)@\(filler.dropLast(2))>\r\n")
                    dialogue.b("550 no \(filler)")
                }
            case .header, .tail:
                dialogue.a("DATA\r\n")
                dialogue.b("354 go\r\n")
                if self == .tail { dialogue.a("\n.\nx") }
                for _ in 0..<300 { dialogue.a("Received: from \(filler)") }
            case .logins:
                for _ in 0..<80 {
                    dialogue.a("AUTH PLAIN AGEAYg==\r\n")
                    dialogue.b("535 no\r\n")
                }
            case .mailbox:
                dialogue.b("+OK\r\n")
                dialogue.a("STLS\r\n")
                for _ in 0..<400 { dialogue.a(filler) }
            case .mailboxCommands:
                dialogue.b("+OK\r\n")
                for _ in 0..<300 { dialogue.a("NOOP\r\n") }
            case .literal:
                dialogue.b("* OK\r\n")
                dialogue.a("a STARTTLS\r\n")
                for _ in 0..<400 { dialogue.a(filler) }
            case .imapCommands:
                dialogue.b("* OK\r\n")
                for number in 0..<150 { dialogue.a("a\(number) NOOP\r\n") }
            case .undecided:
                for _ in 0..<400 {
                    dialogue.a("x")
                    dialogue.b("y")
                }
            }
            return dialogue
        }
    }

    /// Frames of a dialogue from a client port of its own, those `before` the end.
    private func frames(_ dialogue: Dialogue, from port: UInt16, to server: UInt16)
        -> [OwnedFrame]
    {
        var settings = TCPConversation.Settings()
        settings.a.port = port
        settings.b.port = server
        return dialogue.frames(settings: settings)
    }

    @Test(
        "a flood stays within the room, and what is given up is counted",
        arguments: Hoard.allCases
    )
    func flood(hoard: Hoard) {
        let limit = 100_000
        let smtp = Analyzer(
            SMTPObserver(),
            judge: NoJudge(),
            maximumKeptOctets: limit
        )
        let pop3 = Analyzer(POP3Observer(), judge: NoJudge(), maximumKeptOctets: limit)
        let imap = Analyzer(IMAPObserver(), judge: NoJudge(), maximumKeptOctets: limit)
        let pipeline = Pipeline(smtp, pop3, imap)
        let dialogue = hoard.dialogue
        var findings: [Finding] = []
        var most = 0
        for number in 0..<60 {
            for frame in frames(dialogue, from: 30_000 + UInt16(number), to: hoard.port) {
                pipeline.process(frame.frame, into: &findings)
                most = max(
                    most,
                    smtp.keepers.byteCount,
                    pop3.keepers.byteCount,
                    imap.keepers.byteCount
                )
                #expect(smtp.keepers.byteCount <= limit)
                #expect(pop3.keepers.byteCount <= limit)
                #expect(imap.keepers.byteCount <= limit)
            }
        }
        #expect(most > limit / 2)
        #expect(pipeline.givenUp["dialogues_given_up_for_room", default: 0] > 10)
        pipeline.finish(into: &findings)
        #expect(smtp.keepers.byteCount + pop3.keepers.byteCount + imap.keepers.byteCount == 0)
        guard hoard != .undecided else { return }
        let told = findings.count { "\($0)".contains("room_limit") }
        #expect(told > 10)
    }

    @Test("a session with an accepted recipient is spared, and told exactly")
    func spared() throws {
        let smtp = Analyzer(SMTPObserver(), judge: NoJudge(), maximumKeptOctets: 200_000)
        let pipeline = Pipeline(smtp)
        var findings: [Finding] = []
        var honest = Dialogue(
            script: """
                S: 220 m
                C: EHLO c
                S: 250 m
                C: MAIL FROM:<a@y.org>
                S: 250 ok
                C: RCPT TO:<b@x.net>
                S: 250 ok
                C: DATA
                """
        )
        for _ in 0..<400 { honest.a("A line of a message that is sent before 354.\r\n") }
        honest.a(".\r\n")
        honest.b("354 go\r\n")
        honest.b("250 queued\r\n")
        let frames = frames(honest, from: 20_000, to: 25)
        let last = try #require(
            frames.firstIndex {
                $0.octets.suffix(20).elementsEqual("354 go\r\n250 queued\r\n".utf8)
            }
        )
        for frame in frames[..<last] { pipeline.process(frame.frame, into: &findings) }
        #expect(smtp.keepers.byteCount > 17_000)
        for number in 0..<60 {
            for frame in self.frames(
                Hoard.behindDATA.dialogue,
                from: 30_000 + UInt16(number),
                to: 25
            ) {
                pipeline.process(frame.frame, into: &findings)
            }
        }
        for frame in frames[last...] { pipeline.process(frame.frame, into: &findings) }
        pipeline.finish(into: &findings)
        let seen = MailReport(findings)
        let told = try #require(seen.transactions.first { $0.outcome == .accepted })
        #expect(told.mailFrom == "<a@y.org>")
        #expect(told.summary == ["b@x.net=250"])
        #expect(told.dataOctets == 400 * 46)
        #expect(told.code == 250)
        #expect(!told.isIncomplete)
        #expect(pipeline.givenUp["dialogues_given_up_for_room", default: 0] > 10)
        #expect(seen.sessions.count { $0.anomalies.contains("room_limit") } > 10)
        #expect(seen.transactions.count { $0.outcome == .accepted } == 1)
    }

    @Test("whenever a session gives up, nothing is invented", arguments: MailLoss.allCases)
    func givenUp(loss: MailLoss) {
        for seed: UInt64 in 0..<120 {
            let scenario = SMTPScenario(seed: seed)
            let whole = scenario.dialogue.frames()
            let frames =
                seed.isMultiple(of: 2) ? whole : loss.frames(of: scenario.dialogue, seed: seed)
            let pipeline = Pipeline(Analyzer(ForgetfulObserver(seed: seed)))
            let report = MailReport(pipeline.findings(of: frames))
            #expect(scenario.inventions(in: report) == [], "\(loss), seed \(seed)")
            // What is seen only behind the end of its connection is taken for another.
            guard loss.keepsOrder else { continue }
            #expect(report.sessions.count == (report.sessions.isEmpty ? 0 : 1))
        }
    }
}

/// The mail observer whose sessions give up now and then.
private struct ForgetfulObserver: Observer {
    typealias Event = SMTPEvent

    var seed: UInt64
    private let observer = SMTPObserver(configuration: .init(ports: [24, 25, 465, 587, 2525]))

    init(seed: UInt64) { self.seed = seed }

    var name: String { observer.name }

    func claim(_ flow: borrowing Flow, opening: borrowing Opening) -> Claim {
        observer.claim(flow, opening: opening)
    }

    func makeSession(for flow: borrowing Flow) -> Session {
        Session(machine: observer.makeSession(for: flow), generator: SplitMix64(seed: seed))
    }

    struct Session: ObserverSession {
        var machine: SMTPSession
        var generator: SplitMix64

        mutating func receive(
            _ event: borrowing StreamEvent,
            of flow: borrowing Flow,
            at moment: Moment,
            emit: (SMTPEvent) -> Void
        ) -> StreamInterest {
            let interest = machine.receive(event, of: flow, at: moment, emit: emit)
            if generator.next() % 12 == 0 {
                machine.giveUp()
                machine.giveUpDialogue()
            }
            return interest
        }
    }
}
