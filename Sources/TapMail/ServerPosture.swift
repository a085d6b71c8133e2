public import TapFlow

/// What a mail server and port show of themselves to one kind of clients, since when, and until when it was seen.
///
/// Only what was seen is a fact: a session with holes, or picked up behind its greeting, says nothing of keywords; what
/// is inside TLS is unknown unless a capture shows it in clear. Bounded: keywords, users, versions and ciphers are cut.
public struct ServerPosture: Hashable, Sendable, Codable {
    /// When a session was seen first.
    public private(set) var first: Moment
    /// When a session was seen last.
    public private(set) var last: Moment
    /// Sessions that were heard from both sides.
    public private(set) var sessions: UInt64 = 0
    /// The dialect of the last session.
    public private(set) var dialect: SMTPProtocol
    /// The text of the last greeting.
    public private(set) var banner: PostureSighting?
    /// Whether STARTTLS stands among the keywords before TLS.
    public private(set) var startTLS: PostureFact<Bool>?
    /// Whether TLS was established when it was asked for, by STARTTLS or from the first octet.
    public private(set) var handshake: PostureFact<Bool>?
    /// The mechanisms of AUTH before TLS.
    public private(set) var mechanisms: PostureFact<[String]>?
    /// The other keywords before TLS.
    public private(set) var keywords: PostureFact<[String]>?
    /// The mechanisms of AUTH behind STARTTLS.
    public private(set) var securedMechanisms: PostureFact<[String]>?
    /// The other keywords behind STARTTLS.
    public private(set) var securedKeywords: PostureFact<[String]>?
    /// Versions of TLS that the server chose.
    public private(set) var versions: [PostureSighting] = []
    /// Cipher suites that the server chose.
    public private(set) var ciphers: [PostureSighting] = []
    /// Certificates that the server has shown in clear: up to TLS 1.2.
    public private(set) var certificates: [PostureCertificate] = []
    /// Logins before TLS, or where TLS can be read.
    public private(set) var logins = PostureLogins()

    /// Creates the posture of a server that nothing is known of.
    public init(dialect: SMTPProtocol, at moment: Moment) {
        self.dialect = dialect
        first = moment
        last = moment
    }

    /// The longest greeting that is kept, octets.
    private static let bannerLimit = 200

    /// Takes what a session has shown; the changes that are to be told.
    public mutating func observe(_ summary: SMTPSessionSummary, at moment: Moment)
        -> [PostureChange]
    {
        observe(
            summary,
            reading: summary.offer.map(OfferReading.init),
            securedReading: summary.securedOffer.map(OfferReading.init),
            at: moment
        )
    }

    /// Takes what a session has shown, whose offers before TLS and behind STARTTLS were read already.
    public mutating func observe(
        _ summary: SMTPSessionSummary,
        reading: OfferReading?,
        securedReading: OfferReading?,
        at moment: Moment
    ) -> [PostureChange] {
        sessions &+= 1
        last = moment
        dialect = summary.dialect
        logins.observe(summary.logins, at: moment)
        if summary.bannerCode == 220, let text = summary.banner {
            observe(banner: text, at: moment)
        }
        var changes: [PostureChange] = []
        observeTLS(summary, at: moment, into: &changes)
        observeOffers(summary, reading, securedReading, into: &changes)
        return changes
    }

    private mutating func observe(banner text: String, at moment: Moment) {
        // Most are short, and the same as before.
        let cut =
            text.utf8.count <= Self.bannerLimit
            ? text : String(decoding: text.utf8.prefix(Self.bannerLimit), as: UTF8.self)
        if banner?.name == cut {
            banner?.repeats(at: moment)
        } else {
            banner = PostureSighting(cut, at: moment)
        }
    }

    private mutating func observeTLS(
        _ summary: SMTPSessionSummary,
        at moment: Moment,
        into changes: inout [PostureChange]
    ) {
        let tls = summary.tls
        if let isEstablished = Self.isEstablished(summary.startTLS, tls) {
            let answered = summary.startTLSAnswer?.at ?? moment
            if let change = Self.note(isEstablished, in: &handshake, at: answered) {
                let meaning: PostureChange.Meaning = change.to ? .strengthened : .weakened
                changes.append(
                    PostureChange(.handshake, change, meaning: meaning) {
                        $0 ? "established" : "refused"
                    }
                )
            }
        }
        guard let tls else { return }
        if let change = observeChoice(of: tls, at: moment) { changes.append(change) }
        if let certificate = tls.certificate,
            let renewal = PostureCertificate.see(certificate, in: &certificates, at: moment)
        {
            changes.append(renewal)
        }
    }

