import TapFlow
import TapTesting
import TapWire
import Testing

@Suite("Whatever comes")
struct PropertyTests {
    private func dialogue() -> Dialogue {
        var dialogue = Dialogue()
        dialogue.b("220 mail.example ESMTP\r\n")
        dialogue.a("EHLO client.example\r\n")
        dialogue.b("250-mail.example\r\n250 SIZE\r\n")
        dialogue.a("MAIL FROM:<>\r\nRCPT TO:<a@example.net>\r\nDATA\r\n")
        dialogue.b("250 ok\r\n250 ok\r\n354 go\r\n")
        dialogue.a("Subject: x\r\n\r\n" + String(repeating: "body\r\n", count: 50) + ".\r\n")
        dialogue.b("250 queued\r\n")
        return dialogue
    }

    @Test("The streams do not depend on the segmentation")
    func segmentation() {
        let difference = SegmentationVerifier().firstDifference(of: dialogue()) {
            log(of: $0).allEntries
        }
        #expect(difference == nil, "\(String(describing: difference))")
    }

    @Test(
        "With loss, doubles and disorder every flow is told in a sound order, and octets and gaps add up"
    )
    func faults() {
        for seed in 0..<100 {
            var injector = FaultInjector(seed: UInt64(seed))
            injector.lossPerMille = 50
            injector.duplicatesPerMille = 50
            injector.swapsPerMille = 50
            injector.cutsPerMille = 20
            let frames = injector.apply(
                to: dialogue().frames(.random(seed: UInt64(seed), upTo: 30))
            )
            let log = log(of: frames)
            for flow in log.flows.keys { check(log.entries(of: flow)) }
            #expect(!log.allEntries.contains { if case .conflict = $0 { true } else { false } })
        }
    }

    @Test("Damaged frames trap nowhere, and the order stays sound")
    func damage() {
        for seed in 0..<100 {
            var injector = FaultInjector(seed: UInt64(seed))
            injector.damagePerMille = 300
            injector.duplicatesPerMille = 100
            injector.swapsPerMille = 100
            let frames = injector.apply(
                to: dialogue().frames(.random(seed: UInt64(seed), upTo: 60))
            )
            let log = log(of: frames)
            for flow in log.flows.keys { check(log.entries(of: flow)) }
        }
    }

    @Test("Random segments between a few ends trap nowhere and keep within all limits")
    func chaos() {
        var limits = FlowLimits()
        limits.maximumFlows = 8
        limits.maximumAttempts = 4
        limits.maximumBufferedOctets = 2_000
        limits.maximumBufferedOctetsPerDirection = 500
        limits.maximumBufferedSegmentsPerDirection = 5
        limits.maximumHistoryOctets = 1_000
        limits.maximumHistoryOctetsPerDirection = 100
        for seed in 0..<6 {
            var random = SplitMix64(seed: UInt64(seed))
            var reassembler = StreamReassembler(limits: limits)
            var log = EventLog()
            log.maximumOctets = seed.isMultiple(of: 2) ? 400 : .max
            var time: Int64 = 0
            for sequence in 0..<1_000 {
                time += Int64.random(
                    in: -1_000_000...(sequence.isMultiple(of: 50) ? 90_000_000_000 : 10_000_000),
                    using: &random
                )
                let frame = Self.randomFrame(&random, time: time, sequence: UInt64(sequence))
                reassembler.process(frame.frame, into: &log)
                #expect(reassembler.flowCount <= 8)
                if sequence.isMultiple(of: 97) { _ = reassembler.oldestLiveSequence }
            }
            reassembler.finish(into: &log)
            #expect(reassembler.flowCount == 0 && reassembler.oldestLiveSequence == nil)
            let counted = reassembler.statistics
            #expect(counted.flowsOpened == counted.flowsClosed)
            for flow in log.flows.keys { check(log.entries(of: flow)) }
        }
    }

    private static func randomFrame(_ random: inout SplitMix64, time: Int64, sequence: UInt64)
        -> OwnedFrame
    {
        var ends = [
            Endpoint(address: IPAddress(v4: UInt32.random(in: 1...4, using: &random)), port: 25),
            Endpoint(
                address: IPAddress(v4: 9),
                port: UInt16.random(in: 50_000...50_003, using: &random)
            ),
        ]
        if Bool.random(using: &random) { ends.reverse() }
        // Numbers near each other, near the wrap-around, and sometimes anywhere.
        func number(_ random: inout SplitMix64) -> UInt32 {
            let isAnywhere = Int.random(in: 0..<20, using: &random) == 0
            return isAnywhere
                ? UInt32(truncatingIfNeeded: random.next())
                : UInt32.random(in: 0...900, using: &random) &- 300
        }
        let choices: [TCPFlags] = [
            .ack, .ack, .ack, .ack, .syn, [.syn, .ack], [.fin, .ack], .rst, [.rst, .ack], [],
        ]
        let fields = SegmentFields(
            from: ends[0],
            to: ends[1],
            sequenceNumber: number(&random),
            acknowledgmentNumber: number(&random),
            flags: choices.randomElement(using: &random) ?? .ack,
            window: UInt16.random(in: 0...1_000, using: &random),
            payload: random.octets(Int.random(in: 0...80, using: &random))
        )
        let frame = OwnedFrame(
            octets: FrameBuilder().tcp(fields),
            arrival: Timestamp(nanoseconds: time),
            sequence: sequence
        )
        return Int.random(in: 0..<10, using: &random) == 0
            ? frame.cut(to: Int.random(in: 54...134, using: &random)) : frame
    }

    /// `opened` comes first, `closed` comes last, both once; nothing of a side comes behind its end.
    private func check(_ entries: [EventLog.Entry]) {
        #expect(entries.first == .opened)
        #expect(entries.count { $0 == .opened } == 1)
        if case .closed = entries.last {} else { Issue.record("not closed: \(entries)") }
        #expect(entries.count { if case .closed = $0 { true } else { false } } == 1)
        var ended: Set<Side> = []
        for entry in entries {
            switch entry {
            case .bytes(let octets, let side): #expect(!ended.contains(side) && !octets.isEmpty)
            case .gap(let byteCount, let side):
                #expect(!ended.contains(side) && (byteCount ?? 1) > 0)
            case .ended(let side): #expect(ended.insert(side).inserted)
            case .opened, .conflict, .closed: break
            }
        }
    }
}
