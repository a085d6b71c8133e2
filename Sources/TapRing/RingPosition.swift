public import TapWire

/// Where in a ring a reader begins.
public enum RingPosition: Hashable, Sendable {
    /// At the oldest frame that is held.
    case oldest
    /// Behind the newest frame: only what comes from now on.
    case newest
    /// At the frame with this number; if it is gone already, the first entry is the gap.
    case sequence(UInt64)
    /// At the first frame that arrived at this time or later.
    case time(Timestamp)
}
