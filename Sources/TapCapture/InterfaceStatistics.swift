public import TapWire

/// What became of the frames of one interface while they were captured; nil where it is unknown.
public struct InterfaceStatistics: Hashable, Sendable {
    /// When the capture began.
    public var start: Timestamp?
    /// When it ended.
    public var end: Timestamp?
    /// Frames that the interface received.
    public var received: UInt64?
    /// Frames that were lost for want of room, by the interface or the capture.
    public var dropped: UInt64?
    /// Frames that the filter let through.
    public var accepted: UInt64?
    /// Frames that the operating system lost.
    public var droppedBySystem: UInt64?
    /// Frames that were handed to the program.
    public var delivered: UInt64?

    /// Creates statistics.
    public init(
        start: Timestamp? = nil,
        end: Timestamp? = nil,
        received: UInt64? = nil,
        dropped: UInt64? = nil,
        accepted: UInt64? = nil,
        droppedBySystem: UInt64? = nil,
        delivered: UInt64? = nil
    ) {
        self.start = start
        self.end = end
        self.received = received
        self.dropped = dropped
        self.accepted = accepted
        self.droppedBySystem = droppedBySystem
        self.delivered = delivered
    }
}
