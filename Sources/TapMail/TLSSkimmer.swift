import TapWire

/// Reads what one side of a TLS connection shows of itself: its first handshake message.
///
/// Records are followed by their lengths (RFC 8446 section 5.1); the hello may be spread over several of them. Once it
/// was read, or turned out to be none, octets only pass through.
struct TLSSkimmer: Sendable {
    /// What a hello says.
    enum Hello: Hashable, Sendable {
        /// The name the client asks for.
        case client(serverName: String?)
        /// The version and the cipher suite the server chose.
        case server(version: UInt16, cipherSuite: UInt16)
    }

    /// Where in a record the reading is.
    private enum Place: Sendable {
        case header
        case body(remaining: Int, isHandshake: Bool)
        /// The hello was read, or there is none.
        case done
    }

    /// The hello, once it was read.
    private(set) var hello: Hello?
    private var place = Place.header
    private var header: [UInt8] = []
    private var message: [UInt8] = []

    /// Octets of a hello that are looked at: longer ones are cut there.
    static let keptHello = 16_384

    /// True if nothing more is looked for.
    var isDone: Bool { if case .done = place { true } else { false } }

    /// Takes the next octets of this side.
    mutating func take(_ bytes: Span<UInt8>) {
        var offset = 0
        while offset < bytes.count, !isDone {
            let rest = bytes.extracting(droppingFirst: offset)
            offset &+= step(rest)
        }
    }

    /// Octets are lost: the hello can no longer be read.
    mutating func lose() { finish(nil) }

    private mutating func finish(_ found: Hello?) {
        hello = hello ?? found
        place = .done
        header = []
        message = []
    }

    /// Takes a part of `rest`, at least one octet.
    private mutating func step(_ rest: Span<UInt8>) -> Int {
        switch place {
        case .header:
            header.append(rest[0])
            if header.count == 5 { openRecord() }
            return 1
        case .body(let remaining, let isHandshake):
            let length = min(remaining, rest.count)
            if isHandshake {
                message.append(rest.extracting(first: length), limit: Self.keptHello)
            }
            place = .body(remaining: remaining &- length, isHandshake: isHandshake)
            if isHandshake { readMessage() }
            if case .body(0, _) = place { place = .header }
            return max(1, length)
        case .done:
            return rest.count
        }
    }

    private mutating func openRecord() {
        let type = header[0]
        let length = Int(header[3]) << 8 | Int(header[4])
        header = []
        guard (20...24).contains(type), length <= 16_384 &+ 2_048 else { return finish(nil) }
        // Application data first: the hello is behind us.
        guard type != 23 else { return finish(nil) }
        place = length == 0 ? .header : .body(remaining: length, isHandshake: type == 22)
    }

    /// Reads the hello once it is whole, or as much of it as is held.
    private mutating func readMessage() {
        guard message.count >= 4 else { return }
        let type = message[0]
        guard type == 1 || type == 2 else { return finish(nil) }
        let length = Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3])
        guard message.count &- 4 >= length || message.count >= Self.keptHello else { return }
        var reader = OctetReader(message[4...].prefix(length))
        finish(type == 1 ? Self.clientHello(&reader) : Self.serverHello(&reader))
    }

    /// RFC 8446 section 4.1.2.
    private static func clientHello(_ reader: inout OctetReader) -> Hello {
        reader.skip(2 &+ 32)
        reader.skip(Int(reader.uint8() ?? 0))
        reader.skip(Int(reader.uint16() ?? 0))
        reader.skip(Int(reader.uint8() ?? 0))
        var name: String?
        forEachExtension(&reader) { type, body in
            guard type == 0, name == nil else { return }
            body.skip(2)
            guard body.uint8() == 0, let length = body.uint16() else { return }
            name = String(repairing: body.take(Int(length)), limit: 255)
        }
        return .client(serverName: name)
    }

    /// RFC 8446 section 4.1.3; version 1.3 stands in the extension `supported_versions`.
    private static func serverHello(_ reader: inout OctetReader) -> Hello? {
        guard var version = reader.uint16() else { return nil }
        reader.skip(32)
        reader.skip(Int(reader.uint8() ?? 0))
        guard let suite = reader.uint16() else { return nil }
        reader.skip(1)
        forEachExtension(&reader) { type, body in
            if type == 43, let chosen = body.uint16() { version = chosen }
        }
        return .server(version: version, cipherSuite: suite)
    }

    private static func forEachExtension(
        _ reader: inout OctetReader,
        _ read: (UInt16, inout OctetReader) -> Void
    ) {
        guard let length = reader.uint16() else { return }
        var extensions = OctetReader(reader.take(Int(length)))
        while let type = extensions.uint16(), let size = extensions.uint16() {
            var body = OctetReader(extensions.take(Int(size)))
            read(type, &body)
        }
    }
}

/// Reads integers off the front of octets; past the end everything is nil or empty.
private struct OctetReader {
    private var rest: ArraySlice<UInt8>

    init(_ octets: ArraySlice<UInt8>) { rest = octets }

    mutating func uint8() -> UInt8? { rest.popFirst() }

    mutating func uint16() -> UInt16? {
        guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    mutating func skip(_ count: Int) { rest = rest.dropFirst(count) }

    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { skip(count) }
        return rest.prefix(count)
    }
}
