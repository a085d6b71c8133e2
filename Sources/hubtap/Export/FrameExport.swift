import TapCapture
import TapConfig
import TapFlow
import TapRing
import TapWire

/// Copies frames out of a ring into capture files, and keeps count of what it copied and what was lost.
struct FrameExport<Writer: FrameWriter & ~Copyable>: ~Copyable {
    private let target: CaptureTarget
    private let makeWriter: (consuming FileSink) -> Writer
    private var writer: Writer
    private var sieve: FrameSieve
    private let frameLimit: UInt64
    private let octetLimit: UInt64

    /// What was done so far.
    private(set) var totals = ExportTotals()
    private var earlierOctets: UInt64 = 0
    private var lostBeforeNext: UInt64 = 0
    private var tallies: PortTallies

    /// After how many frames `step` returns.
    private static var patience: Int { 32_768 }
    /// More octets than a frame takes in a file beside its own.
    private static var frameOverhead: Int { 256 }
    /// More octets than the end of a file takes for each port.
    private static var endOverhead: Int { 128 }

    /// Makes the first file.
    ///
    /// - Parameters:
    ///   - target: Where the capture goes.
    ///   - sieve: Which frames are copied.
    ///   - frameLimit: How many frames are copied at most.
    ///   - portCount: How many ports the ring has.
    ///   - makeWriter: Begins a capture in a file.
    /// - Throws: Why the file cannot be made.
    init(
        to target: CaptureTarget,
        through sieve: consuming FrameSieve,
        frameLimit: UInt64,
        portCount: Int,
        makeWriter: @escaping (consuming FileSink) -> Writer
    ) throws(Failure) {
        self.target = target
        self.makeWriter = makeWriter
        self.sieve = sieve
        self.frameLimit = frameLimit
        octetLimit =
            target.rotation.map { UInt64(max(0, $0.octets - portCount * Self.endOverhead)) } ?? .max
        tallies = PortTallies(portCount: portCount)
        do throws(CaptureError) {
            writer = makeWriter(try target.open(file: 1))
        } catch {
            throw target.failure(error, file: 1)
        }
    }

    /// What became of the entries of the ring.
    enum Step {
        /// They were taken or left.
        case went
        /// The reader has caught up with the writer.
        case caughtUp
        /// Nothing more is meant: the end of the time, or enough frames.
        case ended
    }

    /// Takes the next entries of `reader` that are meant, of those with numbers below `end`.
    ///
    /// Frames that are not meant are judged where they stand in the ring, and left there. After many frames the call
    /// returns, so that the caller can see how far it has come.
    mutating func step(_ reader: inout RingReader, before end: UInt64 = .max) throws -> Step {
        var left = Self.patience
        while left > 0 {
            let step = try takeNext(of: &reader, before: end, &left)
            guard step == .went else { return step }
        }
        return .went
    }

    private mutating func takeNext(
        of reader: inout RingReader,
        before end: UInt64,
        _ left: inout Int
    ) throws -> Step {
        var stop = Step.caughtUp
        var isMeant = true
        let entry = try reader.next(choosing: { frame in
            guard left > 0 else {
                stop = .went
                return .stop
            }
            left -= 1
            switch choose(frame, before: end) {
            case .stop:
                stop = .ended
                return .stop
            case .pass:
                // What may hold names is copied for them, as what stands in the ring is not checked.
                isMeant = !Writer.tellsNames || !DNSAnswers.mayBe(in: frame)
                return isMeant ? .pass : .take
            case .take:
                isMeant = true
                return .take
            }
        })
        switch entry {
        case nil:
            return stop
        case .gap(let gap):
            left &-= 1
            note(gap)
            return .went
        case .frame(let frame):
            guard isMeant else {
                try noteNames(frame)
                return .went
            }
            tallies.see(frame.metadata)
            try write(frame)
            return totals.frames >= frameLimit ? .ended : .went
        }
    }

    private mutating func choose(_ frame: borrowing Frame, before end: UInt64) -> FrameChoice {
        guard frame.metadata.sequence < end else { return .stop }
        switch sieve.judge(frame) {
        case .take: return .take
        case .end: return .stop
        case .early: return .pass
        case .leave:
            tallies.see(frame.metadata)
            return .pass
        }
    }

