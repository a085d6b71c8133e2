import SystemPackage
import TapLinux
import TapRing
import TapWire
import Testing

@Suite struct RingReaderTests {
    @Test func beginsWhereItIsTold() throws {
        let bench = RingBench()
        var writer = try bench.writer(bench.configuration(256 << 10, block: 16 << 10))
        for _ in 0..<300 { writer.putPattern() }
        var oldest = try bench.reader()
        let first = try #require(try oldest.read()?.sequence)
        for number in [first, first + 1, 150, 200, 250, 299] {
            var bySequence = try bench.reader(.sequence(number))
            #expect(try bySequence.read()?.sequence == number)
            var byTime = try bench.reader(.time(Pattern.time(number)))
            #expect(try byTime.read()?.sequence == number)
            var justAfter = try bench.reader(
                .time(Timestamp(nanoseconds: Pattern.time(number).nanoseconds - 1))
            )
            #expect(try justAfter.read()?.sequence == number)
        }
        for position in [
            RingPosition.newest, .sequence(300), .sequence(.max), .time(.distantFuture),
        ] {
            var newest = try bench.reader(position)
            #expect(newest.nextSequence == 300)
            #expect(try newest.read() == nil)
            writer.putPattern()
            #expect(try newest.read()?.isPattern() == true)
            try newest.seek(to: .sequence(299))
            #expect(try newest.read()?.sequence == 299)
            break
        }
        var past = try bench.reader(.time(.distantPast))
        #expect(try past.read()?.sequence == first)
    }

    @Test func beginsInAnEmptyRing() throws {
        let bench = RingBench()
        var writer = try bench.writer()
        let positions = [
            RingPosition.oldest, .newest, .sequence(0), .sequence(9), .time(.distantPast),
        ]
        for position in positions {
            var reader = try bench.reader(position)
            #expect(try reader.read() == nil)
        }
        var reader = try bench.reader(.newest)
        #expect(try reader.statistics().frameCount == 0)
        #expect(try reader.wait(upTo: .zero) == false)
        writer.putPattern()
        #expect(try reader.wait(upTo: .zero))
        #expect(try reader.read()?.sequence == 0)
    }

    @Test func reportsExactlyWhatItMissed() throws {
        let bench = RingBench()
        var writer = try bench.writer(bench.configuration(256 << 10, block: 16 << 10))
        var reader = try bench.reader()
        var delivered: UInt64 = 0
        var lost: UInt64 = 0
        var state: UInt64 = 1
        for _ in 0..<200 {
            for _ in 0..<Pattern.next(&state) % 2000 { writer.putPattern() }
            for _ in 0..<Pattern.next(&state) % 400 {
                switch try reader.read() {
                case nil: break
                case .gap(let gap):
                    #expect(gap.cause == .overrun)
                    #expect(gap.sequences.lowerBound == delivered + lost)
                    lost += gap.count
                case .frame(let metadata, let octets):
                    #expect(metadata.sequence == delivered + lost)
                    #expect(Read.frame(metadata, octets).isPattern())
                    delivered += 1
                }
            }
        }
        for entry in try reader.readAll() {
            if case .gap(let gap) = entry { lost += gap.count } else { delivered += 1 }
        }
        #expect(delivered + lost == writer.nextSequence)
        #expect(delivered > 0 && lost > 0)
    }

    @Test func tellsWhatIsGoneBeforeASequence() throws {
        let bench = RingBench()
        var writer = try bench.writer(bench.configuration(256 << 10, block: 16 << 10))
        for _ in 0..<5000 { writer.putPattern() }
        var reader = try bench.reader(.sequence(17))
        let oldest = try reader.statistics().oldestSequence
        #expect(reader.nextSequence == 17)
        #expect(try reader.read() == .gap(FrameGap(sequences: 17..<oldest, cause: .overrun)))
        #expect(try reader.read()?.sequence == oldest)
    }

    @Test func passesWhatIsNotWanted() throws {
        let bench = RingBench()
        var writer = try bench.writer(bench.configuration(256 << 10, block: 16 << 10))
        for _ in 0..<5000 { writer.put(Pattern.octets(writer.nextSequence, count: 100)) }
        var reader = try bench.reader(.sequence(0))
        var asked = 0
        var found: [UInt64] = []
        var lost: UInt64 = 0
        while let read = try reader.read(where: { frame in
            asked += 1
            return frame.bytes.count == 100 && frame.metadata.sequence % 7 == 0
        }) {
            switch read {
            case .gap(let gap): lost += gap.count
            case .frame(let metadata, let octets):
                found.append(metadata.sequence)
                #expect(octets == Pattern.octets(metadata.sequence, count: 100))
            }
        }
        #expect(lost > 0)
        #expect(UInt64(asked) + lost == 5000)
        #expect(reader.passedCount + UInt64(found.count) + lost == 5000)
        let wanted = (lost..<5000).filter { $0 % 7 == 0 }
        let areWanted = found == wanted
        #expect(areWanted)
    }

