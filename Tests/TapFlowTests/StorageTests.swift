import TapCapture
import TapFlow
import TapTesting
import TapWire
import Testing

/// What is told and counted must not depend on whether octets that may be repeated are copied, or looked at again where they
/// lie.
@Suite("Octets that are remembered by their places")
struct StorageTests {
    /// What was told and counted.
    private struct Outcome: Equatable {
        var entries: [EventLog.Entry] = []
        var statistics = FlowStatistics()
    }

    /// Takes the frames one behind the other out of arrays of `size` frames each.
    private func outcome(
        of frames: [OwnedFrame],
        isLasting: Bool,
        framesAnArray size: Int = .max,
        limits: FlowLimits = FlowLimits()
    ) -> Outcome {
        var reassembler = StreamReassembler(limits: limits)
        var log = EventLog()
        var rest = frames[...]
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            rest = rest.dropFirst(size)
            let store = OctetArray(piece.flatMap(\.octets), isLasting: isLasting)
            reassembler.lookInto(store)
            var start = 0
            for frame in piece {
                let octets = store.octets.extracting(start..<start + frame.octets.count)
                reassembler.process(Frame(octets, frame.metadata), into: &log)
                start += frame.octets.count
            }
        }
        reassembler.lookInto(NoOctets())
        reassembler.finish(into: &log)
        return Outcome(entries: log.allEntries, statistics: reassembler.statistics)
    }

    /// A client that sends the same places again and again, every fifth time with another octet, and a server that
    /// acknowledges now and then.
    private func repetitions(_ seed: UInt64) -> [OwnedFrame] {
        var random = SplitMix64(seed: seed)
        let text = random.octets(3_000)
        var settings = TCPConversation.Settings()
        settings.acknowledgesAtOnce = false
        var conversation = TCPConversation(settings)
        conversation.open()
        let number = conversation.number(of: .a)
        var front = 0
        for _ in 0..<120 {
            let start = Int.random(in: max(0, front - 800)...front, using: &random)
            let end = min(text.count, start + Int.random(in: 1...400, using: &random))
            var payload = Array(text[start..<end])
            if Int.random(in: 0..<5, using: &random) == 0 { payload[payload.count / 2] ^= 1 }
            // Some come early, so that what is handed on later lies nowhere.
            let isEarly = Int.random(in: 0..<8, using: &random) == 0
            conversation.emit(
                from: .a,
                number: number &+ UInt32(start + (isEarly ? 100 : 0)),
                payload: payload
            )
            front = min(text.count - 1, max(front, end))
            if Int.random(in: 0..<6, using: &random) == 0 {
                let acknowledged = Int.random(in: 0...front, using: &random)
                conversation.emit(from: .b, acknowledging: number &+ UInt32(acknowledged))
            }
        }
        return conversation.frames
    }

    @Test("Repetitions, some of them different, are told alike", arguments: 0..<100)
    func alike(seed: UInt64) {
        let frames = repetitions(seed)
        let copied = outcome(of: frames, isLasting: false)
        #expect(copied.statistics.repeatedOctets > 0 && copied.statistics.conflictingOctets > 0)
        #expect(outcome(of: frames, isLasting: true) == copied)
        for size in [1, 7, 50] {
            #expect(outcome(of: frames, isLasting: true, framesAnArray: size) == copied)
        }
    }

    @Test("What is remembered is bounded alike, and so is what comes in small segments")
    func bounds() {
        var settings = TCPConversation.Settings()
        settings.segmentSize = 2
        settings.acknowledgesAtOnce = false
        var conversation = TCPConversation(settings)
        conversation.open()
        let number = conversation.number(of: .a)
        conversation.send(String(repeating: "abcdefgh", count: 250), from: .a)
        for place in stride(from: 0, to: 2_000, by: 40) {
            conversation.emit(from: .a, number: number &+ UInt32(place), payload: Array("XY".utf8))
        }
        var limits = FlowLimits()
        for limit in [1, 100, 500, 1_500, 4_000] {
            limits.maximumHistoryOctetsPerDirection = limit
            let copied = outcome(of: conversation.frames, isLasting: false, limits: limits)
            #expect(copied.statistics.conflictingOctets > 0 || limit == 1)
            #expect(outcome(of: conversation.frames, isLasting: true, limits: limits) == copied)
        }
    }

    @Test("Whatever comes is told alike", arguments: 0..<50)
    func faults(seed: UInt64) {
        var injector = FaultInjector(seed: seed)
        injector.lossPerMille = 50
        injector.damagePerMille = 100
        injector.duplicatesPerMille = 100
        injector.swapsPerMille = 100
        injector.cutsPerMille = 20
        let frames = injector.apply(to: repetitions(seed))
        let copied = outcome(of: frames, isLasting: false)
        #expect(outcome(of: frames, isLasting: true) == copied)
        #expect(outcome(of: frames, isLasting: true, framesAnArray: 10) == copied)
    }
}
