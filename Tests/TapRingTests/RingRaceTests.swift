import TapRing
import TapWire
import Testing

/// One writer, several readers, a ring far too small for them to keep up.
@Suite struct RingRaceTests {
    /// What a reader has seen in the end.
    struct Tally {
        var delivered: UInt64 = 0
        var lost: UInt64 = 0
        var passed: UInt64 = 0
        var next: UInt64 = 0
        var complaint: String?
        /// True if only every third frame is wanted.
        var isChoosing = false

        /// The numbers before this one were passed, so none of them may be a wanted one.
        mutating func pass(to number: UInt64) {
            while isChoosing, next < number, !isWanted(next) {
                next += 1
                passed += 1
            }
        }
    }

    private static func isWanted(_ number: UInt64) -> Bool { number % 3 == 0 }

    // One octet value fills a frame, another the next: a torn one has two.
    private static let fills = (0..<251).map { [UInt8](repeating: UInt8($0), count: 1500) }

    private static func length(_ number: UInt64) -> Int { Int(number % 1437) }

    private static func write(_ count: UInt64, _ bench: RingBench) async throws {
        var writer = try bench.writer(bench.configuration(128 << 10, block: 8192))
        for number in 0..<count {
            let fill = fills[Int(number % 251)]
            let metadata = FrameMetadata(
                arrival: Pattern.time(number),
                sequence: 0,
                wireLength: UInt32(length(number)),
                ingress: PortIndex(rawValue: UInt8(number & 1))
            )
            let octets = fill.span.extracting(first: length(number))
            guard writer.mirror(Frame(octets, metadata), restoring: nil) == nil else { return }
            if number % 4096 == 0 { await Task.yield() }
        }
    }

    private static func take(_ entry: RingEntry, _ tally: inout Tally) {
        switch entry {
        case .gap(let gap):
            tally.pass(to: gap.sequences.lowerBound)
            if gap.sequences.lowerBound != tally.next || gap.cause != .overrun {
                tally.complaint = "gap \(gap) after \(tally.next)"
            }
            tally.lost += gap.count
            tally.next = gap.sequences.upperBound
        case .frame(let frame):
            let metadata = frame.metadata
            let number = metadata.sequence
            tally.pass(to: number)
            let value = UInt8(number % 251)
            if number != tally.next || metadata.arrival != Pattern.time(number)
                || metadata.ingress.rawValue != UInt8(number & 1)
                || frame.bytes.count != length(number)
                || !frame.bytes.indices.allSatisfy({ frame.bytes[$0] == value })
            {
                tally.complaint = "frame \(number) after \(tally.next) is torn"
            }
            tally.delivered += 1
            tally.next = number + 1
        }
    }

    private static func read(
        _ bench: RingBench,
        until count: UInt64,
        choosing: Bool
    ) async throws -> Tally {
        var tally = Tally()
        tally.isChoosing = choosing
        var reader = try bench.reader(.sequence(0))
        while tally.next < count, tally.complaint == nil {
            let before = tally.next
            if choosing {
                do {
                    let entry = try reader.next(where: { isWanted($0.metadata.sequence) })
                    if let entry { take(entry, &tally) }
                }
                tally.pass(to: reader.nextSequence)
            } else if let entry = try reader.next() {
                take(entry, &tally)
            }
            if tally.next == before { await Task.yield() }
        }
        return tally
    }

    @Test(arguments: [false, true])
    func noReaderSeesATornFrameOrLosesCount(choosing: Bool) async throws {
        let bench = RingBench()
        let count: UInt64 = 100_000
        do { _ = try bench.writer(bench.configuration(128 << 10, block: 8192)) }
        let tallies = try await withThrowingTaskGroup(of: Tally?.self) { group in
            group.addTask {
                try await Self.write(count, bench)
                return nil
            }
            for _ in 0..<3 {
                group.addTask { try await Self.read(bench, until: count, choosing: choosing) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for tally in tallies.compactMap(\.self) {
            #expect(tally.complaint == nil)
            #expect(tally.delivered + tally.passed + tally.lost == count)
            #expect(tally.delivered > 0)
        }
    }

    @Test func aLedgerIsNeverHalfOfTwo() async throws {
        let bench = RingBench()
        do { _ = try bench.writer() }
        let isDone = Flag()
        let bad = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var writer = try bench.writer()
                var ledger = Ledger(portCount: 2)
                for value in 1...20_000 as ClosedRange<UInt64> {
                    ledger.ports[0].rxFrames = value
                    ledger.ports[1].mirrorLost[.oversize] = value
                    writer.publish(ledger)
                    if value % 256 == 0 { await Task.yield() }
                }
                isDone.raise()
                return 0
            }
            group.addTask {
                let reader = try bench.reader()
                var bad = 0
                while !isDone.isRaised {
                    let ledger = try reader.ledger()
                    if ledger.ports[0].rxFrames != ledger.ports[1].mirrorLost[.oversize] {
                        bad += 1
                    }
                    await Task.yield()
                }
                return bad
            }
            return try await group.reduce(0, +)
        }
        #expect(bad == 0)
    }
}
