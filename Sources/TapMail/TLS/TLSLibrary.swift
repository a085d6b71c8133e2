/// What reading TLS takes of libraries that this module does not import; a program hands it to its observers.
///
/// Both are asked for what strangers sent: any octets, at most as many as a handshake holds.
public protocol TLSLibrary: AnyObject, Sendable {
    /// The SHA-256 digest of octets: 32 octets.
    func sha256(_ octets: [UInt8]) -> [UInt8]

    /// What stands in a certificate in DER (RFC 5280 section 4.1).
    func certificate(_ octets: [UInt8]) throws(CertificateError) -> CertificateFacts
}
