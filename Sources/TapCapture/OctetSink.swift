public import SystemPackage

/// Where a capture's octets go.
public protocol OctetSink: ~Copyable {
    /// Takes octets from the front of `octets`, and returns how many: at least one, or it throws.
    mutating func write(_ octets: Span<UInt8>) throws(Errno) -> Int

    /// Takes octets from the front of a piece as `write(_:)` does.
    ///
    /// It may keep a piece that it takes all of, and leave another one in its place.
    mutating func take(_ piece: inout OctetPiece) throws(Errno) -> Int

    /// Takes the last `octetCount` octets back, which are the torn part of a block.
    ///
    /// - Returns: False when that cannot be done, as with a pipe.
    mutating func takeBack(octetCount: Int) -> Bool

    /// Waits until everything taken is where it is to go.
    mutating func finish() throws(Errno)

    /// Octets that were taken, and of which a failure shows that they were not written.
    var unwrittenCount: Int { get }
}

extension OctetSink where Self: ~Copyable {
    /// As `write(_:)`: who writes at once needs no memory of its own.
    public mutating func take(_ piece: inout OctetPiece) throws(Errno) -> Int {
        try write(piece.span)
    }

    /// Nothing: what was taken is written.
    public mutating func finish() throws(Errno) {}

    /// None: what was taken is written.
    public var unwrittenCount: Int { 0 }
}
