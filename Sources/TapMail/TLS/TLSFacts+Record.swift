/// What TLS showed, in EVE's words.
struct TLSFactsRecord: Encodable {
    private let facts: TLSFacts

    init(_ facts: TLSFacts) { self.facts = facts }

    private enum Key: String, CodingKey {
        case version, sni, cipher, certificate
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(facts.version, forKey: .version)
        try container.encode(facts.serverName, forKey: .sni)
        try container.encode(facts.cipherName, forKey: .cipher)
        try container.encodeNil(forKey: .certificate)
    }
}
