import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("Which mail connections make room for others")
struct EvictionTests {
    /// The start of a session from `port`, as far as `lines` go.
    private func session(from port: UInt16, at second: Int64, _ lines: [(String, Side)])
        -> [OwnedFrame]
    {
        var settings = TCPConversation.Settings()
        settings.a.port = port
        settings.start = Timestamp(nanoseconds: second * 1_000_000_000)
        settings.firstSequence = UInt64(second) * 1_000
        var conversation = TCPConversation(settings)
        conversation.open()
        for (text, side) in lines { conversation.send(text + "\r\n", from: side) }
        return conversation.frames
    }

    private let envelope: [(String, Side)] = [
        ("220 mx.example", .b), ("EHLO x", .a), ("250 mx.example", .b),
        ("MAIL FROM:<a@b.example>", .a), ("250 ok", .b), ("RCPT TO:<c@d.example>", .a),
    ]

    @Test("One with an accepted recipient goes last, until its message was accepted or refused")
    func valued() {
        var limits = FlowLimits()
        limits.maximumFlows = 4
        let pipeline = Pipeline(Analyzer(SMTPObserver()), limits: limits)
        var findings: [Finding] = []
        let accepted = envelope + [("250 ok", .b)]
        let refused = envelope + [("550 no", .b)]
        let done = accepted + [("RSET", .a), ("250 ok", .b)]
        var frames = session(from: 50_001, at: 1, accepted)
        frames += session(from: 50_002, at: 2, refused) + session(from: 50_003, at: 3, done)
        for number in 4..<10 {
            frames += session(from: UInt16(50_000 + number), at: Int64(number), envelope)
        }
        for frame in frames { pipeline.process(frame.frame, into: &findings) }
        let ended = findings.compactMap { finding -> UInt16? in
            guard case .event(let record) = finding, case .session? = record.event as? SMTPEvent
            else { return nil }
            return record.context.flow.a.port
        }
        #expect(ended == [50_002, 50_003, 50_004, 50_005, 50_006])
        #expect(pipeline.statistics.flowsEvictedValued == 0)
        pipeline.finish(into: &findings)
    }
}
