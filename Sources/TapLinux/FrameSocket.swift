import CTap
import Glibc
public import SystemPackage
public import TapWire

/// Sends and receives single frames at one interface: for tests and small tools, not for speed.
///
/// Frames are whole, VLAN tags in their place; those that this interface sends are not received.
public struct FrameSocket: ~Copyable {
    /// A frame that was received.
    public struct Received: Hashable, Sendable {
        /// Its octets.
        public var octets: [UInt8]
        /// What the tap says of it.
        public var flags: FrameFlags
    }

    private var receiver: PacketReceiver
    private var buffer = [UInt8](repeating: 0, count: 256 * 1024)
    private let interface: Int32

    /// Opens the interface of the given index.
    public init(interface index: Int32, mtu: Int = 9000, slotCount: Int = 1024) throws(Errno) {
        receiver = try PacketReceiver(
            interface: index,
            geometry: PacketRingGeometry(mtu: mtu, slotCount: slotCount)
        )
        interface = index
    }

    /// Sends one frame.
    ///
    /// - Parameters:
    ///   - octets: The frame.
    ///   - offload: A struct virtio_net_hdr for a frame that is not finished; none for one that is.
    ///   - etherType: What the kernel is told the frame to be; 0 lets it look.
    /// - Throws: What the kernel said.
    public func send(
        _ octets: [UInt8],
        offload: [UInt8] = [UInt8](repeating: 0, count: 10),
        etherType: UInt16 = 0
    ) throws(Errno) {
        var address = sockaddr_ll()
        address.sll_family = UInt16(AF_PACKET)
        address.sll_protocol = etherType.bigEndian
        address.sll_ifindex = interface
        let message = offload + octets
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            // SAFETY: message and address live across the call, which only reads them; a sockaddr_ll
            // is a sockaddr of the family it names.
            // #syscalls sendto
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                let size = socklen_t(MemoryLayout<sockaddr_ll>.size)
                let socket = receiver.descriptor.rawValue
                return unsafe sendto(socket, message, message.count, 0, target, size)
            }
        }
        guard result < 0 else { return }
        throw .latest
    }

    /// The next frame, or nil when none comes within the time.
    public mutating func receive(milliseconds: Int32) -> Received? {
        var polls = PollSet(count: 1)
        polls.watch(receiver.descriptor, at: 0)
        if !receiver.hasNext { polls.wait(milliseconds: milliseconds) }
        guard var frame = unsafe receiver.take() else { return nil }
        defer { unsafe frame.release() }
        return unsafe buffer.withUnsafeMutableBytes { room in
            if unsafe frame.isQueued { unsafe receiver.fetch(&frame, into: room) }
            unsafe frame.restoreTag()
            // SAFETY: the octets stand in the slot, or in `room`, until this returns.
            return unsafe Received(octets: Array(frame.octets), flags: frame.flags)
        }
    }

    /// Frames the kernel had no room for since the last call.
    public func takeLossCount() -> Int { receiver.takeLossCount() }
}
