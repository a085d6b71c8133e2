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

    @Test(
        "Killed after any frame, and again while it reads on, nothing is told twice and nothing is lost",
        arguments: 0..<6
    )
    func killed(_ seed: UInt64) throws {
        let frames = overlappingConversations(seed: seed)
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
        let late = conversation.now.advanced(by: .seconds(7_500))
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
        let frames = overlappingConversations(seed: 3)
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
