import SwiftASN1

/// The kind and the size of a certificate's key (RFC 5280 section 4.1.2.7, RFC 3279, 8410).
struct CertificateKey {
    /// The kind, else the number of its algorithm.
    let type: String
    /// The size in bits; nil if the kind is not known.
    let bits: Int?

    /// Looks at a SubjectPublicKeyInfo; nil if it is none.
    init?(_ node: ASN1Node) {
        guard let parts = node.parts, parts.count == 2, let algorithm = parts[0].parts,
            let number = algorithm.first?.objectIdentifier
        else { return nil }
        let parameters = algorithm.dropFirst().first
        switch number {
        case "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10":
            type = "RSA"
            // A bit string: the first octet counts unused bits.
            let octets = parts[1].octets?.dropFirst() ?? []
            bits = (try? DER.parse(octets))?.parts?.first?.bitCount
        case "1.2.840.10040.4.1":
            type = "DSA"
            bits = parameters?.parts?.first?.bitCount
        case "1.2.840.10045.2.1":
            let curve = parameters?.objectIdentifier ?? "EC"
            let known = CertificateAlgorithm.curves[curve]
            type = known?.name ?? curve
            bits = known?.bits
        default:
            let known = CertificateAlgorithm.keys[number]
            type = known?.name ?? number
            bits = known?.bits
        }
    }
}
