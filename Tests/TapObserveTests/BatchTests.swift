import TapCapture
import TapFlow
import TapTesting
import TapWire
import Testing

@testable import TapObserve

@Suite("Frames reassembled on one side and observed on the other")
struct BatchTests {
    private func makePipeline() -> Pipeline {
        Pipeline(
            Analyzer(EchoObserver(greeting: "220"), judge: ThirdLineJudge()),
            Analyzer(EchoObserver(greeting: "HTTP", name: "other"))
        )
    }

    /// Conversations that overlap, with frames lost, out of order and seen twice, and one with more octets than others.
    private func frames(seed: UInt64) -> [OwnedFrame] {
        var random = SplitMix64(seed: seed)
        var frames = overlappingConversations(seed: seed)
        var settings = TCPConversation.Settings()
        settings.a.port = 60_000
        settings.start = frames.first?.metadata.arrival ?? settings.start
        var long = TCPConversation(settings)
        long.open()
        long.send("220 long\r\n", from: .b)
        for line in 0..<40 {
            long.send("\(String(repeating: "x", count: 900)) \(line)\r\n", from: .a)
        }
        long.close()
        frames.append(contentsOf: long.frames)
        frames.sort { $0.metadata.arrival < $1.metadata.arrival }
        frames = frames.flatMap { frame -> [OwnedFrame] in
            switch Int.random(in: 0..<20, using: &random) {
            case 0: []
            case 1: [frame, frame]
            default: [frame]
            }
        }
        for index in frames.indices.dropLast() where Int.random(in: 0..<10, using: &random) == 0 {
            frames.swapAt(index, index + 1)
        }
        for index in frames.indices { frames[index].metadata.sequence = UInt64(index) }
        return frames
    }

    @Test("Batches of any size give the findings that the frames give", arguments: 0..<12)
    func batches(_ seed: UInt64) {
        let frames = frames(seed: seed)
        let expected = texts(makePipeline().findings(of: frames))
        #expect(expected.count > 10)
        for size in [1, 2, 7, 50, 10_000] {
            for isShared in [false, true] {
                for delay in [0, 1, 4] {
                    let found = texts(
                        findings(of: frames, size: size, isShared: isShared, delay: delay)
                    )
                    #expect(found == expected, "\(size) \(isShared) \(delay)")
                }
            }
        }
    }

    /// What is found when a batch is taken every `size` frames, and the answers come back `delay` batches later.
    private func findings(
        of frames: [OwnedFrame],
        size: Int,
        isShared: Bool,
        delay: Int
    ) -> [Finding] {
        let pipeline = makePipeline()
        var collector = StreamCollector()
        var findings: [Finding] = []
        var answers: [StreamInterests] = []
        var batch = StreamBatch()
        for start in stride(from: 0, to: frames.count, by: size) {
            let part = frames[start..<min(start + size, frames.count)]
            let storage = OctetArray(part.flatMap(\.octets))
            if isShared { collector.lookInto(storage) }
            var offset = 0
            for frame in part {
                let end = offset + frame.octets.count
                let octets = storage.octets.extracting(offset..<end)
                collector.process(Frame(octets, frame.metadata))
                offset = end
            }
            collector.swapBatch(&batch)
            answers.append(pipeline.process(batch, into: &findings))
            batch.removeAll()
            if answers.count > delay { collector.apply(answers.removeFirst()) }
        }
        collector.lookInto(NoOctets())
        collector.finish()
        collector.swapBatch(&batch)
        _ = pipeline.process(batch, into: &findings)
        pipeline.advance(to: collector.position.time, into: &findings)
        #expect(pipeline.observers.map(\.statistics.openFlows) == [0, 0])
        return findings
    }

    @Test("Names come in order with the events, and with batches of names alone", arguments: 0..<4)
    func names(_ seed: UInt64) {
        let address = IPAddress(v4: 0xCB00_7109)
        var frames: [OwnedFrame] = []
        for (number, frame) in self.frames(seed: seed).enumerated() {
            if number % 3 == 0 {
                let message = DNSMessage(reverse: address, name: "h\(number).example")
                let datagram = message.datagram(from: 53)
                let octets = FrameBuilder().ip(.udp, from: address, to: address, datagram)
                frames += [OwnedFrame(octets: octets, arrival: frame.metadata.arrival)]
            }
            frames.append(frame)
        }
        for index in frames.indices { frames[index].metadata.sequence = UInt64(index) }
        let expected = names(in: makePipeline().findings(of: frames))
        #expect(Set(expected).count > 5)
        for size in [1, 2, 7, 50, 10_000] {
            for isShared in [false, true] {
                let found = findings(of: frames, size: size, isShared: isShared, delay: 1)
                #expect(names(in: found) == expected, "\(size) \(isShared)")
            }
        }
    }

    /// How the client was called at each event.
    private func names(in findings: [Finding]) -> [String] {
        findings.map { finding in
            guard case .event(let record) = finding else { return "alert" }
            return record.context.clientName?.name ?? "unseen"
        }
    }

