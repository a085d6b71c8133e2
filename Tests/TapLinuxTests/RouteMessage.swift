import TapLinux

/// Writes messages as the kernel sends them on a route netlink socket.
enum RouteMessage {
    static let linkNew: UInt16 = 16
    static let linkGone: UInt16 = 17

    /// One message with its header, padded as the next one needs it.
    static func make(type: UInt16, body: [UInt8]) -> [UInt8] {
        let length = 16 + body.count
        return padded(octets(UInt32(length)) + octets(type) + [0, 0] + zeros(8) + body)
    }

    /// The message about the state of an interface, or about its end.
    static func link(_ link: LinkState, type: UInt16 = linkNew, family: UInt8 = 0) -> [UInt8] {
        let flags: UInt32 = (link.isUp ? 1 : 0) | (link.isRunning ? 1 << 6 : 0)
        var body = [family, 0, 1, 0] + octets(UInt32(bitPattern: link.index)) + octets(flags)
        body += zeros(4)
        body += attribute(3, Array(link.name.utf8) + [0])
        body += attribute(4, octets(UInt32(link.mtu)))
        if let master = link.master { body += attribute(10, octets(UInt32(bitPattern: master))) }
        return make(type: type, body: body)
    }

    /// The message about an address of an interface.
    static func address(
        _ address: [UInt8],
        index: Int32,
        prefixLength: UInt8,
        scope: UInt8 = 0,
        isGone: Bool = false
    ) -> [UInt8] {
        let family: UInt8 = address.count == 4 ? 2 : 10
        let body = [family, prefixLength, 0, scope] + octets(UInt32(bitPattern: index))
        return make(type: isGone ? 21 : 20, body: body + attribute(1, address))
    }

    /// An attribute, padded as the next one needs it.
    static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        padded(octets(UInt16(4 + value.count)) + octets(type) + value)
    }

    /// The octets of a number.
    static func octets(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    private static func padded(_ octets: [UInt8]) -> [UInt8] {
        octets + zeros((4 - octets.count % 4) % 4)
    }
}
