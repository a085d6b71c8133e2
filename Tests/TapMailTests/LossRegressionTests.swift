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

    /// A last chunk for two recipients, of a client whose LHLO was lost.
    private static let chunk = [
        "S: 220 m", "C? LHLO c", "S: 250 m", "C: AUTH PLAIN", "S: 334", "C: dGVzdA==",
        "S: 235 welcome", "C: MAIL FROM:<a@y.org>", "C: RCPT TO:<one@x.net>",
        "C: RCPT TO:<two@x.net>", "C: BDAT 3 LAST", "C: x",
    ]
    /// The replies to it, and to a sender behind it.
    private static let chunkReplies = [
        "S: 250 a", "S: 250 one", "S: 250 two", "S: 452 one", "S: 250 two", "S: 250 b",
    ]
    private static let chunkRecipients = [
        "<one@x.net>": 250, "<two@x.net>": 250, "<three@x.net>": 551, "<four@x.net>": 251,
    ]

    private func observed(atLMTPPort script: [String]) -> Observed {
        var dialogue = Dialogue(script: script.joined(separator: "\n"))
        dialogue.port = 24
        return Observed(dialogue, configuration: .init(ports: [24]))
    }

    /// Nothing is told of a sender or a recipient but what was said to it.
    private func expectTruth(
        of seen: Observed,
        senders: [String: Int],
        recipients: [String: Int],
        finals: [String: Int] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(!seen.transactions.isEmpty, sourceLocation: sourceLocation)
        for mail in seen.transactions {
            if let sender = mail.mailFrom, let code = mail.mailCode {
                #expect(code == senders[sender], "\(sender)", sourceLocation: sourceLocation)
            }
            if let sender = mail.mailFrom, let code = mail.code, let final = finals[sender] {
                #expect(code == final, "\(sender)", sourceLocation: sourceLocation)
            }
            for recipient in mail.recipients {
                let said = recipients[recipient.address]
                #expect(said != nil, "\(recipient)", sourceLocation: sourceLocation)
                #expect(
                    recipient.code == nil || recipient.code == said,
                    "\(recipient)",
                    sourceLocation: sourceLocation
                )
            }
        }
    }

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

    @Test("LHLO that comes later says that the server spoke LMTP before")
    func chunksBeforeHello() {
        let script =
            Self.chunk + [
                "C: MAIL FROM:<b@y.org>", "C: RCPT TO:<three@x.net>", "C: RCPT TO:<four@x.net>",
                "C: LHLO d",
            ] + Self.chunkReplies + [
                "S: 551 three", "S: 251 four", "S: 250 m", "C: QUIT", "S: 221 bye",
            ]
        expectTruth(
            of: observed(atLMTPPort: script),
            senders: ["<a@y.org>": 250, "<b@y.org>": 250],
            recipients: Self.chunkRecipients
        )
    }

    @Test("behind replies owed for a chunk, what was held behind DATA is read as commands")
    func heldBehindOwedReplies() {
        let script =
            Self.chunk + ["C: MAIL FROM:<b@y.org>", "C: RCPT TO:<three@x.net>", "C: DATA"]
            + Self.chunkReplies + [
                "S: 551 three", "S: 554 data", "C: RSET", "C: MAIL FROM:<c@y.org>",
                "C: RCPT TO:<four@x.net>", "C: DATA", "S: 451 reset", "S: 250 c", "S: 251 four",
                "S: 354 go", "C: text", "C: .", "S: 250 four", "C: QUIT", "S: 221 bye",
            ]
        expectTruth(
            of: observed(atLMTPPort: script),
            senders: ["<a@y.org>": 250, "<b@y.org>": 250, "<c@y.org>": 250],
            recipients: Self.chunkRecipients
        )
    }

    @Test("LMTP: how many replies a message has is not known where its envelope was lost")
    func messageWithoutEnvelope() {
        let seen = Observed(
            """
            S: 220 m
            C: LHLO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<one@x.net>
            C: RCPT TO:<two@x.net>
            C: DATA
            S? 250 a
            S: 250 one
            S: 250 two
            S: 451 data
            C: DATA
            S: 354 go
            C: text
            C: .
            C: MAIL FROM:<b@y.org>
            C: RCPT TO:<three@x.net>
            C: QUIT
            S: 250 one
            S: 452 two
            S: 250 b
            S: 551 three
            S: 221 bye
            """
        )
        expectTruth(
            of: seen,
            senders: ["<a@y.org>": 250, "<b@y.org>": 250],
            recipients: ["<one@x.net>": 250, "<two@x.net>": 250, "<three@x.net>": 551]
        )
    }

    @Test("LMTP: replies to a last chunk that came while all was uncertain are owed no longer")
    func chunksAmongDoubt() {
        var dialogue = Dialogue(
            script: """
                S? 220 m
                C? LHLO c
                S? 250 m
                C? AUTH LOGIN
                S? 334
                C: dGVzdA==
                S: 334
                C: dGVzdA==
                S: 530 no
                C: LHLO c
                S: 250 m
                C: MAIL FROM:<a@y.org>
                S: 250 a
                C: RCPT TO:<one@x.net>
                S: 250 one
                C: RCPT TO:<two@x.net>
                S: 251 two
                C: BDAT 3 LAST
                C: x
                S: 550 one
                S: 250 two
                C: MAIL FROM:<b@y.org>
                S: 250 b
                C: RCPT TO:<three@x.net>
                S: 250 three
                C: DATA
                S: 354 go
                C: text
                C: .
                C: MAIL FROM:<c@y.org>
                S: 553 three
                C: RCPT TO:<four@x.net>
                S: 250 c
                S: 554 four
                C: QUIT
                S: 221 bye
                """,
            hasHandshake: false
        )
        dialogue.port = 24
        expectTruth(
            of: Observed(dialogue, configuration: .init(ports: [24])),
            senders: ["<a@y.org>": 250, "<b@y.org>": 250, "<c@y.org>": 250],
            recipients: [
                "<one@x.net>": 250, "<two@x.net>": 251, "<three@x.net>": 250, "<four@x.net>": 554,
            ],
            finals: ["<b@y.org>": 553]
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

    /// A dialogue in which something was told that nobody had said, and what was lost of it.
    struct Found: Sendable {
        var seed: UInt64
        var loss: MailLoss
        /// What chose the place.
        var lossSeed: UInt64

        init(_ seed: UInt64, _ loss: MailLoss, round: UInt64 = 0) {
            self.seed = seed
            self.loss = loss
            lossSeed = seed + round * 1_000_000_007
        }
    }

    private static let found: [Found] = [
        Found(400_074, .beforeSecret), Found(400_257, .segments), Found(400_601, .step),
        Found(400_745, .segments), Found(400_846, .step), Found(401_560, .step),
        Found(500_152, .step), Found(500_152, .start), Found(500_387, .beforeSecret),
        Found(501_896, .start), Found(501_903, .segments), Found(501_904, .server),
        Found(600_456, .start), Found(601_403, .step), Found(601_853, .beforeSecret),
        Found(701_457, .segments), Found(2_100_212, .segments), Found(2_200_558, .startAndSegments),
        Found(2_201_735, .beforeSecret), Found(2_201_735, .start), Found(2_201_735, .step),
        Found(6_101_064, .segments), Found(6_600_128, .step), Found(7_101_288, .segments),
        Found(800_727, .segments), Found(8_400_482, .step), Found(10_200_200, .start),
        Found(12_001_171, .stretch, round: 1), Found(12_101_113, .stretch, round: 1),
        Found(12_200_865, .stretch, round: 4), Found(12_300_864, .stretch),
        Found(12_300_993, .stretch), Found(13_000_369, .stretch, round: 2),
        Found(12_900_566, .segments, round: 1),
        Found(12_900_728, .stretch, round: 2), Found(13_000_001, .segments, round: 3),
        Found(13_001_974, .stretch, round: 2), Found(13_300_618, .segments, round: 1),
    ]

    @Test("nothing is claimed any more that nobody said", arguments: found)
    func seeds(found: Found) {
        let scenario = SMTPScenario(seed: found.seed)
        let remains = found.loss.remains(of: scenario.dialogue, seed: found.lossSeed)
        #expect(scenario.inventions(in: MailReport(remains.frames, tells: true)) == [])
    }
}
