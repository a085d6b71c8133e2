public import TapWire

/// What a ring tells of the process that fills it.
public struct RingWriterStatus: Hashable, Sendable {
    /// Whether frames can still come.
    public enum State: String, Sendable, Codable {
        /// A writer holds the ring.
        case running
        /// The last writer ended in order.
        case stopped
        /// The last writer was killed or crashed; what it committed is whole.
        case dead
        /// The ring was thrown away for a new one at the same path.
        case replaced
    }

    /// Whether frames can still come.
    public var state: State
    /// The process that fills the ring, or was the last to.
    public var processID: Int32
    /// How many writers the ring has had: one more when a reader finds the hub was restarted.
    public var starts: UInt64
    /// When the writer took the ring.
    public var started: Timestamp
    /// How the frames cross.
    public var plane: RingPlane
    /// When the writer last published its ledger: an old one of a running writer means it hangs.
    public var heartbeat: Timestamp
    /// How far the ring is written out; nil if its writer does not write it out: in memory, or left to the kernel.
    public var sync: RingSyncStatus?
}
