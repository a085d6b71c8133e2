import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapTesting
import TapWire
import Testing

/// The story's dialogue as frames, with some of it changed.
private struct Story {
    var helo = "EHLO eyebox\r\n"
    var login = ""
    var loginReply = ""
    var sender = "<> SIZE=1117"
    var recipientReply = "250 2.1.5 Ok\r\n"
    var hasHandshake = true
    var settings = TCPConversation.Settings()

    var dialogue: Dialogue {
        var dialogue = Dialogue()
        dialogue.hasHandshake = hasHandshake
        dialogue.b("220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n")
        dialogue.a(helo)
        dialogue.b("250-mail.example.org\r\n250-SIZE 10240000\r\n250 AUTH PLAIN\r\n")
        if !login.isEmpty {
            dialogue.a(login)
            dialogue.b(loginReply)
        }
        dialogue.a("MAIL FROM:\(sender)\r\n")
        dialogue.b("250 2.1.0 Ok\r\n")
        dialogue.a("RCPT TO:<victim@elsewhere.example>\r\n")
        dialogue.b(recipientReply)
        guard recipientReply.hasPrefix("250") else {
            dialogue.a("QUIT\r\n")
            dialogue.b("221 2.0.0 Bye\r\n")
            return dialogue
        }
        dialogue.a("DATA\r\n")
        dialogue.b("354 End data with <CR><LF>.<CR><LF>\r\n")
        dialogue.a("Subject: x\r\n\r\nhello\r\n.\r\n")
        dialogue.b("250 2.0.0 Ok: queued as 4XyZ12abCD\r\n")
        dialogue.a("QUIT\r\n")
        dialogue.b("221 2.0.0 Bye\r\n")
        return dialogue
    }

    func alerts(
        _ segmentation: Segmentation = .whole,
        told configuration: RelayConfiguration = .told
    ) -> [Alert] {
        let pipeline = Pipeline(
            Analyzer(SMTPObserver(), judge: RelayBench(configuration: configuration).smtp)
        )
        var findings: [Finding] = []
        for frame in dialogue.frames(segmentation, settings: settings) {
            pipeline.process(frame.frame, into: &findings)
        }
        pipeline.finish(into: &findings)
        return findings.compactMap { finding in
            // The story's server offers logins in the clear, which is another story.
            guard case .alert(let alert) = finding, alert.rule.id != "posture.weak" else {
                return nil
            }
            return alert
        }
    }
}

@Suite("From frames to alerts")
struct PipelineTests {
    @Test(
        "the story's mail, however it is cut",
        arguments: [Segmentation.whole, .pieces(of: 1), .pieces(of: 7)]
    )
    func story(_ segmentation: Segmentation) throws {
        let alerts = Story().alerts(segmentation)
        let alert = try #require(alerts.first)
        #expect(alerts.count == 1 && alert.rule.id == "relay.null" && alert.severity == .high)
        #expect(
            alert.why.contains(
                "from nobody (<>) to strangers: <victim@elsewhere.example> (\"250 2.1.5 Ok\")"
            )
        )
        #expect(alert.advice.contains("postsuper -h 4XyZ12abCD"))
        #expect(alert.context.firstSequence <= alert.context.moment.sequence)
    }

    @Test("refused, with a sender, with a login, with a login that failed, picked up in the middle")
    func variants() {
        var refused = Story()
        refused.recipientReply = "554 5.7.1 <victim@elsewhere.example>: Relay access denied\r\n"
        #expect(refused.alerts().map(\.rule.id) == ["relay.attempt"])
        var named = Story()
        named.sender = "<x@stranger.example>"
        #expect(named.alerts().map(\.rule.id) == ["relay.open"])
        var authenticated = Story()
        authenticated.login = "AUTH PLAIN AGFubgBzZWNyZXQ=\r\n"
        authenticated.loginReply = "235 2.7.0 Authentication successful\r\n"
        #expect(authenticated.alerts().map(\.rule.id) == ["account.cleartext"])
        authenticated.loginReply = "535 5.7.8 Error: authentication failed\r\n"
        #expect(authenticated.alerts().map(\.rule.id) == ["relay.null"])
        var midstream = Story()
        midstream.hasHandshake = false
        #expect(midstream.alerts().isEmpty)
    }

    @Test("an LMTP server takes mail for its own mailboxes only")
    func lmtp() {
        var story = Story()
        story.helo = "LHLO eyebox\r\n"
        #expect(story.alerts().isEmpty)
    }

    @Test("a capture with one interface and no configuration says what it cannot know")
    func bareFile() throws {
        var story = Story()
        story.settings.ingressB = story.settings.ingressA
        let alert = try #require(story.alerts(told: RelayConfiguration()).first)
        #expect(
            alert.severity == .low && alert.confidence < 0.3 && alert.why.contains("cannot be told")
        )
    }
}
