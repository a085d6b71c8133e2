import TapFlow
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("Observers and the flows they claim")
struct AnalyzerTests {
    private let dialogue: Dialogue = {
        var dialogue = Dialogue()
        dialogue.b("220 hello\r\n")
        dialogue.a("QUIT\r\n")
        dialogue.b("221 bye\r\n")
        return dialogue
    }()

    private let expected: [EchoEvent] = [
        .line(.b, "220 hello"), .line(.a, "QUIT"), .line(.b, "221 bye"), .ended(.a), .ended(.b),
        .closed(.finished),
    ]

    @Test("A flow that is claimed late is told from its start, whatever the segmentation")
    func lateClaim() {
        for greeting in [nil, "2", "220 hello\r\n"] {
            let observer = EchoObserver(greeting: greeting)
            #expect(
                events(Pipeline(Analyzer(observer)).findings(of: dialogue.frames())) == expected
            )
            let difference = SegmentationVerifier().firstDifference(
                of: dialogue,
                observer: observer
            )
            #expect(difference == nil, "\(String(describing: difference))")
        }
    }

    @Test("A flow that every observer refuses is not reassembled any further")
    func refused() {
        let pipeline = Pipeline(
            Analyzer(EchoObserver(greeting: "HTTP")),
            Analyzer(EchoObserver(greeting: "EHLO"))
        )
        #expect(pipeline.findings(of: dialogue.frames()).isEmpty)
        #expect(pipeline.statistics.deliveredOctets == 11)
        #expect(pipeline.observers.map(\.statistics.claimedFlows) == [0, 0])
        #expect(pipeline.observers.map(\.statistics.openFlows) == [0, 0])
    }

    @Test("One observer goes on when another refuses, and each finding is told once")
    func oneOfTwo() {
        let pipeline = Pipeline(
            Analyzer(EchoObserver(greeting: "HTTP")),
            Analyzer(EchoObserver(greeting: "220"))
        )
        #expect(events(pipeline.findings(of: dialogue.frames())) == expected)
        #expect(pipeline.observers.map(\.statistics.claimedFlows) == [0, 1])
        #expect(pipeline.observers.map(\.statistics.events) == [0, 6])
    }

    @Test("An observer that cannot decide is shown no more than the limit and then refuses")
    func undecided() {
        var long = Dialogue()
        long.a(String(repeating: "x", count: 5_000))
        long.a("\r\n")
        let patient = EchoObserver(greeting: String(repeating: "x", count: Opening.limit + 1))
        #expect(Pipeline(Analyzer(patient)).findings(of: long.frames(.pieces(of: 10))).isEmpty)
        let exact = EchoObserver(greeting: String(repeating: "x", count: Opening.limit))
        for segmentation in [.whole, .pieces(of: 7), .split(at: Opening.limit)] as [Segmentation] {
            let found = events(Pipeline(Analyzer(exact)).findings(of: long.frames(segmentation)))
            #expect(found.count == 4)
        }
    }

    @Test("A session that wants no more is still told of the end")
    func unwanted() {
        let pipeline = Pipeline(Analyzer(EchoObserver(lastLine: "220 hello")))
        let found = events(pipeline.findings(of: dialogue.frames()))
        #expect(found == [.line(.b, "220 hello"), .closed(.finished)])
        #expect(pipeline.openFlows == [])
    }

    @Test("Gaps before the claim are told to the session too")
    func gapInOpening() {
        var conversation = TCPConversation()
        conversation.open()
        conversation.send("22", from: .b)
        conversation.lose(3, from: .b)
        conversation.send("0 x\r\n", from: .b)
        conversation.send("EHLO\r\n", from: .a)
        let pipeline = Pipeline(Analyzer(EchoObserver(greeting: "22")))
        let found = events(pipeline.findings(of: conversation.frames))
        #expect(found == [.gap(.b), .line(.b, "220 x"), .line(.a, "EHLO"), .closed(.inputEnded)])
        // What stands behind a hole is not shown as if it stood at the start.
        let fooled = Pipeline(Analyzer(EchoObserver(greeting: "220 x")))
        #expect(fooled.findings(of: conversation.frames).isEmpty)
    }

    @Test("Alerts stand behind the event that raised them, with its context")
    func alerts() throws {
        let pipeline = Pipeline(Analyzer(EchoObserver(), judge: ThirdLineJudge()))
        let findings = pipeline.findings(of: dialogue.frames())
        #expect(findings.count == 7)
        guard case .alert(let alert) = findings[3] else {
            Issue.record("no alert: \(texts(findings))")
            return
        }
        #expect(alert.signature == "221 bye" && alert.context.moment.sequence == 5)
        #expect(alert.context.firstSequence == alert.context.flow.firstSequence)
        #expect(pipeline.observers.map(\.statistics.alerts) == [1])
    }
}
