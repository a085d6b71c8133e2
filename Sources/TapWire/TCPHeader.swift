/// The control bits of a TCP segment (RFC 9293 section 3.1).
public struct TCPFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// The bits as they stand in the header.
    public var rawValue: UInt8

    /// Creates flags from their bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The sender will send no more.
    public static let fin = TCPFlags(rawValue: 1 << 0)
    /// The connection begins.
    public static let syn = TCPFlags(rawValue: 1 << 1)
    /// The connection is given up.
    public static let rst = TCPFlags(rawValue: 1 << 2)
    /// Hand the data over now.
    public static let psh = TCPFlags(rawValue: 1 << 3)
    /// The acknowledgment number counts.
    public static let ack = TCPFlags(rawValue: 1 << 4)
    /// The urgent pointer counts.
    public static let urg = TCPFlags(rawValue: 1 << 5)
}

/// The header of a TCP segment.
public struct TCPHeader: Hashable, Sendable, BitwiseCopyable {
    /// The sender's port.
    public private(set) var sourcePort: UInt16
    /// The receiver's port.
    public private(set) var destinationPort: UInt16
    /// The number of the segment's first octet.
    public private(set) var sequenceNumber: UInt32
    /// The number of the octet that the sender waits for.
    public private(set) var acknowledgmentNumber: UInt32
    /// The control bits.
    public private(set) var flags: TCPFlags
    /// How many octets the sender would take, before scaling.
    public private(set) var window: UInt16
    /// By how many bits windows are to be shifted; only in a SYN (RFC 7323).
    public private(set) var windowScale: UInt8?
    /// Octets that the header takes, options included.
    public private(set) var byteCount: Int

    /// Reads the header at the start of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The segment, as far as it was captured.
    ///   - offset: Where in the frame it begins, for the error.
    /// - Throws: `DecodeError` if the octets end before the header does, or make no sense.
    @inline(__always)
    public init(decoding bytes: Span<UInt8>, at offset: Int = 0) throws(DecodeError) {
        guard bytes.count >= 20 else {
            throw DecodeError(layer: .tcp, offset: offset, required: 20, available: bytes.count)
        }
        byteCount = Int(bytes[12] >> 4) &* 4
        guard byteCount >= 20 else {
            throw DecodeError(
                layer: .tcp,
                problem: .malformed,
                offset: offset,
                required: 20,
                available: byteCount
            )
        }
        guard bytes.count >= byteCount else {
            throw DecodeError(
                layer: .tcp,
                offset: offset,
                required: byteCount,
                available: bytes.count
            )
        }
        sourcePort = bytes.uint16(at: 0)
        destinationPort = bytes.uint16(at: 2)
        sequenceNumber = bytes.uint32(at: 4)
        acknowledgmentNumber = bytes.uint32(at: 8)
        flags = TCPFlags(rawValue: bytes[13])
        window = bytes.uint16(at: 14)
        if flags.contains(.syn), byteCount > 20 {
            windowScale = Self.windowScale(in: bytes.extracting(20..<byteCount))
        }
    }

    /// Looks for the window scale option; options that make no sense end the search.
    private static func windowScale(in options: Span<UInt8>) -> UInt8? {
        var offset = 0
        while offset < options.count {
            let kind = options[offset]
            guard kind != 1 else {
                offset &+= 1
                continue
            }
            guard kind != 0, options.count &- offset >= 2 else { return nil }
            let length = Int(options.uint16(at: offset) & 0xFF)
            guard length >= 2, options.count &- offset >= length else { return nil }
            if kind == 3, length == 3 { return min(options[offset &+ 2], 14) }
            offset &+= length
        }
        return nil
    }
}
