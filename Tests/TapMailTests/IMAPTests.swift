import Foundation
import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

/// What the observer makes of a dialogue of IMAP.
private struct Mailboxes {
    var sessions: [IMAPSessionSummary] = []
    var exchanges: [IMAPExchange] = []

    init(_ dialogue: Dialogue, port: UInt16 = 143) {
        var settings = TCPConversation.Settings()
        settings.b.port = port
        let observer = IMAPObserver(configuration: .init(reportsExchanges: true))
        let pipeline = Pipeline(Analyzer(observer))
        for finding in pipeline.findings(of: dialogue.frames(.whole, settings: settings)) {
            guard case .event(let record) = finding else { continue }
            switch record.event as? IMAPEvent {
            case .session(let summary): sessions.append(summary)
            case .exchange(let exchange): exchanges.append(exchange)
            case .overlap, nil: break
            }
        }
    }

    init(_ script: String, port: UInt16 = 143) { self.init(Dialogue(script: script), port: port) }

    var session: IMAPSessionSummary { sessions.first ?? IMAPSessionSummary(client: .b) }
}

/// Dialogues of IMAP, each told in the same way whatever pieces it comes in.
private enum MailboxesScripts {
    static let reading = """
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready
        C: a1 LOGIN "julia" tanstaaf
        S: * CAPABILITY IMAP4rev1 IDLE
        S: a1 OK logged in
        C: a2 SELECT INBOX
        S: * 3 EXISTS
        S: * OK [UIDVALIDITY 7] yes
        S: a2 OK [READ-WRITE] done
        C: a3 UID FETCH 1:2 (FLAGS BODY.PEEK[])
        S: * 1 FETCH (UID 4 FLAGS (\\Seen) BODY[] {27}
        S: Subject: x
        S: 
        S: a3 OK mine
        S: )
        S: * 2 FETCH (UID 5 BODY[HEADER.FIELDS (FROM)] {3}
        S: x)
        S: a3 OK done
        C: a4 STORE 1 +FLAGS (\\Deleted)
        S: a4 OK done
        C: a5 EXPUNGE
        S: * 1 EXPUNGE
        S: a5 OK done
        C: a6 LOGOUT
        S: * BYE
        S: a6 OK bye
        """

    static let literals = """
        S: * OK ready
        C: 1 LOGIN {5}
        S: + go
        C: julia {8}
        S: + go
        C: tanstaaf
        S: 1 OK in
        C: 2 APPEND Sent (\\Seen) {15}
        S: + go
        C: 3 LOGIN x y
        C: 
        C: 
        S: 2 OK appended
        C: 4 APPEND Sent {99}
        S: 4 NO too large
        C: 5 APPEND Sent {4+}
        C: ab
        C: 
        S: 5 OK appended
        C: 6 IDLE
        S: + idling
        S: * 4 EXISTS
        C: DONE
        S: 6 OK done
        C: 7 LOGOUT
        S: 7 OK bye
        """

    static let pipelined = """
        S: * OK ready
        C: x LOGIN tim secret
        C: y SELECT INBOX
        C: z FETCH 1 RFC822
        S: x OK in
        S: y OK open
        S: * 1 FETCH (RFC822 {6}
        S: abcd
        S: )
        S: z OK done
        C: q LOGOUT
        S: q OK bye
        """

    static let sasl = """
        S: * OK ready
        C: a AUTHENTICATE PLAIN
        S: + 
        C: AGp1bGlhAHRhbnN0YWFm
        S: a OK in
        C: b AUTHENTICATE LOGIN
        S: + VXNlcm5hbWU6
        C: dGlt
        S: + UGFzc3dvcmQ6
        C: c2VjcmV0
        S: b NO [UNAVAILABLE] not now
        C: c AUTHENTICATE PLAIN AGp1bGlhAHRhbnN0YWFm
        S: c OK in
        C: d NOOP
        S: d OK
        """

