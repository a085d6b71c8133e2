/// What a client offers (RFC 8446 section 4.1.2).
struct TLSClientHello: Hashable, Sendable {
    /// The version of the message itself, which is 1.2 at most.
    var version: UInt16 = 0
    /// The session that the client would resume, up to TLS 1.2; any octets since.
    var sessionID: [UInt8] = []
    /// The cipher suites, in the client's order.
    var cipherSuites: [UInt16] = []
    /// The kinds of the extensions, in the client's order.
    var extensions: [UInt16] = []
    /// The name that the client asks for (RFC 6066 section 3).
    var serverName: String?
    /// The versions in `supported_versions`, in the client's order; empty without it.
    var supportedVersions: [UInt16] = []
    /// The protocols in ALPN, in the client's order (RFC 7301).
    var protocols: [[UInt8]] = []
    /// The groups for key exchange, in the client's order.
    var groups: [UInt16] = []
    /// The signature algorithms, in the client's order.
    var signatureAlgorithms: [UInt16] = []

    /// Reads as much of a hello as there is.
    init(_ body: [UInt8]) {
        var reader = OctetReader(body[...])
        version = reader.uint16() ?? 0
        reader.skip(32)
        var session = reader.vector8()
        sessionID = Array(session.remainder())
        var suites = reader.vector16()
        cipherSuites = suites.numbers()
        _ = reader.vector8()
        reader.forEachExtension { read($0, &$1) }
    }

    /// Reads the hello of SSL 2.0, in which later versions were offered too (RFC 5246 appendix E.2).
    ///
    /// - Parameters:
    ///   - body: What stands behind the version.
    ///   - version: The version that is offered.
    init(version2 body: [UInt8], version: UInt16) {
        self.version = version
        var reader = OctetReader(body[...])
        let length = Int(reader.uint16() ?? 0)
        reader.skip(4)
        var specifications = OctetReader(reader.take(length))
        while let kind = specifications.uint8(), let number = specifications.uint16() {
            // The others are of SSL 2.0 alone and not in the registry.
            if kind == 0 { cipherSuites.append(number) }
        }
    }

    private mutating func read(_ kind: UInt16, _ body: inout OctetReader) {
        extensions.append(kind)
        switch kind {
        case 0: if serverName == nil { serverName = Self.serverName(&body) }
        case 10:
            var list = body.vector16()
            groups = list.numbers()
        case 13:
            var list = body.vector16()
            signatureAlgorithms = list.numbers()
        case 16: protocols = Self.protocols(&body)
        case 43:
            var list = body.vector8()
            supportedVersions = list.numbers()
        default: return
        }
    }

    private static func serverName(_ body: inout OctetReader) -> String? {
        var list = body.vector16()
        guard list.uint8() == 0 else { return nil }
        var name = list.vector16()
        return String(repairing: name.remainder(), limit: 255)
    }

    /// The names in a list of ALPN.
    static func protocols(_ body: inout OctetReader) -> [[UInt8]] {
        var list = body.vector16()
        var names: [[UInt8]] = []
        while !list.isEmpty {
            var name = list.vector8()
            names.append(Array(name.remainder()))
        }
        return names
    }
}

extension OctetReader {
    /// Hands every extension to `read`: its kind and what stands in it.
    mutating func forEachExtension(_ read: (UInt16, inout OctetReader) -> Void) {
        var extensions = vector16()
        while let kind = extensions.uint16() {
            var body = extensions.vector16()
            read(kind, &body)
        }
    }
}

extension UInt16 {
    /// True for the numbers that clients offer so that servers learn to pass over what they do not know (RFC 8701).
    var isGREASE: Bool { self & 0x0F0F == 0x0A0A && self >> 8 == self & 0xFF }
}
