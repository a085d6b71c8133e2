import TapFlow
import TapMail
import TapTesting
import Testing

@Suite("Chunks of which only the replies tell whether the server takes them")
struct ChunkTests {
    private static let mail = """
        C: MAIL FROM:<b@y.org>
        S: 250 sender
        C: RCPT TO:<two@x.net>
        S: 250 two
        C: DATA
        S: 354 go
        C: x
        C: .
        S: 250 queued
        C: QUIT
        S: 221 bye
        """

    private static func observed(_ hello: String, _ lines: String...) -> Observed {
        Observed(
            (["S: 220 m", "C: EHLO c", hello] + lines + [mail]).joined(separator: "\n")
        )
    }

    private static let chunking = "S: 250-m\nS: 250 CHUNKING"
    private static let plain = "S: 250-m\nS: 250 8BITMIME"

    private static func expectMail(_ transaction: SMTPTransaction?) {
        #expect(transaction?.mailFrom == "<b@y.org>")
        #expect(transaction?.summary == ["two@x.net=250"])
        #expect(transaction?.code == 250)
        #expect(transaction?.dataOctets == 3)
        #expect(transaction?.outcome == .accepted)
    }

    @Test(
        "BDAT refused before its chunk: the client goes on with commands",
        arguments: [
            ("1000000 LAST", 503), ("1000000 LAST", 502), ("20 LAST", 503), ("20 LAST", 500),
            ("5", 501), ("18446744073709551615 LAST", 552),
        ],
        [plain, chunking]
    )
    func refused(chunk: (size: String, code: Int), hello: String) {
        let seen = Self.observed(hello, "C: BDAT \(chunk.size)", "S: \(chunk.code) no")
        #expect(seen.transactions.count == 1)
        Self.expectMail(seen.transactions.last)
    }

    @Test("a chunk too big, inside a transaction: rejected, and the next is read")
    func tooBig() {
        let seen = Self.observed(
            Self.chunking,
            "C: MAIL FROM:<a@y.org>",
            "S: 250 ok",
            "C: RCPT TO:<one@x.net>",
            "S: 250 one",
            "C: BDAT 1000000 LAST",
            "S: 552 too big",
            "C: RSET",
            "S: 250 reset"
        )
        #expect(seen.transactions.map(\.code) == [552, 250])
        #expect(seen.transactions.map(\.outcome) == [.rejected, .accepted])
        #expect(seen.transactions.first?.summary == ["one@x.net=250"])
        Self.expectMail(seen.transactions.last)
    }

