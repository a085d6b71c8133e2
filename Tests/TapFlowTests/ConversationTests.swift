import TapFlow
import TapTesting
import TapWire
import Testing

/// The log of what the reassembler makes of `frames`, the end of the input included.
func log(of frames: [OwnedFrame], limits: FlowLimits = FlowLimits()) -> EventLog {
    var reassembler = StreamReassembler(limits: limits)
    var log = EventLog()
    for frame in frames { reassembler.process(frame.frame, into: &log) }
    reassembler.finish(into: &log)
    return log
}

/// What the reassembler counted over `frames`, the end of the input included.
func statistics(of frames: [OwnedFrame], limits: FlowLimits = FlowLimits()) -> FlowStatistics {
    var reassembler = StreamReassembler(limits: limits)
    var log = EventLog()
    for frame in frames { reassembler.process(frame.frame, into: &log) }
    reassembler.finish(into: &log)
    return reassembler.statistics
}

/// Octets as an entry of the log.
func bytes(_ text: String, _ side: Side) -> EventLog.Entry { .bytes(Array(text.utf8), side) }

/// A short mail dialogue up to the server's farewell.
func greeting(_ settings: TCPConversation.Settings = .init()) -> TCPConversation {
    var conversation = TCPConversation(settings)
    conversation.open()
    conversation.send("220 mail.example\r\n", from: .b)
    conversation.send("QUIT\r\n", from: .a)
    conversation.send("221 bye\r\n", from: .b)
    return conversation
}

/// What is told of `greeting()`.
let greetingEntries = [
    EventLog.Entry.opened,
    bytes("220 mail.example\r\n", .b),
    bytes("QUIT\r\n", .a),
    bytes("221 bye\r\n", .b),
]

