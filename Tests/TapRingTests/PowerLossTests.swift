import TapRing
import TapWire
import Testing

/// A disk that lost its power: of each page, it has what the last sync wrote or what came later.
@Suite struct PowerLossTests {
    private static let page = 4096
    private static let limit = 1514

    private func configuration(_ bench: RingBench, block: Int) -> RingConfiguration {
        bench.configuration(192 << 10, block: block)
    }

    /// Each page of one or of the other.
    private func mixed(_ old: [UInt8], _ new: [UInt8], _ state: inout UInt64) -> [UInt8] {
        var octets = old
        // Now and then nearly all pages are of one moment, so that few are torn.
        let share = [2, 2, 8, 50][Int(Pattern.next(&state) % 4)]
        let isMostlyNew = Pattern.next(&state) % 2 == 0
        for start in stride(from: 0, to: old.count, by: Self.page) {
            let isRare = Pattern.next(&state) % UInt64(share) == 0
            guard isRare != isMostlyNew else { continue }
            octets.replaceSubrange(start..<start + Self.page, with: new[start..<start + Self.page])
        }
        return octets
    }

    private func put(
        _ count: UInt64,
        into writer: inout RingWriter,
        _ world: inout [UInt64: [UInt8]],
        salt: UInt64
    ) {
        for _ in 0..<count {
            let number = writer.nextSequence
            // Other frames in each life of the writer, though of the same lengths.
            let length = Pattern.length(number, limit: Self.limit)
            let octets = Pattern.octets(number &+ salt << 32, count: length)
            writer.put(octets)
            world[number] = octets
            var ledger = Ledger(portCount: 2)
            ledger.ports[0].rxFrames = writer.nextSequence
            ledger.ports[1].mirrorCutOctets[.whole] = writer.nextSequence
            if number % 8 == 0 { writer.publish(ledger) }
        }
    }

    /// Reads all and checks it: in order, bit-exact, nothing twice, every number delivered or in a gap.
    ///
    /// - Returns: The numbers delivered, and the number behind the last.
    private func check(
        _ bench: RingBench,
        against world: [UInt64: [UInt8]],
        _ what: String
    ) throws -> (delivered: Set<UInt64>, next: UInt64) {
        var reader = try bench.reader()
        var next = reader.nextSequence
        var delivered: Set<UInt64> = []
        while let entry = try reader.read() {
            switch entry {
            case .gap(let gap):
                #expect(gap.sequences.lowerBound == next && gap.count > 0, "\(what)")
                next = gap.sequences.upperBound
            case .frame(let metadata, let octets):
                #expect(metadata.sequence == next, "\(what)")
                #expect(metadata.arrival == Pattern.time(next), "\(what)")
                #expect(world[next] == octets, "\(what): frame \(next)")
                delivered.insert(next)
                next += 1
            }
        }
        // The search comes to the same end, though the header may be older than the blocks, or newer.
        #expect(try reader.statistics().nextSequence == next, "\(what)")
        let numbers = delivered.sorted()
        for number in [numbers.first, numbers.dropFirst(numbers.count / 2).first, numbers.last] {
            guard let number else { continue }
            try reader.seek(to: .sequence(number))
            #expect(try reader.read()?.sequence == number, "\(what)")
        }
        let ledger = try reader.ledger()
        #expect(ledger.ports[0].rxFrames == ledger.ports[1].mirrorCutOctets[.whole], "\(what)")
        return (delivered, next)
    }

    /// The oldest frame that the ring as it was at the loss still had: those before were written over.
    private func oldest(_ bench: RingBench, _ octets: [UInt8]) throws -> UInt64 {
        try bench.put(octets)
        return try bench.reader().statistics().oldestSequence
    }

    @Test(arguments: [4096, 8192, 16 << 10, 32 << 10])
    func whatWasSyncedIsThereAndNothingElseIsMadeUp(block: Int) throws {
        var state = UInt64(block)
        for turn in 0..<60 {
            let bench = RingBench()
            var world: [UInt64: [UInt8]] = [:]
            var synced: UInt64 = 0
            var (old, new): ([UInt8], [UInt8]) = ([], [])
            do {
                var writer = try bench.writer(configuration(bench, block: block))
                put(Pattern.next(&state) % 700, into: &writer, &world, salt: 0)
                (old, synced) = (try bench.octets(), writer.nextSequence)
                put(Pattern.next(&state) % 250, into: &writer, &world, salt: 0)
                new = try bench.octets()
            }
            let first = try oldest(bench, new)
            // Another life, and another loss on top of the first.
            try bench.put(mixed(old, new, &state))
            let what = "block \(block), turn \(turn)"
            let before = try check(bench, against: world, what)
            let owed = Set(min(first, synced)..<synced)
            #expect(before.delivered.isSuperset(of: owed), "\(what)")
            try goOn(bench, block, world, owed: owed, &state, what)
        }
    }

    private func goOn(
        _ bench: RingBench,
        _ block: Int,
        _ world: [UInt64: [UInt8]],
        owed: Set<UInt64>,
        _ state: inout UInt64,
        _ what: String
    ) throws {
        let old = try bench.octets()
        let count = Pattern.next(&state) % 200
        var (later, began) = (world, UInt64(0))
        do {
            var writer = try bench.writer(configuration(bench, block: block))
            #expect(writer.isContinued == true)
            began = writer.nextSequence
            // What stood behind is gone for good: its numbers are given again.
            later = later.filter { $0.key < began }
            put(count, into: &writer, &later, salt: 1)
        }
        let new = try bench.octets()
        let whole = try check(bench, against: later, what + ", gone on")
        #expect(whole.next == began + count, "\(what)")
        let first = try oldest(bench, new)
        let given = Set(max(first, began)..<max(first, began + count))
        #expect(whole.delivered.isSuperset(of: given), "\(what)")
        #expect(
            whole.delivered.isSuperset(of: owed.filter { $0 >= first && $0 < began }),
            "\(what)"
        )
        try bench.put(mixed(old, new, &state))
        let again = try check(bench, against: later, what + ", lost again")
        #expect(
            again.delivered.isSuperset(of: owed.filter { $0 >= first && $0 < began }),
            "\(what)"
        )
        var writer = try bench.writer(configuration(bench, block: block))
        later = later.filter { $0.key < writer.nextSequence }
        put(20, into: &writer, &later, salt: 2)
        let last = try check(bench, against: later, what + ", gone on again")
        #expect(last.next == writer.nextSequence, "\(what)")
    }
}
