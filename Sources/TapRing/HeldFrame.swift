import CTap
import TapWire

/// A frame inside a block, its header checked.
struct HeldFrame {
    /// The header, copied out.
    let raw: ctap_ring_frame
    /// Where in the block the frame ends, and the next begins.
    let end: Int

    /// How many octets of the frame are held.
    @inline(__always)
    var captured: Int { Int(raw.captured_octets) }
    /// When it arrived.
    @inline(__always)
    var time: Timestamp { Timestamp(nanoseconds: raw.time) }
}
