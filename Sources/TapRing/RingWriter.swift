public import TapWire

/// The one writer of a mirror ring.
public struct RingWriter: ~Copyable, MirrorSink {
    /// Creates the ring, or takes over that of a writer that has ended, and goes on where it ended.
    ///
    /// - Parameters:
    ///   - configuration: Where the ring stands and how large it is.
    ///   - ports: The ports in the order of their indices, monitor ports included.
    ///   - time: The time of day, noted as the ring's creation and the writer's start.
    /// - Throws: What stands in the way; whatever was at the path before is left as it was.
    public init(
        _ configuration: RingConfiguration,
        ports: [RingPort],
        at time: Timestamp
    ) throws(RingError) {
        throw RingError(.notFound, path: configuration.path)
    }

    /// The name of the ring.
    public var identity: RingIdentity { .init(high: 0, low: 0) }
    /// The number that the next frame gets.
    public var nextSequence: UInt64 { 0 }
    /// True if a ring was taken over, so that `nextSequence` is where the last writer ended.
    public var isContinued: Bool { false }
    /// The ledger published last, by the writer before if this one has not yet: counters may go on from it.
    public var ledger: Ledger { Ledger(portCount: 0) }

    /// Copies one frame into the ring, visible to readers at once.
    public mutating func mirror(_ frame: borrowing Frame, restoring tag: VLANTag?) -> MirrorLoss? {
        nil
    }

    /// Makes the ledger visible to readers and shows that the writer lives.
    public mutating func publish(_ ledger: borrowing Ledger) {}
}
