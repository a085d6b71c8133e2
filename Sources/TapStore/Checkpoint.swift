public import Foundation

/// How far the analysis of a ring has come: where a restart goes on without losing or repeating a finding.
public struct Checkpoint: Hashable, Sendable {
    /// The identity of the ring, as it stands in the ring's header.
    public var ring: [UInt8]
    /// The first frame of the oldest flow still alive: a restart reads the ring from here.
    public var resumeSequence: UInt64
    /// The last frame whose findings are stored: a restart drops findings up to here.
    public var throughSequence: UInt64
    /// What the rules remember, in a form that only the caller reads.
    public var memory: Data

    /// Creates a checkpoint.
    public init(
        ring: [UInt8],
        resumeSequence: UInt64,
        throughSequence: UInt64,
        memory: Data = Data()
    ) {
        self.ring = ring
        self.resumeSequence = resumeSequence
        self.throughSequence = throughSequence
        self.memory = memory
    }
}
