import TapWire

extension TCPSegment {
    /// The sequence number of the first octet: a SYN takes a number of its own.
    var firstNumber: UInt32 { header.sequenceNumber &+ (header.flags.contains(.syn) ? 1 : 0) }
}
