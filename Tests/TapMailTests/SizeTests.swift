import TapFlow
import TapMail
import TapTesting
import Testing

@Suite("Sizes of messages whose beginning or end was not seen")
struct SizeTests {
    /// A message written with the script's lines, in a session with one recipient.
    private func observe(_ lines: String...) -> Observed {
        let envelope = [
            "S: 220 m", "C: EHLO c", "S: 250 m", "C: MAIL FROM:<s@y.org>", "S: 250 m",
            "C: RCPT TO:<a@x.net>", "S: 250 a",
        ]
        let end = ["S: 250 queued", "C: QUIT", "S: 221 bye"]
        return Observed((envelope + lines + end).joined(separator: "\n"))
    }

    private func expectOne(
        _ seen: Observed,
        octets: UInt64?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(seen.transactions.map(\.mailFrom) == ["<s@y.org>"], sourceLocation: sourceLocation)
        #expect(seen.transactions.map(\.mailCode) == [250], sourceLocation: sourceLocation)
        #expect(
            seen.transactions.map(\.summary) == [["a@x.net=250"]],
            sourceLocation: sourceLocation
        )
        #expect(seen.transactions.map(\.outcome) == [.accepted], sourceLocation: sourceLocation)
        #expect(seen.transactions.map(\.dataOctets) == [octets], sourceLocation: sourceLocation)
    }

    @Test("only the line with DATA is lost: 354 says that it was there")
    func lostData() {
        expectOne(observe("C? DATA", "S: 354 go", "C: hello", "C: ."), octets: 7)
    }

    @Test("more than DATA is lost: nothing says what")
    func lostDataAndMore() {
        let seen = observe("C? RSET", "C? DATA", "S: 354 go", "C: hello", "C: .")
        #expect(seen.transactions.count == 2)
        #expect(!seen.transactions.contains { $0.mailFrom != nil && $0.outcome == .accepted })
    }

    @Test("the end of data lies in the hole with the last lines")
    func lostEnd() {
        expectOne(observe("C: DATA", "S: 354 go", "C: hello", "C? world", "C? ."), octets: 14)
    }

    @Test("the whole message is lost with its end")
    func lostMessage() {
        expectOne(observe("C: DATA", "S: 354 go", "C? hello", "C? ."), octets: 7)
    }

    @Test("only the end of data is lost")
    func lostDot() {
        expectOne(observe("C: DATA", "S: 354 go", "C: hello", "C? ."), octets: 7)
    }

    @Test("the last octets of the end of data are lost")
    func lostLineEnd() {
        expectOne(observe("C: DATA", "S: 354 go", "C: hello", "C= .", "C? "), octets: 7)
    }

    @Test("the hole is too short for the end of data")
    func tooShort() {
        expectOne(observe("C: DATA", "S: 354 go", "C= hello", "C? "), octets: nil)
    }

    @Test("something stands behind the hole in which the message has ended, or has not")
    func notAtEnd() {
        expectOne(observe("C: DATA", "S: 354 go", "C: hello", "C? .", "C: NOOP"), octets: nil)
    }

    @Test("354 was said, and not an octet of the message came")
    func nothingSent() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<s@y.org>
            S: 250 m
            C: RCPT TO:<a@x.net>
            S: 250 a
            C: DATA
            S: 354 go
            """
        )
        #expect(seen.transactions.map(\.dataOctets) == [nil])
        #expect(seen.transactions.map(\.encoding) == [.data])
        #expect(seen.transactions.allSatisfy { $0.message == nil })
    }

    @Test("a message that is empty has no octets")
    func empty() {
        expectOne(observe("C: DATA", "S: 354 go", "C: ."), octets: 0)
    }

    @Test("a message that was smuggled is no part of the one it came in")
    func smuggled() {
        let seen = observe(
            "C: DATA",
            "S: 354 go",
            #"C= foo\r\n\n.\nMAIL FROM:<in@y.org>\r\nRCPT TO:<to@x.net>\r\nDATA\r\nbar\r\n.\r\n"#,
            "S: 250 outer",
            "S: 250 in",
            "S: 250 to",
            "S: 354 go"
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<s@y.org>", "<in@y.org>"])
        #expect(seen.transactions.map(\.dataOctets) == [6, 5])
    }
}
