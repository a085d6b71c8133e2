import CTap
import Glibc
public import SystemPackage

/// A packet socket with a TPACKET_V2 ring: every frame that enters one interface, whole.
///
/// Frames that are too long for a slot (joined segments) wait in the socket's own queue and are fetched
/// with `fetch`. Frames that leave by the interface are not seen.
@safe public struct PacketReceiver: ~Copyable {
    // SAFETY: the ring is this owner's own mapping, unmapped in deinit; slots are only handed out as
    // `@unsafe` frames. The slot that `cursor` points at is always inside the mapping.

    /// The socket, for waiting.
    public let descriptor: FileDescriptor
    /// How the ring is cut.
    public let geometry: PacketRingGeometry
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline var cursor: UnsafeMutableRawPointer
    @usableFromInline var block = 0
    @usableFromInline var indexInBlock = 0

    /// Opens a receiver on the interface of the given index; one that is muted lets no frame in yet.
    public init(
        interface index: Int32,
        geometry: PacketRingGeometry,
        isMuted: Bool = false
    ) throws(Errno) {
        var mapping: UnsafeMutableRawPointer?
        descriptor = try PacketSocket.open().closedOnFailure { socket throws(Errno) in
            try Self.configure(socket)
            if isMuted { try Self.mute(socket, true) }
            unsafe mapping = try unsafe Self.map(socket, geometry)
            try PacketSocket.bind(socket, interface: index, etherType: ETH_P_ALL)
        }
        self.geometry = geometry
        guard let mapping = unsafe mapping else { preconditionFailure("no ring and no error") }
        unsafe base = mapping
        unsafe cursor = mapping
    }

    deinit {
        // SAFETY: both values are those of the mapping, and nobody holds a slot beyond this owner.
        // #syscalls munmap
        _ = unsafe munmap(base, geometry.byteCount)
        try? descriptor.close()
    }

    private static func configure(_ socket: FileDescriptor) throws(Errno) {
        // The order matters: none of these may change once there is a ring.
        try PacketSocket.set(socket, SOL_PACKET, PACKET_VERSION, CInt(TPACKET_V2.rawValue))
        try PacketSocket.set(socket, SOL_PACKET, PACKET_VNET_HDR, 1)
        try PacketSocket.set(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        // Any number but 0: frames longer than a slot are queued whole.
        try PacketSocket.set(socket, SOL_PACKET, PACKET_COPY_THRESH, 1)
        try PacketSocket.set(socket, SOL_SOCKET, SO_RCVBUFFORCE, queueByteCount)
    }

    private static func map(
        _ socket: FileDescriptor,
        _ geometry: PacketRingGeometry
    ) throws(Errno) -> UnsafeMutableRawPointer {
        var request = tpacket_req(
            tp_block_size: UInt32(geometry.blockByteCount),
            tp_block_nr: UInt32(geometry.blockCount),
            tp_frame_size: UInt32(geometry.slotByteCount),
            tp_frame_nr: UInt32(geometry.slotCount)
        )
        let size = socklen_t(MemoryLayout<tpacket_req>.size)
        // SAFETY: the request lives across the call, which only reads it.
        // #syscalls setsockopt
        let result = unsafe setsockopt(socket.rawValue, SOL_PACKET, PACKET_RX_RING, &request, size)
        guard result == 0 else { throw .latest }
        let flags = MAP_SHARED | MAP_POPULATE
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours.
        // #syscalls mmap
        let address = unsafe mmap(
            nil,
            geometry.byteCount,
            PROT_READ | PROT_WRITE,
            flags,
            socket.rawValue,
            0
        )
        guard let address = unsafe address, unsafe address != MAP_FAILED else { throw .latest }
        return unsafe address
    }

    /// Room for frames longer than a slot, as the kernel counts it.
    private static let queueByteCount: CInt = 32 << 20
}
