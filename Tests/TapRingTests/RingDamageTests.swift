import SystemPackage
import TapLinux
import TapRing
import TapWire
import Testing

/// Rings that lie: nothing in a file may trap a reader or a writer, or keep it for ever.
@Suite struct RingDamageTests {
    /// More than a ring of this size can hold, and fewer than for ever.
    private static let manyEntries = 20_000

    private static let frameCount: UInt64 = 1500

    /// Uses everything a reader has, on whatever stands at the path.
    private func exercise(_ bench: RingBench) {
        let positions = [
            RingPosition.oldest, .newest, .sequence(1400), .sequence(.max),
            .time(Pattern.time(1450)), .time(.distantFuture),
        ]
        for position in positions {
            guard var reader = try? bench.reader(position) else { continue }
            _ = try? reader.statistics()
            _ = try? reader.ledger()
            _ = try? reader.writer()
            _ = try? reader.wait(upTo: .zero)
            #expect(reader.ports.count <= 32)
            var entries = 0
            var failures = 0
            while entries < Self.manyEntries, failures < 100 {
                do {
                    let isChoosing = entries % 5 == 0
                    let entry =
                        isChoosing
                        ? try reader.read(where: { $0.bytes.count % 3 != 0 }) : try reader.read()
                    guard let entry else { break }
                    if case .frame(let metadata, let octets) = entry {
                        #expect(octets.count <= RingConfiguration.maximumFrameByteCount)
                        #expect(Int(metadata.ingress.rawValue) < reader.ports.count)
                    }
                } catch {
                    failures += 1
                }
                entries += 1
            }
            #expect(entries < Self.manyEntries)
        }
        guard var writer = try? bench.writer(bench.configuration(128 << 10, block: 4096)) else {
            return
        }
        for _ in 0..<50 { writer.putPattern(limit: 300) }
        writer.publish(writer.initialLedger)
    }

    private func sample(_ bench: RingBench) throws -> [UInt8] {
        do {
            var writer = try bench.writer(bench.configuration(128 << 10, block: 4096))
            for _ in 0..<Self.frameCount { writer.putPattern(limit: 300) }
            writer.publish(Ledger(portCount: 2))
        }
        return try bench.octets()
    }

    @Test func randomOctetsAreNoRing() throws {
        let bench = RingBench()
        var state: UInt64 = 5
        for length in [0, 1, 7, 8, 255, 256, 257, 4096, 65_536, 131_072] {
            var octets = [UInt8](repeating: 0, count: length)
            for index in octets.indices {
                octets[index] = UInt8(truncatingIfNeeded: Pattern.next(&state))
            }
            try bench.put(octets)
            #expect(throws: RingError(.notARing, path: bench.path)) { _ = try bench.reader() }
            exercise(bench)
        }
    }

    @Test func everyCutOffFileIsRefused() throws {
        let bench = RingBench()
        let whole = try sample(bench)
        for length in stride(from: 0, to: whole.count, by: 1021) {
            try bench.put(Array(whole.prefix(length)))
            let expected: RingError.Code =
                length < 256 ? .notARing : .truncated(found: length, wanted: whole.count)
            #expect(throws: RingError(expected, path: bench.path)) { _ = try bench.reader() }
        }
    }

    @Test func damagedOctetsNeitherTrapNorLoop() throws {
        let bench = RingBench()
        let whole = try sample(bench)
        var state: UInt64 = 77
        for _ in 0..<300 {
            var octets = whole
            for _ in 0...Pattern.next(&state) % 6 {
                octets[place(&state, whole.count)] = value(&state)
            }
            try bench.put(octets)
            exercise(bench)
        }
    }

    // Where it hurts: the header, the ledgers, headers of blocks, the first frame of a block.
    private func place(_ state: inout UInt64, _ count: Int) -> Int {
        let random = Int(truncatingIfNeeded: Pattern.next(&state) >> 1)
        switch Pattern.next(&state) % 5 {
        case 0: return random % 256
        case 1: return 4096 + random % 0x8000
        case 2, 3: return 0x10000 + random % 16 * 4096 + random / 16 % 344
        default: return random % count
        }
    }

