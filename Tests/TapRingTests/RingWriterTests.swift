import TapRing
import TapWire
import Testing

@Suite struct RingWriterTests {
    @Test func keepsEveryLengthUpToTheLongest() throws {
        let bench = RingBench()
        var writer = try bench.writer(bench.configuration(4 << 20, block: 512 << 10))
        var reader = try bench.reader()
        let most = RingConfiguration.maximumFrameByteCount
        var lengths = Array(0...2100) + [65_535, 65_549, 65_550, most - 1, most]
        lengths += stride(from: 2101, through: most, by: 6151)
        for length in lengths {
            let octets = Pattern.octets(UInt64(length), count: length)
            #expect(writer.put(octets) == nil)
            #expect(try reader.read()?.octets == octets)
        }
        #expect(writer.put(Pattern.octets(1, count: most + 1)) == .oversize)
        #expect(try reader.read() == nil)
        #expect(writer.nextSequence == UInt64(lengths.count))
    }

    @Test func keepsEverythingKnownOfAFrame() throws {
        let bench = RingBench()
        var writer = try bench.writer()
        var reader = try bench.reader()
        let flags: FrameFlags = [.partialChecksum, .superFrame]
        writer.put([1, 2, 3], time: Timestamp(nanoseconds: -5), port: 1, flags: flags)
        let metadata = FrameMetadata(
            arrival: Timestamp(nanoseconds: -5),
            sequence: 0,
            wireLength: 3,
            ingress: PortIndex(rawValue: 1),
            flags: flags
        )
        #expect(try reader.read() == .frame(metadata, [1, 2, 3]))
    }

    @Test(arguments: 0...20)
    func putsATagBackBehindTheAddresses(length: Int) throws {
        let bench = RingBench()
        var writer = try bench.writer()
        var reader = try bench.reader()
        let octets = Pattern.octets(7, count: length)
        writer.put(octets, tag: VLANTag(protocolIdentifier: 0x88A8, control: 0x2FFE))
        let place = min(12, length)
        let tagged = octets[..<place] + [0x88, 0xA8, 0x2F, 0xFE] + octets[place...]
        #expect(try reader.read()?.octets == Array(tagged))
    }

    @Test(arguments: [1, 11, 12, 13, 14, 15, 16, 17, 18, 64, 100])
    func cutsAtTheSnapLength(snapLength: Int) throws {
        let bench = RingBench()
        var writer = try bench.writer(bench.configuration(snapLength: snapLength))
        var reader = try bench.reader()
        let octets = Pattern.octets(9, count: 70)
        writer.put(octets)
        writer.put(octets, tag: VLANTag(protocolIdentifier: 0x8100, control: 5))
        writer.put(Pattern.octets(9, count: RingConfiguration.maximumFrameByteCount + 1))
        let tagged = octets[..<12] + [0x81, 0, 0, 5] + octets[12...]
        #expect(reader.snapLength == snapLength)
        #expect(try reader.read()?.octets == Array(octets.prefix(snapLength)))
        #expect(try reader.read()?.octets == Array(tagged.prefix(snapLength)))
        #expect(try reader.read()?.octets?.count == snapLength)
    }

    @Test func goesRoundManyTimes() throws {
        let bench = RingBench()
        var writer = try bench.writer(bench.configuration(256 << 10, block: 16 << 10))
        var reader = try bench.reader()
        for number in 0..<20_000 as Range<UInt64> {
            writer.putPattern()
            let entry = try reader.read()
            #expect(entry?.sequence == number)
            #expect(entry?.isPattern() == true)
        }
    }

    @Test func longestFrameOfASmallBlock() throws {
        let bench = RingBench()
        var writer = try bench.writer(bench.configuration(128 << 10, block: 4096))
        var reader = try bench.reader()
        let longest = 4096 - 320 - 24
        #expect(writer.put(Pattern.octets(1, count: longest)) == nil)
        #expect(writer.put(Pattern.octets(2, count: longest + 1)) == .oversize)
        #expect(writer.put(Pattern.octets(3, count: longest)) == nil)
        #expect(try reader.read()?.octets?.count == longest)
        #expect(try reader.read()?.octets == Pattern.octets(3, count: longest))
    }

    @Test func goesOnWhereTheLastWriterEnded() throws {
        let bench = RingBench()
        var identities: Set<RingIdentity> = []
        for turn in 0..<50 as Range<UInt64> {
            var writer = try bench.writer(bench.configuration(4 << 20))
            #expect(writer.isContinued == (turn > 0))
            #expect(writer.nextSequence == turn * 97)
            identities.insert(writer.identity)
            for _ in 0..<97 { writer.putPattern() }
        }
        #expect(identities.count == 1)
        var reader = try bench.reader()
        #expect(try reader.writer().starts == 50)
        let all = try reader.readAll()
        let isInOrder = all.compactMap(\.sequence) == Array(0..<50 * 97)
        #expect(isInOrder)
        #expect(all.allSatisfy { $0.isPattern() })
    }

    @Test func ledgerComesBack() throws {
        let bench = RingBench()
        var ledger = Ledger(portCount: 2)
        ledger.ports[0].rxFrames = 10
        ledger.ports[0].forwarded = 7
        ledger.ports[0].notForwarded[.transmitFull] = 3
        ledger.ports[1].mirrorLost[.monitor] = 5
        ledger.ports[0].state = .linkFault
        ledger.ports[1].isUp = true
        do {
            var writer = try bench.writer()
            #expect(writer.initialLedger.ports.count == 2)
            #expect(writer.initialLedger.ports[0].rxFrames == 0)
            writer.publish(ledger)
            ledger.ports[0].txOctets = 99
            writer.publish(ledger)
        }
        let found = try bench.reader().ledger()
        #expect(found.ports[0].rxFrames == 10)
        #expect(found.ports[0].notForwarded[.transmitFull] == 3)
        #expect(found.ports[0].txOctets == 99)
        #expect(found.ports[1].mirrorLost[.monitor] == 5)
        #expect(found.ports.map(\.state) == [.linkFault, .up])
        #expect(try bench.writer().initialLedger.ports[0].rxFrames == 10)
    }
}
