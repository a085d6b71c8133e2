import TapMail
import TapTesting
import Testing

@Suite("Refused recipients are told while the envelope is open")
struct RefusalTests {
    /// A dialogue that asks for recipients, true for those that exist.
    ///
    /// The input ends in the middle.
    private static func script(_ exists: [Bool], resetBehind: Int = .max) -> String {
        var lines = ["S: 220 mx.example.org ESMTP", "C: EHLO probe", "S: 250 mx.example.org"]
        func begin() { lines += ["C: MAIL FROM:<p@probe.example>", "S: 250 2.1.0 Ok"] }
        begin()
        for (number, exists) in exists.enumerated() {
            if number == resetBehind {
                lines += ["C: RSET", "S: 250 2.0.0 Ok"]
                begin()
            }
            lines.append("C: RCPT TO:<a\(number)@example.org>")
            lines.append(exists ? "S: 250 2.1.5 Ok" : "S: 550 5.1.1 User unknown")
        }
        return lines.joined(separator: "\n")
    }

    @Test("from the sixth to the tenth each, then every tenth, each recipient once")
    func told() throws {
        let seen = Observed(Self.script(Array(repeating: false, count: 31)))
        #expect(seen.refusals.map(\.refusedInSession) == [6, 7, 8, 9, 10, 20, 30])
        #expect(seen.refusals.map(\.recipients.count) == [6, 1, 1, 1, 1, 10, 10])
        #expect(seen.refusals.flatMap(\.recipients).map(\.address).count == 30)
        #expect(Set(seen.refusals.flatMap(\.recipients).map(\.address)).count == 30)
        let first = try #require(seen.refusals.first)
        #expect(first.helo == "probe" && first.serverName == "mx.example.org")
        #expect(first.mailFrom == "<p@probe.example>" && first.authentication == .none)
        #expect(first.recipients[0].code == 550)
        #expect(first.recipients[0].text == "5.1.1 User unknown")
        #expect(seen.transactions.map(\.recipients.count) == [31])
    }

    @Test("five are not told, and those that exist are counted beside")
    func few() {
        #expect(Observed(Self.script([false, false, true, false, false, false])).refusals.isEmpty)
        let seen = Observed(Self.script([false, false, true, false, false, false, true, false]))
        #expect(seen.refusals.map(\.recipients.count) == [6])
        #expect(seen.refusals.map(\.accepted) == [2])
    }

    @Test("a session with several envelopes is counted as one")
    func envelopes() {
        let seen = Observed(Self.script(Array(repeating: false, count: 7), resetBehind: 4))
        #expect(seen.refusals.map(\.refusedInSession) == [6, 7])
        #expect(seen.refusals.map(\.number) == [1, 1])
        #expect(seen.refusals.map(\.recipients.count) == [2, 1])
        #expect(seen.transactions.map(\.number) == [0, 1])
    }
}
