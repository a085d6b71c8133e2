import Glibc
import SystemPackage
public import TapLinux
public import TapWire

extension KernelPlane {
    /// Mirrors what the kernel lets cross, until `stop` is raised; a port that goes away does not end it.
    ///
    /// When it stops and the ports are to be put back, frames cease to cross first, so that every one is in the ledger.
    public mutating func run(
        into sink: inout some MirrorSink & ~Copyable,
        until stop: borrowing StopSignal
    ) throws(PlaneError) {
        var drops = try SendDrops()
        let start = FileMappingClock.monotonicNanoseconds()
        _ = drops.take(ports, at: start)
        var keeper = try PortKeeper(ports, configuration, report: report, at: start)
        var polls = PollSet(count: 3)
        polls.watch(stop.descriptor, at: 0)
        polls.watch(keeper.descriptor, at: 1)
        polls.watch(kernel.buffer.descriptor, at: 2)
        var clock = CaptureClock()
        var nextTending: Int64 = 0
        var lastFrames: Int64 = 0
        while true {
            var isFlooded = false
            let now = FileMappingClock.monotonicNanoseconds()
            if now >= nextTending {
                guard !stop.isRaised else { break }
                nextTending = now &+ Self.tendingNanoseconds
                clock.set()
                tend(&keeper, now)
                if mirrorAndAccount(into: &sink, &clock, &drops, now) > 0 { lastFrames = now }
            } else {
                let count = empty(into: &sink, &clock)
                if count > 0 { lastFrames = now }
                isFlooded = count == Self.roundLimit
            }
            if isFlooded { continue }
            if now &- lastFrames < Self.wakefulNanoseconds {
                FileMappingClock.pause(nanoseconds: Self.napNanoseconds)
            } else {
                polls.wait(milliseconds: Self.sleepMilliseconds)
                if polls.isReadable(at: 1) { nextTending = 0 }
            }
        }
        let action = configuration.exitAction(after: stop)
        try finish(into: &sink, &clock, &drops, isRestored: action == .restore)
    }

    /// Copies frames that wait into the mirror, and returns how many they were.
    ///
    /// No more than a round of them: while they come faster than they are copied, the ports must be looked after, too.
    private mutating func empty(
        into sink: inout some MirrorSink & ~Copyable,
        _ clock: inout CaptureClock
    ) -> Int {
        var count = 0
        while count < Self.roundLimit, let frame = unsafe kernel.buffer.next() {
            let port = Int(unsafe frame.port)
            if port < ports.count, let loss = unsafe Self.mirror(frame, &clock, into: &sink) {
                ledger.ports[port].mirrorLost[loss] &+= 1
            }
            count &+= 1
            if count % Self.releaseInterval == 0 { kernel.buffer.release() }
        }
        kernel.buffer.release()
        return count
    }

    private static func mirror(
        _ frame: CapturedFrame,
        _ clock: inout CaptureClock,
        into sink: inout some MirrorSink & ~Copyable
    ) -> MirrorLoss? {
        let octets = unsafe frame.octets
        let tag = unsafe frame.tag
        // What stands for several segments has its checksum still to be made; of others it is not told.
        var flags: FrameFlags = unsafe frame.isSuperFrame ? [.superFrame, .partialChecksum] : []
        if tag != nil { flags.insert(.tagRestored) }
        // SAFETY: the octets stand in the buffer until it is released, which is after this.
        let bytes = unsafe Span(_unsafeElements: octets)
        let metadata = unsafe FrameMetadata(
            arrival: clock.time(of: frame.monotonicNanoseconds),
            sequence: 0,
            wireLength: frame.length &+ UInt32(tag == nil ? 0 : VLANTag.byteCount),
            ingress: PortIndex(rawValue: UInt8(truncatingIfNeeded: frame.port)),
            flags: flags
        )
        return sink.mirror(Frame(bytes, metadata), restoring: tag)
    }

    /// Tells the ledger: what the kernel counted, and has copied, by then stands in the mirror.
    private mutating func mirrorAndAccount(
        into sink: inout some MirrorSink & ~Copyable,
        _ clock: inout CaptureClock,
        _ drops: inout SendDrops,
        _ now: Int64
    ) -> Int {
        let counters = try? kernel.counters.read()
        let count = empty(into: &sink, &clock)
        if let counters {
            account.update(&ledger, counters, drops: drops.take(ports, at: now))
        }
        switch shedding.look(at: ledger, FileMappingClock.now()) {
        case .began(let spell), .worsened(let spell): report(.sheds(spell))
        case .ended(let spell): report(.shedsNoMore(spell))
        case nil: break
        }
        sink.publish(ledger)
        return count
    }

    private mutating func finish(
        into sink: inout some MirrorSink & ~Copyable,
        _ clock: inout CaptureClock,
        _ drops: inout SendDrops,
        isRestored: Bool
    ) throws(PlaneError) {
        var failure: PlaneError?
        if isRestored {
            do throws(PlaneError) { try part() } catch { failure = error }
        }
        clock.set()
        let now = FileMappingClock.monotonicNanoseconds()
        // While frames go on crossing there is no end of them; the next hub finds the rest.
        while empty(into: &sink, &clock) > 0, isRestored {}
        _ = mirrorAndAccount(into: &sink, &clock, &drops, now &+ Self.tendingNanoseconds * 1000)
        for index in ports.indices where isRestored { ledger.ports[index].isUp = false }
        sink.publish(ledger)
        if let failure { throw failure }
    }

    /// Lets no frame cross or be counted any more.
    private mutating func part() throws(PlaneError) {
        for index in ports.indices { isPresent[index] = false }
        try tellPrograms()
    }

    /// How often ports are looked after and the ledger is told.
    private static let tendingNanoseconds: Int64 = 10_000_000
    /// How long frames gather before they are copied: long enough for many, short enough to be read at once.
    private static let napNanoseconds: Int64 = 200_000
    /// How long without a frame until the kernel is asked to wake us.
    private static let wakefulNanoseconds: Int64 = 5_000_000
    private static let sleepMilliseconds: Int32 = 50
    /// After how many frames their room in the buffer is given back.
    private static let releaseInterval = 64
    /// How many frames are copied before anything else is looked at.
    private static let roundLimit = 16_384
}
