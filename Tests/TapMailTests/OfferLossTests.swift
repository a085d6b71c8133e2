import TapMail
import TapTesting
import Testing

@Suite("Keywords tell the reply to EHLO behind anything that is lost")
struct OfferLossTests {
    private static let hello = ["C: EHLO c", "S: 250-m", "S: 250-PIPELINING", "S: 250 SIZE 99"]
    private static let mail = [
        "C: MAIL FROM:<a@y.org>", "S: 250 a", "C: RCPT TO:<one@x.net>", "S: 250 one", "C: DATA",
        "S: 354 go", "C: text", "C: .", "S: 250 queued", "C: QUIT", "S: 221 bye",
    ]

    private func observed(_ lines: [String], hasHandshake: Bool = true) -> Observed {
        Observed(Dialogue(script: lines.joined(separator: "\n"), hasHandshake: hasHandshake))
    }

    private func expectAll(_ seen: Observed, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(seen.session?.helo == "c", sourceLocation: sourceLocation)
        #expect(
            seen.transactions.map(\.mailFrom) == ["<a@y.org>"],
            sourceLocation: sourceLocation
        )
        #expect(seen.transactions.first?.helo == "c", sourceLocation: sourceLocation)
        #expect(seen.transactions.first?.code == 250, sourceLocation: sourceLocation)
    }

    @Test("a connection that is picked up at EHLO")
    func midstream() { expectAll(observed(Self.hello + Self.mail, hasHandshake: false)) }

    @Test("a greeting that is lost")
    func lostGreeting() { expectAll(observed(["S? 220 m"] + Self.hello + Self.mail)) }

    @Test("a client that says EHLO again behind a hole of the client")
    func again() {
        let seen = observed(
            ["S: 220 m", "C: HELO b", "S: 250 m", "C? NOOP", "S: 250 m"] + Self.hello + Self.mail
        )
        expectAll(seen)
    }

    @Test("a hello that is lost itself is not taken for another command")
    func lostHello() {
        let lines = Self.hello.map { $0.replacing("C: EHLO", with: "C? EHLO") }
        let seen = observed(["S: 220 m", "C: NOOP", "S: 250 noop"] + lines + Self.mail)
        #expect(seen.session?.helo == nil)
        #expect(seen.transactions.map(\.mailFrom) == ["<a@y.org>"])
    }

    @Test("the keywords themselves are told where their beginning was certainly seen")
    func keywords() {
        let again = ["S: 220 m"] + Self.hello + ["C? NOOP", "S: 250 m"] + Self.hello + Self.mail
        #expect(observed(again).session?.capabilities == ["PIPELINING", "SIZE 99"])
        let picked = observed(Self.hello + Self.mail, hasHandshake: false)
        #expect(picked.session?.capabilities == [])
    }

    @Test("a reply of several lines without keywords says nothing of what it answers")
    func withoutKeywords() {
        let lines = ["C: EHLO c", "S: 250-m", "S: 250 at your service"] + Self.mail
        #expect(observed(lines, hasHandshake: false).session?.helo == nil)
    }
}
