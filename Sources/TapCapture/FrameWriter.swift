public import TapWire

/// What writes frames to a capture file.
///
/// What it has written is always a valid capture.
/// Frames gather in a buffer until it is full, or until `flush()` or `finish(statistics:)`.
/// After an error the writer is spent: every later call throws the same error again.
public protocol FrameWriter: ~Copyable {
    /// How many frames were written, those in the buffer included.
    var frameCount: UInt64 { get }
    /// How many octets were written, those in the buffer included.
    var octetCount: UInt64 { get }

    /// Writes one frame, cut off at the snap length of its interface.
    ///
    /// - Parameters:
    ///   - frame: The frame; `metadata.ingress` says which interface it belongs to.
    ///   - dropped: How many frames of that interface were lost just before this one.
    ///   - comment: A remark that Wireshark shows with the frame.
    /// - Throws: Why nothing more can be written.
    mutating func write(_ frame: borrowing Frame, dropped: UInt64, comment: String?)
        throws(CaptureError)

    /// True if the format has a place for names.
    static var tellsNames: Bool { get }

    /// Looks at a frame that is not written for what it tells of others, such as their names.
    mutating func note(_ frame: borrowing Frame) throws(CaptureError)

    /// Hands everything written so far to the sink.
    mutating func flush() throws(CaptureError)

    /// Writes what belongs at the end, and hands everything to the sink.
    ///
    /// - Parameter statistics: One entry an interface, in their order; may be shorter, or empty.
    /// - Throws: Why nothing more can be written.
    mutating func finish(statistics: [InterfaceStatistics]) throws(CaptureError)
}
