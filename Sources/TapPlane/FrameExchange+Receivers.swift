import SystemPackage
import TapLinux

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