    private func value(_ state: inout UInt64) -> UInt8 {
        let random = Pattern.next(&state)
        return [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: random >> 8)][Int(random % 6)]
    }

    @Test func aDamagedLengthCostsTheRestOfItsBlock() throws {
        let bench = RingBench()
        let whole = try sample(bench)
        var reader = try bench.reader()
        let first = try #require(try reader.read()?.sequence)
        // The captured length of the second frame of the oldest block.
        try bench.patch([0xFF, 0xFF, 0x7F], at: try secondFrame(whole, first: first) + 8)
        guard case .gap(let gap) = try reader.read() else {
            Issue.record("no gap")
            return
        }
        #expect(gap.cause == .damaged)
        #expect(gap.sequences.lowerBound == first + 1)
        let rest = try reader.readAll()
        let isComplete =
            rest.compactMap(\.sequence) == Array(gap.sequences.upperBound..<Self.frameCount)
        #expect(isComplete && rest.allSatisfy { $0.isPattern(limit: 300) })
    }

    @Test(arguments: [0, 7, 12, 15, 18, 19, 20, 23, 24, 40])
    func aDamagedOctetCostsItsFrame(offset: Int) throws {
        let bench = RingBench()
        let whole = try sample(bench)
        var reader = try bench.reader()
        let first = try #require(try reader.read()?.sequence)
        let place = try secondFrame(whole, first: first) + offset
        try bench.patch([whole[place] ^ 1], at: place)
        let second = try reader.read()
        #expect(second == .gap(FrameGap(sequences: first + 1..<first + 2, cause: .damaged)))
        let rest = try reader.readAll()
        let isComplete = rest.compactMap(\.sequence) == Array(first + 2..<Self.frameCount)
        #expect(isComplete && rest.allSatisfy { $0.isPattern(limit: 300) })
    }

    /// One bit of the file behind its first page, anywhere: nothing but what is lost changes.
    @Test func aFlippedBitNeverMakesAFrame() throws {
        let bench = RingBench()
        let whole = try sample(bench)
        let held = try bench.reader().statistics()
        var state: UInt64 = 11
        for turn in 0..<3000 {
            let random = Pattern.next(&state)
            // Every other one in what stands around the frames' octets, where it hurts most.
            let place =
                turn % 2 == 0
                ? 4096 + Int(random % UInt64(whole.count - 4096)) : self.place(&state, whole.count)
            guard place >= 4096 else { continue }
            try bench.patch([whole[place] ^ 1 << UInt8(random >> 32 & 7)], at: place)
            defer { try? bench.patch([whole[place]], at: place) }
            var reader = try bench.reader(turn % 3 == 0 ? .sequence(0) : .oldest)
            var next = turn % 3 == 0 ? 0 : reader.nextSequence
            var lost: UInt64 = 0
            for entry in try reader.readAll() {
                switch entry {
                case .gap(let gap):
                    #expect(gap.sequences.lowerBound == next, "octet \(place)")
                    next = gap.sequences.upperBound
                    if gap.cause == .damaged { lost += gap.count }
                case .frame(let metadata, _):
                    #expect(metadata.sequence == next, "octet \(place)")
                    #expect(entry.isPattern(limit: 300), "octet \(place)")
                    next += 1
                }
            }
            // A block of this ring has at most so many frames; the newest cannot be told from none.
            #expect(lost <= 4096 / 24, "octet \(place)")
            #expect(held.nextSequence - next <= 4096 / 24, "octet \(place)")
        }
    }

    private func secondFrame(_ whole: [UInt8], first: UInt64) throws -> Int {
        let length = Pattern.length(first, limit: 300)
        return try blockStart(whole, first: first) + 320 + 24 + (length + 7) / 8 * 8
    }

    @Test func aDamagedBlockHeaderCostsItsBlock() throws {
        let bench = RingBench()
        let whole = try sample(bench)
        var reader = try bench.reader()
        let first = try #require(try reader.read()?.sequence)
        let start = try blockStart(whole, first: first)
        let next = start + 4096 == whole.count ? 0x10000 : start + 4096
        try bench.patch([0x55], at: next + 24)
        let all = try reader.readAll()
        let gaps = all.compactMap { entry in
            if case .gap(let gap) = entry { gap } else { nil }
        }
        #expect(gaps.count == 1)
        #expect(gaps.first?.cause == .damaged)
        #expect(first + 1 + UInt64(all.count - 1) + (gaps.first?.count ?? 0) == Self.frameCount)
    }

    private func blockStart(_ octets: [UInt8], first: UInt64) throws -> Int {
        let starts = stride(from: 0x10000, to: octets.count, by: 4096)
        return try #require(
            starts.first { start in
                (0..<8).allSatisfy {
                    octets[start + 24 + $0] == UInt8(first >> (8 * UInt64($0)) & 0xFF)
                }
            }
        )
    }

    @Test func aFileCutOffUnderAReaderIsFoundOut() throws {
        let bench = RingBench()
        let whole = try sample(bench)
        var reader = try bench.reader(.newest)
        try bench.resize(to: 4096)
        let error = RingError(.truncated(found: 4096, wanted: whole.count), path: bench.path)
        #expect(throws: error) { _ = try reader.statistics() }
        #expect(throws: error) { _ = try reader.ledger() }
        #expect(throws: error) { _ = try reader.writer() }
        #expect(throws: error) { try reader.seek(to: .oldest) }
        try bench.resize(to: whole.count)
        #expect(try reader.wait(upTo: .zero) == false)
    }

    @Test func octetsThatChangeUnderAReader() async throws {
        let bench = RingBench()
        let whole = try sample(bench)
        let isDone = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var state: UInt64 = 3
                while !isDone.isRaised {
                    let place = self.self.place(&state, whole.count)
                    try bench.patch([self.value(&state)], at: place)
                    try bench.patch([whole[place]], at: place)
                    await Task.yield()
                }
            }
            group.addTask {
                defer { isDone.raise() }
                for _ in 0..<60 {
                    guard var reader = try? bench.reader() else { continue }
                    for _ in 0..<1000 {
                        _ = try? reader.next()
                        _ = try? reader.next(where: { $0.bytes.count < 64 })
                    }
                    _ = try? reader.statistics()
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
    }
}
