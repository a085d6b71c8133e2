public import TapWire

/// What became of one file of evidence.
public struct EvidenceOutcome: Hashable, Sendable {
    /// What became of it.
    public enum Kind: Hashable, Sendable {
        /// It was written.
        case written(frames: UInt64, octets: UInt64)
        /// It could not be written.
        case failed(reason: String)
        /// It was deleted for want of room.
        case deleted
    }

    /// The name of the file.
    public var file: String
    /// What became of it.
    public var kind: Kind
    /// When.
    public var time: Timestamp

    /// Creates an outcome.
    public init(file: String, kind: Kind, time: Timestamp) {
        self.file = file
        self.kind = kind
        self.time = time
    }
}
