import Crypto
import Foundation
import SystemPackage

/// The private key that records of evidence are signed with: Ed25519 (RFC 8032), as PEM that OpenSSL reads, too.
public struct EvidenceKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    // RFC 8410: what stands before the 32 octets of a private key in PKCS #8, and of a public one in a SPKI.
    private static let head: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ]

    /// A new key from the system's random numbers.
    public init() { key = Curve25519.Signing.PrivateKey() }

    /// Reads the key in the file at `path`, which nobody but its owner and group may read.
    public init(contentsOf path: String) throws(EvidenceError) {
        // Of a link the mode says nothing, and a pipe would be waited for.
        let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: place)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else {
            throw EvidenceError(.unreadable, "\(path): there is no such file")
        }
        if let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue, mode & 0o7 != 0 {
            throw EvidenceError(
                .exposed,
                "\(path): everybody may read this private key; chmod 600 it, or make a new one"
            )
        }
        let octets = try PEM.read(path, label: "PRIVATE KEY", head: Self.head)
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: octets) else {
            throw EvidenceError(.malformed, "\(path): is no Ed25519 key")
        }
        self.key = key
    }

    /// The part that others check signatures with.
    public var publicKey: EvidencePublicKey { EvidencePublicKey(key.publicKey) }

    /// The signature of `octets`, 64 octets long.
    func signature(of octets: [UInt8]) throws(EvidenceError) -> [UInt8] {
        do {
            return [UInt8](try key.signature(for: octets))
        } catch {
            throw EvidenceError(.malformed, "the record cannot be signed: \(error)")
        }
    }

    /// Writes the key to a new file at `path` that only its owner may read, and its public part beside it.
    ///
    /// - Returns: The path of the public part: `path` and `.pub`.
    public func write(to path: String) throws(EvidenceError) -> String {
        let text = PEM.text(
            label: "PRIVATE KEY",
            octets: Self.head + [UInt8](key.rawRepresentation)
        )
        try Self.make(path, text, permissions: .ownerReadWrite)
        let publicPath = path + ".pub"
        try Self.make(
            publicPath,
            publicKey.text,
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        return publicPath
    }

    private static func make(
        _ path: String,
        _ text: String,
        permissions: FilePermissions
    ) throws(EvidenceError) {
        do {
            let file = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: permissions
            )
            try file.closeAfter { _ = try file.writeAll(text.utf8) }
        } catch Errno.fileExists {
            throw EvidenceError(
                .notWritable,
                "\(path): is there already; a key is never overwritten, as old evidence needs it: name another file"
            )
        } catch {
            throw EvidenceError(.notWritable, "\(path): \(error)")
        }
    }
}
