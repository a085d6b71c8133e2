public import TapWire

/// What a ring holds at one moment.
public struct RingStatistics: Hashable, Sendable {
    /// Octets of the whole file.
    public var byteCount: Int
    /// Octets of the blocks that hold frames.
    public var usedByteCount: Int
    /// Octets of one block: what the writer recycles at a time.
    public var blockByteCount: Int
    /// The number of the oldest frame that is held.
    public var oldestSequence: UInt64
    /// The number that the next frame will get: one more than the newest.
    public var nextSequence: UInt64
    /// How many frames of each port are held, in the order of the ports.
    public var portFrames: [UInt64]
    /// When the oldest frame arrived; nil if there is none.
    public var oldestTime: Timestamp?
    /// When the newest frame arrived; nil if there is none.
    public var newestTime: Timestamp?

    /// How many frames are held.
    public var frameCount: UInt64 { nextSequence &- oldestSequence }

    /// How far back the ring goes; zero if it holds fewer than two frames.
    public var span: Duration {
        guard let oldestTime, let newestTime else { return .zero }
        return newestTime.duration(since: oldestTime)
    }
}
