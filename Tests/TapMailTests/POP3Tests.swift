import Foundation
import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

/// What the observer makes of a dialogue of POP3.
private struct Mailbox {
    var sessions: [POP3SessionSummary] = []
    var exchanges: [POP3Exchange] = []

    init(_ dialogue: Dialogue, port: UInt16 = 110) {
        var settings = TCPConversation.Settings()
        settings.b.port = port
        let observer = POP3Observer(configuration: .init(reportsExchanges: true))
        let pipeline = Pipeline(Analyzer(observer))
        for finding in pipeline.findings(of: dialogue.frames(.whole, settings: settings)) {
            guard case .event(let record) = finding else { continue }
            switch record.event as? POP3Event {
            case .session(let summary): sessions.append(summary)
            case .exchange(let exchange): exchanges.append(exchange)
            case .overlap, nil: break
            }
        }
    }

    init(_ script: String, port: UInt16 = 110) { self.init(Dialogue(script: script), port: port) }

    var session: POP3SessionSummary { sessions.first ?? POP3SessionSummary(client: .b) }
}

/// Dialogues of POP3, each told in the same way whatever pieces it comes in.
private enum MailboxScripts {
    static let reading = """
        S: +OK pop.example.org ready <1896.697170952@pop.example.org>
        C: CAPA
        S: +OK
        S: USER
        S: STLS
        S: .
        C: USER julia
        S: +OK
        C: PASS tanstaaf
        S: +OK 2 messages
        C: LIST
        S: +OK
        S: 1 120
        S: 2 200
        S: .
        C: RETR 1
        S: +OK 120 octets
        S: Subject: one
        S: 
        S: ..dotted
        S: +OK is only text here
        S: .
        C: DELE 1
        S: +OK
        C: DELE 2
        S: +OK
        C: RSET
        S: +OK
        C: DELE 1
        S: +OK
        C: QUIT
        S: +OK bye
        """

    static let pipelined = """
        S: +OK ready
        C: USER tim
        C: PASS secret
        C: STAT
        C: RETR 1
        C: RETR 2
        S: +OK
        S: +OK
        S: +OK 2 320
        S: +OK
        S: a
        S: .
        S: -ERR no such message
        C: QUIT
        S: +OK
        """

    static let refused = """
        S: +OK ready
        C: USER tim
        S: +OK
        C: PASS wrong
        S: -ERR [AUTH] no
        C: APOP tim c4c9334bac560ecc979e58001b3e22fb
        S: +OK
        C: QUIT
        S: +OK
        """

    static let sasl = """
        S: +OK ready
        C: AUTH
        S: +OK
        S: PLAIN
        S: .
        C: AUTH PLAIN
        S: + 
        C: AGp1bGlhAHRhbnN0YWFm
        S: +OK in
        C: STAT
        S: +OK 0 0
        C: AUTH LOGIN
        S: + VXNlcm5hbWU6
        C: *
        S: -ERR cancelled
        C: QUIT
        S: +OK
        """

    static let refusedTLS = """
        S: +OK ready
        C: STLS
        S: -ERR not here
        C: USER tim
        S: +OK
        C: PASS x
        S: +OK
        C: QUIT
        S: +OK
        """

    static let injected = """
        S: +OK ready
        C: STLS
        C: USER mallory
        S: +OK go
        S: +OK
        C: QUIT
        S: +OK
        """

