/// What TLS showed, in EVE's words.
struct TLSFactsRecord: Encodable {
    private let facts: TLSFacts

    init(_ facts: TLSFacts) { self.facts = facts }

    private enum Key: String, CodingKey {
        case version, sni, cipher, certificate, ja4, alpn, alert, chain, established, resumed,
            retried
        case offeredVersions = "offered_versions"
        case offeredProtocols = "offered_alpn"
        case clientCertificate = "client_certificate"
        case certificateError = "certificate_error"
        case version2Hello = "sslv2_hello"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(facts.version, forKey: .version)
        try container.encode(facts.serverName, forKey: .sni)
        try container.encode(facts.cipherName, forKey: .cipher)
        try container.encode(
            facts.certificate.map {
                CertificateRecord($0, validity: facts.certificateValidity)
            },
            forKey: .certificate
        )
        try container.encode(facts.isEstablished, forKey: .established)
        try container.encodeIfPresent(facts.ja4, forKey: .ja4)
        try container.encodeIfPresent(facts.alpn, forKey: .alpn)
        try container.encodeIfPresent(facts.alert.map { AlertRecord($0) }, forKey: .alert)
        try encodeWhatIsThere(to: &container)
    }

    private func encodeWhatIsThere(to container: inout KeyedEncodingContainer<Key>) throws {
        if !facts.offeredVersions.isEmpty {
            let names = facts.offeredVersions.map(TLSFacts.versionName)
            try container.encode(names, forKey: .offeredVersions)
        }
        if !facts.offeredProtocols.isEmpty {
            try container.encode(facts.offeredProtocols, forKey: .offeredProtocols)
        }
        if !facts.chain.isEmpty {
            try container.encode(facts.chain.map { CertificateRecord($0) }, forKey: .chain)
        }
        try container.encodeIfPresent(
            facts.clientCertificate.map { CertificateRecord($0) },
            forKey: .clientCertificate
        )
        try container.encodeIfPresent(facts.certificateError?.part, forKey: .certificateError)
        if facts.isResumed { try container.encode(true, forKey: .resumed) }
        if facts.isRetried { try container.encode(true, forKey: .retried) }
        if facts.isVersion2Hello { try container.encode(true, forKey: .version2Hello) }
    }
}

/// A certificate in EVE's words.
private struct CertificateRecord: Encodable {
    private let facts: CertificateFacts
    private let validity: CertificateValidity?

    init(_ facts: CertificateFacts, validity: CertificateValidity? = nil) {
        self.facts = facts
        self.validity = validity
    }

    private enum Key: String, CodingKey {
        case subject, issuer, names, serial, fingerprint, signature, validity
        case notBefore = "not_before"
        case notAfter = "not_after"
        case furtherNames = "names_further"
        case keyType = "key_type"
        case keyBits = "key_bits"
        case selfSigned = "self_signed"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(facts.subject, forKey: .subject)
        try container.encode(facts.issuer, forKey: .issuer)
        try container.encode(facts.names, forKey: .names)
        if facts.furtherNames > 0 {
            try container.encode(facts.furtherNames, forKey: .furtherNames)
        }
        try container.encode(facts.notBefore, forKey: .notBefore)
        try container.encode(facts.notAfter, forKey: .notAfter)
        try container.encodeIfPresent(validity, forKey: .validity)
        try container.encode(facts.serialNumber, forKey: .serial)
        try container.encode(facts.fingerprint, forKey: .fingerprint)
        try container.encode(facts.keyType, forKey: .keyType)
        try container.encodeIfPresent(facts.keyBits, forKey: .keyBits)
        try container.encode(facts.signatureAlgorithm, forKey: .signature)
        try container.encode(facts.isSelfSigned, forKey: .selfSigned)
    }
}

/// An alert in EVE's words.
private struct AlertRecord: Encodable {
    private let alert: TLSAlert

    init(_ alert: TLSAlert) { self.alert = alert }

    private enum Key: String, CodingKey {
        case from, level, description
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(alert.side, forKey: .from)
        try container.encode(alert.levelName, forKey: .level)
        try container.encode(alert.name, forKey: .description)
    }
}
