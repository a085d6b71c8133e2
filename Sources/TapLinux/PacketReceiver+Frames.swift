public import CTap
import Glibc
public import Synchronization
import SystemPackage

extension PacketReceiver {
    /// When the next frame arrived, or nil when there is none yet.
    @inlinable public var nextArrival: Int64? {
        guard status & 1 != 0 else { return nil }
        return unsafe ReceivedFrame.arrival(of: cursor)
    }

    /// True if a frame is there.
    @inlinable public var hasNext: Bool { status & 1 != 0 }

    // The kernel writes TP_STATUS_USER last; acquiring it makes the rest of the slot visible.
    @inlinable var status: UInt32 {
        let status = unsafe cursor.assumingMemoryBound(to: Atomic<UInt32>.self)
        return unsafe status.pointee.load(ordering: .acquiring)
    }

    /// Takes the next frame, or nil when there is none yet.
    ///
    /// Its slot is the caller's until `release`; the caller holds fewer slots than the ring has.
    @inlinable
    public mutating func take() -> ReceivedFrame? {
        let status = status
        guard status & 1 != 0 else { return nil }
        // The kernel wrote the slot on another processor: fetch what is read next while others are taken.
        unsafe ctap_prefetch(cursor + 64)
        unsafe ctap_prefetch(cursor + 128)
        let frame = unsafe ReceivedFrame(slot: cursor, status: status)
        advance()
        return unsafe frame
    }

    @inlinable
    mutating func advance() {
        indexInBlock &+= 1
        guard indexInBlock == geometry.slotsPerBlock else {
            unsafe cursor += geometry.slotByteCount
            return
        }
        indexInBlock = 0
        block = block &+ 1 == geometry.blockCount ? 0 : block &+ 1
        unsafe cursor = unsafe base + block &* geometry.blockByteCount
    }

    /// Fetches a frame that was too long for its slot into `buffer`.
    ///
    /// The first 16 octets of the buffer are left free, room for a tag.
    public func fetch(_ frame: inout ReceivedFrame, into buffer: UnsafeMutableRawBufferPointer) {
        guard let start = buffer.baseAddress, buffer.count > Self.headroom else { return }
        let room = buffer.count - Self.headroom
        // SAFETY: the kernel fills at most `room` octets of the caller's buffer.
        // #syscalls recvfrom
        let count = unsafe recv(
            descriptor.rawValue,
            start + Self.headroom,
            room,
            CTAP_MSG_DONTWAIT | CTAP_MSG_TRUNC
        )
        let head = unsafe ReceivedFrame.headByteCount
        guard count >= head else { return }
        unsafe frame.move(to: start + Self.headroom, byteCount: min(count, room) - head)
    }

    /// Frames the kernel had no room for since the last call.
    public func takeLossCount() -> Int {
        var statistics = tpacket_stats()
        var size = socklen_t(MemoryLayout<tpacket_stats>.size)
        // SAFETY: both live across the call, which fills them in.
        // #syscalls getsockopt
        let result = unsafe getsockopt(
            descriptor.rawValue,
            SOL_PACKET,
            PACKET_STATISTICS,
            &statistics,
            &size
        )
        return result == 0 ? Int(statistics.tp_drops) : 0
    }

    /// Takes the error that a change of the interface left on the socket.
    public func clearError() { PacketSocket.clearError(descriptor) }

    /// Octets a buffer for `fetch` keeps free at its start.
    public static let headroom = 16
}
