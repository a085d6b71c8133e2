import TapMail
import Testing

@Suite("A sender whose reply is lost")
struct LostSenderTests {
    private static let rest = [
        "C: RCPT TO:<one@x.net>", "S: 250 one", "C: DATA", "S: 354 go", "C: text", "C: .",
        "S: 250 queued", "C: QUIT", "S: 221 bye",
    ]

    private func senders(_ lines: [String]) -> [String?] {
        Observed((lines + Self.rest).joined(separator: "\n")).transactions.map(\.mailFrom)
    }

    @Test("is told where no other transaction can have been open")
    func alone() {
        let start = ["S: 220 m", "C: HELO c", "S: 250 m"]
        let mail = ["C: MAIL FROM:<a@y.org>", "S? 250 a"]
        #expect(senders(start + mail) == ["<a@y.org>"])
        #expect(senders(start + mail + Self.rest.dropLast(2) + mail) == ["<a@y.org>", "<a@y.org>"])
    }

    @Test("is not told where the client may have opened another before")
    func another() {
        let start = ["S: 220 m", "C: HELO c", "S: 250 m", "C? MAIL FROM:<b@y.org>"]
        let mail = ["C: MAIL FROM:<a@y.org>", "S? 503 nested"]
        #expect(senders(start + ["S: 250 b"] + mail).allSatisfy { $0 != "<a@y.org>" })
        #expect(senders(start + ["S? 250 b"] + mail).allSatisfy { $0 != "<a@y.org>" })
    }
}
