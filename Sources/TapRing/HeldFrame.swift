import CTap
import TapWire

/// A frame inside a block whose header can be one; whether it is whole, its checksum tells.
struct HeldFrame {
    /// The header, copied out.
    let raw: ctap_ring_frame
    /// Where in the block the frame ends, and the next begins.
    let end: Int

    /// How many octets of the frame are held.
    @inline(__always)
    var captured: Int { Int(raw.captured_and_port & 0xFF_FFFF) }
    /// The index of its port; below the number of ports.
    @inline(__always)
    var port: UInt8 { UInt8(truncatingIfNeeded: raw.captured_and_port >> 24) }
    /// When it arrived.
    @inline(__always)
    var time: Timestamp { Timestamp(nanoseconds: raw.time) }
}
