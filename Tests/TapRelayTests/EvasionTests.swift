import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapTesting
import Testing

@Suite("Tricks on the tap")
struct EvasionTests {
    private func ended(_ change: (inout SMTPSessionSummary) -> Void) -> MailEvent {
        var summary = SMTPSessionSummary(dialect: .smtp, client: .a)
        (summary.clientOctets, summary.serverOctets) = (100, 100)
        change(&summary)
        return .smtp(.session(Shared(summary)))
    }

    /// A connection that ended by `reason`, and one on its ports that began so many seconds later.
    private func alerts(
        reason: CloseReason = .reset,
        after seconds: Double = 1,
        client: String = "203.0.113.9",
        serverOctets: UInt64 = 100,
        isMidstream: Bool = true,
        told configuration: RelayConfiguration = .told
    ) throws -> [Alert] {
        var judge = RelayJudge(configuration: configuration)
        _ = judge.raised(by: ended { $0.reason = reason }, in: .ordinary)
        judge = try judge.restarted(configuration)
        let next = Scene.ordinary.with {
            $0.at = seconds
            $0.client = client
        }
        let event = ended {
            $0.isMidstream = isMidstream
            $0.serverOctets = serverOctets
        }
        return judge.raised(by: event, in: next).filter { $0.rule.id == "tcp.evasion" }
    }

    @Test("a connection that goes on behind a RST is a warning")
    func reset() throws {
        #expect(try alerts().map(\.severity) == [.medium])
        #expect(try alerts(after: 60).count == 1)
        #expect(try alerts(after: 61).isEmpty)
        #expect(
            try alerts(told: .told.with { $0.language = .french }).first?.why.contains("RST")
                == true
        )
    }

    @Test(
        "a new connection, another one, one of which only one end speaks, or one that was closed, is none"
    )
    func others() throws {
        #expect(try alerts(isMidstream: false).isEmpty)
        #expect(try alerts(client: "203.0.113.10").isEmpty)
        #expect(try alerts(serverOctets: 0).isEmpty)
        #expect(try alerts(reason: .finished).isEmpty)
    }

    /// Two versions of an octet, told or not.
    private func overlap(isTold: Bool = true, hasOddHopLimit: Bool = false) -> MailOverlap {
        var overlap = MailOverlap(dialect: .smtp, client: .a, sender: .a)
        (overlap.byteCount, overlap.differingByteCount) = (5, 3)
        if isTold { (overlap.kept, overlap.dropped) = ("bob@x", "eve@x") }
        overlap.hasOddHopLimit = hasOddHopLimit
        return overlap
    }

    @Test("two versions of the same octets are a warning with both, in every protocol")
    func versions() throws {
        for event in [
            MailEvent.smtp(.overlap(overlap())), .pop3(.overlap(overlap())),
            .imap(.overlap(overlap())),
        ] {
            var judge = RelayJudge(configuration: .told)
            let alert = try #require(judge.raised(by: event, in: .ordinary).first)
            #expect(alert.rule.id == "tcp.evasion" && alert.severity == .medium)
            #expect(alert.why.contains("\"bob@x\" counts") && alert.why.contains("\"eve@x\""))
        }
        var french = RelayJudge(configuration: .told.with { $0.language = .french })
        let alert = try #require(
            french.raised(by: .smtp(.overlap(overlap())), in: .ordinary).first
        )
        #expect(alert.why.contains("Le client a envoyé 3 octets"))
    }

    @Test("what may be a secret is not told, an odd time to live is")
    func hiddenVersions() throws {
        var judge = RelayJudge(configuration: .told)
        let event = MailEvent.smtp(.overlap(overlap(isTold: false, hasOddHopLimit: true)))
        let alert = try #require(judge.raised(by: event, in: .ordinary).first)
        #expect(alert.why.contains("not shown") && alert.why.contains("time to live"))
        #expect(alert.confidence > 0.9)
    }

    @Test("speaking before the greeting in small segments out of turn is told, either alone is not")
    func oddCutting() throws {
        func alerts(_ count: UInt8, _ anomalies: [String]) -> [Alert] {
            var judge = RelayJudge(configuration: .told)
            var context = Scene.ordinary.context
            context.flow.oddSegments = count
            var alerts: [Alert] = []
            judge.evaluate(ended { $0.anomalies = anomalies }, in: context) { alerts.append($0) }
            return alerts.filter { $0.rule.id == "tcp.evasion" }
        }
        let alert = try #require(alerts(4, ["lf_only", "early_talker"]).first)
        #expect(alert.severity == .medium && alert.why.contains("4 of its segments"))
        #expect(alerts(3, ["early_talker"]).isEmpty)
        #expect(alerts(255, ["lf_only"]).isEmpty)
    }

    /// What is told of a client that sends its first lines in pieces of one octet, put in this order.
    private func told(_ order: (Range<UInt32>) -> [UInt32]) -> [Alert] {
        var conversation = TCPConversation()
        conversation.open()
        let (start, lines) = (conversation.number(of: .a), Array("EHLO x\r\nRSET\r\n".utf8))
        for place in order(0..<UInt32(lines.count)) {
            let octet = [lines[Int(place)]]
            conversation.emit(from: .a, number: start &+ place, payload: octet)
        }
        conversation.lose(lines.count, from: .a)
        conversation.send("220 mail.example.org\r\n250 ok\r\n250 ok\r\n", from: .b)
        conversation.close()
        let bench = RelayBench(configuration: .told)
        let pipeline = Pipeline(Analyzer(SMTPObserver(), judge: bench.smtp))
        var findings: [Finding] = []
        for frame in conversation.frames { pipeline.process(frame.frame, into: &findings) }
        pipeline.finish(into: &findings)
        return findings.compactMap { finding in
            guard case .alert(let alert) = finding, alert.rule.id == "tcp.evasion" else {
                return nil
            }
            return alert
        }
    }

    @Test("so it is of frames, and a hand at the keyboard is not told")
    func oddFrames() {
        #expect(told { $0.reversed() }.count == 1)
        #expect(told { Array($0) }.isEmpty)
    }

    @Test("a flood of resets takes bounded memory")
    func flood() {
        var judge = RelayJudge(configuration: .told)
        for number in 0..<2_000 {
            let scene = Scene.ordinary.with {
                $0.client = "203.\(number / 250).113.\(number % 250)"
            }
            _ = judge.raised(by: ended { $0.reason = .reset }, in: scene)
        }
        #expect(judge.memory.entryCount < 4_000)
    }
}
