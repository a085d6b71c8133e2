import TapWire

extension StreamReassembler {
    /// The port of DNS.
    private static let domainPort: UInt16 = 53
    private static let datagramHeaderByteCount = 8

    /// Tells what a datagram that a server of DNS sent says of the name of an address.
    @inline(__always)
    mutating func look(
        at datagram: borrowing IPPayload,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let octets = datagram.bytes
        guard octets.count > Self.datagramHeaderByteCount,
            octets.uint16(at: 0) == Self.domainPort
        else { return }
        readName(in: octets.extracting(droppingFirst: Self.datagramHeaderByteCount), &receiver)
    }

    @inline(never)
    private mutating func readName(
        in message: Span<UInt8>,
        _ receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard let name = ReverseName(in: message) else { return }
        context.statistics.reverseNames &+= 1
        receiver.receive(name)
    }
}
