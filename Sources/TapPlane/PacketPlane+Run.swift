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
        let control = try Self.control()
        var patience = SendPatience(names: ports.map(\.name), control: try Self.control())
        var polls = PollSet(count: ports.count + 1)
        polls.watch(stop.descriptor, at: ports.count)
        watch(in: &polls)
        sink.publish(ledger)
        while true {
            let now = FileMappingClock.monotonicNanoseconds()
            if pace.isTendingDue(now) {
                guard !stop.isRaised else { break }
                tend(control, &polls, now)
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
                clearErrors(in: polls)
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

    /// Carries what is left in the rings, for as long as a ring takes at most, and closes the books.
    private mutating func finish(
        into sink: inout some MirrorSink & ~Copyable,
        _ patience: inout SendPatience
    ) {
        let deadline = FileMappingClock.monotonicNanoseconds() &+ 100_000_000
        while cross(into: &sink, &patience) {
            guard FileMappingClock.monotonicNanoseconds() < deadline else { break }
        }
        for index in ports.indices {
            noteLosses(index)
            ledger.ports[index].isUp = false
        }
        sink.publish(ledger)
    }

    private static func control() throws(PlaneError) -> InterfaceControl {
        do throws(Errno) {
            return try InterfaceControl()
        } catch {
            throw PlaneError(.system(step: "open a socket"), errno: error)
        }
    }
}
