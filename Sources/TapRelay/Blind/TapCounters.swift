/// What the tap counts of itself, since it was started.
public struct TapCounters: Hashable, Sendable {
    /// Frames that entered by any port.
    public var frames: UInt64
    /// Frames of them that no observer saw whole.
    public var lost: UInt64
    /// The names of the ports that are down.
    public var portsDown: [String]
    /// How far the clock on the wall is from one that is never set, in seconds.
    public var clockOffset: Double

    /// Creates counters.
    public init(frames: UInt64, lost: UInt64, portsDown: [String], clockOffset: Double) {
        self.frames = frames
        self.lost = lost
        self.portsDown = portsDown
        self.clockOffset = clockOffset
    }
}
