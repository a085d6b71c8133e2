import TapFlow
import TapMail
import TapMailTesting
import TapTesting
import Testing

@Suite("What holes in generated dialogues have found")
struct LossRegressionTests {
    /// A message that some servers take for several, sent behind 354.
    private static let smuggling = [
        "S: 220 m", "C: HELO c", "S: 250 m", "C: MAIL FROM:<a@y.org>", "S: 250 a",
        "C: RCPT TO:<b@x.net>", "S: 250 b", "C: DATA", "S: 354 go",
        #"C= one\r\n.\rMAIL FROM:<in@y.org>\r\nRCPT TO:<to@x.net>\r\nDATA\r\nfake\r\n.\r\n"#,
    ]

    @Test("replies are lost to DATA and to what is held behind it")
    func heldBehindLostReply() {
        let script =
            Self.smuggling + [
                "S: 250 outer", "S: 250 in", "S: 550 to", "S? 554 data", "S? 500 fake",
                "S? 500 dot", "C: MAIL FROM:<c@y.org>", "S: 250 c", "C: RCPT TO:<d@x.net>",
                "S: 251 d", "C: RCPT TO:<e@x.net>", "S: 550 e", "C: RCPT TO:<f@x.net>",
                "S: 452 f", "C: QUIT", "S: 221 bye",
            ]
        expectTruth(
            of: Observed(script.joined(separator: "\n")),
            senders: ["<a@y.org>": 250, "<in@y.org>": 250, "<c@y.org>": 250],
            recipients: [
                "<b@x.net>": 250, "<to@x.net>": 550, "<d@x.net>": 251, "<e@x.net>": 550,
                "<f@x.net>": 452,
            ]
        )
    }

    @Test("503 to MAIL behind a hole may be a refusal inside another's transaction")
    func refusedInsideUnseen() {
        let seen = Observed(
            """
            S: 220 m
            C: HELO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 a
            C? XYZZY
            S: 500 what
            C: MAIL FROM:<b@y.org>
            S: 503 nested
            C: RCPT TO:<one@x.net>
            S: 452 one
            C: BDAT 3 LAST
            C: x
            S: 554 refused
            C: QUIT
            S: 221 bye
            """
        )
        #expect(!seen.transactions.contains { $0.mailFrom == "<b@y.org>" })
        #expect(seen.transactions.contains { $0.code == 554 && $0.mailFrom == nil })
    }

    @Test("a server that is never heard: a long command behind DATA begins no message")
    func longCommandBehindData() {
        let ghost = #".\r\nRCPT TO:<ghost@x.net>\r\n"#
        let script = [
            "S? 220 m", "C: HELO c", "S? 250 m", "C: MAIL FROM:<a@y.org>", "S? 250 a", "C: DATA",
            "S? 451 data", "C: NOOP " + String(repeating: "x", count: 600), "S? 250 noop",
            "C: MAIL FROM:<b@y.org>", "S? 250 b", "C: RCPT TO:<one@x.net>", "S? 250 one",
            "C: BDAT 26 LAST", "C= " + ghost, "S? 250 taken", "C: QUIT", "S? 221 bye",
        ]
        let seen = Observed(script.joined(separator: "\n"))
        #expect(!seen.transactions.flatMap(\.recipients).contains { $0.address == "<ghost@x.net>" })
    }

    @Test("a reply that nobody asked for comes long behind a message with another in it")
    func spareReplyBehindSmuggling() {
        let script =
            Self.smuggling + [
                "C: NOOP", "C: NOOP", "C: NOOP", "S: 250 outer", "S? 250 noop", "S: 250 noop",
                "S: 250 noop", "C: MAIL FROM:<c@y.org>", "S: 250 c", "C: RCPT TO:<d@x.net>",
                "S: 472 d", "C: RCPT TO:<e@x.net>", "S: 250 e", "S: 250 spare",
                "C: RCPT TO:<f@x.net>", "S: 251 f", "C: DATA", "S: 451 data", "C: DATA",
                "S: 354 go", "C: text", "C: .", "S: 250 queued", "C: QUIT", "S: 221 bye",
            ]
        expectTruth(
            of: Observed(script.joined(separator: "\n")),
            senders: ["<a@y.org>": 250, "<c@y.org>": 250],
            recipients: [
                "<b@x.net>": 250, "<d@x.net>": 472, "<e@x.net>": 250, "<f@x.net>": 251,
            ]
        )
    }

