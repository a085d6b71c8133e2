/// What is remembered of a mail server.
struct ServerRecord: Sendable, Codable {
    /// The name it gave last; nil if none that could be one.
    var name: MailDomain?
    /// Its software; unknown until its greeting or a reply tells.
    var family = MailServerFamily.unknown
    /// What it accepted from clients that have relayed.
    var suspicion = Suspicion()
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