    static let refusedTLS = """
        S: * OK ready
        C: a STARTTLS
        S: a BAD not here
        C: b LOGIN tim x
        S: b NO no
        """

    static let injected = """
        S: * OK ready
        C: a STARTTLS
        C: b NOOP
        S: a OK go
        S: b OK
        C: c LOGOUT
        S: c OK
        """

    static let all = [
        "reading": reading, "literals": literals, "pipelined": pipelined, "sasl": sasl,
        "refusedTLS": refusedTLS, "injected": injected,
    ]
}

@Suite("IMAP: who opened which mailboxes, and what was taken")
struct IMAPTests {
    @Test("a mailbox is read and partly deleted; what stands in a message is no answer")
    func reading() {
        let session = Mailboxes(MailboxesScripts.reading).session
        #expect(session.logins == [IMAPLogin(mechanism: "LOGIN", user: "julia", status: .ok)])
        #expect(session.banner == "[CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready")
        #expect(session.capabilities == ["IMAP4rev1", "IDLE"])
        #expect(session.startTLS == .offered)
        #expect(session.mailboxes == ["INBOX"] && session.mailboxCount == 3)
        #expect(session.retrieved == 1)
        #expect(session.retrievedOctets == 30)
        #expect(session.expunged == 1)
        #expect(session.isCompleted)
        #expect(session.anomalies.isEmpty)
    }

