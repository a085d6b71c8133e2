import TapFlow
import TapTesting
import TapWire
import Testing

@Suite("Holes, disorder and repetitions")
struct HoleTests {
    /// A connection over which `a` sends ten segments of ten octets, without acknowledgments.
    private func burst() -> TCPConversation {
        var settings = TCPConversation.Settings()
        settings.segmentSize = 10
        settings.acknowledgesAtOnce = false
        var conversation = TCPConversation(settings)
        conversation.open()
        conversation.send(String(repeating: "0123456789", count: 10), from: .a)
        return conversation
    }

    private let whole = [
        EventLog.Entry.opened, bytes(String(repeating: "0123456789", count: 10), .a),
        .closed(.inputEnded),
    ]

    @Test("Segments in any order give the same octets")
    func disorder() {
        var random = SplitMix64(seed: 6)
        let frames = burst().frames
        for _ in 0..<200 {
            let shuffled = Array(frames.prefix(3)) + frames.dropFirst(3).shuffled(using: &random)
            #expect(log(of: FaultInjector.renumbered(shuffled)).allEntries == whole)
        }
    }

    /// How many odd segments are counted of a client's octets in such pieces, each with its place.
    private func oddSegments(
        _ pieces: [(Int, String)],
        from side: Side = .a,
        acknowledging end: Int? = nil
    ) -> UInt8? {
        var conversation = TCPConversation()
        conversation.open()
        let start = conversation.number(of: side)
        for (place, octets) in pieces {
            let number = start &+ UInt32(place)
            conversation.emit(from: side, number: number, payload: Array(octets.utf8))
            guard let end, place + octets.utf8.count == end else { continue }
            let opposite = side.opposite
            conversation.emit(from: opposite, acknowledging: start &+ UInt32(end))
        }
        return log(of: conversation.frames).flows.values.first?.oddSegments
    }

    @Test("Small segments out of turn and overlapping are counted, each once, and no others")
    func oddCuts() {
        func octets(_ order: [Int]) -> [(Int, String)] { order.map { ($0, "x") } }
        // Each of those that neither fills the first hole nor goes on.
        #expect(oddSegments(octets([5, 3, 1, 4, 2, 0])) == 5)
        #expect(oddSegments([(0, "xx"), (1, "xx"), (2, "xx"), (3, "xx")]) == 3)
        #expect(oddSegments(octets(Array(0..<200))) == 0)
        #expect(oddSegments(octets([5, 3, 1, 4, 2, 0]), from: .b) == 0)
        // One is lost and all behind it, or some, are sent once more.
        #expect(oddSegments(octets([0, 1, 3, 4, 5, 6, 2, 3, 4, 5, 6])) == 1)
        #expect(oddSegments(octets([0, 1, 3, 4, 3, 5, 4, 2])) == 1)
        // A sender joins what was not acknowledged with what came up meanwhile.
        #expect(oddSegments([(0, "x"), (1, "x"), (1, "xx"), (1, "xxx")], acknowledging: 1) == 0)
        // What a network mixes up is not small, or lies in a message.
        let line = String(repeating: "x", count: 20)
        #expect(oddSegments([(40, line), (20, line), (60, line), (0, line)]) == 0)
        let message = String(repeating: "x", count: 2_100)
        #expect(oddSegments([(0, message)] + octets([2_105, 2_103, 2_101, 2_100])) == 0)
        #expect(oddSegments(octets(Array((1..<600).reversed()))) == 255)
    }

    @Test("A hole that the receiver acknowledges is a gap of known size, told before what follows")
    func acknowledgedHole() {
        var conversation = TCPConversation()
        conversation.open()
        conversation.lose(7, from: .a)
        conversation.sendSegment(Array("after".utf8), from: .a)
        let waiting = conversation
        conversation.acknowledge(from: .b)
        conversation.send("250 ok\r\n", from: .b)
        let expected =
            [.opened, .gap(7, .a), bytes("after", .a), bytes("250 ok\r\n", .b)] as [EventLog.Entry]
        #expect(log(of: conversation.frames).allEntries == expected + [.closed(.inputEnded)])
        // Nothing is given up as long as it may still come.
        var reassembler = StreamReassembler()
        var early = EventLog()
        for frame in waiting.frames { reassembler.process(frame.frame, into: &early) }
        #expect(early.allEntries == [.opened])
    }

