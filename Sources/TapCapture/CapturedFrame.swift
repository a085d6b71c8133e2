public import TapWire

/// A frame out of a capture file, with what the file says of it; borrowed from the reader.
public struct CapturedFrame: ~Escapable {
    /// The frame.
    public let frame: Frame
    /// Its interface, the frames lost before it, and the writer's number for it.
    public let note: FrameNote
    private let commentOctets: Span<UInt8>

    @_lifetime(copy frame, copy commentOctets)
    init(_ frame: consuming Frame, _ note: FrameNote, comment commentOctets: Span<UInt8>) {
        self.frame = frame
        self.note = note
        self.commentOctets = commentOctets
    }

    /// The remark on the frame, cut off at `CaptureLimits.maximumTextByteCount`.
    public var comment: String? {
        commentOctets.isEmpty ? nil : CaptureDecoder.text(commentOctets)
    }
}
