import SystemPackage
import TapLinux
import TapWire

extension FrameExchange {
    /// A receiver with slots for frames of the port's new MTU, which hears what comes from now on instead of the old
    /// one; nil if the old one's slots suffice or there can be no other.
    mutating func widerReceiver(
        at port: Int,
        _ facts: InterfaceFacts,
        _ configuration: PlaneConfiguration
    ) -> PacketReceiver? {
        precondition(port >= 0 && port < portCount && count == 0)
        let geometry = PacketRingGeometry(mtu: facts.mtu, slotCount: configuration.slotCount)
        guard let attachment = unsafe attachments[port], unsafe !attachment.pointee.isGone,
            unsafe attachment.pointee.receiver.geometry.slotByteCount < geometry.slotByteCount
        else { return nil }
        do throws(Errno) {
            let wider = try PacketReceiver(
                interface: facts.index,
                geometry: geometry,
                isMuted: true
            )
            // In this order: a frame may be missed between two system calls, but none comes twice.
            try unsafe attachment.pointee.receiver.setMuted(true)
            try wider.setMuted(false)
            return wider
        } catch {
            try? unsafe attachment.pointee.receiver.setMuted(false)
            return nil
        }
    }

    /// Watches the sockets of the ports that have an interface.
    func watch(in polls: inout PollSet) {
        for port in 0..<portCount {
            let attachment = unsafe attachments[port]
            let isGone = unsafe attachment?.pointee.isGone ?? true
            unsafe polls.watch(isGone ? nil : attachment?.pointee.receiver.descriptor, at: port)
        }
    }

    /// Takes errors off sockets, or waiting for them would end at once for ever.
    func clearErrors(in polls: borrowing PollSet) {
        for port in 0..<portCount where polls.hasError(at: port) {
            unsafe attachments[port]?.pointee.receiver.clearError()
        }
    }

    /// Adds the frames that the kernel had no room for; closes the sockets of ports whose interface is gone.
    mutating func tend(_ ledger: inout Ledger) {
        for port in 0..<portCount {
            noteLosses(of: port, in: &ledger)
            if unsafe attachments[port]?.pointee.isGone == true { detach(at: port) }
        }
    }

    /// Adds the frames of a port that the kernel had no room for.
    func noteLosses(of port: Int, in ledger: inout Ledger) {
        precondition(port >= 0 && port < portCount)
        let lost = unsafe attachments[port]?.pointee.receiver.takeLossCount() ?? 0
        if lost > 0 { ledger.ports[port].noteOverflow(lost) }
    }

    /// The interface of a port is gone: its ring is emptied until the next `tend`.
    mutating func part(_ port: Int) { _ = withAttachment(at: port) { $0.isGone = true } }

    /// True if a frame of the port waits in its ring.
    func hasNext(at port: Int) -> Bool {
        precondition(port >= 0 && port < portCount)
        guard let attachment = unsafe attachments[port] else { return false }
        return unsafe attachment.pointee.receiver.hasNext
    }

    /// Hears a port by another receiver from now on.
    mutating func replaceReceiver(at port: Int, by receiver: consuming PacketReceiver) {
        precondition(port >= 0 && port < portCount && count == 0)
        guard let attachment = unsafe attachments[port] else { return }
        unsafe attachment.pointee.receiver = receiver
    }
}