    @Test("What was lost at the end is told before the answer to it")
    func lostTail() {
        var conversation = TCPConversation()
        conversation.open()
        conversation.lose(6, from: .a)
        conversation.acknowledge(from: .b)
        conversation.send("354 go\r\n", from: .b)
        let expected =
            [.opened, .gap(6, .a), bytes("354 go\r\n", .b), .closed(.inputEnded)]
            as [EventLog.Entry]
        #expect(log(of: conversation.frames).allEntries == expected)
    }

    @Test("A frame that stands behind its acknowledgment in the capture is not lost")
    func acknowledgmentFirst() {
        var frames = greeting().frames
        let index = frames.firstIndex { $0.octets.suffix(6) == Array("QUIT\r\n".utf8)[...] } ?? 0
        frames.swapAt(index, index + 1)
        let log = log(of: FaultInjector.renumbered(frames))
        #expect(log.allEntries == greetingEntries + [.closed(.inputEnded)])
    }

    @Test("What comes a little behind its answer is told before it", arguments: [Side.a, .b])
    func answerFirst(_ side: Side) {
        var conversation = TCPConversation()
        conversation.open()
        for line in ["one\r\n", "two\r\n", "three\r\n"] {
            conversation.sendSegment(Array(line.utf8), from: side)
            conversation.sendSegment(Array("ok \(line)".utf8), from: side.opposite)
        }
        conversation.close()
        let entries = log(of: conversation.frames).allEntries
        for index in [0, 1, 3, 5, 7] {
            var frames = conversation.frames
            frames.swapAt(index, index + 1)
            #expect(log(of: FaultInjector.renumbered(frames)).allEntries == entries)
        }
        // The end too may come before what it answers.
        for index in 8..<12 {
            var frames = conversation.frames
            frames.swapAt(index, index + 1)
            let log = log(of: FaultInjector.renumbered(frames))
            #expect(Set(log.allEntries) == Set(entries), "\(index): \(log.allEntries)")
        }
    }

    @Test("What does not come a little behind its answer is a gap before it")
    func answerAlone() throws {
        var conversation = TCPConversation()
        conversation.open()
        conversation.send("first\r\n", from: .a)
        conversation.lose(7, from: .a)
        conversation.send("250 ok\r\n", from: .b)
        let frames = conversation.frames
        var reassembler = StreamReassembler()
        var log = EventLog()
        for frame in frames { reassembler.process(frame.frame, into: &log) }
        let before = [.opened, bytes("first\r\n", .a)] as [EventLog.Entry]
        #expect(log.allEntries == before)
        // The frame of the answer, and the acknowledgment behind it.
        let answered = try #require(frames.dropLast().last).metadata.arrival
        reassembler.expire(at: answered.advanced(by: .milliseconds(4)), into: &log)
        #expect(log.allEntries == before)
        reassembler.expire(at: answered.advanced(by: .seconds(1)), into: &log)
        #expect(log.allEntries == before + [.gap(7, .a), bytes("250 ok\r\n", .b)])
        let last = try #require(log.entries.last)
        #expect(last.moment.time == answered.advanced(by: .milliseconds(5)))
    }

    @Test("Of many that are missing each is a gap before what answers it")
    func answersAlone() {
        var conversation = TCPConversation()
        conversation.open()
        conversation.send("first\r\n", from: .a)
        conversation.send("250 ok\r\n", from: .b)
        var expected: [EventLog.Entry] = [
            .opened, bytes("first\r\n", .a), bytes("250 ok\r\n", .b),
        ]
        for count in 1...4 {
            conversation.lose(count, from: .a)
            conversation.sendSegment(Array("250 \(count)\r\n".utf8), from: .b)
            conversation.lose(2 * count, from: .b)
            conversation.sendSegment(Array("more \(count)\r\n".utf8), from: .a)
            expected += [
                .gap(count, .a), bytes("250 \(count)\r\n", .b), .gap(2 * count, .b),
                bytes("more \(count)\r\n", .a),
            ]
        }
        let entries = log(of: conversation.frames).allEntries
        #expect(entries == expected + [.closed(.inputEnded)])
    }

