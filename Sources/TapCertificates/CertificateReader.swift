import SwiftASN1
import TapMail
import TapWire

import struct X509.Certificate
import struct X509.DistinguishedName

/// The parts of a certificate in DER (RFC 5280 section 4.1).
///
/// Theory of operation. The library's own `Certificate` refuses keys and signatures that it cannot check: RSA below 2,048
/// bits, DSA, MD5. Just these are worth telling, so the parts are taken off the tree that swift-asn1 makes of any DER, and
/// only names and signatures are given to X509. The tree is bounded in depth and by the octets.
struct CertificateReader {
    private let octets: [UInt8]
    private let serialNumber: ASN1Node
    private let signatureAlgorithm: ASN1Node
    private let issuer: ASN1Node
    private let validity: ASN1Node
    private let subject: ASN1Node
    private let publicKey: ASN1Node
    private let extensions: ASN1Node?

    /// Alternative names that are kept, and characters of any text.
    private static let keptNames = 64
    private static let keptText = 1_024

    /// Finds the parts.
    init(_ octets: [UInt8]) throws(CertificateError) {
        self.octets = octets
        guard let root = try? DER.parse(octets), let parts = root.parts, parts.count == 3,
            var fields = parts.first?.parts?[...]
        else { throw CertificateError(part: .encoding) }
        if fields.first?.identifier == Self.tag(0) { fields = fields.dropFirst() }
        func next(_ part: CertificateError.Part) throws(CertificateError) -> ASN1Node {
            guard let node = fields.popFirst() else { throw CertificateError(part: part) }
            return node
        }
        serialNumber = try next(.serialNumber)
        _ = try next(.signatureAlgorithm)
        issuer = try next(.issuer)
        validity = try next(.validity)
        subject = try next(.subject)
        publicKey = try next(.publicKey)
        extensions = fields.first { $0.identifier == Self.tag(3) }
        signatureAlgorithm = parts[1]
    }

    /// What stands in the parts.
    func facts(digest: [UInt8]) throws(CertificateError) -> CertificateFacts {
        guard let serial = serialNumber.octets else { throw CertificateError(part: .serialNumber) }
        guard let signature = signatureAlgorithm.parts?.first?.objectIdentifier else {
            throw CertificateError(part: .signatureAlgorithm)
        }
        guard let dates = validity.parts?.compactMap(Self.date), dates.count == 2 else {
            throw CertificateError(part: .validity)
        }
        guard let key = CertificateKey(publicKey) else { throw CertificateError(part: .publicKey) }
        let names = try alternativeNames()
        return CertificateFacts(
            subject: try Self.name(subject, .subject),
            issuer: try Self.name(issuer, .issuer),
            names: Array(names.compactMap(\.self).prefix(Self.keptNames)),
            furtherNames: names.count - min(names.compactMap(\.self).count, Self.keptNames),
            notBefore: dates[0],
            notAfter: dates[1],
            // Two's complement: a zero before a first bit that is set is no part of the number.
            serialNumber: Self.hexadecimal(
                serial.count > 1 ? serial.drop { $0 == 0 } : serial,
                ":"
            ),
            fingerprint: Self.hexadecimal(digest[...], ""),
            keyType: key.type,
            keyBits: key.bits,
            signatureAlgorithm: CertificateAlgorithm.signatures[signature] ?? signature,
            isSelfSigned: isSelfSigned
        )
    }

    /// Where the library knows the key, that has to fit; any other certificate is taken at its word.
    private var isSelfSigned: Bool {
        guard subject.encodedBytes == issuer.encodedBytes else { return false }
        guard let certificate = try? Certificate(derEncoded: octets) else { return true }
        return certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    /// The alternative names; nil stands for one of another kind.
    private func alternativeNames() throws(CertificateError) -> [String?] {
        guard let extensions else { return [] }
        guard let list = extensions.parts?.first?.parts else {
            throw CertificateError(part: .extensions)
        }
        let wanted = list.first { $0.parts?.first?.objectIdentifier == "2.5.29.17" }
        guard let wanted else { return [] }
        guard let octets = wanted.parts?.last?.octets, let names = (try? DER.parse(octets))?.parts
        else { throw CertificateError(part: .extensions) }
        return names.map(Self.alternativeName)
    }

    /// Mailboxes, host names, URIs and addresses (RFC 5280 section 4.2.1.6).
    private static func alternativeName(_ node: ASN1Node) -> String? {
        guard let octets = node.octets else { return nil }
        switch node.identifier {
        case tag(1), tag(2), tag(6):
            return String(decoding: octets.prefix(keptText), as: UTF8.self)
        case tag(7): return address(Array(octets))
        default: return nil
        }
    }

    private static func tag(_ number: UInt) -> ASN1Identifier {
        ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
    }

    private static func name(
        _ node: ASN1Node,
        _ part: CertificateError.Part
    ) throws(CertificateError) -> String {
        guard let name = try? DistinguishedName(derEncoded: node) else {
            throw CertificateError(part: part)
        }
        return String(name.description.prefix(keptText))
    }

    private static func date(_ node: ASN1Node) -> String? {
        if node.identifier == .utcTime {
            guard let time = try? UTCTime(derEncoded: node) else { return nil }
            return text([time.month, time.day, time.hours, time.minutes, time.seconds], time.year)
        }
        guard let time = try? GeneralizedTime(derEncoded: node) else { return nil }
        return text([time.month, time.day, time.hours, time.minutes, time.seconds], time.year)
    }

    private static func text(_ fields: [Int], _ year: Int) -> String {
        var text = padded(year, 4)
        for (field, mark) in zip(fields, ["-", "-", "T", ":", ":"]) {
            text += mark + padded(field, 2)
        }
        return text + "Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func hexadecimal(_ octets: ArraySlice<UInt8>, _ separator: String) -> String {
        octets.prefix(64).map { octet in
            let digits = String(octet, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined(separator: separator)
    }

    private static func address(_ octets: [UInt8]) -> String? {
        switch octets.count {
        case 4: IPAddress(v4: UInt32(truncatingIfNeeded: number(octets[...]))).description
        case 16: IPAddress(v6High: number(octets[..<8]), low: number(octets[8...])).description
        default: nil
        }
    }

    private static func number(_ octets: ArraySlice<UInt8>) -> UInt64 {
        octets.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
