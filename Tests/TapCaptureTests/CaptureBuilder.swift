/// Builds captures octet by octet in either byte order, without the writers under test.
struct CaptureBuilder {
    var isBigEndian: Bool
    var octets: [UInt8] = []

    func number(_ value: some FixedWidthInteger) -> [UInt8] {
        let octets = SampleFrame.bigEndian(value)
        return isBigEndian ? octets : octets.reversed()
    }

    /// A 64-bit number as its upper and its lower half.
    func halves(_ value: UInt64) -> [UInt8] {
        number(UInt32(value >> 32)) + number(UInt32(truncatingIfNeeded: value))
    }

    func padded(_ octets: [UInt8]) -> [UInt8] {
        octets + Array(repeating: 0, count: (4 - octets.count % 4) % 4)
    }

    func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
        number(code) + number(UInt16(value.count)) + padded(value)
    }

    // MARK: pcap

    mutating func pcapHeader(
        magic: UInt32,
        linkType: UInt32 = 1,
        minor: UInt16 = 4,
        snapLength: UInt32 = 65_535
    ) {
        octets += number(magic) + number(UInt16(2)) + number(minor) + number(UInt64(0))
        octets += number(snapLength) + number(linkType)
    }

    mutating func record(
        seconds: UInt32,
        fraction: UInt32,
        _ frame: [UInt8],
        wireLength: Int? = nil,
        more: [UInt8] = []
    ) {
        octets += number(seconds) + number(fraction) + number(UInt32(frame.count))
        octets += number(UInt32(wireLength ?? frame.count)) + more + frame
    }

    // MARK: pcapng

    mutating func block(_ type: UInt32, _ body: [UInt8]) {
        let length = number(UInt32(body.count + 12))
        octets += number(type) + length + body + length
    }

    mutating func section(major: UInt16 = 1, options: [UInt8] = []) {
        let version = number(major) + number(UInt16(0))
        block(0x0A0D_0D0A, number(UInt32(0x1A2B_3C4D)) + version + number(UInt64.max) + options)
    }

    mutating func interface(
        linkType: UInt16 = 1,
        snapLength: UInt32 = 0,
        name: String? = nil,
        resolution: UInt8? = nil,
        offsetSeconds: Int64? = nil,
        options: [UInt8] = []
    ) {
        var body = number(linkType) + number(UInt16(0)) + number(snapLength)
        if let name { body += option(2, Array(name.utf8)) }
        if let resolution { body += option(9, [resolution]) }
        if let offsetSeconds { body += option(14, number(offsetSeconds)) }
        block(1, body + options)
    }

    mutating func packet(
        interface: UInt32 = 0,
        ticks: UInt64,
        _ frame: [UInt8],
        wireLength: Int? = nil,
        options: [UInt8] = []
    ) {
        let lengths = number(UInt32(frame.count)) + number(UInt32(wireLength ?? frame.count))
        block(6, number(interface) + halves(ticks) + lengths + padded(frame) + options)
    }

    mutating func simplePacket(_ frame: [UInt8], wireLength: Int? = nil) {
        block(3, number(UInt32(wireLength ?? frame.count)) + padded(frame))
    }

    mutating func obsoletePacket(
        interface: UInt16 = 0,
        dropped: UInt16,
        ticks: UInt64,
        _ frame: [UInt8],
        options: [UInt8] = []
    ) {
        let lengths = number(UInt32(frame.count)) + number(UInt32(frame.count))
        let head = number(interface) + number(dropped) + halves(ticks)
        block(2, head + lengths + padded(frame) + options)
    }
}