    @Test("Sides that claim to have seen what was never said are waited for no longer than others")
    func falseAcknowledgments() throws {
        var random = SplitMix64(seed: 8)
        for _ in 0..<200 {
            var conversation = TCPConversation()
            conversation.open()
            let numbers = [Side.a: conversation.number(of: .a), .b: conversation.number(of: .b)]
            for _ in 0..<40 {
                let side = Bool.random(using: &random) ? Side.a : .b
                let number = numbers[side, default: 0] &+ .random(in: 0..<60, using: &random)
                let seen = numbers[side.opposite, default: 0]
                conversation.emit(
                    from: side,
                    number: number,
                    flags: Int.random(in: 0..<20, using: &random) == 0 ? [.ack, .fin] : .ack,
                    acknowledging: seen &+ .random(in: 0..<90, using: &random),
                    payload: random.octets(.random(in: 0..<30, using: &random))
                )
            }
            conversation.wait(.seconds(1))
            conversation.acknowledge(from: .a)
            var reassembler = StreamReassembler()
            var log = EventLog()
            for frame in conversation.frames { reassembler.process(frame.frame, into: &log) }
            reassembler.finish(into: &log)
            let ends = [EventLog.Entry.closed(.inputEnded), .closed(.finished)]
            #expect(ends.contains(try #require(log.allEntries.last)))
        }
    }

    @Test("Octets that the capture cut off are a gap of known size", arguments: 0...10)
    func cutCapture(_ kept: Int) {
        var conversation = TCPConversation()
        conversation.open()
        conversation.sendSegment(Array("0123456789".utf8), from: .a)
        conversation.sendSegment(Array("next".utf8), from: .a)
        var frames = conversation.frames
        frames[3] = frames[3].cut(to: frames[3].octets.count - 10 + kept)
        var expected: [EventLog.Entry] = [.opened]
        if kept > 0 { expected.append(bytes(String("0123456789".prefix(kept)), .a)) }
        if kept < 10 { expected.append(.gap(10 - kept, .a)) }
        expected += [bytes("next", .a), .closed(.inputEnded)]
        if kept == 10 { expected = [.opened, bytes("0123456789next", .a), .closed(.inputEnded)] }
        #expect(log(of: frames).allEntries == expected)
        // In disorder too.
        frames.swapAt(3, 4)
        #expect(log(of: FaultInjector.renumbered(frames)).allEntries == expected)
    }

    @Test("A retransmission that differs is a conflict, and the first octets stand")
    func conflict() {
        var conversation = TCPConversation()
        conversation.open()
        let number = conversation.number(of: .a)
        conversation.sendSegment(Array("RCPT TO:<x>\r\n".utf8), from: .a)
        conversation.emit(from: .a, number: number &+ 9, payload: Array("y>\r\nDATA\r\n".utf8))
        let expected =
            [
                .opened, bytes("RCPT TO:<x>\r\n", .a),
                .conflict(
                    OverlapConflict(
                        byteCount: 1,
                        offset: 9,
                        kept: Array("x>\r\n".utf8),
                        dropped: Array("y>\r\n".utf8)
                    ),
                    .a
                ),
                bytes("DATA\r\n", .a),
            ] as [EventLog.Entry]
        #expect(log(of: conversation.frames).allEntries == expected + [.closed(.inputEnded)])
    }

    @Test("What waits behind a hole is defended against later octets too")
    func heldConflict() {
        var conversation = TCPConversation()
        conversation.open()
        let number = conversation.number(of: .a)
        conversation.emit(from: .a, number: number &+ 4, payload: Array("4567".utf8))
        conversation.emit(from: .a, number: number &+ 2, payload: Array("23XX67XX".utf8))
        conversation.emit(from: .a, number: number, payload: Array("0123".utf8))
        let conflict = OverlapConflict(
            byteCount: 2,
            offset: 4,
            kept: Array("4567".utf8),
            dropped: Array("XX67".utf8)
        )
        let expected =
            [
                .opened, .conflict(conflict, .a), bytes("01234567XX", .a),
                .closed(.inputEnded),
            ] as [EventLog.Entry]
        #expect(log(of: conversation.frames).allEntries == expected)
    }

