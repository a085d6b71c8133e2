import TapWire

/// What is remembered of a mail server.
struct ServerRecord: Sendable {
    /// The name it gave last, with what it tells; nil if none that could be one.
    private(set) var given: ServerName?
    /// Its software; unknown until its greeting or a reply tells.
    private(set) var family = MailServerFamily.unknown
    /// The digest of its last greeting, which is read only when it changes.
    private var greeting: UInt64 = 0
    /// The greeting itself, which is quicker to compare; a memory that was stored has its digest only.
    private var banner = ""
    /// What it accepted from clients that have relayed.
    var suspicion = Suspicion()
    /// When it relayed; nil if it never did.
    var rhythm: Rhythm?

    /// The name it gave last; nil if none that could be one.
    var name: MailDomain? { given?.domain }

    /// How much would be lost with the record: of a server that strangers relay through, what has happened there.
    var rank: Int { rhythm != nil || suspicion.lastRelay != nil ? 1 : 0 }

    /// Learns from its greeting, in which its name stands first.
    mutating func learn(greeting: String?) {
        guard let greeting, greeting != banner else { return }
        learn(name: greeting.firstWord)
        learn(banner: greeting)
    }

    /// Learns from what an event tells of its name and its greeting, where it knows them.
    mutating func learn(name: String?, banner greeting: String?) {
        if let greeting, greeting == banner { return }
        if let name, !isName(name.utf8.span) { learn(name: name[...]) }
        if let greeting { learn(banner: greeting) }
    }

    private mutating func learn(name text: Substring) {
        guard !isName(text.utf8.span), let name = MailDomain(text), name != given?.domain else {
            return
        }
        given = ServerName(name)
    }

    private mutating func learn(banner greeting: String) {
        banner = greeting
        let digest = Digest.value(of: greeting)
        guard digest != self.greeting else { return }
        self.greeting = digest
        if let known = MailServerFamily(banner: greeting, finalReply: "") { family = known }
    }

    /// True if these octets are its name, to the letter.
    private func isName(_ octets: Span<UInt8>) -> Bool {
        given?.domain.name.utf8.span.isEqual(to: octets) ?? false
    }

    /// Learns from its reply to the end of the data, where its greeting has not told.
    mutating func learn(finalReply: @autoclosure () -> String) {
        guard family == .unknown else { return }
        family = MailServerFamily(banner: nil, finalReply: finalReply()) ?? .unknown
    }
}

extension ServerRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, domainGuess, family, greeting, suspicion, rhythm
    }

    /// Decodes a record; what the name tells is worked out anew.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        given = try container.decodeIfPresent(MailDomain.self, forKey: .name).map(ServerName.init)
        family = try container.decode(MailServerFamily.self, forKey: .family)
        greeting = try container.decode(UInt64.self, forKey: .greeting)
        suspicion = try container.decode(Suspicion.self, forKey: .suspicion)
        rhythm = try container.decodeIfPresent(Rhythm.self, forKey: .rhythm)
    }

    /// Encodes the record, with what the name tells beside it.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encodeIfPresent(given?.domainGuess, forKey: .domainGuess)
        try container.encode(family, forKey: .family)
        try container.encode(greeting, forKey: .greeting)
        try container.encode(suspicion, forKey: .suspicion)
        try container.encodeIfPresent(rhythm, forKey: .rhythm)
    }
}

extension String {
    /// What stands before the first space behind another octet.
    fileprivate var firstWord: Substring {
        Substring(utf8.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") })
    }
}

extension MailDomain {
    /// Domains that are used inside a site only and tell nothing of its mail domains.
    ///
    /// Sources: RFC 6762 appendix G, RFC 6761 section 6.3, RFC 8375, and ICANN's `internal` of 2024.
    private static let siteOnly: Set<String> = [
        "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain",
        "localhost", "private", "test", "arpa",
    ]

    /// The mail domain that a server of this name most likely serves: `example.org` for `mail.example.org`.
    ///
    /// Nil for names that tell nothing: of one label, of a site's inside, an address.
    var mailDomainGuess: MailDomain? {
        guard isQualified, let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else {
            return nil
        }
        let top = name.utf8[dot...].dropFirst()
        guard !Self.siteOnly.contains(String(Substring(top))) else { return nil }
        // An address ends with a digit, and most names do not.
        if let last = top.last, (0x30...0x39).contains(last), IPAddress(name) != nil { return nil }
        return labelCount > 2 ? parent : self
    }
}

extension MailDomain: Codable {
    /// Decodes a domain from its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let domain = MailDomain(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a valid mail domain"
            )
        }
        self = domain
    }

    /// Encodes the domain as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
