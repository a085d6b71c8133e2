import Glibc
import SystemPackage
public import TapLinux
public import TapWire

extension ActionPlane {
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
        var polls = PollSet(count: ports.count + 2)
        polls.watch(stop.descriptor, at: ports.count)
        polls.watch(keeper.descriptor, at: ports.count + 1)
        exchange.watch(in: &polls)
        var nextTending: Int64 = 0
        var lastFrames: Int64 = 0
        while true {
            let now = FileMappingClock.monotonicNanoseconds()
            var isMoving = false
            if now >= nextTending {
                guard !stop.isRaised else { break }
                nextTending = now &+ Self.tendingNanoseconds
                for port in tend(&keeper, now) { widen(port, into: &sink) }
                exchange.watch(in: &polls)
                isMoving = mirrorAndAccount(into: &sink, &drops, now)
            } else {
                isMoving = empty(into: &sink).isMoving
            }
            if isMoving { lastFrames = now }
            if now &- lastFrames < Self.wakefulNanoseconds {
                FileMappingClock.pause(nanoseconds: Self.napNanoseconds)
            } else {
                polls.wait(milliseconds: Self.sleepMilliseconds)
                exchange.clearErrors(in: polls)
                if polls.isReadable(at: ports.count + 1) { nextTending = 0 }
            }
        }
        let action = configuration.exitAction(after: stop)
        try finish(into: &sink, &drops, isRestored: action == .restore)
    }

    /// Copies the frames that wait into the mirror, oldest first across the ports, and says whether there were any
    /// and whether none is left.
    private mutating func empty(
        into sink: inout some MirrorSink & ~Copyable
    ) -> (isMoving: Bool, isEmpty: Bool) {
        var count = 0
        // As many as the rings hold, however many more come: the ports want to be looked after.
        let limit = configuration.slotCount * ports.count
        while count < limit {
            exchange.gather()
            guard exchange.count > 0 else { return (count > 0, true) }
            count &+= exchange.count
            exchange.settle(into: &sink, &seen)
        }
        return (true, false)
    }

    /// Tells the ledger: what the kernel counted by then stands in the mirror, or is lost to it.
    private mutating func mirrorAndAccount(
        into sink: inout some MirrorSink & ~Copyable,
        _ drops: inout SendDrops,
        _ now: Int64
    ) -> Bool {
        readMeters()
        let (isMoving, isEmpty) = empty(into: &sink)
        for port in ports.indices {
            exchange.noteLosses(of: port, in: &seen)
            if isEmpty { noteUnseen(port) }
        }
        account.update(&ledger, counters(), drops: drops.take(ports, at: now))
        sink.publish(ledger)
        return isMoving
    }

    /// Sockets see a frame before it is counted, so what was counted before they were emptied and is not among what
    /// they saw or had no room for, crossed while there was none.
    private mutating func noteUnseen(_ port: Int) {
        let known = seen.ports[port].rxFrames &+ unseen[port]
        unseen[port] &+= meters[port].frames &- min(meters[port].frames, known)
    }

    /// The counters that programs in the kernel would have, and what else the mirror lost.
    private mutating func counters() -> [UInt64] {
        var counters = [UInt64](repeating: 0, count: ports.count * ForwardingRoute.counterCount)
        for port in ports.indices {
            let line = seen.ports[port]
            func set(_ counter: ForwardingRoute.Counter, _ value: UInt64) {
                counters[ForwardingRoute.place(of: counter, port: port)] = value
            }
            set(.frames, meters[port].frames)
            set(.octets, line.rxOctets)
            set(.refused, min(meters[port].refused, meters[port].frames))
            set(.notBuffered, line.mirrorLost[.receiveOverflow])
            set(.notKept, line.mirrorLost[.notKept])
            set(.askedFrames, line.mirrorCut[.asked])
            set(.askedOctets, line.mirrorCutOctets[.asked])
            set(.notTaken, notTaken[port])
            ledger.ports[port].mirrorLost[.oversize] = line.mirrorLost[.oversize]
            ledger.ports[port].mirrorLost[.noHub] = line.mirrorLost[.noHub] &+ unseen[port]
        }
        return counters
    }

    /// Gives a port whose frames may be longer now a ring of wider slots.
    ///
    /// Where that cannot be, longer frames still come whole, by the socket's own queue.
    private mutating func widen(
        _ index: Int,
        into sink: inout some MirrorSink & ~Copyable
    ) {
        guard let receiver = exchange.widerReceiver(at: index, ports[index].facts, configuration)
        else { return }
        _ = empty(into: &sink)
        exchange.noteLosses(of: index, in: &seen)
        exchange.replaceReceiver(at: index, by: receiver)
    }

    private mutating func finish(
        into sink: inout some MirrorSink & ~Copyable,
        _ drops: inout SendDrops,
        isRestored: Bool
    ) throws(PlaneError) {
        var failure: PlaneError?
        for index in ports.indices where isRestored && isPresent[index] {
            let nothing = PortActions(entry: .ignore, sources: [:], counts: counts(of: index))
            // What one refuses, perhaps as it has just gone, does not keep the others.
            do throws(PlaneError) {
                _ = try ports[index].change(to: .actions(nothing))
            } catch {
                failure = failure ?? error
            }
        }
        let now = FileMappingClock.monotonicNanoseconds()
        _ = mirrorAndAccount(into: &sink, &drops, now &+ Self.tendingNanoseconds * 1000)
        for index in ports.indices where isRestored { ledger.ports[index].isUp = false }
        sink.publish(ledger)
        if let failure { throw failure }
    }

    /// How often ports are looked after and the ledger is told.
    private static let tendingNanoseconds: Int64 = 10_000_000
    /// How long frames gather before they are copied: long enough for many, short enough to be read at once.
    private static let napNanoseconds: Int64 = 200_000
    /// How long without a frame until the kernel is asked to wake us.
    private static let wakefulNanoseconds: Int64 = 5_000_000
    private static let sleepMilliseconds: Int32 = 50
}
