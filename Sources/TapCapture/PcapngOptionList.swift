internal import TapWire

/// Walks over the options of a block.
///
/// What does not fit ends the list: the frame is good even where a remark on it is not.
struct PcapngOptionList: ~Escapable {
    private let octets: Span<UInt8>
    private let order: ByteOrder
    private var position = 0

    /// Walks over `octets`, which may end with the list or behind it.
    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ order: ByteOrder) {
        self.octets = octets
        self.order = order
    }

    /// The code of the next option and where its value stands, or nil at the end.
    mutating func next() -> (code: UInt16, value: Range<Int>)? {
        guard octets.count - position >= 4 else { return nil }
        let code = order.uint16(octets, at: position)
        let length = Int(order.uint16(octets, at: position + 2))
        let start = position + 4
        guard code != PcapngOption.end, length <= octets.count - start else { return nil }
        position = min(start + length + (4 - length % 4) % 4, octets.count)
        return (code, start..<start + length)
    }
}
