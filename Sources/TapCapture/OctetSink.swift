public import SystemPackage

/// Where a capture's octets go.
public protocol OctetSink: ~Copyable {
    /// Takes octets from the front of `octets`, and returns how many: at least one, or it throws.
    mutating func write(_ octets: Span<UInt8>) throws(Errno) -> Int

    /// Takes the last `octetCount` octets back, which are the torn part of a block.
    ///
    /// - Returns: False when that cannot be done, as with a pipe.
    mutating func takeBack(octetCount: Int) -> Bool
}
