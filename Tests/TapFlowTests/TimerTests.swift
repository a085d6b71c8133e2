import TapFlow
import TapTesting
import TapWire
import Testing

@Suite("Time-outs and limits on flows")
struct TimerTests {
    @Test("An idle connection expires at its limit, whenever time is moved on")
    func idle() {
        var conversation = greeting()
        let last = conversation.frames.last?.metadata.arrival ?? .distantPast
        let deadline = last.advanced(by: FlowLimits().idleTimeout)
        var reassembler = StreamReassembler()
        var log = EventLog()
        for frame in conversation.frames { reassembler.process(frame.frame, into: &log) }
        reassembler.expire(at: Timestamp(nanoseconds: deadline.nanoseconds - 1), into: &log)
        #expect(log.allEntries.last != .closed(.expired))
        reassembler.expire(at: deadline.advanced(by: .seconds(99)), into: &log)
        #expect(log.allEntries.last == .closed(.expired))
        #expect(log.entries.last?.moment.time == deadline)
        #expect(reassembler.flowCount == 0)
        // The next frame of it opens a flow in midstream.
        conversation.wait(.seconds(10_000))
        conversation.send("421 too slow\r\n", from: .b)
        for frame in conversation.frames.suffix(2) { reassembler.process(frame.frame, into: &log) }
        #expect(log.flows.count == 2)
    }

