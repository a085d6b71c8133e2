import TapWire

/// A ledger as it stands in a ring.
struct PublishedLedger {
    /// How many were published before it, and it; 0 if none was.
    let version: UInt64
    /// What became of the frames.
    let ledger: Ledger

    init(version: UInt64, ledger: Ledger) {
        self.version = version
        self.ledger = ledger
    }

    /// That none was published.
    init(none geometry: RingGeometry) {
        self.init(version: 0, ledger: Ledger(portCount: geometry.portCount))
    }
}
