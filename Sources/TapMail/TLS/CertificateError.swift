/// A certificate that cannot be read.
public struct CertificateError: Error, Hashable, Sendable, Codable {
    /// Where it is not what RFC 5280 section 4.1 asks for.
    public enum Part: String, Sendable, Codable {
        /// The octets are no DER, too deeply nested, or more than one value.
        case encoding
        case serialNumber = "serial_number"
        case signatureAlgorithm = "signature_algorithm"
        case issuer
        case validity
        case subject
        case publicKey = "public_key"
        case extensions
    }

    /// The first part that could not be read.
    public let part: Part

    /// Creates an error.
    public init(part: Part) { self.part = part }
}