    /// Notes that frames were lost while reading.
    mutating func note(_ gap: FrameGap) {
        totals.lost &+= gap.count
        lostBeforeNext &+= gap.count
    }

    /// Copies the next frame, if it is meant.
    mutating func take(_ frame: borrowing Frame) throws(Failure) -> Step {
        switch sieve.judge(frame) {
        case .end: return .ended
        case .early: return .went
        case .leave:
            tallies.see(frame.metadata)
            try noteNames(frame)
            return .went
        case .take:
            tallies.see(frame.metadata)
            try write(frame)
            return totals.frames >= frameLimit ? .ended : .went
        }
    }

    private mutating func write(_ frame: borrowing Frame) throws(Failure) {
        let comment =
            lostBeforeNext > 0 ? "hubtap: \(lostBeforeNext) frames before this one were lost" : nil
        if octetLimit < .max, writer.frameCount > 0, end(with: frame) > octetLimit {
            try beginNextFile()
        }
        do throws(CaptureError) {
            try writer.write(frame, dropped: lostBeforeNext, comment: comment)
        } catch {
            throw target.failure(error, file: totals.files)
        }
        lostBeforeNext = 0
        totals.frames &+= 1
        tallies.take(frame.metadata)
    }

    /// More octets than the file has once this frame is in it.
    private func end(with frame: borrowing Frame) -> UInt64 {
        let mayName = Writer.tellsNames && DNSAnswers.mayBe(in: frame)
        let names = mayName ? CaptureLimits.maximumNameBlockByteCount : 0
        return writer.octetCount &+ UInt64(frame.bytes.count + Self.frameOverhead + names)
    }

    /// Takes names from a frame that is left, too: who asked for mail alone wants to know whose address it is.
    private mutating func noteNames(_ frame: borrowing Frame) throws(Failure) {
        let room = octetLimit.subtractingReportingOverflow(writer.octetCount)
        guard !room.overflow, room.partialValue > CaptureLimits.maximumNameBlockByteCount else {
            return
        }
        do throws(CaptureError) {
            try writer.note(frame)
        } catch {
            throw target.failure(error, file: totals.files)
        }
    }

    private mutating func beginNextFile() throws(Failure) {
        try endFile()
        earlierOctets &+= writer.octetCount
        totals.files += 1
        tallies = PortTallies(portCount: tallies.portCount)
        do throws(CaptureError) {
            writer = makeWriter(try target.open(file: totals.files))
        } catch {
            throw target.failure(error, file: totals.files)
        }
    }

    /// Ends a file, with what each port lost before the ring if that is known.
    private mutating func endFile(_ ledger: Ledger? = nil) throws(Failure) {
        totals.add(tallies)
        do throws(CaptureError) {
            try writer.finish(statistics: tallies.statistics(ledger))
        } catch {
            throw target.failure(error, file: totals.files)
        }
    }

    /// Copies the frames of a connection with mail that was found late: those from `first` on up to before `end`.
    ///
    /// `reader` is one of its own. Frames that were lost meanwhile were or will be noted by the other one.
    mutating func addMail(
        _ find: MailSearch.Find,
        before end: UInt64,
        from reader: inout RingReader
    ) throws -> Step {
        guard sieve.insertMail(find.conversation) else { return .went }
        try reader.seek(to: .sequence(find.firstSequence))
        var mine = FlowSelection([find.conversation])
        while reader.nextSequence < end, let entry = try reader.next() {
            guard case .frame(let frame) = entry, mine.contains(frame), sieve.judge(frame) == .take
            else { continue }
            try write(frame)
            if totals.frames >= frameLimit { return .ended }
        }
        return .went
    }

    /// Hands everything that was copied so far to the file.
    mutating func flush() throws(Failure) {
        do throws(CaptureError) {
            try writer.flush()
        } catch {
            throw target.failure(error, file: totals.files)
        }
    }

    /// Ends the last file.
    ///
    /// `ledger` gives the frames that each port lost before the ring.
    mutating func finish(_ ledger: Ledger?) throws(Failure) {
        for line in ledger?.ports.prefix(tallies.portCount) ?? [] {
            totals.lostBeforeRing &+= line.mirrorLost.total
        }
        try endFile(ledger)
        totals.octets = earlierOctets &+ writer.octetCount
    }
}
