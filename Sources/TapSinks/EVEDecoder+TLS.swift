import TapMail

/// What TLS showed; of its names and numbers those that the rules look at.
struct EVETLS: Decodable {
    var version, cipher, sni, alpn, ja4: String?
    var offeredVersions, offeredProtocols: [String]?
    var certificate, clientCertificate: EVECertificate?
    var chain: [EVECertificate]?
    var established, resumed, retried, version2Hello: Bool?
    var error: String?

    private enum CodingKeys: String, CodingKey {
        case version, cipher, sni, alpn, ja4, certificate, chain, established, resumed, retried
        case offeredVersions = "offered_versions"
        case offeredProtocols = "offered_alpn"
        case clientCertificate = "client_certificate"
        case error = "certificate_error"
        case version2Hello = "sslv2_hello"
    }

    var facts: TLSFacts {
        var facts = TLSFacts()
        facts.versionNumber = version.flatMap(TLSFacts.versionNumber(named:))
        facts.cipherSuite = cipher.flatMap(TLSFacts.cipherSuite(named:))
        (facts.serverName, facts.alpn, facts.ja4) = (sni, alpn, ja4)
        facts.offeredVersions = (offeredVersions ?? []).compactMap(TLSFacts.versionNumber(named:))
        facts.offeredProtocols = offeredProtocols ?? []
        facts.certificates = ([certificate].compactMap(\.self) + (chain ?? [])).map(\.facts)
        facts.certificateValidity = certificate?.validity
        facts.clientCertificates = [clientCertificate].compactMap { $0?.facts }
        facts.certificateError = error.flatMap { CertificateError.Part(rawValue: $0) }.map {
            CertificateError(part: $0)
        }
        (facts.isEstablished, facts.isResumed) = (established ?? false, resumed ?? false)
        (facts.isRetried, facts.isVersion2Hello) = (retried ?? false, version2Hello ?? false)
        return facts
    }
}

/// A certificate.
struct EVECertificate: Decodable {
    var subject, issuer: String
    var names: [String]?
    var furtherNames: Int?
    var notBefore, notAfter: String
    var serial, fingerprint, keyType, signature: String?
    var keyBits: Int?
    var selfSigned: Bool?
    var validity: CertificateValidity?

    private enum CodingKeys: String, CodingKey {
        case subject, issuer, names, serial, fingerprint, signature, validity
        case furtherNames = "names_further"
        case notBefore = "not_before"
        case notAfter = "not_after"
        case keyType = "key_type"
        case keyBits = "key_bits"
        case selfSigned = "self_signed"
    }

    var facts: CertificateFacts {
        CertificateFacts(
            subject: subject,
            issuer: issuer,
            names: names ?? [],
            furtherNames: furtherNames ?? 0,
            notBefore: notBefore,
            notAfter: notAfter,
            serialNumber: serial ?? "",
            fingerprint: fingerprint ?? "",
            keyType: keyType ?? "",
            keyBits: keyBits,
            signatureAlgorithm: signature ?? "",
            isSelfSigned: selfSigned ?? false
        )
    }
}
