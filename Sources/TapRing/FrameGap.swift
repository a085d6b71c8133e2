/// Frames of the ring that this reader will never see.
public struct FrameGap: Hashable, Sendable {
    /// Why they will not be seen.
    public enum Cause: String, Sendable, Codable {
        /// The writer was faster and has written over them.
        case overrun
        /// The ring's own octets are damaged where they stood.
        case damaged
        /// They are not in the ring, and it does not say why.
        case missing
    }

    /// Their sequence numbers.
    public var sequences: Range<UInt64>
    /// Why they will not be seen.
    public var cause: Cause

    /// How many frames are lost to this reader.
    public var count: UInt64 { sequences.upperBound &- sequences.lowerBound }

    /// Creates a gap.
    public init(sequences: Range<UInt64>, cause: Cause) {
        self.sequences = sequences
        self.cause = cause
    }
}
