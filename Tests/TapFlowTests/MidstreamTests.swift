import TapFlow
import TapTesting
import TapWire
import Testing

@Suite("Connections whose start was not seen")
struct MidstreamTests {
    @Test("The side with the service's port was called, whoever speaks first")
    func orientation() throws {
        for count in 3..<7 {
            let frames = Array(greeting().frames.dropFirst(count))
            let flow = try #require(log(of: frames).flows.values.first)
            #expect(flow.b.port == 25 && flow.isMidstream)
        }
        var settings = TCPConversation.Settings()
        settings.a.port = 2_525
        settings.b.port = 1_500
        let service = try #require(
            log(of: Array(greeting(settings).frames.dropFirst(3))).flows.values.first
        )
        #expect(service.b.port == 2_525)
        settings.a.port = 1_400
        let lower = try #require(
            log(of: Array(greeting(settings).frames.dropFirst(3))).flows.values.first
        )
        #expect(lower.b.port == 1_400)
    }

    @Test("Only octets pick a connection up: no ACK, FIN or RST does")
    func noState() {
        var conversation = TCPConversation()
        conversation.acknowledge(from: .a)
        conversation.finish(from: .a)
        conversation.reset(from: .b)
        #expect(log(of: conversation.frames).entries.isEmpty)
    }

    @Test("A SYN/ACK alone is enough to know who called")
    func withoutSYN() throws {
        let log = log(of: Array(greeting().frames.dropFirst(1)))
        #expect(log.allEntries == greetingEntries + [.closed(.inputEnded)])
        let flow = try #require(log.flows.values.first)
        #expect(!flow.isMidstream && flow.b.port == 25)
    }

    @Test("A SYN is enough too, where the SYN/ACK was lost")
    func withoutSYNACK() throws {
        var frames = greeting().frames
        frames.remove(at: 1)
        let log = log(of: frames)
        #expect(log.allEntries == greetingEntries + [.closed(.inputEnded)])
        #expect(try #require(log.flows.values.first).firstSequence == 0)
        // The caller's acknowledgment tells where the lost banner began.
        frames.remove(at: 2)
        let expected =
            [.opened, .gap(18, .b)] + greetingEntries.dropFirst(2) + [.closed(.inputEnded)]
        #expect(MidstreamTests.entries(frames) == expected)
        let flow = try #require(log.flows.values.first)
        #expect(!flow.isMidstream && !flow.isAnswerSeen)
    }

    @Test("Behind a SYN alone, whoever speaks next may answer what was not seen")
    func behindSYN() throws {
        // SYN, SYN/ACK, ACK, banner, its ACK, QUIT, its ACK, 221: what is left of them.
        let frames = greeting().frames
        func isMidstream(_ left: [Int]) throws -> Bool {
            let flow = log(of: left.map { frames[$0] }).flows.values.first
            return try #require(flow).isMidstream
        }
        // The caller's first octets acknowledge what may be anything.
        #expect(try isMidstream([0, 5, 6, 7]))
        // The callee has got octets of the caller before.
        #expect(try isMidstream([0, 7]))
        // An acknowledgment tells where the callee begins only from a caller that has said nothing.
        #expect(try !isMidstream([0, 2, 5]))
        var late = greeting()
        late.acknowledge(from: .a)
        late.send("NOOP\r\n", from: .a)
        let behindOctets = late.frames.dropFirst(8)
        let flow = log(of: [frames[0]] + behindOctets).flows.values.first
        #expect(try #require(flow).isMidstream)
        // The callee speaks first.
        #expect(try !isMidstream([0, 3]))
        #expect(try !isMidstream([0, 1, 5]))
    }

    private static func entries(_ frames: [OwnedFrame]) -> [EventLog.Entry] {
        log(of: frames).allEntries
    }

    @Test("One side alone is told as far as it goes")
    func oneSided() {
        var conversation = greeting()
        conversation.close()
        let fromB = log(
            of: conversation.frames.filter { $0.metadata.ingress == conversation.settings.ingressB }
        )
        #expect(fromB.text(of: .b) == "220 mail.example\\x0D\\x0A221 bye\\x0D\\x0A")
        #expect(fromB.allEntries.last == .closed(.inputEnded))
        let fromA = log(
            of: conversation.frames.filter { $0.metadata.ingress == conversation.settings.ingressA }
        )
        #expect(fromA.text(of: .a) == "QUIT\\x0D\\x0A")
        #expect(fromA.flows.values.first?.isMidstream == false)
    }

    @Test("A flood of SYNs opens no flow and holds no more attempts than allowed")
    func flood() {
        var limits = FlowLimits()
        limits.maximumAttempts = 100
        var reassembler = StreamReassembler(limits: limits)
        var log = EventLog()
        for number in 0..<5_000 {
            var settings = TCPConversation.Settings()
            settings.a.address = IPAddress(v4: UInt32(number))
            settings.start = Timestamp(nanoseconds: Int64(number) * 1_000)
            settings.firstSequence = UInt64(number)
            var conversation = TCPConversation(settings)
            conversation.emit(from: .a, flags: .syn)
            for frame in conversation.frames { reassembler.process(frame.frame, into: &log) }
        }
        #expect(log.entries.isEmpty && reassembler.flowCount == 0)
        #expect(reassembler.statistics.attemptsEvicted == 4_900)
        #expect(reassembler.oldestLiveSequence == 4_900)
        reassembler.expire(at: Timestamp(nanoseconds: 60_000_000_000), into: &log)
        #expect(reassembler.oldestLiveSequence == nil)
    }

    @Test("A refused connection leaves nothing behind")
    func refused() {
        var conversation = TCPConversation()
        conversation.emit(from: .a, flags: .syn)
        conversation.lose(1, from: .a)
        conversation.emit(from: .b, number: 0, flags: [.rst, .ack])
        var reassembler = StreamReassembler()
        var log = EventLog()
        for frame in conversation.frames { reassembler.process(frame.frame, into: &log) }
        #expect(log.entries.isEmpty && reassembler.oldestLiveSequence == nil)
    }
}
