extension Span<UInt8> {
    /// The big-endian 16-bit integer at `offset`.
    ///
    /// - Precondition: both octets lie inside the span.
    @inlinable
    @inline(always)
    public func uint16(at offset: Int) -> UInt16 {
        precondition(offset >= 0 && offset <= count &- 2)
        return UInt16(self[offset]) << 8 | UInt16(self[offset &+ 1])
    }

    /// The big-endian 32-bit integer at `offset`.
    ///
    /// - Precondition: all four octets lie inside the span.
    @inlinable
    @inline(always)
    public func uint32(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset <= count &- 4)
        return UInt32(self[offset]) << 24 | UInt32(self[offset &+ 1]) << 16
            | UInt32(self[offset &+ 2]) << 8 | UInt32(self[offset &+ 3])
    }

    /// The little-endian 32-bit integer at `offset`.
    ///
    /// - Precondition: all four octets lie inside the span.
    @inlinable
    @inline(always)
    public func littleEndianUInt32(at offset: Int) -> UInt32 { uint32(at: offset).byteSwapped }

    /// The little-endian 16-bit integer at `offset`.
    ///
    /// - Precondition: both octets lie inside the span.
    @inlinable
    @inline(always)
    public func littleEndianUInt16(at offset: Int) -> UInt16 { uint16(at: offset).byteSwapped }

    /// The big-endian 64-bit integer at `offset`.
    ///
    /// - Precondition: all eight octets lie inside the span.
    @inlinable
    @inline(always)
    public func uint64(at offset: Int) -> UInt64 {
        UInt64(uint32(at: offset)) << 32 | UInt64(uint32(at: offset &+ 4))
    }
}
