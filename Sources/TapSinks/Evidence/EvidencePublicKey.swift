import Crypto
import Foundation

/// What signatures of records are checked with.
public struct EvidencePublicKey: Sendable {
    private let key: Curve25519.Signing.PublicKey

    private static let head: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    init(_ key: Curve25519.Signing.PublicKey) { self.key = key }

    /// Reads the key in the file at `path`.
    public init(contentsOf path: String) throws(EvidenceError) {
        let octets = try PEM.read(path, label: "PUBLIC KEY", head: Self.head)
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: octets) else {
            throw EvidenceError(.malformed, "\(path): is no Ed25519 key")
        }
        self.key = key
    }

    /// The key as PEM, which OpenSSL reads, too.
    public var text: String {
        PEM.text(label: "PUBLIC KEY", octets: Self.head + [UInt8](key.rawRepresentation))
    }

    /// A short name: the first 16 hexadecimal digits of the key's SHA-256.
    public var name: String {
        String(SHA256.hash(data: key.rawRepresentation).hexadecimal.prefix(16))
    }

    /// True if `signature` is that of `octets` by this key's private part.
    func isValid(_ signature: [UInt8], of octets: [UInt8]) -> Bool {
        key.isValidSignature(signature, for: octets)
    }
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits an octet.
    var hexadecimal: String {
        map { octet in
            let digits = String(octet, radix: 16)
            return octet < 16 ? "0" + digits : digits
        }.joined()
    }
}
