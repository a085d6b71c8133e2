import SystemPackage
import TapLinux
import TapWire

extension PacketPlane {
    /// Looks after the ports: links, frames the kernel lost, interfaces that went or came back.
    mutating func tend(
        _ control: borrowing InterfaceControl,
        _ polls: inout PollSet,
        _ now: Int64
    ) {
        for index in ports.indices {
            noteLosses(index)
            let name = ports[index].name
            let present = (try? control.index(of: name)) ?? nil
            let attached = exchange.withAttachment(at: index) { $0.interface }
            if let attached, attached != present {
                part(index)
                watch(in: &polls)
            } else if present != nil, attached == nil, now >= ports[index].nextAttempt {
                ports[index].nextAttempt = now &+ Self.attemptNanoseconds
                rejoin(index)
                watch(in: &polls)
            }
            let flags = present == nil ? [] : (try? control.flags(of: name)) ?? []
            let isUp = flags.isSuperset(of: [.up, .running])
            let isAttached =
                exchange.withAttachment(at: index) { $0.isUp = isUp && !$0.isGone } != nil
            ledger.ports[index].isUp = isAttached && isUp
        }
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
        let wasGone = exchange.withAttachment(at: index) { attachment in
            defer { attachment.isGone = true }
            return attachment.isGone
        }
        if wasGone == true {
            exchange.detach(at: index)
        } else {
            report(.vanished(ports[index].name))
        }
    }

    /// There is an interface of the port's name again.
    private mutating func rejoin(_ index: Int) {
        let port = ports[index]
        do throws(PlaneError) {
            guard let facts = try PortClaims.facts(of: port.name) else { return }
            try PortClaims.check(facts, configuration)
            port.facts = facts
            try attach(index)
            port.isRefused = false
            report(.returned(port.name))
        } catch {
            if !port.isRefused { report(.refused(port.name, error)) }
            port.isRefused = true
        }
    }

    /// How often the return of an interface is tried.
    private static let attemptNanoseconds: Int64 = 500_000_000
}
