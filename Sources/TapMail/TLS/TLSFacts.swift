/// What a TLS connection shows of itself before it is opaque.
public struct TLSFacts: Hashable, Sendable, Codable {
    /// The number of the version that the server chose; nil if never seen.
    public var versionNumber: UInt16?
    /// The name the client asked for (RFC 6066 section 3).
    public var serverName: String?
    /// The number of the cipher suite the server chose, by the IANA registry; nil if never seen.
    public var cipherSuite: UInt16?
    /// True if both sides went on behind the handshake: application data, or what ends the handshake, of both.
    public var isEstablished = false

    /// Creates facts of which nothing is known yet.
    public init() {}

    /// How many octets were put into a record with a fragment of `length` octets.
    ///
    /// One number for AEAD and stream ciphers, as many as a block for CBC. Nil while version and cipher suite are not
    /// known, if the suite is not, or if the record is too short for it. Padding beyond the need is not foreseen.
    /// Under TLS 1.3 the handshake's own records, from the server's hello on, look like application data.
    public func plaintextLength(ofRecord length: Int) -> ClosedRange<Int>? {
        guard let versionNumber, let cipherSuite else { return nil }
        return TLSProtection(cipherSuite: cipherSuite, version: versionNumber)?
            .plaintextLength(ofFragment: length)
    }
}
