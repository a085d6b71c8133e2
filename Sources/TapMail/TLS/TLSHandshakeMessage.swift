/// A message of the handshake that is read (RFC 8446 section 4).
struct TLSHandshakeMessage: Sendable {
    /// Which it is.
    enum Kind: UInt8, Sendable {
        case clientHello = 1
        case serverHello = 2
        case certificate = 11

        /// Octets of such a message that are kept.
        var keptByteCount: Int {
            switch self {
            case .clientHello, .serverHello: 16_384
            case .certificate: 65_536
            }
        }
    }

    /// Which it is.
    let kind: Kind
    /// What stands behind its head, as much as is kept.
    let body: [UInt8]
}
