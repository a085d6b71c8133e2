import Synchronization
import SystemPackage
import TapCapture
import TapTesting
import TapWire
import Testing

/// A sink that takes a few octets at a time, up to a limit, and shows what it took when it goes.
private struct NarrowSink: OctetSink, ~Copyable, Sendable {
    let taken: Taken
    let limit: Int
    let takesBack: Bool

    final class Taken: Sendable {
        let octets = Mutex<[UInt8]>([])
    }

    mutating func write(_ octets: Span<UInt8>) throws(Errno) -> Int {
        let held = taken.octets.withLock { $0.count }
        let count = min(octets.count, 1_000, limit - held)
        guard count > 0 else { throw .noSpace }
        let piece = (0..<count).map { octets[$0] }
        taken.octets.withLock { $0 += piece }
        return count
    }

    mutating func takeBack(octetCount: Int) -> Bool {
        if takesBack { taken.octets.withLock { $0.removeLast(octetCount) } }
        return takesBack
    }
}

@Suite("Writing on a thread of its own")
struct BackgroundSinkTests {
    private func frame(_ number: Int) -> OwnedFrame {
        OwnedFrame(
            octets: (0..<900).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number) },
            arrival: Timestamp(nanoseconds: Int64(number)),
            sequence: UInt64(number)
        )
    }

    @Test("The capture is the same as without, in order and whole")
    func whole() throws {
        let taken = NarrowSink.Taken()
        let sink = NarrowSink(taken: taken, limit: .max, takesBack: true)
        var background = PcapWriter(to: BackgroundSink(sink))
        var plain = PcapWriter(to: MemorySink())
        for number in 0..<2_000 {
            let owned = frame(number)
            try background.write(owned.frame)
            try plain.write(owned.frame)
        }
        try background.finish()
        try plain.finish()
        #expect(taken.octets.withLock { $0 } == plain.sink.octets)
    }

    @Test(
        "A failure comes to light, with as much as is there, at a whole frame",
        arguments: [true, false]
    )
    func failure(takesBack: Bool) throws {
        let taken = NarrowSink.Taken()
        let sink = NarrowSink(taken: taken, limit: 500_000, takesBack: takesBack)
        var writer = PcapWriter(to: BackgroundSink(sink))
        var failure: CaptureError?
        do throws(CaptureError) {
            for number in 0..<2_000 { try writer.write(frame(number).frame) }
            try writer.finish()
        } catch {
            failure = error
        }
        let error = try #require(failure)
        let there = taken.octets.withLock { $0.count }
        #expect(error.code == .outOfSpace)
        #expect(error.offset == UInt64(there))
        if takesBack {
            #expect((there - 24) % 916 == 0 && there > 499_000)
        } else {
            #expect(there == 500_000)
        }
        #expect(throws: CaptureError.self) { try writer.flush() }
    }

    @Test("What was handed over is written before the sink goes")
    func end() throws {
        let taken = NarrowSink.Taken()
        do {
            var sink = BackgroundSink(NarrowSink(taken: taken, limit: .max, takesBack: true))
            let octets = [UInt8](repeating: 1, count: 50_000)
            for _ in 0..<20 { _ = try sink.write(octets.span) }
        }
        #expect(taken.octets.withLock { $0.count } == 1_000_000)
    }
}
