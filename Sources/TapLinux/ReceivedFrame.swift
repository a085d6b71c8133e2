public import Synchronization
public import TapWire

/// A frame as it stands in a slot of the kernel's ring, or in a buffer of ours when it is too long for one.
///
/// The virtio header stands right before the frame, so that both are sent as one piece.
@unsafe public struct ReceivedFrame: BitwiseCopyable {
    // SAFETY: whoever holds it knows that the ring or buffer lives and that the slot is not yet released.

    /// The virtio header; the frame follows it.
    @usableFromInline var head: UnsafeMutableRawPointer
    /// The slot to give back.
    @usableFromInline var slot: UnsafeMutableRawPointer
    /// Nanoseconds since the Unix epoch.
    public var arrival: Int64
    /// Octets of the frame that are here, its outer tag included.
    public var byteCount: Int
    /// Octets the frame had on the wire, its outer tag included.
    public var wireLength: Int
    /// What the kernel says of the slot.
    @usableFromInline var status: UInt32
    /// The tag that the kernel took out, and 0 when it took none.
    @usableFromInline var tagProtocol: UInt16
    @usableFromInline var tagControl: UInt16

    @inlinable
    init(slot: UnsafeMutableRawPointer, status: UInt32) {
        let mac = unsafe slot.load(fromByteOffset: 12, as: UInt16.self)
        unsafe self.slot = unsafe slot
        unsafe head = unsafe slot + (Int(mac) - Self.headByteCount)
        unsafe self.status = status
        unsafe wireLength = Int(unsafe slot.load(fromByteOffset: 4, as: UInt32.self))
        unsafe byteCount = Int(unsafe slot.load(fromByteOffset: 8, as: UInt32.self))
        unsafe arrival = unsafe Self.arrival(of: slot)
        unsafe tagControl = 0
        unsafe tagProtocol = 0
        guard unsafe status & Self.tagValid != 0 else { return }
        unsafe tagControl = unsafe slot.load(fromByteOffset: 24, as: UInt16.self)
        let named = unsafe slot.load(fromByteOffset: 26, as: UInt16.self)
        unsafe tagProtocol = unsafe status & Self.tagProtocolValid != 0 ? named : 0x8100
    }

    /// When the frame in `slot` arrived.
    @inlinable
    static func arrival(of slot: UnsafeMutableRawPointer) -> Int64 {
        let seconds = unsafe slot.load(fromByteOffset: 16, as: UInt32.self)
        let nanoseconds = unsafe slot.load(fromByteOffset: 20, as: UInt32.self)
        return Int64(seconds) &* 1_000_000_000 &+ Int64(nanoseconds)
    }

    /// Octets of the virtio header.
    @usableFromInline static let headByteCount = 10
    // linux/if_packet.h; literals, so that the hot path has no call.
    @usableFromInline static let copied: UInt32 = 1 << 1
    @usableFromInline static let losing: UInt32 = 1 << 2
    @usableFromInline static let tagValid: UInt32 = 1 << 4
    @usableFromInline static let tagProtocolValid: UInt32 = 1 << 6
}

extension ReceivedFrame {
    /// What to send: the virtio header and the frame.
    @inlinable public var message: UnsafeMutableRawPointer { unsafe head }
    /// Octets of `message`.
    @inlinable public var messageByteCount: Int { unsafe byteCount &+ Self.headByteCount }

    /// The octets of the frame; valid until the slot is released.
    @inlinable public var octets: UnsafeBufferPointer<UInt8> {
        let start = unsafe UnsafeRawPointer(head + Self.headByteCount)
        return unsafe UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: UInt8.self),
            count: byteCount
        )
    }

    /// True if every octet is here.
    @inlinable public var isWhole: Bool { unsafe byteCount == wireLength }
    /// True if the frame was too long for its slot and waits whole in the socket's queue.
    @inlinable public var isQueued: Bool { unsafe status & Self.copied != 0 }
    /// True if the kernel has lost frames before this one.
    @inlinable public var followsLoss: Bool { unsafe status & Self.losing != 0 }
    /// True if it stands for several segments.
    @inlinable public var isSuperFrame: Bool {
        unsafe head.load(fromByteOffset: 1, as: UInt8.self) & 0x7F != 0
    }

    /// What the tap says of the frame, once its tag is back.
    @inlinable public var flags: FrameFlags {
        var flags: FrameFlags = []
        if unsafe head.load(as: UInt8.self) & 1 != 0 { flags.insert(.partialChecksum) }
        if unsafe isSuperFrame { flags.insert(.superFrame) }
        if unsafe tagProtocol != 0 { flags.insert(.tagRestored) }
        return flags
    }

    /// The tag protocol that the kernel must be told to send the frame, or 0 if it finds out itself.
    ///
    /// It takes a frame of several segments for plain IP otherwise, and cannot cut it up.
    @inlinable public var sendProtocol: UInt16 { unsafe isSuperFrame ? tagProtocol : 0 }

    /// Puts the tag back behind the addresses, by moving what stands before it four octets ahead.
    ///
    /// There is room: 14 octets of padding in a slot, and as many in a buffer of ours.
    @inlinable
    public mutating func restoreTag() {
        guard unsafe tagProtocol != 0, unsafe byteCount >= VLANTag.offset else { return }
        let moved = unsafe Self.headByteCount &+ VLANTag.offset
        let start = unsafe head - VLANTag.byteCount
        unsafe start.copyMemory(from: head, byteCount: moved)
        unsafe start.storeBytes(of: tagProtocol.bigEndian, toByteOffset: moved, as: UInt16.self)
        unsafe start.storeBytes(of: tagControl.bigEndian, toByteOffset: moved &+ 2, as: UInt16.self)
        unsafe head = unsafe start
        unsafe byteCount &+= VLANTag.byteCount
        unsafe wireLength &+= VLANTag.byteCount
        unsafe shiftOffsets()
    }

    // hdr_len and csum_start of struct virtio_net_hdr count from the frame's first octet.
    @usableFromInline
    func shiftOffsets() {
        let headerLength = unsafe head.load(fromByteOffset: 2, as: UInt16.self)
        let shift = UInt16(VLANTag.byteCount)
        if headerLength != 0 {
            unsafe head.storeBytes(of: headerLength &+ shift, toByteOffset: 2, as: UInt16.self)
        }
        guard unsafe head.load(as: UInt8.self) & 1 != 0 else { return }
        let start = unsafe head.load(fromByteOffset: 6, as: UInt16.self)
        unsafe head.storeBytes(of: start &+ shift, toByteOffset: 6, as: UInt16.self)
    }

    /// Says that the frame stands at `buffer` instead, virtio header first.
    mutating func move(to buffer: UnsafeMutableRawPointer, byteCount: Int) {
        unsafe head = unsafe buffer
        unsafe self.byteCount = byteCount
    }

    /// Gives the slot back to the kernel; the frame must not be touched after that.
    @inlinable
    public func release() {
        let status = unsafe slot.assumingMemoryBound(to: Atomic<UInt32>.self)
        unsafe status.pointee.store(0, ordering: .releasing)
    }
}