    @Test("literals of every kind; what stands in one is no command")
    func literals() {
        let mailboxes = Mailboxes(MailboxesScripts.literals)
        let session = mailboxes.session
        #expect(session.logins == [IMAPLogin(mechanism: "LOGIN", user: "julia", status: .ok)])
        #expect(session.appended == 2)
        #expect(session.appendedOctets == 19)
        #expect(session.anomalies.isEmpty)
        #expect(
            mailboxes.exchanges.map(\.verb)
                == ["", "LOGIN", "APPEND", "APPEND", "APPEND", "IDLE", "LOGOUT"]
        )
        #expect(mailboxes.exchanges[3].status == .no)
    }

    @Test("commands sent ahead of their replies find them")
    func pipelined() {
        let session = Mailboxes(MailboxesScripts.pipelined).session
        #expect(session.login == IMAPLogin(mechanism: "LOGIN", user: "tim", status: .ok))
        #expect(session.mailboxes == ["INBOX"])
        #expect(session.retrieved == 1 && session.retrievedOctets == 6)
    }

    @Test("SASL shows its user and nothing else")
    func sasl() {
        let mailboxes = Mailboxes(MailboxesScripts.sasl)
        #expect(
            mailboxes.session.logins == [
                IMAPLogin(mechanism: "PLAIN", user: "julia", status: .ok),
                IMAPLogin(
                    mechanism: "LOGIN",
                    user: "tim",
                    status: .no,
                    responseCode: "UNAVAILABLE"
                ),
                IMAPLogin(mechanism: "PLAIN", user: "julia", status: .ok),
            ]
        )
        #expect(mailboxes.exchanges.contains { $0.verb == "NOOP" && $0.status == .ok })
    }

    @Test("a password in the place of a mechanism is not told")
    func unknownMechanism() {
        let mailboxes = Mailboxes(
            """
            S: * OK [CAPABILITY IMAP4rev1 AUTH=X-OWN] ready
            C: a AUTHENTICATE x-own
            S: a NO no
            C: b AUTHENTICATE tanstaaf
            S: b BAD what
            """
        )
        #expect(mailboxes.session.logins.map(\.mechanism) == ["X-OWN", "?"])
        let arguments = mailboxes.exchanges.filter { $0.verb == "AUTHENTICATE" }.map(\.argument)
        #expect(arguments == ["X-OWN", "?"])
        #expect(!"\(mailboxes.sessions) \(mailboxes.exchanges)".lowercased().contains("tanstaaf"))
    }

    @Test("what stands alone behind LOGIN may be a password and is not told")
    func passwordAlone() {
        let mailboxes = Mailboxes(
            """
            S: * OK ready
            C: a LOGIN tanstaaf
            S: a BAD what
            C: b LOGIN tim {8}
            S: b NO not so
            C: c LOGIN {8+}
            C= tanstaaf
            C: 
            S: c BAD what
            """
        )
        #expect(mailboxes.session.logins.map(\.user) == [nil, "tim", nil])
        #expect(!"\(mailboxes.sessions) \(mailboxes.exchanges)".contains("tanstaaf"))
    }

    @Test("who speaks first is told only where the greeting is seen")
    func earlyTalker() {
        let early = Mailboxes("C: a CAPABILITY\nS: * OK hi\nS: a OK done")
        #expect(early.session.anomalies.contains("early_talker"))
        let unseen = Mailboxes("S? * OK hi\nC: a CAPABILITY\nS? a OK done")
        #expect(unseen.sessions.count == 1)
        #expect(!unseen.session.anomalies.contains("early_talker"))
    }

    @Test("no secret is in anything that is told", arguments: MailboxesScripts.all.keys.sorted())
    func secrets(name: String) throws {
        let mailboxes = Mailboxes(try #require(MailboxesScripts.all[name]))
        let told = "\(mailboxes.sessions) \(mailboxes.exchanges)"
        for secret in ["tanstaaf", "secret", "AGp1", "c2Vj"] { #expect(!told.contains(secret)) }
    }

    @Test("STARTTLS refused, and text sent behind it before its reply")
    func textBehindSTARTTLS() {
        let refused = Mailboxes(MailboxesScripts.refusedTLS).session
        #expect(refused.startTLS == .refused && refused.login?.status == .no)
        let session = Mailboxes(MailboxesScripts.injected).session
        #expect(session.anomalies.contains("plaintext_behind_starttls"))
        #expect(session.startTLS != .established && session.isCompleted)
    }

    @Test("TLS behind STARTTLS, and TLS from the first octet")
    func tls() {
        let hello = #"\x16\x03\x01\0\x04\x02\0\0\0"#
        let upgraded = "S: * OK ready\nC: a STARTTLS\nS: a OK go\nC=\(hello)\nS=\(hello)"
        let session = Mailboxes(upgraded).session
        #expect(session.startTLS == .established && !session.isImplicitTLS)
        let implicit = Mailboxes("C=\(hello)\nS=\(hello)", port: 993).session
        #expect(implicit.isImplicitTLS && implicit.tls != nil && implicit.startTLS == nil)
    }

    @Test("what is compressed is only counted")
    func compression() {
        let script = """
            S: * OK ready
            C: a COMPRESS DEFLATE
            S: a OK go
            C: b LOGIN tim x
            S: b OK
            """
        let session = Mailboxes(script).session
        #expect(session.isCompressed && session.logins.isEmpty)
        let refused = Mailboxes(script.replacing("a OK", with: "a NO")).session
        #expect(!refused.isCompressed && refused.logins.count == 1)
    }

    @Test(
        "a client that the server knows already has logged in; what others delete is not its doing"
    )
    func preauthenticated() {
        let session = Mailboxes("S: * PREAUTH hello\nC: a NOOP\nS: * 3 EXPUNGE\nS: a OK").session
        #expect(session.login == IMAPLogin(mechanism: "PREAUTH", user: nil, status: .ok))
        #expect(session.expunged == 0)
    }

    @Test("a message whose parts are read one by one is one message")
    func parts() {
        let script = """
            S: * OK ready
            C: a SELECT INBOX
            S: * 2 EXISTS
            S: a OK
            C: b FETCH 1 (BODY[1])
            S: * 1 FETCH (BODY[1] {2}
            S: ab)
            S: b OK
            C: c FETCH 1:2 (BODY[2])
            S: * 1 FETCH (BODY[2] {2}
            S: ab)
            S: * 2 FETCH (BODY[2] {2}
            S: ab)
            S: c OK
            C: d SELECT Other
            S: * 2 EXISTS
            S: d OK
            C: e FETCH 2 (BODY[])
            S: * 2 FETCH (BODY[] {2}
            S: ab)
            S: e OK
            """
        let session = Mailboxes(script).session
        #expect(session.retrieved == 3 && session.retrievedOctets == 8)
    }

    @Test("parts of messages are read, headers are not; a part in pieces is one message")
    func sections() {
        for (item, retrieved, octets) in [
            ("BODY[TEXT]", 1, 2), ("BODY[1.2]", 1, 2), ("BODY[]<0>", 1, 2), ("BODY[]<4096>", 0, 2),
            ("BINARY[1]", 1, 2), ("RFC822", 1, 2), ("RFC822.HEADER", 0, 2), ("BODY[1.MIME]", 0, 2),
            ("ENVELOPE (NIL", 0, 0),
        ] {
            let script = """
                S: * OK ready
                C: a FETCH 1 x
                S: * 1 FETCH (\(item) {2}
                S: ab)
                S: a OK
                """
            let session = Mailboxes(script).session
            #expect(session.retrieved == retrieved && session.retrievedOctets == octets, "\(item)")
        }
    }

    @Test("another port is known by what is said; what only sounds like it is not")
    func claim() {
        #expect(Mailboxes(MailboxesScripts.reading, port: 1_143).sessions.count == 1)
        for foreign in [
            "S: * OK ready\nC: HELO x", "S: +OK\nC: CAPA", "S: 220 ready\nC: a LOGIN tim x",
            "S: * hello\nC: a NOOP", "C: a NOOP\nS: a OK",
        ] {
            #expect(Mailboxes(foreign, port: 1_143).sessions.isEmpty, "\(foreign)")
        }
    }

    @Test("the events of a session are EVE's words")
    func encoding() throws {
        let session = Mailboxes(MailboxesScripts.reading).session
        let data = try JSONEncoder().encode(IMAPEvent.session(session))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let record = try #require(object["session"] as? [String: Any])
        #expect(record["user"] as? String == "julia")
        #expect(record["auth_code"] as? String == "OK")
        #expect(record["mailboxes"] as? [String] == ["INBOX"])
        #expect(record["retrieved_bytes"] as? Int == 30)
        #expect(record["expunged"] as? Int == 1)
        #expect(record["tls"] is NSNull)
    }

    @Test("plain words")
    func words() {
        let session = Mailboxes(MailboxesScripts.reading).session
        #expect(
            IMAPNarrator.tell(session, of: .example).hasSuffix(
                "opened the mailboxes of julia, read 1 message, deleted 1 message"
            )
        )
    }
}

