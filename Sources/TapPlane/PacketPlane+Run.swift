import Glibc
import SystemPackage
public import TapLinux
public import TapWire

extension PacketPlane {
    /// Lets frames cross until `stop` is raised; a port that goes away does not end it.
    ///
    /// When it stops, what had arrived by then still crosses.
    public mutating func run(
        into sink: inout some MirrorSink & ~Copyable,
        until stop: borrowing StopSignal
    ) throws(PlaneError) {
        var pace = Pace(spin: configuration.spin)
        var patience = SendPatience(ports: ports, control: try Self.control())
        let start = FileMappingClock.monotonicNanoseconds()
        var keeper = try PortKeeper(ports, configuration, report: report, at: start)
        var polls = PollSet(count: ports.count + 2)
        polls.watch(stop.descriptor, at: ports.count)
        polls.watch(keeper.descriptor, at: ports.count + 1)
        exchange.watch(in: &polls)
        sink.publish(ledger)
        while true {
            let now = FileMappingClock.monotonicNanoseconds()
            if pace.isTendingDue(now) {
                guard !stop.isRaised else { break }
                for port in tend(&keeper, now) { widen(port, into: &sink, &patience) }
                exchange.watch(in: &polls)
            }
            if cross(into: &sink, &patience) {
                pace.noteFrames(now)
                continue
            }
            switch pace.rest(now) {
            case .spin: Pace.relax()
            case .sleep(let milliseconds):
                sink.publish(ledger)
                polls.wait(milliseconds: milliseconds)
                exchange.clearErrors(in: polls)
                if polls.isReadable(at: ports.count + 1) { pace.tendAtOnce() }
                pace.noteSleep(from: now, to: FileMappingClock.monotonicNanoseconds())
            }
        }
        finish(into: &sink, &patience)
    }

    /// Carries one batch; false if there was none.
    private mutating func cross(
        into sink: inout some MirrorSink & ~Copyable,
        _ patience: inout SendPatience
    ) -> Bool {
        exchange.gather()
        guard exchange.count > 0 else { return false }
        patience.renew()
        exchange.send(into: &ledger, patience: &patience)
        exchange.settle(into: &sink, &ledger)
        sink.publish(ledger)
        return true
    }

    /// Gives a port whose frames may be longer now a ring of wider slots; none is missed unseen in between.
    ///
    /// Where that cannot be, longer frames still come whole, by the socket's own queue.
    private mutating func widen(
        _ index: Int,
        into sink: inout some MirrorSink & ~Copyable,
        _ patience: inout SendPatience
    ) {
        guard let receiver = exchange.widerReceiver(at: index, ports[index].facts, configuration)
        else { return }
        let deadline = FileMappingClock.monotonicNanoseconds() &+ Self.finishNanoseconds
        while exchange.hasNext(at: index), cross(into: &sink, &patience) {
            guard FileMappingClock.monotonicNanoseconds() < deadline else { break }
        }
        exchange.noteLosses(of: index, in: &ledger)
        exchange.replaceReceiver(at: index, by: receiver)
    }

    /// Carries what is left in the rings, for as long as a ring takes at most, and closes the books.
    private mutating func finish(
        into sink: inout some MirrorSink & ~Copyable,
        _ patience: inout SendPatience
    ) {
        let deadline = FileMappingClock.monotonicNanoseconds() &+ Self.finishNanoseconds
        while cross(into: &sink, &patience) {
            guard FileMappingClock.monotonicNanoseconds() < deadline else { break }
        }
        for index in ports.indices {
            exchange.noteLosses(of: index, in: &ledger)
            ledger.ports[index].isUp = false
        }
        sink.publish(ledger)
    }

    /// How long a ring is emptied at most.
    private static let finishNanoseconds: Int64 = 100_000_000

    private static func control() throws(PlaneError) -> InterfaceControl {
        do throws(Errno) {
            return try InterfaceControl()
        } catch {
            throw PlaneError(.system(step: "open a socket"), errno: error)
        }
    }
}
