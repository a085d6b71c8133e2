/// What a capture file says of a frame beside what `FrameMetadata` has room for.
public struct FrameNote: Hashable, Sendable, BitwiseCopyable {
    /// Which of the reader's `interfaces` the frame belongs to.
    public var interface: Int
    /// How many frames of that interface were lost just before it; 0 if the file does not say.
    public var dropped: UInt64
    /// The number the writer gave the frame, if any.
    public var identifier: UInt64?

    /// Creates a note.
    public init(interface: Int, dropped: UInt64 = 0, identifier: UInt64? = nil) {
        self.interface = interface
        self.dropped = dropped
        self.identifier = identifier
    }
}
