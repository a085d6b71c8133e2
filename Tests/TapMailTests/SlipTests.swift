import TapFlow
import TapMail
import TapTesting
import Testing

@Suite("Replies that are one too many or too few for what was pipelined")
struct SlipTests {
    /// A dialogue around a pipelined envelope of two recipients, with `lines` in place of it.
    private func observe(_ lines: [String], greets: Bool = true) -> Observed {
        let greeting = greets ? ["S: 220 m", "C: EHLO c", "S: 250 m"] : []
        let message = [
            "C: Subject: x", "C: ", "C: hello", "C: .", "S: 250 queued", "C: QUIT", "S: 221 bye",
        ]
        return Observed((greeting + lines + message).joined(separator: "\n"))
    }

    private let envelope = [
        "C: MAIL FROM:<s@y.org>", "C: RCPT TO:<a@x.net>", "C: RCPT TO:<b@x.net>", "C: DATA",
    ]

    /// The message is accepted, and the replies to sender and recipients are not told.
    private func expectDoubt(
        _ seen: Observed,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(seen.transactions.count == 1, sourceLocation: sourceLocation)
        guard let mail = seen.transactions.first else { return }
        #expect(mail.mailFrom == "<s@y.org>", sourceLocation: sourceLocation)
        #expect(mail.mailCode == nil, sourceLocation: sourceLocation)
        #expect(mail.summary == ["a@x.net=nil", "b@x.net=nil"], sourceLocation: sourceLocation)
        #expect(mail.code == 250, sourceLocation: sourceLocation)
        #expect(mail.outcome == .accepted, sourceLocation: sourceLocation)
        #expect(mail.dataOctets == 21, sourceLocation: sourceLocation)
    }