    @Test func staysInFrontOfTheFrameThatEndsIt() throws {
        let bench = RingBench()
        var writer = try bench.writer()
        for _ in 0..<100 { writer.putPattern() }
        var reader = try bench.reader()
        var seen: [UInt64] = []
        let entry = try reader.read { frame in
            seen.append(frame.metadata.sequence)
            return frame.metadata.sequence < 40 ? .pass : .stop
        }
        #expect(entry == nil)
        #expect(seen == Array(0...40))
        #expect(reader.nextSequence == 40)
        #expect(reader.passedCount == 40)
        #expect(try reader.read()?.isPattern() == true)
        #expect(reader.nextSequence == 41)
    }

    @Test func aFrameOverwrittenUnderTheQuestionIsAGap() throws {
        for choice in [FrameChoice.take, .pass, .stop] {
            let bench = RingBench()
            var writer = try bench.writer(bench.configuration(128 << 10, block: 16 << 10))
            for _ in 0..<10 { writer.putPattern() }
            var reader = try bench.reader()
            var isFirst = true
            let entry = try reader.read { _ in
                guard isFirst else { return .take }
                isFirst = false
                for _ in 0..<3000 { writer.putPattern() }
                return choice
            }
            guard case .gap(let gap) = entry else {
                Issue.record("no gap")
                continue
            }
            #expect(gap.sequences.lowerBound == 0)
            #expect(gap.cause == .overrun)
            #expect(reader.passedCount == 0)
            #expect(try reader.read()?.sequence == gap.sequences.upperBound)
        }
    }

    @Test func waitsForAFrame() async throws {
        let bench = RingBench()
        do { _ = try bench.writer() }
        let isWaiting = Flag()
        let found = try await withThrowingTaskGroup(of: UInt64?.self) { group in
            group.addTask {
                var reader = try bench.reader()
                isWaiting.raise()
                while try !reader.wait(upTo: .seconds(1)) {}
                return try reader.read()?.sequence
            }
            group.addTask {
                while !isWaiting.isRaised { await Task.yield() }
                var writer = try bench.writer()
                writer.putPattern()
                return nil
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found.contains(0))
    }

    @Test func countsWhatIsThere() throws {
        let bench = RingBench()
        var writer = try bench.writer(bench.configuration(256 << 10, block: 16 << 10))
        for _ in 0..<1000 { writer.putPattern() }
        var reader = try bench.reader()
        let statistics = try reader.statistics()
        let all = try reader.readAll()
        #expect(statistics.nextSequence == 1000)
        #expect(statistics.oldestSequence == all.first?.sequence)
        #expect(statistics.frameCount == UInt64(all.count))
        #expect(statistics.portFrames == [UInt64(all.count), 0])
        #expect(statistics.oldestTime == Pattern.time(statistics.oldestSequence))
        #expect(statistics.newestTime == Pattern.time(999))
        #expect(statistics.span == .microseconds(all.count - 1))
        #expect(statistics.usedByteCount <= statistics.byteCount)
        #expect(statistics.usedByteCount > 11 * 16 << 10 - 16 << 10)
        #expect(reader.ports == RingBench.ports)
        #expect(reader.created == Timestamp(nanoseconds: 1))
    }

    @Test func knowsWhetherTheWriterLives() throws {
        let bench = RingBench()
        do {
            var writer = try bench.writer()
            writer.publish(Ledger(portCount: 2))
            let status = try bench.reader().writer()
            #expect(status.state == .running)
            #expect(status.starts == 1)
            #expect(status.started == Timestamp(nanoseconds: 1))
            #expect(status.heartbeat > status.started)
        }
        #expect(try bench.reader().writer().state == .stopped)
    }

    @Test func saysWhenTheRingWasReplaced() throws {
        let bench = RingBench()
        var reader: RingReader
        do {
            var writer = try bench.writer()
            writer.putPattern()
            reader = try bench.reader()
        }
        let writer = try bench.writer(bench.configuration(2 << 20, replacesOther: true))
        #expect(writer.nextSequence == 0)
        #expect(writer.identity != reader.identity)
        // What the old ring holds is still given first.
        #expect(try reader.wait(upTo: .zero))
        #expect(try reader.read()?.sequence == 0)
        #expect(throws: RingError(.replaced, path: bench.path)) { try reader.wait(upTo: .zero) }
        #expect(try reader.writer().state == .replaced)
    }

    @Test func saysWhenAnotherRingStandsThere() throws {
        let bench = RingBench()
        var reader: RingReader
        do {
            _ = try bench.writer()
            reader = try bench.reader()
        }
        try FileMappingSource.remove(FilePath(bench.path))
        #expect(try reader.wait(upTo: .zero) == false)
        let writer = try bench.writer()
        #expect(writer.isContinued == false)
        #expect(throws: RingError(.replaced, path: bench.path)) { try reader.wait(upTo: .zero) }
    }

    @Test func goesOnOverARestart() throws {
        let bench = RingBench()
        var reader: RingReader
        do {
            var writer = try bench.writer()
            for _ in 0..<10 { writer.putPattern() }
            reader = try bench.reader()
        }
        #expect(try reader.readAll().count == 10)
        var writer = try bench.writer()
        for _ in 0..<10 { writer.putPattern() }
        let all = try reader.readAll()
        #expect(all.compactMap(\.sequence) == Array(10..<20))
        #expect(try reader.writer().starts == 2)
    }
}