    /// Notes version and cipher suite; of a new version the suite, which mostly is new too, is not told.
    private mutating func observeChoice(of tls: TLSFacts, at moment: Moment) -> PostureChange? {
        guard let version = tls.version else { return nil }
        let cipher = tls.cipherName.flatMap { ciphers.see($0, as: .cipher, at: moment) }
        let isNew = !versions.contains { $0.name == version }
        let known = isNew ? versions.map(\.name).filter(Self.isNamed) : []
        guard var change = versions.see(version, as: .version, at: moment) else { return cipher }
        guard Self.isNamed(version), let oldest = known.min(), let latest = known.max() else {
            return change
        }
        // Names of versions sort as the versions do.
        if version < oldest { change.meaning = .weakened }
        if version > latest { change.meaning = .strengthened }
        return change
    }

    /// False for the number of a version that has no name.
    private static func isNamed(_ version: String) -> Bool { version.contains(" ") }

    /// Whether TLS came about; nil if it was not asked for, or its end was not seen.
    private static func isEstablished(_ state: STARTTLSState?, _ tls: TLSFacts?) -> Bool? {
        switch state {
        case .established: return true
        case .refused: return false
        case .offered, nil: break
        }
        // A ServerHello with no STARTTLS before it: TLS from the first octet.
        return tls?.versionNumber != nil ? true : nil
    }

    private mutating func observeOffers(
        _ summary: SMTPSessionSummary,
        _ reading: OfferReading?,
        _ securedReading: OfferReading?,
        into changes: inout [PostureChange]
    ) {
        guard summary.gaps == 0, !summary.isMidstream || summary.banner != nil else { return }
        if let at = summary.offer?.at, let reading {
            if let change = Self.note(reading.hasSTARTTLS, in: &startTLS, at: at) {
                let meaning: PostureChange.Meaning = change.to ? .strengthened : .weakened
                changes.append(
                    PostureChange(.startTLS, change, meaning: meaning) { $0 ? "offered" : "none" }
                )
            }
            Self.observe(
                .mechanisms,
                reading.mechanisms,
                in: &mechanisms,
                at: at,
                loss: reading.hasSTARTTLS ? .changed : .weakened,
                into: &changes
            )
            Self.observe(
                .keywords,
                reading.otherKeywords,
                in: &keywords,
                at: at,
                into: &changes
            )
        }
        if let at = summary.securedOffer?.at, let securedReading {
            Self.observe(
                .securedMechanisms,
                securedReading.mechanisms,
                in: &securedMechanisms,
                at: at,
                loss: .weakened,
                into: &changes
            )
            Self.observe(
                .securedKeywords,
                securedReading.otherKeywords,
                in: &securedKeywords,
                at: at,
                into: &changes
            )
        }
    }

    /// Notes a list; `loss` is what it means that AUTH is gone (before TLS nothing, where TLS is offered for it), nil for
    /// other keywords, of which none matters by itself.
    private static func observe(
        _ subject: PostureChange.Subject,
        _ words: [String],
        in fact: inout PostureFact<[String]>?,
        at moment: Moment,
        loss: PostureChange.Meaning? = nil,
        into changes: inout [PostureChange]
    ) {
        guard let change = note(words, in: &fact, at: moment) else { return }
        var meaning = PostureChange.Meaning.changed
        if let loss, change.to.isEmpty { meaning = loss }
        if loss != nil, change.from.isEmpty { meaning = .strengthened }
        var told = PostureChange(subject, change, meaning: meaning) {
            $0.isEmpty ? "none" : $0.joined(separator: ", ")
        }
        told.listBefore = change.from
        changes.append(told)
    }

    private static func note<Value>(
        _ value: Value,
        in fact: inout PostureFact<Value>?,
        at moment: Moment
    ) -> PostureFact<Value>.Change? {
        if let known = fact?.observe(value, at: moment) { return known }
        if case .none = fact { fact = PostureFact(value, at: moment) }
        return nil
    }
}
