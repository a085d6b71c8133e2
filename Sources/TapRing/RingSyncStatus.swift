public import TapWire

/// How far a ring on a disk is written out.
public struct RingSyncStatus: Hashable, Sendable {
    /// How long its writer waits between two times.
    public var interval: Duration
    /// Everything committed by then is on the disk; nil if nothing is known to be.
    public var synced: Timestamp?
    /// How often writing out failed since the writer started.
    public var failures: UInt64
}