    @Test("A flood of names fills a batch")
    func flood() {
        var collector = StreamCollector()
        let wasEmpty = collector.isBatchEmpty
        let address = IPAddress(v4: 1)
        let datagram = DNSMessage(reverse: address, name: "a.example").datagram(from: 53)
        let frame = OwnedFrame(
            octets: FrameBuilder().ip(.udp, from: address, to: address, datagram)
        )
        var count = 0
        while !collector.isBatchFull, count < 100_000 {
            collector.process(frame.frame)
            count += 1
        }
        let isStillEmpty = collector.isBatchEmpty
        #expect(wasEmpty && !isStillEmpty && count == StreamBatch.entryLimit)
        var batch = StreamBatch()
        collector.swapBatch(&batch)
        let isEmptyAgain = collector.isBatchEmpty
        #expect(isEmptyAgain && batch.names.count == count)
    }

    @Test(
        "Nothing is kept of flows that were closed before the word on them came back",
        arguments: [0, 1, 4]
    )
    func closedFlows(delay: Int) {
        let pipeline = makePipeline()
        var collector = StreamCollector()
        var findings: [Finding] = []
        var answers: [StreamInterests] = []
        var batch = StreamBatch()
        for number in 0..<50 {
            var settings = TCPConversation.Settings()
            settings.a.port = UInt16(2_000 + number)
            settings.start = settings.start.advanced(by: .seconds(number))
            var conversation = TCPConversation(settings)
            conversation.open()
            conversation.send("SSH\r\n", from: .b)
            conversation.send("SSH\r\n", from: .a)
            conversation.close()
            for frame in conversation.frames { collector.process(frame.frame) }
            collector.swapBatch(&batch)
            answers.append(pipeline.process(batch, into: &findings))
            batch.removeAll()
            if answers.count > delay { collector.apply(answers.removeFirst()) }
        }
        for rest in answers { collector.apply(rest) }
        #expect(collector.statistics.flowsClosed == 50)
        #expect(collector.waitingAnswerCount == 0)
    }

    @Test("A flow that nobody wants is reassembled no further once that has come back")
    func unwanted() {
        var conversation = TCPConversation()
        conversation.open()
        conversation.send("SSH\r\n", from: .b)
        conversation.send("SSH\r\n", from: .a)
        conversation.send("more\r\n", from: .a)
        let pipeline = makePipeline()
        var collector = StreamCollector()
        var findings: [Finding] = []
        var batch = StreamBatch()
        for frame in conversation.frames {
            collector.process(frame.frame)
            collector.swapBatch(&batch)
            collector.apply(pipeline.process(batch, into: &findings))
            batch.removeAll()
        }
        #expect(collector.statistics.deliveredOctets == 10)
        #expect(findings.isEmpty)
    }

    @Test("What is said of a flow comes back when it changes, and only then")
    func interests() {
        var conversation = TCPConversation()
        conversation.open()
        for line in ["220 a", "keep", "same", "keep", "drop", "same"] {
            conversation.send("\(line)\r\n", from: .b)
        }
        let pipeline = Pipeline(Analyzer(ValuingObserver()))
        var collector = StreamCollector()
        var findings: [Finding] = []
        var batch = StreamBatch()
        var changes: [StreamInterest] = []
        for frame in conversation.frames {
            collector.process(frame.frame)
            collector.swapBatch(&batch)
            changes += pipeline.process(batch, into: &findings).values
            batch.removeAll()
        }
        #expect(changes == [.valued, .wanted])
        collector.finish()
        collector.swapBatch(&batch)
        #expect(Array(pipeline.process(batch, into: &findings).values) == [.asBefore])
    }

    @Test("A map of flows holds what a dictionary holds", arguments: 0..<4)
    func map(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var map = FlowMap<Int>()
        var model: [FlowID: Int] = [:]
        for step in 0..<5_000 {
            let flow = FlowID(rawValue: UInt64.random(in: 0..<300, using: &random) << 40)
            let value = Bool.random(using: &random) ? step : nil
            map[flow] = value
            model[flow] = value
            let other = FlowID(rawValue: UInt64.random(in: 0..<300, using: &random) << 40)
            #expect(map[other] == model[other])
        }
    }
}

/// Wants every flow, and wants it spared from a line `keep` on until another comes that is not `same`.
private struct ValuingObserver: Observer {
    typealias Event = EchoEvent

    struct Session: ObserverSession {
        mutating func receive(
            _ event: borrowing StreamEvent,
            of flow: borrowing Flow,
            at moment: Moment,
            emit: (EchoEvent) -> Void
        ) -> StreamInterest {
            guard case .bytes(let bytes, _) = copy event else { return .wanted }
            switch bytes[0] {
            case UInt8(ascii: "k"): return .valued
            case UInt8(ascii: "s"): return .asBefore
            default: return .wanted
            }
        }
    }

    let name = "valuing"

    func claim(_ flow: borrowing Flow, opening: borrowing Opening) -> Claim { .mine }

    func makeSession(for flow: borrowing Flow) -> Session { Session() }
}
