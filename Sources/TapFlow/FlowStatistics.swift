public import TapWire

/// What became of the frames that came in.
public struct FlowStatistics: Hashable, Sendable {
    /// Frames that were looked at.
    public var frames: UInt64 = 0
    /// TCP segments among them.
    public var segments: UInt64 = 0
    /// Frames that are no IP, or IP that is no TCP.
    public var otherFrames: UInt64 = 0
    /// Fragments of IP packets.
    public var fragments: UInt64 = 0
    /// IP packets that were put together from fragments.
    public var joinedPackets: UInt64 = 0
    /// IP packets whose fragments did not come in time or did not fit together.
    public var unjoinedPackets: UInt64 = 0
    /// Frames whose headers could not be read, by layer.
    public var malformed: [DecodeError.Layer: UInt64] = [:]
    /// Flows that were opened.
    public var flowsOpened: UInt64 = 0
    /// Those among them whose handshake was not seen.
    public var flowsMidstream: UInt64 = 0
    /// Flows that were closed, for whatever reason.
    public var flowsClosed: UInt64 = 0
    /// Those among them that had to make room.
    public var flowsEvicted: UInt64 = 0
    /// Connection attempts that were forgotten to make room.
    public var attemptsEvicted: UInt64 = 0
    /// Octets that were handed on.
    public var deliveredOctets: UInt64 = 0
    /// Octets that had been seen before.
    public var repeatedOctets: UInt64 = 0
    /// Octets of a retransmission that were not those sent first.
    public var conflictingOctets: UInt64 = 0
    /// Holes that were given up.
    public var gaps: UInt64 = 0
    /// Octets in them.
    public var gapOctets: UInt64 = 0
    /// Holes among them that were given up because of a limit.
    public var forcedGaps: UInt64 = 0
    /// Segments, FINs and RSTs that lie outside the window.
    public var outOfWindow: UInt64 = 0
    /// Frames that the mirror could not deliver.
    public var lostFrames: UInt64 = 0

    /// Nothing yet.
    public init() {}

    /// Frames whose headers could not be read.
    public var malformedFrames: UInt64 { malformed.values.reduce(0, &+) }
}
