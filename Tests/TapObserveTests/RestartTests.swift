import Foundation
import TapFlow
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("Going on after a restart")
struct RestartTests {
    private func makePipeline() -> Pipeline {
        Pipeline(
            Analyzer(EchoObserver(greeting: "220"), judge: ThirdLineJudge()),
            Analyzer(EchoObserver(greeting: "HTTP", name: "other"))
        )
    }

    /// What a checkpoint keeps.
    private struct Checkpoint {
        var position: Moment
        var resumeSequence: UInt64
        var openFlows: [FlowID]?
        var memories: [String: Data] = [:]

        init?(of pipeline: Pipeline) throws {
            guard pipeline.statistics.frames > 0 else { return nil }
            position = pipeline.position
            resumeSequence = pipeline.oldestLiveSequence ?? position.sequence + 1
            openFlows = pipeline.openFlows
            try pipeline.withMemories { name, memory in
                memories[name] = try JSONEncoder().encode(memory)
            }
        }

        func restore(_ pipeline: Pipeline) throws {
            pipeline.resume(after: position, openFlows: openFlows)
            try pipeline.restoreMemories { name, type in
                try memories[name].map { try JSONDecoder().decode(type, from: $0) }
            }
        }
    }

    /// Conversations that overlap in time, some of them without an end, with pauses that let flows expire.
    private func frames(seed: UInt64) -> [OwnedFrame] {
        var random = SplitMix64(seed: seed)
        var frames: [OwnedFrame] = []
        for number in 0..<8 {
            var settings = TCPConversation.Settings()
            settings.a.port = UInt16(50_000 + number % 6)
            settings.initialNumberA = UInt32(truncatingIfNeeded: random.next())
            settings.initialNumberB = UInt32(truncatingIfNeeded: random.next())
            settings.start = settings.start.advanced(
                by: .seconds(Int.random(in: 0...900, using: &random))
            )
            settings.interval = .milliseconds(Int.random(in: 1...40_000, using: &random))
            var conversation = TCPConversation(settings)
            if !number.isMultiple(of: 4) { conversation.open() }
            conversation.send(number.isMultiple(of: 3) ? "SSH\r\n" : "220 \(number)\r\n", from: .b)
            for line in 0..<Int.random(in: 0...5, using: &random) {
                conversation.send(
                    "line \(line) of \(number)\r\n",
                    from: Bool.random(using: &random) ? .a : .b
                )
            }
            switch Int.random(in: 0..<4, using: &random) {
            case 0: conversation.close(by: .a)
            case 1: conversation.close(by: .b)
            case 2: conversation.reset(from: .a)
            default: break
            }
            frames += conversation.frames
        }
        frames.sort { $0.metadata.arrival < $1.metadata.arrival }
        for index in frames.indices { frames[index].metadata.sequence = UInt64(index) }
        return frames
    }

    @Test(
        "Killed after any frame, and again while it reads on, nothing is told twice and nothing is lost",
        arguments: 0..<6
    )
    func killed(_ seed: UInt64) throws {
        let frames = frames(seed: seed)
        let end = frames.last?.metadata.arrival.advanced(by: .seconds(3_600)) ?? .distantFuture
        let expected = try told(frames, until: end, killedAfter: [])
        #expect(expected.count > 20)
        for first in frames.indices {
            let second = min(first + 3, frames.count - 1)
            for kills in [[first], [first, second / 2, second]] {
                let found = try told(frames, until: end, killedAfter: kills)
                let lost = Set(expected).subtracting(found)
                let added = Set(found).subtracting(expected)
                #expect(
                    lost.isEmpty && added.isEmpty && found.count == expected.count,
                    "killed after \(kills): \(lost) and \(added)"
                )
            }
        }
    }

    /// Everything that is told of `frames` when the process is killed after each of `kills` in turn.
    private func told(_ frames: [OwnedFrame], until end: Timestamp, killedAfter kills: [Int]) throws
        -> [String]
    {
        var findings: [Finding] = []
        var checkpoint: Checkpoint?
        for kill in kills {
            let pipeline = makePipeline()
            try checkpoint?.restore(pipeline)
            for frame in frames where frame.metadata.sequence >= checkpoint?.resumeSequence ?? 0 {
                guard frame.metadata.sequence <= UInt64(kill) else { break }
                pipeline.process(frame.frame, into: &findings)
            }
            checkpoint = try Checkpoint(of: pipeline) ?? checkpoint
        }
        let pipeline = makePipeline()
        try checkpoint?.restore(pipeline)
        for frame in frames where frame.metadata.sequence >= checkpoint?.resumeSequence ?? 0 {
            pipeline.process(frame.frame, into: &findings)
        }
        pipeline.advance(to: end, into: &findings)
        pipeline.finish(into: &findings)
        return texts(findings)
    }

    @Test("A time-out after the last frame is told once, before or after the restart")
    func timeouts() throws {
        var conversation = TCPConversation()
        conversation.open()
        conversation.send("220 hi\r\n", from: .b)
        let late = conversation.now.advanced(by: .seconds(700))
        for isToldBefore in [true, false] {
            var findings: [Finding] = []
            let first = makePipeline()
            for frame in conversation.frames { first.process(frame.frame, into: &findings) }
            if isToldBefore { first.advance(to: late, into: &findings) }
            let checkpoint = try #require(try Checkpoint(of: first))
            let second = makePipeline()
            try checkpoint.restore(second)
            for frame in conversation.frames
            where frame.metadata.sequence >= checkpoint.resumeSequence {
                second.process(frame.frame, into: &findings)
            }
            second.advance(to: late.advanced(by: .seconds(100)), into: &findings)
            #expect(events(findings) == [.line(.b, "220 hi"), .closed(.expired)])
        }
    }

    @Test("While it reads again, a checkpoint does not run ahead of what is still to be read")
    func catchUp() throws {
        let frames = frames(seed: 3)
        var findings: [Finding] = []
        let first = makePipeline()
        for frame in frames.prefix(30) { first.process(frame.frame, into: &findings) }
        let checkpoint = try #require(try Checkpoint(of: first))
        let second = makePipeline()
        try checkpoint.restore(second)
        for frame in frames where (checkpoint.resumeSequence...29).contains(frame.metadata.sequence)
        {
            second.process(frame.frame, into: &findings)
            #expect(second.position == checkpoint.position)
            let oldest = second.oldestLiveSequence ?? frame.metadata.sequence + 1
            #expect(oldest <= frame.metadata.sequence + 1)
        }
    }
}