@Suite("IMAP: pieces and loss")
struct IMAPRobustnessTests {
    @Test("the same in every segmentation", arguments: MailboxesScripts.all.keys.sorted())
    func segmentation(name: String) throws {
        var verifier = SegmentationVerifier()
        verifier.settings.b.port = 143
        let dialogue = Dialogue(script: try #require(MailboxesScripts.all[name]))
        let observer = IMAPObserver(configuration: .init(reportsExchanges: true))
        #expect(verifier.firstDifference(of: dialogue, observer: observer) == nil)
    }

    @Test(
        "any line lost, or any two: never a wrong answer, never a login that was none",
        arguments: MailboxesScripts.all.keys.sorted()
    )
    func loss(name: String) throws {
        let dialogue = Dialogue(script: try #require(MailboxesScripts.all[name]))
        let truth = Mailboxes(dialogue)
        let count = dialogue.steps.count
        var lies: [String] = []
        for first in 0..<count {
            for second in first..<count {
                let seen = Mailboxes(Self.losing([first, second], of: dialogue))
                lies += Self.lies(of: seen, against: truth).map { "\(first), \(second): \($0)" }
                #expect(seen.sessions.count == 1)
            }
        }
        #expect(lies.isEmpty)
    }

    @Test("picked up anywhere: never a wrong answer", arguments: MailboxesScripts.all.keys.sorted())
    func midstream(name: String) throws {
        let dialogue = Dialogue(script: try #require(MailboxesScripts.all[name]))
        let truth = Mailboxes(dialogue)
        var lies: [String] = []
        for count in dialogue.steps.indices {
            var rest = dialogue
            rest.hasHandshake = false
            rest.steps.removeFirst(count)
            lies += Self.lies(of: Mailboxes(rest), against: truth).map { "from \(count): \($0)" }
        }
        #expect(lies.isEmpty)
    }

    @Test("a line of a message behind a hole that looks like the word to go on is none")
    func wordInMessage() {
        let seen = Mailboxes(
            """
            S: * OK ready
            C: a1 FETCH 1 BODY[]
            C: a2 APPEND Sent {9}
            S? * 1 FETCH (BODY[] {10}
            S: + go on
            S: )
            S: a1 OK done
            S: a2 NO full
            C: a3 NOOP
            C: a4 LOGOUT
            S: a3 OK
            """
        )
        #expect(seen.session.appended == 0)
        #expect(!seen.exchanges.contains { $0.argument.contains("~") })
    }

    @Test("the word to go on behind a hole is one where the client goes on")
    func wordBehindHole() {
        let seen = Mailboxes(
            """
            S: * OK ready
            C: a1 SELECT INBOX
            S? * 3 EXISTS
            S: a1 OK
            C: a2 APPEND Sent {9}
            S: + go on
            C: a3 LOGOUT
            S: a2 OK
            """
        )
        #expect(seen.session.appended == 1)
        #expect(seen.session.appendedOctets == 9)
    }

    @Test("what follows COMPRESS is not TLS, whatever it looks like and whatever was lost")
    func compressedLikeTLS() {
        let session = Mailboxes(
            """
            S: * OK ready
            C: a1 COMPRESS DEFLATE
            S? a1 OK
            C= \\x16\\x12\\x9Cx
            S= \\x16\\x90\\x11x
            """
        ).session
        #expect(session.startTLS == nil)
        #expect(session.tls == nil)
    }

    @Test("a client that waits for replies has seen the last one to its end when it goes on")
    func goingOn() {
        let session = Mailboxes(
            """
            S: * OK ready
            C: a1 FETCH 1 BODY[]
            S? * 1 FETCH (BODY[] {20}
            S: a message
            S? a1 OK
            C: a2 EXPUNGE
            S: * 1 EXPUNGE
            S: a2 OK
            """
        ).session
        #expect(session.expunged == 1)
    }

    @Test("EXPUNGE has no argument and is known behind a hole, UID EXPUNGE has one")
    func expunge() {
        for command in ["EXPUNGE", "UID EXPUNGE 4:7"] {
            let seen = Mailboxes(
                """
                S: * OK ready
                C? a1 NOOP
                S: a1 OK
                C: a2 \(command)
                S: * 1 EXPUNGE
                S: a2 OK gone
                """
            )
            #expect(seen.exchanges.last?.text == "gone", "\(command)")
            #expect(seen.session.expunged == 1, "\(command)")
        }
    }

    @Test(
        "a login that is the last line of a message, whose beginning is lost, is none",
        arguments: [
            ("C: a1 NOOP", "", "a2 OK [APPENDUID 1 2] done"),
            ("C: a1 NOOP", "", "a2 OK Append completed."),
            ("C: a1 NOOP", "S: + go on", "a2 OK done"),
            ("C: a1 LOGIN tim tanstaaf", "", "a2 OK done"),
        ]
    )
    func lastLineOfMessage(_ script: (first: String, word: String, reply: String)) {
        for line in ["a2 LOGIN mallory swordfish", "a2 AUTHENTICATE PLAIN"] {
            let seen = Mailboxes(
                """
                S: * OK ready
                \(script.first)
                S: a1 OK done
                C? a2 APPEND Sent {52+}
                \(script.word)
                C: \(line)
                S: \(script.reply)
                C: a3 NOOP
                S: a3 OK done
                """
            )
            let logins = seen.session.logins.filter { $0.user != "tim" && $0.status != nil }
            #expect(logins.isEmpty, "\(script)")
            #expect(seen.exchanges.last?.verb == "NOOP" && seen.exchanges.last?.status == .ok)
        }
    }

    @Test("of what the server says last and is cut off only a status is told")
    func cutOff() {
        func seen(_ line: String, _ ending: Dialogue.Ending) -> Mailboxes {
            var dialogue = Dialogue(script: "S: * OK ready\nC: a1 NOOP\nS=\(line)")
            dialogue.ending = ending
            return Mailboxes(dialogue)
        }
        for line in ["* CAPABILITY IMAP4r", "* 1 FETCH (BODY[] {5}", "* VANISHED 1:3", "a1 O"] {
            let cut = seen(line, .reset(.b))
            #expect(cut.session.capabilities.isEmpty && cut.session.retrieved == 0)
            #expect(cut.session.anomalies.isEmpty)
            #expect(cut.exchanges.map(\.status) == [.ok, nil])
        }
        #expect(seen("a1 OK d", .reset(.b)).exchanges.map(\.status) == [.ok, .ok])
        // Here the server has said no more.
        #expect(seen("* CAPABILITY IMAP4r", .close(.b)).session.capabilities == ["IMAP4r"])
        #expect(seen("a1 O", .close(.b)).session.anomalies == ["malformed_reply"])
    }

    @Test("a login behind a hole is one where nothing speaks against it")
    func loginBehindHole() {
        let seen = Mailboxes(
            """
            S: * OK ready
            C? a1 NOOP
            S: a1 OK done
            C: a2 LOGIN bob secret
            S: a2 OK done
            """
        )
        #expect(seen.session.logins.map(\.user) == ["bob"])
        #expect(seen.session.logins.map(\.status) == [.ok])
    }

    @Test("behind a hole what looks like a command is none where another line of a message follows")
    func commandInMessage() {
        for (line, isTold) in [("+ go on", false), (".dotted", false), ("a7 NOOP", true)] {
            let seen = Mailboxes(
                """
                S: * OK ready
                C? a6 APPEND Sent {66}
                C: the rest of a line
                C: a6 LOGIN mallory swordfish
                C: \(line)
                S: a6 OK done
                """
            )
            #expect(seen.session.logins.isEmpty == !isTold, "\(line)")
        }
    }

    @Test("a tag of which the beginning is lost does not hold the client up")
    func tornTag() {
        var dialogue = Dialogue(script: "S: * OK ready\n")
        dialogue.lose("a", from: .a)
        dialogue.a("1 AUTHENTICATE PLAIN\r\n")
        let rest = Dialogue(
            script: """
                S: +
                C: AHRpbQBzZWNyZXQ=
                S: a1 OK in
                C: a2 SELECT INBOX
                S: a2 OK
                """
        )
        dialogue.steps += rest.steps
        #expect(Mailboxes(dialogue).session.mailboxes == ["INBOX"])
    }

    @Test("any octets at all give one session and no trap")
    func noise() {
        var generator = SplitMix64(seed: 3)
        let words = MailboxesScripts.all.values.sorted().flatMap { $0.split(separator: "\n") }
        for _ in 0..<400 {
            var dialogue = Dialogue(script: "S: * OK\n")
            for _ in 0..<30 {
                let side: Side = Bool.random(using: &generator) ? .a : .b
                var octets = Array((words.randomElement(using: &generator) ?? "").dropFirst(3).utf8)
                octets += [0x0D, 0x0A]
                for _ in 0..<Int.random(in: 0..<3, using: &generator) {
                    let place = Int.random(in: 0..<octets.count, using: &generator)
                    octets[place] = .random(in: 0...255, using: &generator)
                }
                if Bool.random(using: &generator) {
                    dialogue.say(octets, from: side)
                } else {
                    dialogue.lose(String(decoding: octets, as: UTF8.self), from: side)
                }
            }
            #expect(Mailboxes(dialogue).sessions.count == 1)
        }
    }

    @Test("who is the client is decided by the same octets whatever pieces they come in")
    func roles() {
        let flow = Flow(
            id: FlowID(rawValue: 1),
            a: Endpoint(address: IPAddress(v4: 1), port: 1_024),
            b: Endpoint(address: IPAddress(v4: 2), port: 1_430),
            opened: Timestamp(nanoseconds: 0),
            firstSequence: 0,
            isMidstream: true
        )
        let line = Array("* OK a line that goes beyond what is held before it is guessed\n".utf8)
        var told: [IMAPEvent] = []
        for size in [1, line.count] {
            var session = IMAPObserver().makeSession(for: flow)
            let moment = Moment(time: Timestamp(nanoseconds: 0), sequence: 0)
            for _ in 0..<63 {
                _ = session.receive(.gap(byteCount: 9, from: .a), of: flow, at: moment) { _ in }
                _ = session.receive(.gap(byteCount: 9, from: .b), of: flow, at: moment) { _ in }
            }
            for start in stride(from: 0, to: line.count, by: size) {
                let piece = Array(line[start..<start + size])
                _ = session.receive(.bytes(piece.span, from: .a), of: flow, at: moment) { _ in }
            }
            for side in [Side.a, .b] {
                let command = Array("\na1 NOOP\n".utf8)
                _ = session.receive(.bytes(command.span, from: side), of: flow, at: moment) { _ in }
            }
            _ = session.receive(.closed(.finished), of: flow, at: moment) { told.append($0) }
        }
        #expect(told.count == 2 && told.first == told.last)
    }

    @Test("more commands than are remembered, and literals and sets beyond all measure")
    func limits() {
        let commands = (0..<1_100).map { "C: t\($0) NOOP" }.joined(separator: "\n")
        let session = Mailboxes("S: * OK\n" + commands).session
        #expect(session.anomalies.contains("command_overflow"))
        let replies = (0..<1_100).map { "S: t\($0) OK" }.joined(separator: "\n")
        let answered = Mailboxes("S: * OK\n" + commands + "\n" + replies).session
        #expect(answered.anomalies == ["command_overflow"])
        let huge = """
            S: * OK
            C: a EXPUNGE
            S: * VANISHED 1:18446744073709551615,0:18446744073709551615
            S: * 1 FETCH (BODY[] {18446744073709551615}
            C: b APPEND x {18446744073709551615+}
            S: a OK
            C: c NOOP
            """
        #expect(Mailboxes(huge).session.expunged == 1_000_000)
    }

    /// A command and its answer, without the text; literals may be unseen.
    private static func answer(_ exchange: IMAPExchange) -> String {
        let argument = exchange.argument.replacing(" ~", with: "")
        return "\(exchange.verb) \(argument) \(exchange.status?.rawValue ?? "")"
    }

    /// What is told that is not so; a user's name may be unknown.
    private static func lies(of seen: Mailboxes, against truth: Mailboxes) -> [String] {
        let answers = Set(truth.exchanges.map(answer))
        let logins = Set(
            truth.session.logins.flatMap { login in
                [login.user, nil].flatMap { user in
                    [login.status, nil].map {
                        IMAPLogin(
                            mechanism: login.mechanism,
                            user: user,
                            status: $0,
                            responseCode: $0 == nil ? nil : login.responseCode
                        )
                    }
                }
            }
        )
        let wrong = seen.exchanges.filter { $0.status != nil }
            .filter { !answers.contains(answer($0)) && $0.verb != "LOGIN" }.map(answer)
        return wrong + seen.session.logins.filter { !logins.contains($0) }.map { "\($0)" }
    }

    private static func losing(_ lost: Set<Int>, of dialogue: Dialogue) -> Dialogue {
        var result = dialogue
        for index in lost {
            if case .say(let octets, let side) = dialogue.steps[index] {
                result.steps[index] = .lose(octets, side)
            }
        }
        return result
    }
}
