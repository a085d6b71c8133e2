/// What is to become of a frame that was looked at where it stands in the ring.
public enum FrameChoice: Sendable {
    /// It is wanted: it is copied out, checked and given.
    case take
    /// It is not wanted: the reader goes on behind it.
    case pass
    /// Enough: the reader stays in front of it.
    case stop
}
