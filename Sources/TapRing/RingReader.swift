public import TapWire

/// One of any number of readers of a mirror ring.
public struct RingReader: ~Copyable {
    /// Opens a ring for reading; nothing in it is changed, and its writer may be alive or dead.
    public init(path: String, from position: RingPosition = .oldest) throws(RingError) {
        throw RingError(.notFound, path: path)
    }

    /// The name of the ring.
    public var identity: RingIdentity { .init(high: 0, low: 0) }
    /// When the ring was made.
    public var created: Timestamp { .distantPast }
    /// How many octets are kept of each frame; 0 for all.
    public var snapLength: Int { 0 }
    /// The ports in the order of their indices.
    public var ports: [RingPort] { [] }
    /// The number of the frame that comes next.
    public var nextSequence: UInt64 { 0 }

    /// The next entry, or nil when the reader has caught up.
    @_lifetime(&self)
    public mutating func next() throws(RingError) -> RingEntry? { nil }

    /// The entry that `next` would give, with at most `byteCount` octets of a frame copied.
    ///
    /// The reader does not go on: `next` then copies the whole frame, `skip` leaves it.
    @_lifetime(&self)
    public mutating func peek(upTo byteCount: Int) throws(RingError) -> RingEntry? { nil }

    /// Goes on behind the entry that `peek` gave, without copying it.
    public mutating func skip() throws(RingError) {}

    /// Goes to another place.
    public mutating func seek(to position: RingPosition) throws(RingError) {}

    /// Waits until there is an entry to read, at most for `limit`.
    ///
    /// - Returns: false if nothing came.
    /// - Throws: `.replaced` if everything is read and a new ring stands at the path.
    public mutating func wait(upTo limit: Duration) throws(RingError) -> Bool { false }

    /// What the ring holds now.
    public func statistics() throws(RingError) -> RingStatistics {
        throw RingError(.damaged, path: "")
    }

    /// What became of the frames of each port, as the writer last published it.
    public func ledger() throws(RingError) -> Ledger { Ledger(portCount: 0) }

    /// Who fills the ring, and whether frames can still come.
    public func writer() throws(RingError) -> RingWriterStatus {
        throw RingError(.damaged, path: "")
    }
}