    @Test("what was lost behind 220 to STARTTLS may be a command, where no TLS comes")
    func commandBehindSTARTTLS() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250-m
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 go
            C? EHLO c
            S= 250-m\\r\\n250-PI
            S? PELINING
            S: 250-SIZE
            S: 250 DSN
            C: MAIL FROM:<a@y.org>
            S: 550 a
            C: MAIL FROM:<b@y.org>
            S: 250 b
            C: RCPT TO:<one@x.net>
            S: 251 one
            C: DATA
            S: 354 go
            C: text
            C: .
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        )
        expectTruth(
            of: seen,
            senders: ["<a@y.org>": 550, "<b@y.org>": 250],
            recipients: ["<one@x.net>": 251]
        )
    }

    @Test("AUTH whose reply cannot be told may have been accepted")
    func doubtfulLogin() {
        let seen = Observed(
            """
            S? 2
            S: 20 m
            C: HELO c
            S= 250-m\\r\\n250-EN
            S? HANCEDSTATUSCODES
            C: AUTH PLAIN
            S: 334
            C: dGVzdA==
            S? 235 wel
            S: come
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<one@x.net>
            C: DATA
            S: 250 a
            S: 250 one
            S: 354 go
            C: .
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        )
        #expect(!seen.transactions.isEmpty)
        for mail in seen.transactions { #expect(mail.authentication == .unknown) }
    }

    @Test("a reply that was not ended and the one to a lost command are two")
    func lostTurnWithinReply() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 a
            C: RCPT TO:<one@x.net>
            S: 250 one
            C: EHLO c
            S= 250-m\\r\\n250-SIZE\\r\\n
            C? MAIL FROM:<b@y.org>
            S: 550 b
            C: RCPT TO:<two@x.net>
            S: 503 two
            C: QUIT
            S: 221 bye
            """
        )
        expectTruth(
            of: seen,
            senders: ["<a@y.org>": 250],
            recipients: ["<one@x.net>": 250, "<two@x.net>": 503]
        )
        for mail in seen.transactions where mail.mailFrom != nil {
            #expect(mail.recipients.map(\.address) == ["<one@x.net>"])
        }
    }

    @Test(
        "a reply right behind 354 shows that it was for a lost DATA, whose message was sent ahead"
    )
    func lostMessageAhead() {
        let script = """
            C: RCPT TO:<two@x.net>
            S: 250 one
            C: DATA
            S: 354 go
            S: 552 refused
            S: 250 b
            S: 251 two
            S: 354 go on
            C: text
            C: .
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        let seen = Observed(Dialogue(script: script, hasHandshake: false))
        #expect(!seen.transactions.isEmpty)
        for mail in seen.transactions {
            #expect(mail.code == nil || mail.text == "queued")
            #expect(mail.recipients.allSatisfy { $0.code == nil || $0.code == 251 })
        }
    }

    @Test("an empty line before a reply that is lost begins no header of a proxy")
    func emptyLineBeforeLostReply() {
        let script = """
            S: 451 no
            C:
            S? 500 what
            C: EHLO
            S: 501 name
            C: RCPT TO:<one@x.net>
            S: 250 one
            S: 250 spare
            C? DATA
            S: 354 go
            C: text
            C: .
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        let seen = Observed(Dialogue(script: script, hasHandshake: false))
        #expect(!seen.transactions.isEmpty)
        for recipient in seen.transactions.flatMap(\.recipients) {
            #expect(recipient.code == nil || recipient.text == "one")
        }
    }

    @Test("what is lost behind a message with lines of LF alone is lost where it was")
    func holeBehindOddEnd() {
        let seen = Observed(
            #"""
            S: 220 m
            C= HELO c\n
            S: 250 m
            C= MAIL FROM:<a@y.org>\n
            S: 250 a
            C= RCPT TO:<one@x.net>\n
            S: 250 one
            C= DATA\n
            S: 354 go
            C= text\n.\nMAIL FROM:<b@y.org>\nRCPT TO:<two@x.net>\n
            C? DATA
            S: 250 queued
            S: 250 b
            S: 251 two
            S: 354 go
            C= text\n\nMAIL FROM:<ghost@x.net>\nRCPT TO:<ghost@x.net>\nDATA\nboo\n.\n
            S: 250 queued
            S: 421 late
            """#
        )
        expectTruth(
            of: seen,
            senders: ["<a@y.org>": 250, "<b@y.org>": 250],
            recipients: ["<one@x.net>": 250, "<two@x.net>": 251]
        )
        #expect(!seen.transactions.contains { $0.mailFrom == "<ghost@x.net>" })
    }

    @Test("a message that was sent ahead of 354 may have ended in a hole")
    func lostEndOfMessageAhead() {
        let seen = Observed(
            """
            S: 220 m
            C: HELO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            C? RCPT TO:<one@x.net>
            S: 250 a
            S: 250 one
            C: MAIL FROM:<b@y.org>
            S: 503 nested
            C: RCPT TO:<two@x.net>
            C: DATA
            C: Subject: x
            C? .
            S: 250 two
            C: RCPT TO:<three@x.net>
            C: QUIT
            S: 354 go
            S: 250 queued
            S: 551 three
            S: 221 bye
            """
        )
        expectTruth(
            of: seen,
            senders: ["<a@y.org>": 250, "<b@y.org>": 503],
            recipients: ["<one@x.net>": 250, "<two@x.net>": 250, "<three@x.net>": 551]
        )
    }

    @Test("a reply is known to be lost before what it answers is seen, as between two clocks")
    func lostAheadOfItsCommand() {
        let script = """
            S: 220 m
            C: HELO c
            S: 250 m
            S? 250 a
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<b@x.net>
            S: 550 b
            C: RCPT TO:<c@x.net>
            S: 250 c
            C: RCPT TO:<d@x.net>
            S: 452 d
            C: QUIT
            S: 221 bye
            """
        expectTruth(
            of: Observed(script),
            senders: ["<a@y.org>": 250],
            recipients: ["<b@x.net>": 550, "<c@x.net>": 250, "<d@x.net>": 452]
        )
    }

    @Test(
        "EHLO is accepted where its reply has begun so",
        arguments: ["250-", "250-m", "250-m\r\n250-S"]
    )
    func begunHello(begun: String) {
        var dialogue = Dialogue(script: "S: 220 m\nC: EHLO c.example\n")
        dialogue.b(begun)
        dialogue.lose("IZE\r\n250 HELP\r\n", from: .b)
        dialogue.a("MAIL FROM:<a@x.net>\r\n")
        dialogue.b("250 ok\r\n")
        let seen = Observed(dialogue)
        #expect(seen.session?.helo == "c.example")
        #expect(seen.session?.capabilities == [])
        var refused = Dialogue(script: "S: 220 m\nC: EHLO c.example\n")
        refused.b("550-")
        refused.lose("go away\r\n550 now\r\n", from: .b)
        #expect(Observed(refused).session?.helo == nil)
    }
}
