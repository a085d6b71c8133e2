import TapFlow
import TapMail
import TapWire
import Testing

extension Flow {
    /// From 203.0.113.9 to 192.0.2.25.
    static var example: Flow {
        Flow(
            id: FlowID(rawValue: 1),
            a: Endpoint(address: IPAddress(v4: 0xCB00_7109), port: 40_001),
            b: Endpoint(address: IPAddress(v4: 0xC000_0219), port: 25),
            opened: Timestamp(nanoseconds: 0),
            firstSequence: 0
        )
    }
}

@Suite("The dialogue in plain words")
struct NarratorTests {
    private func told(_ script: String) -> [String] {
        Observed(script, configuration: .init(reportsExchanges: true)).exchanges
            .compactMap { SMTPNarrator.tell($0, of: .example) }
    }

    @Test("the story, line by line")
    func story() {
        let client = "203.0.113.9 -> mail.example: "
        let expected: [String] = [
            #"mail.example -> 203.0.113.9: "220 mail.example ESMTP Postfix""#,
            client + #""I am eyebox" -> accepted"#,
            client
                + #""I am eyebox, I want to send a message from nobody, 1117 octets" -> accepted"#,
            client + #""for a@example.net" -> accepted"#,
            client + #""here comes the message" -> go ahead"#,
            client + #""that was the message" -> accepted, queued as 4F3250ABCD"#,
            client + #""goodbye" -> goodbye"#,
        ]
        #expect(told(MailScripts.nullSender) == expected)
    }

    @Test("refusals are told with their words")
    func refusals() {
        let lines = told(MailScripts.reset)
        #expect(
            lines.contains {
                $0.hasSuffix(#""for a@x.net" -> refused: "554 5.7.1 Relay access denied""#)
            }
        )
        #expect(lines.contains { $0.hasSuffix(#""forget this message" -> accepted"#) })
        let later = told(MailScripts.pipelined)
        #expect(later.contains { $0.hasSuffix(#""for c@x.net" -> not now: "451 4.7.1 later c""#) })
    }

    @Test("logins are told without what is secret")
    func logins() {
        let lines = told(MailScripts.login)
        #expect(lines.contains { $0.hasSuffix(#""let me log in with LOGIN" -> go on"#) })
        #expect(
            lines.contains { $0.hasSuffix(#""here are my credentials" -> refused: "535 5.7.8""#) }
        )
        #expect(lines.contains { $0.hasSuffix(#""let me log in with PLAIN" -> logged in"#) })
    }

    @Test(
        "every verb has its words",
        arguments: [
            ("HELO c", "I am c"), ("LHLO c", "I am c"), ("NOOP", "are you there?"),
            ("VRFY root", "is there a user root?"), ("EXPN all", "who is on the list all?"),
            ("HELP", "what can you do?"), ("STARTTLS", "let us go on in TLS"),
            ("ETRN y.org", "send me the mail for y.org"), ("ATRN", "let us change roles"),
            ("TURN", "let us change roles"),
            ("SOML FROM:<a>", "I want to write on a terminal (SOML)"),
            ("XFORWARD NAME=x", "I speak for NAME=x"),
            ("BDAT 0 LAST", "here are 0 octets of the message, the last"),
            ("BDAT x", "here is a part of the message"),
        ]
    )
    func verbs(command: String, words: String) {
        let lines = told("S: 220 m\nC: \(command)\nS: 502 no\nC: QUIT")
        #expect(lines.dropFirst().first == "203.0.113.9 -> m: \"\(words)\" -> refused: \"502 no\"")
        #expect(lines.last?.hasSuffix("no answer seen") == true)
    }

    @Test("of a line that is no command neither it nor the reply's words are shown")
    func unknownCommand() {
        let lines = told("S: 220 m\nC: XYZZY\nS: 502 5.5.2 XYZZY?\nC: QUIT")
        #expect(
            lines.dropFirst().first
                == #"203.0.113.9 -> m: "(not a command that I know)" -> refused: "502 5.5.2""#
        )
    }

