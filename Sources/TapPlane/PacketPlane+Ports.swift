import SystemPackage
import TapLinux
import TapWire

extension PacketPlane {
    /// Looks after the ports: links, frames the kernel lost, interfaces that went or came back.
    ///
    /// - Returns: The ports whose frames may be longer now.
    mutating func tend(_ keeper: inout PortKeeper, _ now: Int64) -> [Int] {
        for index in ports.indices {
            noteLosses(index)
            if exchange.withAttachment(at: index, { $0.isGone }) == true {
                exchange.detach(at: index)
            }
        }
        var wider: [Int] = []
        for task in keeper.tend(at: now) {
            switch task {
            case .part(let index): part(index)
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

    /// Watches the sockets of the ports that have an interface.
    mutating func watch(in polls: inout PollSet) {
        for index in ports.indices {
            let descriptor = exchange.withAttachment(at: index) { attachment in
                attachment.isGone ? nil : attachment.receiver.descriptor
            }
            polls.watch(descriptor ?? nil, at: index)
        }
    }

    /// Takes errors off sockets, or waiting for them would end at once for ever.
    mutating func clearErrors(in polls: borrowing PollSet) {
        for index in ports.indices where polls.hasError(at: index) {
            _ = exchange.withAttachment(at: index) { $0.receiver.clearError() }
        }
    }

    /// Adds the frames that the kernel had no room for.
    mutating func noteLosses(_ index: Int) {
        let lost = exchange.withAttachment(at: index) { $0.receiver.takeLossCount() } ?? 0
        if lost > 0 { ledger.ports[index].noteOverflow(lost) }
    }

    /// The interface is gone: its ring is emptied until the next look, then its sockets are closed.
    private mutating func part(_ index: Int) {
        _ = exchange.withAttachment(at: index) { $0.isGone = true }
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