    /// Everything is told as it was.
    private func expectExact(
        _ seen: Observed,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(seen.transactions.map(\.mailCode) == [250], sourceLocation: sourceLocation)
        #expect(
            seen.transactions.map(\.summary) == [["a@x.net=250", "b@x.net=550"]],
            sourceLocation: sourceLocation
        )
        #expect(seen.transactions.map(\.outcome) == [.accepted], sourceLocation: sourceLocation)
        #expect(seen.transactions.map(\.dataOctets) == [21], sourceLocation: sourceLocation)
    }

    @Test("an ordinary group is told exactly")
    func ordinary() {
        let replies = ["S: 250 m", "S: 250 a", "S: 550 b", "S: 354 go"]
        expectExact(observe(envelope + replies))
    }

    @Test("an empty line before the group may go unanswered")
    func emptyLine() {
        let replies = ["S: 250 m", "S: 250 a", "S: 550 b", "S: 354 go"]
        expectExact(observe(["C: "] + envelope + replies))
    }

    @Test("an empty line before the group that is answered")
    func answeredEmptyLine() {
        let replies = ["S: 500 empty", "S: 250 m", "S: 250 a", "S: 550 b", "S: 354 go"]
        expectExact(observe(["C: "] + envelope + replies))
    }

    @Test("an empty line is not answered, and the sender is refused: nothing wrong is told")
    func emptyLineBeforeRefusal() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C:
            C: MAIL FROM:<s@y.org>
            C: RCPT TO:<a@x.net>
            C: DATA
            S: 550 m
            S: 503 a
            S: 503 data
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.mailCode) == [nil])
        #expect(seen.transactions.flatMap(\.summary).allSatisfy { $0.hasSuffix("=nil") })
        #expect(seen.transactions.map(\.outcome) == [.unfinished])
    }

    @Test("a line with a bare LF is one command for some servers")
    func bareLineFeed() {
        let replies = ["S: 250 noop", "S: 250 m", "S: 250 a", "S: 550 b", "S: 354 go"]
        expectExact(observe([#"C= NOOP a\nb\r\n"#] + envelope + replies))
    }

    @Test("and two commands for others")
    func answeredBareLineFeed() {
        let replies = ["S: 250 n", "S: 500 b", "S: 250 m", "S: 250 a", "S: 550 b", "S: 354 go"]
        expectExact(observe([#"C= NOOP a\nb\r\n"#] + envelope + replies))
    }

    @Test("a reply that was not ended runs into the next", arguments: ["250-a", "550-a"])
    func danglingReply(reply: String) {
        expectDoubt(observe(envelope + ["S: 250 m", "S: \(reply)", "S: 550 b", "S: 354 go"]))
    }

    @Test("a reply that was not ended runs into the next, which has the same code")
    func danglingReplyOfSameCode() {
        expectDoubt(observe(envelope + ["S: 250-m", "S: 250 a", "S: 550 b", "S: 354 go"]))
    }

    @Test("a reply too many in the middle of the group")
    func spareReply() {
        let replies = ["S: 250 m", "S: 250 spare", "S: 250 a", "S: 550 b", "S: 354 go"]
        let seen = observe(envelope + replies)
        expectDoubt(seen)
        #expect(seen.anomalies.contains("unsolicited_reply"))
    }

    @Test("where all replies are the same, one too many changes nothing")
    func spareReplyOfSameCode() {
        let replies = ["S: 250 m", "S: 250 spare", "S: 250 a", "S: 250 b", "S: 354 go"]
        let seen = observe(envelope + replies)
        #expect(seen.transactions.map(\.summary) == [["a@x.net=250", "b@x.net=250"]])
        #expect(seen.transactions.map(\.mailCode) == [250])
        #expect(seen.transactions.map(\.outcome) == [.accepted])
    }

    @Test("a line over 2,048 octets that is answered twice")
    func splitLine() {
        let long = "C: NOOP " + String(repeating: "x", count: 3_000)
        let replies = [
            "S: 500 long", "S: 500 long", "S: 250 m", "S: 250 a", "S: 550 b", "S: 354 go",
        ]
        expectDoubt(observe([long] + envelope + replies))
    }

    @Test("what was matched before the group stands")
    func certainBefore() {
        let seen = observe([
            "C: MAIL FROM:<s@y.org>", "S: 250 m", "C: RCPT TO:<a@x.net>", "S: 451 a",
            "C: RCPT TO:<b@x.net>", "C: RCPT TO:<c@x.net>", "C: DATA", "S: 250-b", "S: 550 c",
            "S: 354 go",
        ])
        #expect(seen.transactions.map(\.mailCode) == [250])
        #expect(
            seen.transactions.map(\.summary) == [["a@x.net=451", "b@x.net=nil", "c@x.net=nil"]]
        )
        #expect(seen.transactions.map(\.outcome) == [.accepted])
    }

    @Test("the next group is told exactly again")
    func inStepAgain() {
        let first =
            envelope + [
                "S: 250 m", "S: 250 spare", "S: 250 a", "S: 550 b", "S: 354 go", "C: x", "C: .",
                "S: 250 queued",
            ]
        let seen = observe(first + envelope + ["S: 250 m", "S: 250 a", "S: 550 b", "S: 354 go"])
        #expect(seen.transactions.map(\.mailCode) == [nil, 250])
        #expect(seen.transactions.last?.summary == ["a@x.net=250", "b@x.net=550"])
        #expect(seen.transactions.map(\.outcome) == [.accepted, .accepted])
    }

    @Test("a reply too many behind a group with no DATA")
    func spareReplyWithoutData() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<s@y.org>
            C: RCPT TO:<a@x.net>
            C: RCPT TO:<b@x.net>
            S: 250 m
            S: 250 spare
            S: 550 a
            S: 250 b
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.summary) == [["a@x.net=nil", "b@x.net=nil"]])
        #expect(seen.transactions.map(\.outcome) == [.unfinished])
    }

    @Test("a refusal of the message before it has ended is no slip")
    func earlyRefusal() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<s@y.org>
            C: RCPT TO:<a@x.net>
            C: DATA
            S: 250 m
            S: 251 a
            S: 354 go
            C: Subject: x
            S: 552 too much
            C: .
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.summary) == [["a@x.net=251"]])
        #expect(seen.transactions.map(\.mailCode) == [250])
        #expect(seen.transactions.map(\.outcome) == [.rejected])
    }

    @Test("STARTTLS was accepted, though a spare reply seemed to refuse it")
    func startTLS() {
        let seen = Observed(
            Dialogue(
                script: """
                    S: 220 m
                    C: EHLO c
                    S: 250 m
                    C: NOOP
                    C: NOOP
                    C: STARTTLS
                    S: 250 one
                    S: 250 spare
                    S: 550 two
                    S: 220 go
                    C= \\x16\\x03\\x01\\0\\x05hello
                    S= \\x16\\x03\\x03\\0\\x05hello
                    """
            )
        )
        #expect(seen.session?.startTLS == .established)
    }
}
