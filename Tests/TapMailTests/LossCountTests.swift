import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("What is not understood is counted under a name")
struct LossCountTests {
    /// What is counted where one server speaks so at `port`.
    private func counts(_ script: String, port: UInt16) -> [String: UInt64] {
        var settings = TCPConversation.Settings()
        settings.b.port = port
        let pipeline = Pipeline(
            Analyzer(SMTPObserver()),
            Analyzer(POP3Observer()),
            Analyzer(IMAPObserver())
        )
        _ = pipeline.findings(of: Dialogue(script: script).frames(.whole, settings: settings))
        return pipeline.givenUp
    }

    @Test("sessions whose client sends more commands ahead than are remembered")
    func overflow() {
        let name = "sessions_with_command_overflow"
        let smtp =
            "S: 220 m\nC: HELO c\nS: 250 m\n" + String(repeating: "C: NOOP\n", count: 1_100)
            + String(repeating: "S: 250 ok\n", count: 1_100)
        #expect(counts(smtp, port: 25) == [name: 1])
        // A login beyond the others: from there on no reply is matched.
        let pop3 =
            "S: +OK\n" + String(repeating: "C: NOOP\n", count: 1_024)
            + "C: AUTH PLAIN AHRpbQBzZWNyZXQ=\n" + String(repeating: "S: +OK\n", count: 1_025)
        #expect(counts(pop3, port: 110) == [name: 1])
        let imap =
            "S: * OK ready\n" + (0..<1_100).map { "C: a\($0) NOOP\n" }.joined()
            + (0..<1_100).map { "S: a\($0) OK\n" }.joined()
        #expect(counts(imap, port: 143) == [name: 1])
    }

    @Test("sessions with a reply that is none, or that nobody asked for")
    func replies() {
        #expect(
            counts("S: 220 m\nC: HELO c\nS: hello\nS: 250 m\nS: 250 more", port: 25) == [
                "sessions_with_malformed_reply": 1, "sessions_with_unsolicited_reply": 1,
            ]
        )
    }

    @Test("what was odd but understood is not counted")
    func understood() {
        #expect(
            counts("S: 220 m\nC: HELO c\nS: 250 m\nC=NOOP\\n\nS: 250 ok", port: 25).isEmpty
        )
    }
}
