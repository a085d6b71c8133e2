import TapLinux
import TapWire

extension PortKeeper {
    /// Takes ports down and sets them up again, so that a fault on one side is noticed on the other.
    ///
    /// What the kernel does to a port that we switch is told before the switching ends, so all that is known here is
    /// newer than our last action: never is our own doing taken for a fault.
    mutating func passFaults(at now: Int64) {
        guard var fault else { return }
        let sights = configuration.ports.indices.map { sight(of: $0) }
        for action in fault.decide(sights, at: now) {
            switch action {
            case .takeDown(let port): takeDown(port, &fault)
            case .raise(let port): raise(port, &fault, at: now)
            case .letGo(let port):
                if sights[port] != .gone { report(.leftUp(ports[port].name)) }
                ports[port].letGo()
                watch.setHeld(false, port)
                continue
            case .postpone(let port, let nanoseconds):
                let seconds = Int(nanoseconds / 1_000_000_000)
                report(.postponed(ports[port].name, seconds: seconds))
                continue
            }
        }
        self.fault = fault
    }

    private func sight(of port: Int) -> LinkFault.Sight {
        switch watch.state(of: port) {
        case .up: .carrier
        case .noCarrier: .noCarrier
        case .down, .linkFault: .down
        case .gone: .gone
        }
    }

    private mutating func takeDown(_ port: Int, _ fault: inout LinkFault) {
        let others = configuration.ports.indices.filter { $0 != port }.map { ports[$0].name }
        do throws(PlaneError) {
            try ports[port].takeDown()
            watch.setHeld(true, port)
            report(.takenDown(ports[port].name, for: others))
        } catch {
            fault.takingDownFailed(port)
            report(.linkFaultFailed(error))
        }
    }

    private mutating func raise(_ port: Int, _ fault: inout LinkFault, at now: Int64) {
        do throws(PlaneError) {
            try ports[port].raise()
            watch.setHeld(false, port)
            report(.raised(ports[port].name))
        } catch {
            fault.raisingFailed(port, at: now)
            report(.linkFaultFailed(error))
        }
    }
}
