import SystemPackage
import TapLinux

/// The sockets by which frames of one port come and go, and the frames queued for it.
@safe struct PortAttachment: ~Copyable {
    // SAFETY: `indices` is this owner's own, of as many elements as the sender has room, freed in deinit.

    /// The number of the interface the sockets are bound to.
    let interface: Int32
    var receiver: PacketReceiver
    var sender: PacketSender
    /// Whether the port had a carrier when it was looked at last.
    var isUp = true
    /// Whether the interface is gone; what its ring still holds is taken before the sockets are closed.
    var isGone = false
    private let indices: UnsafeMutablePointer<UInt16>

    init(
        _ facts: InterfaceFacts,
        configuration: PlaneConfiguration
    ) throws(Errno) {
        let geometry = PacketRingGeometry(mtu: facts.mtu, slotCount: configuration.slotCount)
        let receiver = try PacketReceiver(interface: facts.index, geometry: geometry)
        let sender = try PacketSender(interface: facts.index, capacity: configuration.batchSize)
        interface = facts.index
        self.receiver = receiver
        self.sender = sender
        unsafe indices = .allocate(capacity: configuration.batchSize)
        unsafe indices.initialize(repeating: 0, count: configuration.batchSize)
    }

    deinit { unsafe indices.deallocate() }

    /// Queues the frame that has this place in the batch.
    mutating func queue(_ frame: borrowing ReceivedFrame, index: Int) {
        unsafe indices[sender.count] = UInt16(truncatingIfNeeded: index)
        unsafe sender.queue(frame)
    }

    /// The place in the batch of the frame queued at `place`.
    func index(at place: Int) -> Int {
        precondition(place >= 0 && place < sender.capacity)
        return Int(unsafe indices[place])
    }
}
