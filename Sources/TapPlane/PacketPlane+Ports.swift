import SystemPackage
import TapLinux
import TapWire

extension PacketPlane {
    /// Looks after the ports: links, frames the kernel lost, interfaces that went or came back.
    ///
    /// - Returns: The ports whose frames may be longer now.
    mutating func tend(_ keeper: inout PortKeeper, _ now: Int64) -> [Int] {
        exchange.tend(&ledger)
        var wider: [Int] = []
        for task in keeper.tend(at: now) {
            switch task {
            case .part(let index): exchange.part(index)
            case .join(let index): rejoin(index, &keeper, now)
            case .resize(let index): wider.append(index)
            }
        }
        for index in ports.indices {
            let state = keeper.state(of: index)
            let isAttached =
                exchange.withAttachment(at: index) { $0.isUp = state == .up && !$0.isGone } != nil
            ledger.ports[index].state = isAttached ? state : .gone
        }
        return wider
    }

    /// There is an interface of the port's name again.
    private mutating func rejoin(_ index: Int, _ keeper: inout PortKeeper, _ now: Int64) {
        do throws(PlaneError) {
            guard let facts = try keeper.recheck(index) else { return }
            ports[index].facts = facts
            try attach(index)
            keeper.joined(index, facts, at: now)
        } catch {
            keeper.refused(index, error)
        }
    }
}
