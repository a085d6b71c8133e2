/// What a server has chosen (RFC 8446 section 4.1.3).
struct TLSServerHello: Hashable, Sendable {
    /// The version, from `supported_versions` if that is there.
    let version: UInt16
    /// The session's number: that of the client's hello where a session is resumed, up to TLS 1.2.
    let sessionID: [UInt8]
    /// The cipher suite.
    let cipherSuite: UInt16
    /// The protocol (RFC 7301); since TLS 1.3 it is told under encryption.
    private(set) var alpn: [UInt8]?
    /// True if the server goes on with a key that the client had from it before (RFC 8446 section 4.2.11).
    private(set) var hasSharedKey = false
    /// True if the server asks for another hello (RFC 8446 section 4.1.4).
    let isRetry: Bool

    /// Reads a hello; nil if not even version and cipher suite are there.
    init?(_ body: [UInt8]) {
        var reader = OctetReader(body[...])
        guard let legacy = reader.uint16() else { return nil }
        isRetry = reader.take(32).elementsEqual(Self.retryRandom)
        var session = reader.vector8()
        guard let suite = reader.uint16() else { return nil }
        sessionID = Array(session.remainder())
        cipherSuite = suite
        reader.skip(1)
        var version = legacy
        var alpn: [UInt8]?
        var hasSharedKey = false
        reader.forEachExtension { kind, body in
            switch kind {
            case 16: alpn = TLSClientHello.protocols(&body).first
            case 41: hasSharedKey = true
            case 43: version = body.uint16() ?? version
            default: return
            }
        }
        self.version = version
        self.alpn = alpn
        self.hasSharedKey = hasSharedKey
    }

    /// The random number that makes a hello a HelloRetryRequest: SHA-256 of that word (RFC 8446 section 4.1.3).
    private static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8,
        0x91, 0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8,
        0x33, 0x9C,
    ]
}