    @Test("Frames move time on as a clock does")
    func byFrames() {
        let first = greeting()
        var settings = first.settings
        settings.a.port = 50_000
        settings.start = first.now.advanced(by: .seconds(7_500))
        settings.firstSequence = first.nextSequence
        let log = log(of: first.frames + greeting(settings).frames)
        let expired = log.entries.first { $0.entry == .closed(.expired) }
        #expect(expired?.moment.sequence == first.nextSequence - 1)
        #expect(
            expired?.moment.time
                == first.frames.last?.metadata.arrival.advanced(by: FlowLimits().idleTimeout)
        )
    }

    @Test(
        "A dialogue goes on behind a long silence, as of IDLE, a slow server or a keep-alive",
        arguments: [601, 1_740, 7_200]
    )
    func silence(seconds: Int) {
        var conversation = TCPConversation()
        conversation.open()
        conversation.send("220 mail.example\r\n", from: .b)
        conversation.wait(.seconds(seconds))
        conversation.send("QUIT\r\n", from: .a)
        conversation.wait(.seconds(seconds))
        conversation.send("221 bye\r\n", from: .b)
        #expect(log(of: conversation.frames).allEntries == greetingEntries + [.closed(.inputEnded)])
    }

    @Test("Behind a long silence octets that continue nothing are those of another connection")
    func silenceOfAnother() {
        var conversation = greeting()
        conversation.wait(.seconds(601))
        let expected = greetingEntries + [.closed(.replaced), .opened, bytes("220 other\r\n", .b)]
        // Loss alone makes another hole, and nothing more.
        for (lost, isOther) in [(1_000, false), (900_000_000, true)] {
            var later = conversation
            later.lose(lost, from: .b)
            later.send("220 other\r\n", from: .b)
            let entries = log(of: later.frames).allEntries
            #expect(entries.starts(with: expected) == isOther)
        }
    }

    @Test("An idle connection that nobody wants expires after ten minutes")
    func idleUnwanted() {
        var reassembler = StreamReassembler()
        var log = EventLog()
        log.maximumOctets = 5
        for frame in greeting().frames { reassembler.process(frame.frame, into: &log) }
        let last = greeting().frames.last?.metadata.arrival ?? .distantPast
        reassembler.expire(at: last.advanced(by: .seconds(599)), into: &log)
        #expect(reassembler.flowCount == 1)
        reassembler.expire(at: last.advanced(by: .seconds(600)), into: &log)
        #expect(log.allEntries.last == .closed(.expired) && reassembler.flowCount == 0)
    }

    @Test("A half-closed connection expires after a minute")
    func halfClosed() {
        var conversation = greeting()
        conversation.finish(from: .a)
        var reassembler = StreamReassembler()
        var log = EventLog()
        for frame in conversation.frames { reassembler.process(frame.frame, into: &log) }
        reassembler.expire(at: conversation.now.advanced(by: .seconds(60)), into: &log)
        #expect(log.allEntries.suffix(2) == [.ended(.a), .closed(.expired)])
    }

    @Test("A SYN/ACK that nobody confirms is no flow, and is forgotten after a minute")
    func unconfirmed() {
        for count in 2...3 {
            var reassembler = StreamReassembler()
            var log = EventLog()
            for frame in greeting().frames.prefix(count) {
                reassembler.process(frame.frame, into: &log)
            }
            reassembler.expire(at: greeting().now.advanced(by: .seconds(70)), into: &log)
            #expect(log.allEntries == (count == 2 ? [] : [.opened]))
            #expect(reassembler.statistics.flowsUnconfirmed == (count == 2 ? 1 : 0))
            #expect(reassembler.flowCount == count - 2)
        }
    }

    @Test("A server that ends or refuses what nobody confirmed is told in order, or not at all")
    func unconfirmedEnd() {
        var conversation = TCPConversation()
        conversation.emit(from: .a, flags: .syn)
        conversation.lose(1, from: .a)
        conversation.emit(from: .b, flags: [.syn, .ack])
        conversation.lose(1, from: .b)
        let expected = [EventLog.Entry.opened, .ended(.b), .closed(.inputEnded)]
        var finished = conversation
        finished.finish(from: .b)
        #expect(log(of: finished.frames).allEntries == expected)
        // An acknowledgment of octets that were never seen comes with the RST.
        conversation.lose(9, from: .a)
        conversation.reset(from: .b)
        #expect(log(of: conversation.frames).allEntries == [.opened, .gap(9, .a), .closed(.reset)])
    }

    @Test("A flood of SYNs that are answered takes no more than its share, and no flow with octets")
    func answeredFlood() {
        var limits = FlowLimits()
        limits.maximumUnconfirmedFlows = 50
        var reassembler = StreamReassembler(limits: limits)
        var log = EventLog()
        for frame in greeting().frames { reassembler.process(frame.frame, into: &log) }
        for number in 0..<2_000 {
            var settings = TCPConversation.Settings()
            settings.a.address = IPAddress(v4: UInt32(number))
            settings.start = greeting().now
            for frame in greeting(settings).frames.prefix(2) {
                reassembler.process(frame.frame, into: &log)
            }
            #expect(reassembler.flowCount <= 51)
        }
        #expect(log.allEntries == greetingEntries)
        #expect(reassembler.statistics.flowsUnconfirmed == 1_950)
        // Where only the server is seen, what it says confirms.
        var oneSided = StreamReassembler()
        let later = greeting().now.advanced(by: .seconds(70))
        for frame in greeting().frames where frame.metadata.ingress.rawValue == 1 {
            oneSided.process(frame.frame, into: &log)
        }
        oneSided.expire(at: later, into: &log)
        #expect(oneSided.flowCount == 1)
    }

    /// A receiver that values flows from a port on, and is told what becomes of them.
    private struct Valuer: StreamReceiver {
        let firstPort: UInt16
        var evicted: [UInt16] = []

        mutating func receive(
            _ event: borrowing StreamEvent,
            of flow: borrowing Flow,
            at moment: Moment
        ) -> StreamInterest {
            if case .closed(.evicted) = copy event { evicted.append(flow.a.port) }
            if flow.a.port == 1 { return .unwanted }
            return flow.a.port >= firstPort ? .valued : .wanted
        }
    }

    @Test(
        "Flows make room in order: unwanted, idle longest, and those that are valued last",
        arguments: [true, false]
    )
    func valued(_ isBudget: Bool) {
        var limits = FlowLimits()
        if isBudget {
            limits.octetsPerWantedFlow = 1_000
            limits.octetsPerUnwantedFlow = 1_000
            limits.maximumHistoryOctetsPerDirection = 0
            limits.maximumOctets = 4_000
        } else {
            limits.maximumFlows = 4
        }
        var reassembler = StreamReassembler(limits: limits)
        var valuer = Valuer(firstPort: 50_003)
        for (turn, port) in [50_003, 50_002, 1, 50_004, 50_001, 50_005, 50_006, 50_007, 50_008]
            .enumerated()
        {
            var settings = TCPConversation.Settings()
            settings.a.port = UInt16(port)
            settings.start = Timestamp(nanoseconds: Int64(turn) * 1_000_000_000)
            var conversation = greeting(settings)
            // One that is half closed is spared too.
            if port == 50_003 { conversation.finish(from: .a) }
            for frame in conversation.frames { reassembler.process(frame.frame, into: &valuer) }
            #expect(reassembler.flowCount <= 4)
        }
        #expect(valuer.evicted == [1, 50_002, 50_001, 50_003, 50_004])
        #expect(reassembler.statistics.flowsEvictedValued == 2)
    }

    @Test("The flow that was idle longest makes room")
    func eviction() {
        var limits = FlowLimits()
        limits.maximumFlows = 3
        var reassembler = StreamReassembler(limits: limits)
        var log = EventLog()
        for number in 0..<5 {
            var settings = TCPConversation.Settings()
            settings.a.port = UInt16(50_000 + number)
            settings.start = Timestamp(nanoseconds: Int64(number) * 1_000_000_000)
            for frame in greeting(settings).frames { reassembler.process(frame.frame, into: &log) }
        }
        let evicted = log.entries.filter { $0.entry == .closed(.evicted) }
        #expect(evicted.compactMap { log.flows[$0.flow]?.a.port } == [50_000, 50_001])
        #expect(reassembler.flowCount == 3 && reassembler.statistics.flowsEvicted == 2)
    }

    @Test("A flow nobody wants buffers nothing, holds nothing back and is still told to be closed")
    func unwanted() {
        var conversation = greeting()
        conversation.lose(1_000, from: .b)
        conversation.send("more\r\n", from: .b)
        var closed = conversation
        closed.close()
        var reassembler = StreamReassembler()
        var log = EventLog()
        log.maximumOctets = 5
        for frame in conversation.frames { reassembler.process(frame.frame, into: &log) }
        #expect(log.allEntries == Array(greetingEntries.prefix(2)))
        #expect(reassembler.oldestLiveSequence == nil && reassembler.openFlows.isEmpty)
        for frame in closed.frames.suffix(4) { reassembler.process(frame.frame, into: &log) }
        #expect(log.allEntries == greetingEntries.prefix(2) + [.closed(.finished)])
    }

    @Test("The oldest live frame is that of the oldest flow, attempt or fragment")
    func oldestLive() {
        var reassembler = StreamReassembler()
        var log = EventLog()
        #expect(reassembler.oldestLiveSequence == nil)
        var conversations: [TCPConversation] = []
        for number in 0..<3 {
            var settings = TCPConversation.Settings()
            settings.a.port = UInt16(50_000 + number)
            settings.firstSequence = UInt64(number)
            conversations.append(TCPConversation(settings))
            conversations[number].emit(from: .a, flags: .syn)
            conversations[number].lose(1, from: .a)
            for frame in conversations[number].frames {
                reassembler.process(frame.frame, into: &log)
            }
        }
        #expect(reassembler.oldestLiveSequence == 0)
        // The servers answer in the other order.
        for number in [2, 1, 0] {
            conversations[number].emit(from: .b, flags: [.syn, .ack])
            conversations[number].lose(1, from: .b)
            conversations[number].send("220\r\n", from: .b)
            for frame in conversations[number].frames.dropFirst() {
                reassembler.process(frame.frame, into: &log)
            }
        }
        for (number, expected) in [(0, 1), (1, 2), (2, nil)] as [(Int, UInt64?)] {
            let seen = conversations[number].frames.count
            conversations[number].close()
            for frame in conversations[number].frames.dropFirst(seen) {
                reassembler.process(frame.frame, into: &log)
            }
            #expect(reassembler.oldestLiveSequence == expected)
        }
    }

    @Test("Many short flows beside one that lasts leave no trail")
    func churn() {
        var reassembler = StreamReassembler()
        var log = EventLog()
        let old = greeting()
        for frame in old.frames { reassembler.process(frame.frame, into: &log) }
        for number in 0..<500 {
            var settings = TCPConversation.Settings()
            settings.a.port = UInt16(1_024 + number)
            settings.start = old.now.advanced(by: .milliseconds(200 * number))
            settings.firstSequence = UInt64(100 + 20 * number)
            var conversation = greeting(settings)
            conversation.close()
            for frame in conversation.frames { reassembler.process(frame.frame, into: &log) }
        }
        #expect(reassembler.oldestLiveSequence == 0)
        // Those of the last 30 s linger.
        #expect(reassembler.flowCount <= 1 + 30 * 5 + 1)
    }
}
