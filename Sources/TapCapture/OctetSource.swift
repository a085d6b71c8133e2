public import SystemPackage

/// Where a capture's octets come from.
public protocol OctetSource: ~Copyable {
    /// Fills `room` from its front and returns how many octets came; 0 at the end.
    ///
    /// It may give fewer octets than there is room for, and waits when there are none yet.
    mutating func read(into room: inout MutableSpan<UInt8>) throws(Errno) -> Int

    /// What comes before all that `read` gives, where that need not be copied; nil if there is nothing.
    var mapping: FileMapping? { get }
}

extension OctetSource where Self: ~Copyable {
    /// Nothing.
    public var mapping: FileMapping? { nil }
}
