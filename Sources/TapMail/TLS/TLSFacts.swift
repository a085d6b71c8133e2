/// What a TLS connection shows of itself before it is opaque.
///
/// Since TLS 1.3 the certificates and the protocol that the server chose are encrypted.
public struct TLSFacts: Hashable, Sendable, Codable {
    /// The number of the version that the server chose; nil if never seen.
    public var versionNumber: UInt16?
    /// The name the client asked for (RFC 6066 section 3).
    public var serverName: String?
    /// The number of the cipher suite the server chose, by the IANA registry; nil if never seen.
    public var cipherSuite: UInt16?
    /// The versions the client offered, in its order; up to TLS 1.2 only the highest.
    public var offeredVersions: [UInt16] = []
    /// The protocols the client offered, in its order (RFC 7301), 16 at most.
    public var offeredProtocols: [String] = []
    /// The protocol the server chose; nil if it chose none or told it under encryption.
    public var alpn: String?
    /// The client's JA4 fingerprint; nil if its hello was not seen or no library was there to make it.
    public var ja4: String?
    /// Why TLS did not come about: the first fatal alert in the clear, else the last one.
    public var alert: TLSAlert?
    /// The certificates that the server sent, its own first, 8 at most.
    public var certificates: [CertificateFacts] = []
    /// Whether the server's own was valid when it was shown.
    public var certificateValidity: CertificateValidity?
    /// The certificates that the client sent, its own first; most send none.
    public var clientCertificates: [CertificateFacts] = []
    /// The first part that could not be read in a certificate.
    public var certificateError: CertificateError?
    /// True if the server asked for another hello (RFC 8446 section 4.1.4).
    public var isRetried = false
    /// True if the connection goes on with the keys of an earlier one, so that no certificate is sent.
    public var isResumed = false
    /// True if the client began with the hello of SSL 2.0.
    public var isVersion2Hello = false
    /// True if both sides went on behind the handshake: application data, or what ends the handshake, of both.
    public var isEstablished = false

    /// Creates facts of which nothing is known yet.
    public init() {}

    /// The server's certificate.
    public var certificate: CertificateFacts? { certificates.first }

    /// The further certificates that the server sent.
    public var chain: ArraySlice<CertificateFacts> { certificates.dropFirst() }

    /// The client's certificate.
    public var clientCertificate: CertificateFacts? { clientCertificates.first }

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
