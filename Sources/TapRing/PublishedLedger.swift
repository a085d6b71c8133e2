import TapWire

/// A ledger as it stands in a ring.
struct PublishedLedger {
    /// How many were published before it, and it; 0 if none was.
    let version: UInt64
    /// What became of the frames.
    let ledger: Ledger
}
