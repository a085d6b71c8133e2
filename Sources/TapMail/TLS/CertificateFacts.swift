/// What a certificate says (RFC 5280 section 4.1); nothing of it is verified but what says so.
public struct CertificateFacts: Hashable, Sendable, Codable {
    /// Whom it is for, as RFC 4514 writes names: `CN=mail.example.org,O=Example`.
    public var subject: String
    /// Who signed it, as RFC 4514 writes names.
    public var issuer: String
    /// The alternative names of the subject: host names, addresses, mailboxes and URIs.
    public var names: [String]
    /// Alternative names beyond those that are kept, and those of other kinds.
    public var furtherNames: Int
    /// The first moment at which it is valid, in UTC: `2026-11-23T12:00:00Z`.
    public var notBefore: String
    /// The last moment at which it is valid, in UTC.
    public var notAfter: String
    /// The serial number in hexadecimal digits, octets separated by colons.
    public var serialNumber: String
    /// The SHA-256 digest of the whole certificate in hexadecimal digits.
    public var fingerprint: String
    /// The kind of its key: `RSA`, `P-256`, `Ed25519`, ..., else the number of the algorithm.
    public var keyType: String
    /// The size of its key in bits; nil if the kind is not known.
    public var keyBits: Int?
    /// How it is signed: `sha256WithRSAEncryption`, ..., else the number of the algorithm.
    public var signatureAlgorithm: String
    /// True if subject and issuer are the same, and, where the key is of a kind that can be checked, the key fits the
    /// signature.
    public var isSelfSigned: Bool

    /// Creates facts.
    public init(
        subject: String,
        issuer: String,
        names: [String],
        furtherNames: Int,
        notBefore: String,
        notAfter: String,
        serialNumber: String,
        fingerprint: String,
        keyType: String,
        keyBits: Int?,
        signatureAlgorithm: String,
        isSelfSigned: Bool
    ) {
        self.subject = subject
        self.issuer = issuer
        self.names = names
        self.furtherNames = furtherNames
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.serialNumber = serialNumber
        self.fingerprint = fingerprint
        self.keyType = keyType
        self.keyBits = keyBits
        self.signatureAlgorithm = signatureAlgorithm
        self.isSelfSigned = isSelfSigned
    }
}