    @Test("what the wire says cannot move the cursor, and is cut")
    func hostile() {
        let lines = told(
            "S: 220 m\nC= EHLO \\x1b[2J\(String(repeating: "x", count: 900))\\r\\n\nS: 250 m"
        )
        #expect(lines[1].contains("\\x1B[2J"))
        #expect(lines[1].utf8.count < 200)
        #expect(lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 } })
    }

    @Test("transactions in one line")
    func transactions() throws {
        let mail = try #require(Observed(MailScripts.nullSender).transactions.first)
        let expected = [
            #"203.0.113.9 -> mail.example: "I am eyebox, I want to send a message from nobody, 25 octets, "#,
            #"for a@example.net" -> accepted, queued as 4F3250ABCD"#,
        ].joined()
        #expect(SMTPNarrator.tell(mail, of: .example) == expected)
        let ends = Observed(MailScripts.reset).transactions.map {
            SMTPNarrator.tell($0, of: .example)
        }
        #expect(ends[0].hasSuffix("-> taken back"))
        #expect(ends[1].hasSuffix(#"-> refused: "554 5.7.1 Relay access denied""#))
        let probe = try #require(Observed(MailScripts.probe).transactions.first)
        #expect(SMTPNarrator.tell(probe, of: .example).hasSuffix("-> broken off"))
    }

    @Test("whom an accepted message was refused for is not told as served")
    func partlyRefused() throws {
        let mail = try #require(
            Observed(
                """
                S: 220 m
                C: EHLO c
                S: 250 m
                C: MAIL FROM:<a@x.net>
                S: 250 ok
                C: RCPT TO:<no@y.org>
                S: 550 no
                C: RCPT TO:<bob@y.org>
                S: 250 ok
                C: RCPT TO:<grey@y.org>
                S: 450 later
                C: DATA
                S: 354 go
                C: hello
                C: .
                S: 250 ok
                """
            ).transactions.first
        )
        let told = SMTPNarrator.tell(mail, of: .example)
        #expect(told.hasSuffix(#", for bob@y.org" -> accepted, but refused for 2 more"#), "\(told)")
    }

    @Test("LMTP refuses a recipient behind the message too")
    func partlyRefusedByLMTP() throws {
        let mail = try #require(
            Observed(
                """
                S: 220 m
                C: LHLO c
                S: 250 m
                C: MAIL FROM:<a@x.net>
                S: 250 ok
                C: RCPT TO:<bob@y.org>
                S: 250 ok
                C: RCPT TO:<full@y.org>
                S: 250 ok
                C: RCPT TO:<amy@y.org>
                S: 250 ok
                C: DATA
                S: 354 go
                C: hello
                C: .
                S: 250 ok
                S: 452 full
                S: 250 ok
                """
            ).transactions.first
        )
        let told = SMTPNarrator.tell(mail, of: .example)
        #expect(
            told.hasSuffix(#", for bob@y.org and 1 more" -> accepted, but refused for 1 more"#),
            "\(told)"
        )
    }

    @Test(
        "queue names in the forms that servers use",
        arguments: [
            ("2.0.0 Ok: queued as 83DA35E945FF", "83DA35E945FF"),
            ("OK id=1pgobK-001mwq-ED", "1pgobK-001mwq-ED"),
            ("2.0.0 tA6IZTQc010322 Message accepted for delivery", "tA6IZTQc010322"),
            ("ok 1573456789 qp 12345", "12345"), ("Ok", nil), ("queued as <a&b>", nil),
        ] as [(String, String?)]
    )
    func queueNames(text: String, name: String?) {
        var mail = SMTPTransaction(
            number: 0,
            client: .a,
            began: .init(time: .distantPast, sequence: 0)
        )
        mail.code = 250
        mail.text = text
        #expect(mail.queueIdentifier == name)
    }
}
