import TapFlow
import TapMail
import TapTesting
import Testing

@Suite("Holes where a message has a reply for each recipient")
struct LMTPLossTests {
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

    @Test("LMTP: MAIL whose reply is lost may have been refused, with more recipients before it")
    func lostReplyToNestedMail() {
        let seen = Observed(
            """
            S: 220 m
            C: LHLO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<one@x.net>
            C: RSET
            C: MAIL FROM:<b@y.org>
            C: RCPT TO:<two@x.net>
            C: DATA
            S: 250 a
            S: 250 one
            S? 451 reset
            S? 503 nested
            S: 250 two
            S: 354 go
            C: text
            C: .
            C: MAIL FROM:<c@y.org>
            C: RCPT TO:<three@x.net>
            C: QUIT
            S: 250 for one
            S: 452 for two
            S: 251 c
            S: 551 three
            S: 221 bye
            """
        )
        expectTruth(
            of: seen,
            senders: ["<a@y.org>": 250, "<b@y.org>": 503, "<c@y.org>": 251],
            recipients: ["<one@x.net>": 250, "<two@x.net>": 250, "<three@x.net>": 551]
        )
    }

    @Test("that a server which is heard late accepted DATA was taken for granted only")
    func refusedUnheard() {
        let seen = observed(
            atLMTPPort: [
                "C: LHLO c", "S? 220 m", "S? 250 m", "C: RCPT TO:<one@x.net>",
                "C: MAIL FROM:<a@y.org>", "C: RCPT TO:<two@x.net>", "C: RCPT TO:<three@x.net>",
                "C: DATA", "C: Subject: x", "C:", "C: text", "C: .", "S: 503 one", "S: 250 a",
                "S: 452 two", "S: 551 three", "S: 554 data", "S: 500 what", "S: 500 what",
                "S: 500 what", "S: 500 what", "C: QUIT", "S: 221 bye",
            ]
        )
        expectTruth(
            of: seen,
            senders: ["<a@y.org>": 250],
            recipients: ["<one@x.net>": 503, "<two@x.net>": 452, "<three@x.net>": 551]
        )
        #expect(seen.transactions.allSatisfy { $0.code == nil })
    }
}