@Suite("Connections from their start to their end")
struct ConversationTests {
    @Test("A connection is told in order and finished when both sides have sent FIN")
    func finished() throws {
        var conversation = greeting()
        conversation.close(by: .b)
        let log = log(of: conversation.frames)
        #expect(log.allEntries == greetingEntries + [.ended(.b), .ended(.a), .closed(.finished)])
        let flow = try #require(log.flows.values.first)
        #expect(flow.a == conversation.settings.a && flow.b == conversation.settings.b)
        #expect(flow.ingressA == PortIndex(rawValue: 0) && flow.ingressB == PortIndex(rawValue: 1))
        #expect(
            !flow.isMidstream && flow.firstSequence == 0
                && flow.opened == conversation.settings.start
        )
        #expect(flow.id.rawValue >> 63 == 0)
    }

    @Test("IPv6 and VLANs make no difference")
    func otherLayers() {
        var settings = TCPConversation.Settings()
        settings.a.address = IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 1)
        settings.b.address = IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 2)
        settings.vlans = [7, 9]
        let tagged = greeting(settings)
        #expect(log(of: tagged.frames).allEntries == greetingEntries + [.closed(.inputEnded)])
        #expect(log(of: tagged.frames).flows.values.first?.vlans == [7, 9])
    }

    @Test("Each tunnel depth and each virtual network has flows of its own")
    func tunnels() {
        let builder = FrameBuilder()
        let ends = (IPAddress(v4: 0x0A00_0001), IPAddress(v4: 0x0A00_0002))
        func wrapped(_ frame: OwnedFrame, network: UInt8) -> OwnedFrame {
            var frame = frame
            let payload = [0x08, 0, 0, 0, 0, 0, network, 0] + frame.octets
            let length = UInt16(8 + payload.count)
            let udp = [0xC0, 0, 0x12, 0xB5, UInt8(length >> 8), UInt8(length & 0xFF), 0, 0]
            frame.octets = builder.ip(.udp, from: ends.0, to: ends.1, udp + payload)
            frame.metadata.wireLength = UInt32(frame.octets.count)
            return frame
        }
        var conversation = TCPConversation()
        conversation.open()
        conversation.send("hello", from: .a)
        conversation.close()
        let frames = conversation.frames.flatMap {
            [$0, wrapped($0, network: 7), wrapped($0, network: 8)]
        }
        let log = log(of: frames)
        #expect(log.flows.count == 3)
        let tunnels = Set(log.flows.values.map(\.tunnel))
        #expect(
            tunnels == [nil, Flow.Tunnel(depth: 1, network: 7), Flow.Tunnel(depth: 1, network: 8)]
        )
        for flow in log.flows.keys {
            #expect(log.entries(of: flow)[1] == bytes("hello", .a))
        }
    }

    @Test("Sequence numbers may wrap round anywhere")
    func wrapAround() {
        for distance in 0..<40 {
            var settings = TCPConversation.Settings()
            settings.initialNumberA = 0 &- UInt32(distance)
            settings.initialNumberB = 0 &- UInt32(distance)
            #expect(
                log(of: greeting(settings).frames).allEntries == greetingEntries + [
                    .closed(.inputEnded)
                ]
            )
        }
    }

    @Test("An RST ends the connection, one outside the window does not")
    func reset() {
        var conversation = greeting()
        let inside = conversation.number(of: .a) &+ 1_000
        var copy = conversation
        copy.emit(from: .a, number: inside &+ 100_000_000, flags: .rst)
        copy.emit(from: .a, number: inside &- 5_000, flags: .rst)
        copy.send("more\r\n", from: .b)
        let expected =
            Array(greetingEntries.dropLast()) + [
                bytes("221 bye\r\nmore\r\n", .b), .closed(.inputEnded),
            ]
        #expect(log(of: copy.frames).allEntries == expected)
        #expect(statistics(of: copy.frames).outOfWindow == 2)
        conversation.emit(from: .a, number: inside, flags: .rst)
        #expect(log(of: conversation.frames).allEntries == greetingEntries + [.closed(.reset)])
    }

    @Test("What goes on after an RST that nobody obeyed is picked up again")
    func ignoredReset() {
        var conversation = greeting()
        conversation.reset(from: .a)
        conversation.send("MAIL FROM:<>\r\n", from: .a)
        let log = log(of: conversation.frames)
        let expected =
            [.closed(.reset), .opened, bytes("MAIL FROM:<>\r\n", .a), .closed(.inputEnded)]
            as [EventLog.Entry]
        #expect(log.allEntries == greetingEntries + expected)
        #expect(log.flows.values.filter(\.isMidstream).count == 1)
    }

    @Test("A FIN far outside the window is not believed")
    func strayFIN() {
        var conversation = greeting()
        conversation.emit(
            from: .a,
            number: conversation.number(of: .a) &+ 500_000_000,
            flags: [.fin, .ack]
        )
        conversation.emit(
            from: .b,
            number: conversation.number(of: .b) &+ 500_000_000,
            flags: [.fin, .ack]
        )
        #expect(log(of: conversation.frames).allEntries == greetingEntries + [.closed(.inputEnded)])
    }

    @Test("Octets behind a FIN do not count")
    func behindFIN() {
        var conversation = greeting()
        conversation.finish(from: .a)
        conversation.send("late\r\n", from: .a)
        conversation.finish(from: .b)
        let expected = greetingEntries + [.ended(.a), .ended(.b), .closed(.finished)]
        #expect(log(of: conversation.frames).allEntries == expected)
    }

    @Test("Octets far behind a FIN are strays, however many come: no gap after the end")
    func straysBehindFIN() {
        var conversation = greeting()
        conversation.finish(from: .a)
        for number in 0..<UInt32(6) {
            conversation.emit(
                from: .a,
                number: conversation.number(of: .a) &+ 1 << 29 &+ number,
                payload: [65]
            )
        }
        #expect(
            log(of: conversation.frames).allEntries
                == greetingEntries + [.ended(.a), .closed(.inputEnded)]
        )
    }

    @Test("Late copies of a closed connection's frames open nothing")
    func lateCopies() {
        var conversation = greeting()
        conversation.close()
        let frames = FaultInjector.renumbered(
            conversation.frames + conversation.frames.dropFirst(2)
        )
        #expect(log(of: frames).flows.count == 1)
    }

    @Test("A new connection between the same ends replaces the old one")
    func replaced() {
        let first = greeting()
        var settings = first.settings
        settings.initialNumberA &+= 70_000_000
        settings.initialNumberB &+= 70_000_000
        settings.start = first.now
        settings.firstSequence = first.nextSequence
        let second = greeting(settings)
        let replaced = log(of: first.frames + second.frames)
        #expect(
            replaced.allEntries == greetingEntries + [.closed(.replaced)] + greetingEntries + [
                .closed(.inputEnded)
            ]
        )
        #expect(replaced.flows.values.allSatisfy { !$0.isMidstream })
        // The same where the server is out of sight.
        let oneSided = (first.frames + second.frames).filter {
            $0.metadata.ingress == settings.ingressA
        }
        #expect(log(of: oneSided).flows.count == 2)
    }

    @Test("Keep-alives and probes of a closed window are repetitions")
    func keepAlive() {
        var conversation = greeting()
        conversation.emit(from: .a, number: conversation.number(of: .a) &- 1)
        conversation.emit(from: .a, number: conversation.number(of: .a) &- 1, payload: [0])
        conversation.emit(from: .a, payload: Array("M".utf8))
        conversation.send("MAIL\r\n", from: .a)
        let expected = greetingEntries + [bytes("MAIL\r\n", .a), .closed(.inputEnded)]
        #expect(log(of: conversation.frames).allEntries == expected)
    }

    @Test("An RST that only lies in the window ends the connection unless its sender goes on")
    func challenge() {
        var conversation = greeting()
        conversation.emit(from: .a, number: conversation.number(of: .a) &+ 1_000, flags: .rst)
        var silent = StreamReassembler()
        var log = EventLog()
        for frame in conversation.frames { silent.process(frame.frame, into: &log) }
        #expect(silent.statistics.challengedResets == 1)
        #expect(log.allEntries == greetingEntries)
        silent.expire(at: conversation.now.advanced(by: .seconds(61)), into: &log)
        #expect(log.allEntries == greetingEntries + [.closed(.reset)])
        conversation.send("MAIL\r\n", from: .a)
        var going = StreamReassembler()
        log = EventLog()
        for frame in conversation.frames { going.process(frame.frame, into: &log) }
        going.expire(at: conversation.now.advanced(by: .seconds(61)), into: &log)
        #expect(log.allEntries == greetingEntries + [bytes("MAIL\r\n", .a)])
    }

    @Test("Each frame seen twice, or on both ports, is told once")
    func seenTwice() {
        var conversation = greeting()
        conversation.close()
        let expected = log(of: conversation.frames).allEntries
        let adjacent = conversation.frames.flatMap { frame in
            var other = frame
            other.metadata.ingress = PortIndex(rawValue: 1 - frame.metadata.ingress.rawValue)
            return [frame, other]
        }
        #expect(log(of: FaultInjector.renumbered(adjacent)).allEntries == expected)
        #expect(statistics(of: adjacent).conflictingOctets == 0)
        #expect(statistics(of: FaultInjector.renumbered(adjacent)).copiedSegments > 0)
        // The same port again is a retransmission.
        let again = conversation.frames.flatMap { [$0, $0] }
        #expect(statistics(of: again).copiedSegments == 0)
    }

    @Test("The same frames give flows the same name, other frames another")
    func names() {
        let first = log(of: greeting().frames)
        #expect(first.flows.keys == log(of: greeting().frames).flows.keys)
        var settings = TCPConversation.Settings()
        settings.start = Timestamp(nanoseconds: settings.start.nanoseconds + 1)
        #expect(first.flows.keys != log(of: greeting(settings).frames).flows.keys)
    }
}
