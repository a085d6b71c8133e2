public import TapWire

/// What stands next in a ring: a frame, or the count of those that are lost.
public enum RingEntry: ~Escapable {
    /// A frame; its sequence number is in its metadata.
    case frame(Frame)
    /// Frames that this reader will never see.
    case gap(FrameGap)
}
