import Glibc
import TapLinux
import TapRing
import TapWire
import Testing

/// A writer in another process that is killed at a random moment, again and again.
@Suite struct RingKillTests {
    private static let shape = (byteCount: 128 << 10, block: 8192, limit: 1514)

    private static func configuration(_ path: String) -> RingConfiguration {
        RingConfiguration(path: path, byteCount: shape.byteCount, blockByteCount: shape.block)
    }

    /// Takes the ring and mirrors pattern frames until the process is killed.
    ///
    /// Even seeds are killed a moment after the first frame, odd ones as early as while they open the ring.
    private static func writeUntilKilled(_ path: String, seed: UInt64) throws {
        var random = seed
        let delay = Int64(Pattern.next(&random) % 2_000_000)
        let isEarly = seed % 2 == 1
        if isEarly { killOneself(after: delay / 4) }
        var writer = try RingWriter(
            configuration(path),
            ports: RingBench.ports,
            at: Timestamp(nanoseconds: 1)
        )
        if !isEarly { killOneself(after: delay) }
        var ledger = writer.initialLedger
        while true {
            writer.putPattern(limit: shape.limit)
            ledger.ports[0].mirrored = writer.nextSequence
            ledger.ports[1].rxFrames = writer.nextSequence
            writer.publish(ledger)
        }
    }

    // From another thread: the writer is hit wherever it happens to be.
    private static func killOneself(after nanoseconds: Int64) {
        let end = FileMappingClock.monotonicNanoseconds() + nanoseconds
        Task.detached {
            while FileMappingClock.monotonicNanoseconds() < end {}
            kill(getpid(), SIGKILL)
        }
    }

    @Test func losesNoCommittedFrame() async throws {
        let bench = RingBench()
        let path = bench.path
        do { _ = try bench.writer(Self.configuration(path)) }
        var follower = try bench.reader()
        var followed: UInt64 = 0
        var before: UInt64 = 0
        var wasBehind: UInt64 = 0
        for seed in 0..<200 as Range<UInt64> {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, seed = seed as UInt64] in
                try Self.writeUntilKilled(path, seed: seed)
            }
            var reader = try bench.reader()
            #expect(try reader.writer().state == .dead || seed % 2 == 1)
            let statistics = try reader.statistics()
            let all = try reader.readAll()
            let areWhole = all.allSatisfy { $0.isPattern(limit: Self.shape.limit) }
            let numbers = Array(statistics.oldestSequence..<statistics.nextSequence)
            let areInOrder = all.compactMap(\.sequence) == numbers
            #expect(areWhole && areInOrder, "seed \(seed)")
            let ledger = try reader.ledger()
            #expect(ledger.ports[0].mirrored == ledger.ports[1].rxFrames)
            // The ledger is published behind each frame: at most one of each writer is committed and not yet in
            // it, and a writer that is killed before it publishes leaves the one of the writer before.
            let behind = statistics.nextSequence - ledger.ports[0].mirrored
            #expect(behind <= wasBehind + 1, "seed \(seed)")
            wasBehind = behind
            #expect(statistics.nextSequence >= before)
            before = statistics.nextSequence
            for entry in try follower.readAll() {
                if case .gap(let gap) = entry {
                    #expect(gap.cause == .overrun)
                    followed += gap.count
                } else {
                    followed += 1
                }
            }
            #expect(followed == before, "seed \(seed)")
        }
        #expect(before > 1000)
    }
}
