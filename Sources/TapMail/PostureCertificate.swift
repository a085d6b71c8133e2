public import TapFlow

/// A certificate that a server has shown, when first and when last; nothing of it is verified.
public struct PostureCertificate: Hashable, Sendable, Codable {
    /// Whom it is for, as RFC 4514 writes names.
    public let subject: String
    /// Who signed it.
    public let issuer: String
    /// Its alternative names, the first of them.
    public let names: [String]
    /// The last moment at which it is valid, in UTC.
    public let notAfter: String
    /// The SHA-256 digest of the whole of it in hexadecimal digits.
    public let fingerprint: String
    /// True if it is its own issuer.
    public let isSelfSigned: Bool
    /// When it was seen first.
    public let first: Moment
    /// When it was seen last.
    public private(set) var last: Moment

    /// How many certificates of a server are kept, and how many names and octets of each.
    private static let (keptCertificates, keptNames, keptOctets) = (4, 8, 128)

    private init(_ facts: CertificateFacts, at moment: Moment) {
        func cut(_ text: String) -> String {
            String(decoding: text.utf8.prefix(Self.keptOctets), as: UTF8.self)
        }
        subject = cut(facts.subject)
        issuer = cut(facts.issuer)
        names = facts.names.prefix(Self.keptNames).map(cut)
        notAfter = facts.notAfter
        fingerprint = facts.fingerprint
        isSelfSigned = facts.isSelfSigned
        first = moment
        last = moment
    }

    /// Whom it is for and until when.
    var words: String { "\(subject) until \(notAfter)" }

    /// Notes that a server has shown a certificate; the change, if it is one that it has not shown before.
    ///
    /// A server may have several, by the name that is asked for and by what the client can read, and show them in turns.
    static func see(
        _ facts: CertificateFacts,
        in known: inout [PostureCertificate],
        at moment: Moment
    ) -> PostureChange? {
        if let index = known.firstIndex(where: { $0.fingerprint == facts.fingerprint }) {
            known[index].last = moment
            return nil
        }
        let earlier = known.max { $0.last.time < $1.last.time }
        if known.count >= keptCertificates,
            let oldest = known.indices.min(by: { known[$0].last.time < known[$1].last.time })
        {
            known.remove(at: oldest)
        }
        let new = PostureCertificate(facts, at: moment)
        known.append(new)
        return earlier.map { earlier in
            PostureChange(
                .certificate,
                from: earlier.words,
                to: new.words,
                meaning: .changed,
                before: earlier.last,
                after: moment
            )
        }
    }
}