    static let odd = #"""
        S=junk before\n+OK ready\n
        C=USER zeek@zeek.org\n
        S=nonsense\n+OK\nmore nonsense\n
        C=PASS password\0\n
        S=+OK\n
        C=WHAT is this\r\n
        S=+OK\r\nnot a reply\r\n
        C=QUIT\r\n
        S=+OK bye
        """#

    static let all = [
        "reading": reading, "pipelined": pipelined, "refused": refused, "sasl": sasl,
        "refusedTLS": refusedTLS, "injected": injected, "odd": odd,
    ]
}

@Suite("POP3: who opened which mailbox, and what was taken")
struct POP3Tests {
    @Test("a mailbox is read and partly deleted")
    func reading() {
        let session = Mailbox(MailboxScripts.reading).session
        #expect(session.logins == [POP3Login(mechanism: "USER", user: "julia", status: .ok)])
        #expect(session.banner == "pop.example.org ready <1896.697170952@pop.example.org>")
        #expect(session.capabilities == ["USER", "STLS"])
        #expect(session.startTLS == .offered)
        #expect(session.retrieved == 1 && session.mailboxCount == 2)
        #expect(session.retrievedOctets == 14 + 2 + 9 + 23)
        #expect(session.deleted == 1)
        #expect(session.isCompleted)
        #expect(session.anomalies.isEmpty)
    }

    @Test("commands sent ahead of their replies find them")
    func pipelined() {
        let mailbox = Mailbox(MailboxScripts.pipelined)
        #expect(mailbox.session.login == POP3Login(mechanism: "USER", user: "tim", status: .ok))
        #expect(mailbox.session.retrieved == 1 && mailbox.session.mailboxCount == 2)
        let last = mailbox.exchanges.dropLast().last
        #expect(last?.verb == "RETR" && last?.argument == "2" && last?.status == .error)
    }

    @Test("each attempt is kept, and the one that opened the mailbox counts")
    func refused() {
        let session = Mailbox(MailboxScripts.refused).session
        #expect(
            session.logins == [
                POP3Login(
                    mechanism: "USER",
                    user: "tim",
                    status: .error,
                    responseCode: "AUTH"
                ),
                POP3Login(mechanism: "APOP", user: "tim", status: .ok),
            ]
        )
        #expect(session.login?.mechanism == "APOP")
    }

    @Test("SASL shows its user and nothing else")
    func sasl() {
        let mailbox = Mailbox(MailboxScripts.sasl)
        #expect(
            mailbox.session.logins == [
                POP3Login(mechanism: "PLAIN", user: "julia", status: .ok),
                POP3Login(mechanism: "LOGIN", user: nil, status: .error),
            ]
        )
        #expect(mailbox.exchanges.contains { $0.verb == "STAT" && $0.status == .ok })
    }

    @Test("a password in the place of a mechanism is not told")
    func unknownMechanism() {
        let mailbox = Mailbox(
            """
            S: +OK ready
            C: CAPA
            S: +OK
            S: SASL PLAIN X-OWN
            S: .
            C: AUTH x-own
            S: -ERR no
            C: AUTH tanstaaf
            S: -ERR what
            """
        )
        #expect(mailbox.session.logins.map(\.mechanism) == ["X-OWN", "?"])
        #expect(mailbox.exchanges.filter { $0.verb == "AUTH" }.map(\.argument) == ["X-OWN", "?"])
        #expect(!"\(mailbox.sessions) \(mailbox.exchanges)".lowercased().contains("tanstaaf"))
    }

    @Test("who speaks first is told only where the greeting is seen")
    func earlyTalker() {
        let early = Mailbox("C: CAPA\nS: +OK hi\nS: -ERR no")
        #expect(early.session.anomalies.contains("early_talker"))
        let unseen = Mailbox("S? +OK hi\nC: CAPA\nS? -ERR no")
        #expect(unseen.sessions.count == 1)
        #expect(!unseen.session.anomalies.contains("early_talker"))
    }

    @Test("no secret is in anything that is told", arguments: MailboxScripts.all.keys.sorted())
    func secrets(name: String) throws {
        let mailbox = Mailbox(try #require(MailboxScripts.all[name]))
        let told = "\(mailbox.sessions) \(mailbox.exchanges)"
        for secret in ["tanstaaf", "secret", "wrong", "c4c9334b", "AGp1", "password"] {
            #expect(!told.contains(secret))
        }
    }

    @Test("STLS refused, and text sent behind STLS before its reply")
    func textBehindSTLS() {
        #expect(Mailbox(MailboxScripts.refusedTLS).session.startTLS == .refused)
        let session = Mailbox(MailboxScripts.injected).session
        #expect(session.anomalies.contains("plaintext_behind_starttls"))
        #expect(session.startTLS != .established)
    }

    @Test("TLS behind STLS, and TLS from the first octet")
    func tls() {
        let hello = #"\x16\x03\x01\0\x04\x02\0\0\0"#
        let session = Mailbox("S: +OK ready\nC: STLS\nS: +OK go\nC=\(hello)\nS=\(hello)").session
        #expect(session.startTLS == .established && !session.isImplicitTLS)
        let implicit = Mailbox("C=\(hello)\nS=\(hello)", port: 995).session
        #expect(implicit.isImplicitTLS && implicit.tls != nil && implicit.startTLS == nil)
    }

    @Test("bare line feeds and lines that are no replies do not stop it")
    func odd() {
        let session = Mailbox(MailboxScripts.odd).session
        #expect(
            session.logins == [POP3Login(mechanism: "USER", user: "zeek@zeek.org", status: .ok)]
        )
        #expect(session.isCompleted)
        #expect(
            Set(session.anomalies) == ["malformed_reply", "lf_only", "nul_octet"]
        )
    }

    @Test("another port is known by what is said; what only sounds like it is not")
    func claim() {
        #expect(Mailbox(MailboxScripts.reading, port: 11_000).sessions.count == 1)
        for foreign in [
            "C: PING\nS: +OK", "S: +OK\nC: HELLO", "S: 220 ftp ready\nC: USER tim\nS: 331 go on",
            "S: * OK IMAP4rev1\nC: a LOGIN tim x",
        ] {
            #expect(Mailbox(foreign, port: 11_000).sessions.isEmpty, "\(foreign)")
        }
    }

    @Test("the events of a session are EVE's words")
    func encoding() throws {
        let session = Mailbox(MailboxScripts.reading).session
        let data = try JSONEncoder().encode(POP3Event.session(session))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let record = try #require(object["session"] as? [String: Any])
        #expect(record["user"] as? String == "julia")
        #expect(record["auth_code"] as? String == "+OK")
        #expect(record["retrieved"] as? Int == 1)
        #expect(record["mailbox_messages"] as? Int == 2)
        #expect(record["deleted"] as? Int == 1)
        #expect(record["starttls"] as? String == "offered")
        #expect(record["tls"] is NSNull)
        #expect(record["reason"] as? String == "finished")
    }

    @Test("plain words")
    func words() {
        let session = Mailbox(MailboxScripts.reading).session
        #expect(
            POP3Narrator.tell(session, of: .example).hasSuffix(
                "opened the mailbox of julia, read 1 messages, deleted 1"
            )
        )
    }
}

@Suite("POP3: pieces and loss")
struct POP3RobustnessTests {
    @Test("the same in every segmentation", arguments: MailboxScripts.all.keys.sorted())
    func segmentation(name: String) throws {
        var verifier = SegmentationVerifier()
        verifier.settings.b.port = 110
        let dialogue = Dialogue(script: try #require(MailboxScripts.all[name]))
        let observer = POP3Observer(configuration: .init(reportsExchanges: true))
        #expect(verifier.firstDifference(of: dialogue, observer: observer) == nil)
    }

    @Test(
        "any line lost, or any two: never a wrong answer",
        arguments: MailboxScripts.all.keys.sorted().filter { $0 != "odd" }
    )
    func loss(name: String) throws {
        let dialogue = Dialogue(script: try #require(MailboxScripts.all[name]))
        let truth = Set(Mailbox(dialogue).exchanges.map(Self.answer))
        let count = dialogue.steps.count
        var lies: [String] = []
        for first in 0..<count {
            for second in first..<count {
                let seen = Mailbox(Self.losing([first, second], of: dialogue))
                lies += Self.lies(of: seen, against: truth).map { "\(first), \(second): \($0)" }
                #expect(seen.sessions.count == 1)
            }
        }
        #expect(lies.isEmpty)
    }

    @Test("picked up anywhere: never a wrong answer", arguments: MailboxScripts.all.keys.sorted())
    func midstream(name: String) throws {
        let dialogue = Dialogue(script: try #require(MailboxScripts.all[name]))
        let truth = Set(Mailbox(dialogue).exchanges.map(Self.answer))
        var lies: [String] = []
        for count in dialogue.steps.indices {
            var rest = dialogue
            rest.hasHandshake = false
            rest.steps.removeFirst(count)
            lies += Self.lies(of: Mailbox(rest), against: truth).map { "from \(count): \($0)" }
        }
        #expect(lies.isEmpty)
    }

    @Test(
        "what waits before a hole of a client that does not wait has its replies, what follows none"
    )
    func holeBehindWaiting() {
        let seen = Mailbox(
            """
            S: +OK ready
            C: USER tim
            C: PASS secret
            S: +OK
            S: +OK in
            C: DELE 1
            C: DELE 2
            C? DELE 3
            C: DELE 4
            S: +OK one
            S: +OK two
            S: -ERR three
            S: +OK four
            """
        )
        #expect(seen.exchanges.suffix(2).map(\.text) == ["one", "two"])
        #expect(seen.session.deleted == 2)
    }

    @Test("what stands behind a name is not told: it may be the password")
    func passwordBehindName() {
        let seen = Mailbox(
            """
            S: +OK ready
            C: USER tim tanstaaf
            S: -ERR
            C: USER tim tanstaaf
            S: +OK
            C: PASS tanstaaf
            S: +OK
            """
        )
        #expect(seen.session.logins.map(\.user) == ["tim", "tim"])
        #expect(!"\(seen.session) \(seen.exchanges)".contains("tanstaaf"))
    }

    @Test("a login ends with its reply, though a client that does not wait has lost an answer")
    func lostAnswer() {
        let seen = Mailbox(
            """
            S: +OK ready
            C: USER tim
            C: PASS wrong
            S: +OK
            S: -ERR
            C: AUTH LOGIN
            S: + VXNlcm5hbWU6
            C? dGlt
            S: + UGFzc3dvcmQ6
            C: c2VjcmV0
            S: +OK in
            C: STAT
            S: +OK 2 320
            """
        )
        #expect(seen.session.logins.map(\.status) == [.error, .ok])
        #expect(seen.session.logins.map(\.user) == ["tim", nil])
        // Which command comes behind the hole is not known any more.
        #expect(!seen.exchanges.contains { $0.verb == "STAT" && $0.status != nil })
    }

    @Test("two commands right behind a hole of the server: the reply may be that to either")
    func twoBehindHole() {
        let seen = Mailbox(
            """
            S: +OK ready
            C: NOOP
            S? +OK
            C: DELE 1
            C: LIST 1
            S: +OK 1 120
            """
        )
        #expect(seen.exchanges.filter { $0.status != nil }.map(\.verb) == [""])
        #expect(seen.session.deleted == 0)
    }

    @Test("of what the server says last and is cut off nothing is told that may go on")
    func cutOff() {
        func session(_ lines: String, _ ending: Dialogue.Ending) -> POP3SessionSummary {
            var dialogue = Dialogue(script: "S: +OK ready\n" + lines)
            dialogue.ending = ending
            return Mailbox(dialogue).session
        }
        let capabilities = "C: CAPA\nS: +OK\nS: UIDL\nS=US"
        #expect(session(capabilities, .reset(.b)).capabilities == ["UIDL"])
        #expect(session(capabilities, .close(.b)).capabilities == ["UIDL", "US"])
        #expect(session("C: STAT\nS=+OK 3", .reset(.b)).mailboxCount == nil)
        #expect(session("C: STAT\nS=+OK 3", .close(.b)).mailboxCount == 3)
        #expect(session("C: STAT\nS=+OK 3 1", .reset(.b)).mailboxCount == 3)
        #expect(session("C: STAT\nS=+O", .reset(.b)).anomalies.isEmpty)
        #expect(session("C: STAT\nS=+O", .close(.b)).anomalies == ["malformed_reply"])
    }

    @Test(
        "more commands than are remembered: a login beyond them is listed, those before have replies"
    )
    func overflow() {
        let commands = String(repeating: "C: NOOP\n", count: 1_024)
        let replies = String(repeating: "S: +OK\n", count: 1_025)
        let seen = Mailbox("S: +OK\n" + commands + "C: AUTH PLAIN AHRpbQBzZWNyZXQ=\n" + replies)
        #expect(seen.session.anomalies.contains("command_overflow"))
        #expect(seen.session.logins == [POP3Login(mechanism: "PLAIN", user: "tim", status: nil)])
        #expect(seen.exchanges.count { $0.verb == "NOOP" && $0.status == .ok } == 1_024)
    }

    @Test("commands beyond those that are remembered have their replies, and so have those behind")
    func overflowAtRest() {
        let commands = (1...1_500).map { "C: DELE \($0)\n" }.joined() + "C: RETR 7\n"
        let replies = (1...1_500).map { "S: \($0 % 3 == 0 ? "-ERR" : "+OK") \($0)\n" }.joined()
        let seen = Mailbox(
            "S: +OK\n" + commands + replies
                + """
                S: +OK
                S: -ERR no
                S: .
                C: STAT
                S: +OK 1 2
                C: QUIT
                S: +OK bye
                """
        )
        #expect(seen.session.anomalies == ["command_overflow"])
        #expect(seen.session.deleted == 1_000 && seen.session.retrieved == 1)
        #expect(seen.session.isCompleted)
        let told = seen.exchanges.filter { $0.verb == "DELE" }
        #expect(told.map(\.text) == (1...1_500).map(String.init))
        #expect(told.prefix(1_024).map(\.argument) == (1...1_024).map(String.init))
        #expect(Set(told.dropFirst(1_024).map(\.argument)) == ["?"])
        #expect(seen.exchanges.suffix(2).map(\.text) == ["1 2", "bye"])
    }

    @Test("a hole behind more commands than are remembered leaves them without replies")
    func overflowBeforeHole() {
        let commands = String(repeating: "C: DELE 1\n", count: 1_100)
        let replies = String(repeating: "S: +OK\n", count: 1_050)
        let seen = Mailbox("S: +OK\n" + commands + replies + "S? +OK\nC: NOOP\nS: -ERR what\n")
        #expect(seen.session.deleted == 1_050)
        #expect(!seen.exchanges.contains { $0.status == .error })
    }

    @Test("any octets at all give one session and no trap")
    func noise() {
        var generator = SplitMix64(seed: 3)
        let words = MailboxScripts.all.values.sorted().flatMap { $0.split(separator: "\n") }
        for _ in 0..<400 {
            var dialogue = Dialogue(script: "S: +OK\n")
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
            #expect(Mailbox(dialogue).sessions.count == 1)
        }
    }

    /// A command and its answer, without the text.
    private static func answer(_ exchange: POP3Exchange) -> String {
        "\(exchange.verb) \(exchange.argument) \(exchange.status?.rawValue ?? "")"
    }

    /// What is told that is not so.
    private static func lies(of seen: Mailbox, against truth: Set<String>) -> [String] {
        seen.exchanges.filter { $0.status != nil }.map(answer).filter { !truth.contains($0) }
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
