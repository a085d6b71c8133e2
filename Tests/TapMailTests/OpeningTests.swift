import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("Mail at a port that is none of mail is known by what is said first")
struct OpeningTests {
    private func sessions(_ lines: [String]) -> Int {
        var settings = TCPConversation.Settings()
        settings.b.port = 1_224
        let script = lines.joined(separator: "\n")
        return Observed(Dialogue(script: script), settings: settings).session == nil ? 0 : 1
    }

    @Test(
        "behind a greeting that names SMTP any command of mail",
        arguments: ["AUTH LOGIN", "NOOP", "HELP", "RSET", "QUIT", "STARTTLS", "VRFY root"]
    )
    func named(command: String) {
        for greeting in ["220 m ESMTP", "220-m smtp ready", "554 m LMTP closed"] {
            #expect(sessions(["S: " + greeting, "C: " + command, "S: 502 no"]) == 1)
        }
        #expect(sessions(["C: " + command, "S: 220 m ESMTP", "S: 250 ok"]) == 1)
        // FTP has some of them.
        #expect(sessions(["S: 220 m FTP ready", "C: " + command, "S: 502 no"]) == 0)
        #expect(sessions(["S: 200 m ESMTP", "C: " + command, "S: 502 no"]) == 0)
    }

    @Test("a client that says nothing of mail is none, whatever the greeting says")
    func foreign() {
        #expect(sessions(["S: 220 m ESMTP", "C: GET / HTTP/1.1", "S: 500 what"]) == 0)
        #expect(sessions(["S: 220 m ESMTP", "C: USER joe", "S: 331 password"]) == 0)
    }

    @Test("a greeting of a code alone")
    func bareCode() { #expect(sessions(["S: 220", "C: EHLO c", "S: 250 m"]) == 1) }
}