    @Test(
        "The receiver's policy says which octets behind a hole count",
        arguments: OverlapPolicy.allCases
    )
    func policies(_ policy: OverlapPolicy) throws {
        var conversation = TCPConversation()
        conversation.open()
        let number = conversation.number(of: .a)
        // Before what waits, at the same place as it, and behind its start.
        conversation.emit(from: .a, number: number &+ 12, payload: Array("CDEF".utf8))
        conversation.emit(from: .a, number: number &+ 10, payload: Array("abcd".utf8))
        conversation.emit(from: .a, number: number &+ 20, payload: Array("KLMN".utf8))
        conversation.emit(from: .a, number: number &+ 20, payload: Array("klmn".utf8))
        conversation.emit(from: .a, number: number &+ 30, payload: Array("UVWX".utf8))
        conversation.emit(from: .a, number: number &+ 32, payload: Array("wxyz".utf8))
        conversation.emit(from: .a, number: number, payload: Array("0123456789".utf8))
        conversation.emit(from: .a, number: number &+ 16, payload: Array("....".utf8))
        conversation.emit(from: .a, number: number &+ 24, payload: Array("......".utf8))
        var limits = FlowLimits()
        let network = try #require(IPNetwork(conversation.settings.b.address, prefixLength: 24))
        limits.overlaps = OverlapPolicies(rules: [.init(network, policy)])
        let expected =
            switch policy {
            case .first: "0123456789abCDEF....KLMN......UVWXyz"
            case .last: "0123456789abcdEF....klmn......UVwxyz"
            case .bsd, .windows: "0123456789abcdEF....KLMN......UVWXyz"
            case .linux: "0123456789abcdEF....klmn......UVWXyz"
            }
        #expect(log(of: conversation.frames, limits: limits).text(of: .a) == expected)
        // All three are told, whoever wins.
        #expect(statistics(of: conversation.frames, limits: limits).conflictingOctets == 8)
        // Another network has the standard.
        limits.overlaps.rules = [.init(try #require(IPNetwork("127.0.0.0/8")), .last)]
        let standard = "0123456789abCDEF....KLMN......UVWXyz"
        #expect(log(of: conversation.frames, limits: limits).text(of: .a) == standard)
    }

    @Test("Octets that the capture lost are taken from a retransmission")
    func lostAndSentAgain() {
        var conversation = TCPConversation()
        conversation.open()
        let number = conversation.number(of: .a)
        conversation.emit(from: .a, number: number &+ 4, payload: Array("4567".utf8))
        var frames = conversation.frames
        frames[3] = frames[3].cut(to: frames[3].octets.count - 2)
        var rest = conversation
        rest.emit(from: .a, number: number &+ 4, payload: Array("4567".utf8))
        rest.emit(from: .a, number: number, payload: Array("0123".utf8))
        let entries = log(of: frames + rest.frames.suffix(2)).allEntries
        #expect(entries == [.opened, bytes("01234567", .a), .closed(.inputEnded)])
    }

    @Test("Both versions of a conflict are kept up to a limit, and an odd time to live is told")
    func longConflict() throws {
        var conversation = TCPConversation()
        conversation.open()
        let number = conversation.number(of: .a)
        conversation.sendSegment([UInt8](repeating: 65, count: 1_000), from: .a)
        conversation.emit(
            from: .a,
            number: number,
            payload: [UInt8](repeating: 66, count: 1_000)
        )
        var frames = conversation.frames
        frames[4].octets[22] = 3
        let conflicts = log(of: frames).allEntries.compactMap { entry in
            if case .conflict(let conflict, .a) = entry { conflict } else { nil }
        }
        let conflict = try #require(conflicts.first)
        #expect(conflicts.count == 1 && conflict.byteCount == 1_000 && conflict.offset == 0)
        #expect(conflict.kept == [UInt8](repeating: 65, count: OverlapConflict.limit))
        #expect(conflict.dropped == [UInt8](repeating: 66, count: OverlapConflict.limit))
        #expect(conflict.hasOddHopLimit)
        #expect(statistics(of: frames).oddHopLimits == 1)
    }

    @Test("A retransmission is compared with all segments that it repeats", arguments: 0...9)
    func manySegments(_ skipped: Int) {
        let conversation = burst()
        var differing = conversation
        // Other digits in the third, the fourth and the last place of each ten.
        differing.emit(
            from: .a,
            number: conversation.number(of: .a) &- 100 &+ UInt32(skipped * 10 + 3),
            payload: Array(String(repeating: "345678XXX2", count: 9 - skipped).utf8)
        )
        let conflicts = log(of: differing.frames).allEntries.compactMap { entry in
            if case .conflict(let conflict, .a) = entry { conflict } else { nil }
        }
        guard skipped < 9 else { return #expect(conflicts.isEmpty) }
        #expect(conflicts.map(\.byteCount) == [3 * (9 - skipped)])
        #expect(conflicts.map(\.offset) == [Int64(skipped * 10 + 9)])
        let rest = String(repeating: "9012345678", count: 9)
        let length = min(OverlapConflict.limit, 10 * (9 - skipped) - 6)
        #expect(conflicts.map(\.kept) == [Array(rest.utf8.prefix(length))])
    }

    @Test("What is not acknowledged is remembered up to a limit, the newest of it")
    func longHistory() {
        var settings = TCPConversation.Settings()
        settings.segmentSize = 1_000
        settings.acknowledgesAtOnce = false
        var conversation = TCPConversation(settings)
        conversation.open()
        let number = conversation.number(of: .a)
        conversation.send(String(repeating: "x", count: 40_000), from: .a)
        // The last three thousand, and the first.
        conversation.emit(
            from: .a,
            number: number &+ 37_000,
            payload: [UInt8](repeating: 89, count: 3_000)
        )
        conversation.emit(from: .a, number: number, payload: [UInt8](repeating: 89, count: 1_000))
        let conflicts = log(of: conversation.frames).allEntries.compactMap { entry in
            if case .conflict(let conflict, .a) = entry { conflict } else { nil }
        }
        #expect(conflicts.map(\.byteCount) == [3_000])
    }

    @Test("What was acknowledged cannot be changed, and is not compared")
    func acknowledgedHistory() {
        var conversation = TCPConversation()
        conversation.open()
        let number = conversation.number(of: .a)
        conversation.send("abc", from: .a)
        conversation.emit(from: .a, number: number, payload: Array("xyz".utf8))
        #expect(statistics(of: conversation.frames).conflictingOctets == 0)
        #expect(log(of: conversation.frames).text(of: .a) == "abc")
    }

    @Test("Random overlaps with the same octets never conflict and never lose any")
    func overlaps() {
        var random = SplitMix64(seed: 7)
        let octets = random.octets(300)
        for _ in 0..<100 {
            var conversation = TCPConversation()
            conversation.open()
            let number = conversation.number(of: .a)
            for _ in 0..<60 {
                let start = Int.random(in: 0..<300, using: &random)
                let end = Int.random(in: start...min(300, start + 40), using: &random)
                let piece = Array(octets[start..<end])
                conversation.emit(from: .a, number: number &+ UInt32(start), payload: piece)
            }
            conversation.emit(from: .a, number: number, payload: octets)
            #expect(
                log(of: conversation.frames).allEntries == [
                    .opened, .bytes(octets, .a), .closed(.inputEnded),
                ]
            )
        }
    }

    @Test("Too much behind a hole gives the hole up", arguments: [true, false])
    func limits(_ countsSegments: Bool) {
        var limits = FlowLimits()
        limits.maximumBufferedSegmentsPerDirection = countsSegments ? 5 : 1_000
        limits.maximumBufferedOctetsPerDirection = countsSegments ? 1_000 : 50
        var frames = burst().frames
        frames.remove(at: 3)
        let expected = [
            .opened, .gap(10, .a), bytes(String(repeating: "0123456789", count: 9), .a),
            .closed(.inputEnded),
        ]
        #expect(log(of: frames, limits: limits).allEntries == expected as [EventLog.Entry])
        let counted = statistics(of: frames, limits: limits)
        #expect(counted.forcedGaps == 1 && counted.gaps == 1 && counted.gapOctets == 10)
    }

    @Test("Too much in all connections gives up the oldest hole")
    func budget() {
        var limits = FlowLimits()
        limits.maximumBufferedOctets = 150
        var reassembler = StreamReassembler(limits: limits)
        var log = EventLog()
        for number in 0..<4 {
            var settings = TCPConversation.Settings()
            settings.a.port = UInt16(50_000 + number)
            settings.firstSequence = UInt64(number * 100)
            var conversation = TCPConversation(settings)
            conversation.open()
            conversation.lose(1, from: .a)
            conversation.sendSegment([UInt8](repeating: 65, count: 60), from: .a)
            for frame in conversation.frames { reassembler.process(frame.frame, into: &log) }
        }
        #expect(log.allEntries.filter { $0 == .gap(1, .a) }.count == 2)
        let first = log.entries.first { $0.entry == .gap(1, .a) }
        #expect(log.flows[first?.flow ?? FlowID(rawValue: 0)]?.a.port == 50_000)
    }

    @Test("After the tap missed much, the stream goes on with a gap", arguments: [true, false])
    func outage(_ isAcknowledged: Bool) {
        var conversation = TCPConversation()
        conversation.open()
        conversation.send("before", from: .a)
        conversation.lose(500_000_000, from: .a)
        conversation.lose(500_000_000, from: .b)
        for _ in 0..<6 {
            conversation.sendSegment(Array("after ".utf8), from: .a)
            if isAcknowledged { conversation.acknowledge(from: .b) }
        }
        let log = log(of: conversation.frames)
        #expect(log.text(of: .a).hasPrefix("before"))
        #expect(log.text(of: .a).hasSuffix("after after after "))
        #expect(
            log.allEntries.contains {
                if case .gap(let count?, .a) = $0 { count >= 500_000_000 } else { false }
            }
        )
    }
}
