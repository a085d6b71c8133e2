internal import TapWire

/// In which order a capture file writes its numbers.
enum ByteOrder {
    case big
    case little

    /// The 16-bit number at `offset`.
    func uint16(_ octets: Span<UInt8>, at offset: Int) -> UInt16 {
        self == .big ? octets.uint16(at: offset) : octets.littleEndianUInt16(at: offset)
    }

    /// The 32-bit number at `offset`.
    @inline(__always)
    func uint32(_ octets: Span<UInt8>, at offset: Int) -> UInt32 {
        self == .big ? octets.uint32(at: offset) : octets.littleEndianUInt32(at: offset)
    }

    /// The 64-bit number at `offset`.
    func uint64(_ octets: Span<UInt8>, at offset: Int) -> UInt64 {
        self == .big ? octets.uint64(at: offset) : octets.uint64(at: offset).byteSwapped
    }

    /// The 64-bit number whose upper half stands first in either order, as pcapng's times do.
    func halves(_ octets: Span<UInt8>, at offset: Int) -> UInt64 {
        UInt64(uint32(octets, at: offset)) << 32 | UInt64(uint32(octets, at: offset &+ 4))
    }
}