    @Test(
        "a server that does not know BDAT: the message follows with DATA, in the same transaction"
    )
    func unknown() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<b@y.org>
            S: 250 sender
            C: RCPT TO:<two@x.net>
            S: 250 two
            C: BDAT 70 LAST
            S: 500 what
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.count == 1)
        Self.expectMail(seen.transactions.first)
        #expect(seen.transactions.first?.encoding == .data)
    }

    @Test("a server that does not know BDAT reads what is sent behind it as commands")
    func pipelinedBehindUnknown() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250-m
            S: 250 PIPELINING
            C: BDAT 43 LAST
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<one@x.net>
            C: RCPT TO:<two@x.net>
            C: DATA
            S: 502 what
            S: 250 sender
            S: 250 one
            S: 550 no two
            S: 354 go
            C: x
            C: .
            S: 250 queued
            """
        )
        #expect(seen.transactions.map(\.summary) == [["one@x.net=250", "two@x.net=550"]])
        #expect(seen.transactions.map(\.code) == [250])
    }

    @Test("where CHUNKING is not offered the replies tell whether the octets were commands")
    func pipelinedBehindRefused() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250-m
            S: 250 PIPELINING
            C: BDAT 46 LAST
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<one@x.net>
            C: RCPT TO:<two@x.net>
            C: DATA
            S: 503 not offered
            S: 250 sender
            S: 250 one
            S: 550 no two
            S: 354 go
            C: x
            C: .
            S: 250 queued
            """
        )
        #expect(seen.transactions.map(\.summary) == [["one@x.net=250", "two@x.net=550"]])
        #expect(seen.transactions.map(\.code) == [250])
    }

    @Test("a chunk of commands that is taken though the reply came early: they are none")
    func takenAllTheSame() {
        let seen = Self.observed(
            Self.chunking,
            "C: MAIL FROM:<a@y.org>",
            "S: 250 ok",
            "C: BDAT 44 LAST",
            "S: 503 no recipients",
            "C: MAIL FROM:<g@y.org>",
            "C: RCPT TO:<ghost@x.net>",
            "C: RSET",
            "S: 250 reset"
        )
        #expect(!seen.transactions.flatMap(\.recipients).contains { $0.address.contains("ghost") })
        #expect(seen.transactions.map(\.code).first == 503)
        Self.expectMail(seen.transactions.last)
    }

    @Test("the same lines where the server reads them", arguments: [plain, chunking])
    func readAllTheSame(hello: String) {
        let seen = Self.observed(
            hello,
            "C: BDAT 46 LAST",
            "S: 503 no",
            "C: MAIL FROM:<g@y.org>",
            "C: RCPT TO:<one@x.net>",
            "C: RSET",
            "S: 250 sender",
            "S: 452 one",
            "S: 250 reset"
        )
        #expect(
            !seen.transactions.flatMap(\.recipients).contains {
                $0.code == 250 && $0.address == "<one@x.net>"
            }
        )
        Self.expectMail(seen.transactions.last)
    }

    @Test("a reply in mid-chunk ends it: the reply is the transaction's", arguments: ["", " LAST"])
    func refusedInside(last: String) {
        let seen = Self.observed(
            Self.chunking,
            "C: MAIL FROM:<a@y.org>",
            "S: 250 ok",
            "C: RCPT TO:<one@x.net>",
            "S: 250 one",
            "C: BDAT 200000\(last)",
            "C: aaa",
            "S: 552 too big",
            "C: RSET",
            "S: 250 reset"
        )
        #expect(seen.transactions.map(\.code) == [552, 250])
        #expect(seen.transactions.map(\.outcome) == [.rejected, .accepted])
        Self.expectMail(seen.transactions.last)
    }

    @Test("a server that reads a chunk which it refused: no reply is another command's")
    func readAfterRefusal() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250-m
            S: 250 CHUNKING
            C: BDAT 14 LAST
            C: Subject: x
            C: 
            S: 503 no sender
            C: RSET
            S: 500 what
            C: MAIL FROM:<b@y.org>
            S: 500 what
            C: RCPT TO:<two@x.net>
            S: 250 reset
            C: QUIT
            S: 250 sender
            S: 550 no two
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<b@y.org>"])
        #expect(seen.transactions.allSatisfy { [nil, 250].contains($0.mailCode) })
        let codes = seen.transactions.flatMap(\.recipients).map(\.code)
        #expect(codes.allSatisfy { [nil, 550].contains($0) })
    }

    @Test("a server that takes a chunk which it refused: what it does not know is told so")
    func notReadAfterRefusal() {
        let seen = Self.observed(
            Self.chunking,
            "C: BDAT 14 LAST",
            "C: Subject: x",
            "C: ",
            "S: 503 no sender",
            "C: XYZZY",
            "S: 500 what"
        )
        #expect(seen.transactions.count == 1 && seen.anomalies.isEmpty)
        Self.expectMail(seen.transactions.last)
    }

    @Test("421 in mid-chunk: rejected with it")
    func closedInside() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 CHUNKING
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<one@x.net>
            S: 250 one
            C: BDAT 200000
            C: aaa
            S: 421 bye
            """
        )
        #expect(seen.transactions.map(\.code) == [421])
        #expect(seen.transactions.map(\.outcome) == [.rejected])
    }

    @Test("a server that goes on in what is still a chunk: nothing is hidden, nothing is made up")
    func goneOn() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250-m
            S: 250 CHUNKING
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<one@x.net>
            S: 250 one
            C: BDAT 200
            C: aaa
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 queued
            \(Self.mail)
            """
        )
        #expect(seen.transactions.contains { $0.code == 250 && $0.mailFrom == nil })
        Self.expectMail(seen.transactions.last)
    }

    @Test("commands in what CHUNKING would have taken, read by the server: the mail is told")
    func relayInsideChunk() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250-m
            S: 250 CHUNKING
            C: BDAT 100000 LAST
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<one@x.net>
            C: DATA
            S: 503 no
            S: 250 sender
            S: 250 one
            S: 354 go
            C: x
            C: .
            S: 250 queued
            \(Self.mail)
            """
        )
        #expect(seen.transactions.contains { $0.code == 250 && $0.outcome == .accepted })
        Self.expectMail(seen.transactions.last)
    }

    @Test("behind a hole a refused chunk blinds nobody")
    func refusedBehindHole() {
        let seen = Self.observed(
            Self.plain,
            "C? NOOP",
            "C: BDAT 1000000 LAST",
            "S: 250 noop",
            "S: 502 what"
        )
        #expect(seen.transactions.contains { $0.code == 250 && $0.outcome == .accepted })
        #expect(seen.transactions.last?.summary == ["two@x.net=250"])
    }

    @Test("the reply to a chunk that nobody offered comes while the next is on its way")
    func nextOnItsWay() {
        let seen = Observed(
            """
            S: 220 m
            C: HELO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 a
            C: RCPT TO:<one@x.net>
            S: 250 one
            C= BDAT 4\\r\\none\\nBDAT 9\\r\\ntwo\\r
            S: 250 4 octets
            C= \\nfourBDAT 2 LAST\\r\\n\\r\\n
            S: 250 9 octets
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.dataOctets) == [15])
        #expect(seen.transactions.map(\.code) == [250])
    }
}
