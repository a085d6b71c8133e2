import Synchronization
import SystemPackage
import TapRing
import TapWire
import Testing

/// A mirror behind a queue: what it is asked to hold comes out as it went in, or is counted.
@Suite struct MirrorQueueTests {
    /// A sink that holds up whoever writes to it until it is told to go on.
    struct Gate: MirrorSink, ~Copyable, Sendable {
        let isOpen: Flag
        let record: Record

        mutating func mirror(_ frame: borrowing Frame, restoring tag: VLANTag?) -> MirrorLoss? {
            record.isHeld.raise()
            while !isOpen.isRaised {}
            let (metadata, octets) = (frame.metadata, frame.octets)
            record.frames.withLock { $0.append((metadata, octets, tag)) }
            return nil
        }

        mutating func publish(_ ledger: borrowing Ledger) {
            let mirrored = ledger.ports[0].mirrored
            let behind = record.frames.withLock { UInt64($0.count) }
            record.ledgers.withLock { $0.append((mirrored, behind)) }
        }
    }

    /// What came out.
    final class Record: Sendable {
        let frames = Mutex<[(FrameMetadata, [UInt8], VLANTag?)]>([])
        let ledgers = Mutex<[(mirrored: UInt64, frames: UInt64)]>([])
        let isHeld = Flag()
    }

    private static func put(
        _ number: UInt64,
        into mirror: inout QueuedMirror<Gate>,
        _ ledger: inout Ledger
    ) -> Bool {
        let octets = Pattern.octets(number, count: Pattern.length(number, limit: 1514))
        let metadata = FrameMetadata(
            arrival: Pattern.time(number),
            sequence: number,
            wireLength: UInt32(octets.count),
            ingress: PortIndex(rawValue: 0),
            flags: number % 2 == 0 ? .superFrame : []
        )
        let loss = mirror.mirror(
            Frame(octets.span, metadata),
            restoring: number % 5 == 0 ? VLANTag(protocolIdentifier: 0x8100, control: 7) : nil
        )
        ledger.ports[0].rxFrames += 1
        if let loss {
            ledger.ports[0].mirrorLost[loss] += 1
        } else {
            ledger.ports[0].mirrored += 1
        }
        return loss == nil
    }

    private func mirror(_ gate: consuming Gate) throws(Errno) -> QueuedMirror<Gate> {
        try QueuedMirror(gate, captureLimit: 9000, maximumCapture: 9000, byteCount: 64 << 10)
    }

    @Test func aWriterThatIsHeldUpCostsTheMirrorOnly() throws {
        let (isOpen, record) = (Flag(), Record())
        var mirror = try mirror(Gate(isOpen: isOpen, record: record))
        var ledger = Ledger(portCount: 2)
        var held: [UInt64] = []
        // One frame is in the sink's hands, and stays there; the queue takes 64 KiB of the others.
        for number in 0..<3000 as Range<UInt64> {
            if Self.put(number, into: &mirror, &ledger) { held.append(number) }
            if number % 64 == 0 { mirror.publish(ledger) }
            if number == 0 { while !record.isHeld.isRaised {} }
        }
        mirror.publish(ledger)
        let line = ledger.ports[0]
        #expect(line.rxFrames == line.mirrored + line.mirrorLost.total)
        #expect(line.mirrorLost[.queueFull] > 2000)
        #expect(held.count > 100)
        isOpen.raise()
        mirror.finish()
        record.frames.withLock { frames in
            #expect(frames.map(\.0.sequence) == held)
            for (metadata, octets, tag) in frames {
                let number = metadata.sequence
                let length = Pattern.length(number, limit: 1514)
                #expect(octets == Pattern.octets(number, count: length))
                #expect(metadata.arrival == Pattern.time(number))
                #expect(metadata.flags == (number % 2 == 0 ? .superFrame : []))
                #expect((tag == nil) == (number % 5 != 0))
            }
        }
        record.ledgers.withLock { ledgers in
            // A ledger comes out behind exactly the frames that it counts.
            #expect(ledgers.allSatisfy { $0.mirrored == $0.frames })
            #expect(ledgers.last?.mirrored == line.mirrored)
        }
    }

    @Test func nothingIsLostOrTornBetweenTwoThreads() throws {
        let (isOpen, record) = (Flag(), Record())
        isOpen.raise()
        var mirror = try mirror(Gate(isOpen: isOpen, record: record))
        var ledger = Ledger(portCount: 2)
        var held: [UInt64] = []
        for number in 0..<20_000 as Range<UInt64> {
            if Self.put(number, into: &mirror, &ledger) { held.append(number) }
            if number % 7 == 0 { mirror.publish(ledger) }
        }
        mirror.finish()
        record.frames.withLock { frames in
            let isComplete = frames.map(\.0.sequence) == held
            #expect(isComplete)
            let areWhole = frames.allSatisfy { metadata, octets, _ in
                let number = metadata.sequence
                return octets
                    == Pattern.octets(number, count: Pattern.length(number, limit: 1514))
            }
            #expect(areWhole)
        }
        record.ledgers.withLock { ledgers in
            #expect(ledgers.last?.mirrored == UInt64(held.count))
        }
    }

    @Test func whatTheMirrorCannotHoldIsSaidAtOnce() throws {
        let (isOpen, record) = (Flag(), Record())
        isOpen.raise()
        let gate = Gate(isOpen: isOpen, record: record)
        var whole = try QueuedMirror(gate, captureLimit: .max, maximumCapture: 100)
        let octets = Pattern.octets(1, count: 101)
        let metadata = FrameMetadata(
            arrival: Pattern.time(1),
            sequence: 0,
            wireLength: 101,
            ingress: PortIndex(rawValue: 0)
        )
        #expect(whole.mirror(Frame(octets.span, metadata), restoring: nil) == .oversize)
        let fitting = Frame(octets.span.extracting(first: 100), metadata)
        #expect(whole.mirror(fitting, restoring: nil) == nil)
        let tag = VLANTag(protocolIdentifier: 0x8100, control: 1)
        #expect(whole.mirror(fitting, restoring: tag) == .oversize)
        whole.publish(Ledger(portCount: 1))
        whole.finish()
        #expect(record.frames.withLock { $0.map(\.1) } == [Array(octets.prefix(100))])
    }

    @Test func aRingBehindAQueueHoldsTheSame() throws {
        let bench = RingBench()
        let limit = 1514
        do {
            var ring = try bench.writer(bench.configuration(4 << 20)).queued()
            var ledger = Ledger(portCount: 2)
            for number in 0..<2000 as Range<UInt64> {
                let length = Pattern.length(number, limit: limit)
                let octets = Pattern.octets(number, count: length)
                let metadata = FrameMetadata(
                    arrival: Pattern.time(number),
                    sequence: 0,
                    wireLength: UInt32(length),
                    ingress: PortIndex(rawValue: 1)
                )
                #expect(ring.mirror(Frame(octets.span, metadata), restoring: nil) == nil)
                ledger.ports[1].mirrored += 1
                ring.publish(ledger)
            }
            ring.finish()
        }
        var reader = try bench.reader()
        #expect(try reader.ledger().ports[1].mirrored == 2000)
        let all = try reader.readAll()
        #expect(all.count == 2000)
        #expect(all.allSatisfy { $0.isPattern(limit: limit) })
    }
}
