/// The records of a TLS 1.3 connection, of true lengths and empty of meaning.
enum TLSRecordWriter {
    /// The most octets of plain text in a record (RFC 8446 section 5.1).
    private static let limit = 16_384
    /// What TLS_AES_256_GCM_SHA384 adds: a tag and the kind.
    private static let overhead = 17

    /// A record around `body`.
    private static func record(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 3, type == 23 ? 3 : 1] + UInt16(truncatingIfNeeded: body.count).octets + body
    }

    private static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 0] + UInt16(truncatingIfNeeded: body.count).octets + body
    }

    /// A ClientHello that asks for `name`.
    static func clientHello(_ name: String) -> [UInt8] {
        let host = Array(name.utf8)
        let list: [UInt8] = [0] + UInt16(host.count).octets + host
        let names = UInt16(list.count).octets + list
        let extensions: [UInt8] =
            [0, 23, 0, 0, 0, 43, 0, 5, 4, 3, 4, 3, 3, 0, 0] + UInt16(names.count).octets + names
        var body: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32)
        body += [0, 0, 4, 0x13, 0x02, 0xC0, 0x30, 1, 0]
        body += UInt16(extensions.count).octets + extensions
        return record(22, handshake(1, body))
    }

    /// A ServerHello, and what follows it up to the server's `Finished`.
    static var serverHello: [UInt8] {
        var body: [UInt8] = [3, 3] + [UInt8](repeating: 9, count: 32)
        body += [0, 0x13, 0x02, 0, 0, 6, 0, 43, 0, 2, 3, 4]
        return record(22, handshake(2, body)) + sealed(10) + sealed(1_870) + sealed(264)
            + sealed(52)
    }

    /// The client's `Finished`.
    static var clientFinished: [UInt8] { sealed(52) }

    /// A ticket of OpenSSL.
    static var ticket: [UInt8] { sealed(233) }

    /// Records around `octets` of plain text, however many.
    static func sealed(_ octets: Int) -> [UInt8] {
        var records: [UInt8] = []
        var rest = octets
        while rest > 0 {
            let count = min(rest, limit)
            records += record(23, [UInt8](repeating: 0x55, count: count + overhead))
            rest -= count
        }
        return records
    }
}
