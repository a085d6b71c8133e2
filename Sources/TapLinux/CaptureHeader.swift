/// What a program in the kernel writes before the octets of a frame it copies: where each field stands.
public enum CaptureHeader {
    /// Nanoseconds of the monotonic clock, 64 bits.
    public static let time: Int16 = 0
    /// Octets the frame has without the tag that was taken out, 32 bits.
    public static let length: Int16 = 8
    /// Octets that were copied, 32 bits.
    public static let captured: Int16 = 12
    /// The tag that was taken out: protocol as in the frame, then control, 32 bits; 0 if none was.
    public static let tag: Int16 = 16
    /// The port, 16 bits.
    public static let port: Int16 = 20
    /// Bit 0 of 16: stands for several segments.
    public static let flags: Int16 = 22

    /// Octets of the header.
    public static let byteCount = 24
}
