/// What is known of a mail server and port, as it is stored, shown, and written as JSON; times are RFC 3339.
public struct PostureReport: Hashable, Sendable, Codable {
    /// A fact, since when it holds, when it was seen last, and the frame that showed it first.
    public struct Fact<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
        /// What it is.
        public var value: Value
        /// Since when.
        public var since: String
        /// When it was seen last.
        public var last: String
        /// The number of the frame that showed it first.
        public var frame: UInt64
    }

    /// Something that was seen to be used.
    public struct Sighting: Hashable, Sendable, Codable {
        /// What.
        public var name: String
        /// When it was seen first.
        public var first: String
        /// When it was seen last.
        public var last: String
        /// How often.
        public var count: UInt64
    }

    /// A certificate that was shown in clear.
    public struct Certificate: Hashable, Sendable, Codable {
        /// Whom it is for.
        public var subject: String
        /// Who signed it.
        public var issuer: String
        /// Its alternative names, the first of them.
        public var names: [String]
        /// The last moment at which it is valid.
        public var notAfter: String
        /// The SHA-256 digest of the whole of it.
        public var fingerprint: String
        /// True if it is its own issuer.
        public var isSelfSigned: Bool
        /// When it was seen first.
        public var first: String
        /// When it was seen last.
        public var last: String

        private enum CodingKeys: String, CodingKey {
            case subject, issuer, names, fingerprint, first, last
            case notAfter = "not_after"
            case isSelfSigned = "self_signed"
        }
    }

    /// Logins that could be read.
    public struct Logins: Hashable, Sendable, Codable {
        /// How many were accepted.
        public var accepted: UInt64
        /// How many were refused.
        public var refused: UInt64
        /// Whose were accepted.
        public var users: [Sighting]
    }

    /// The answer to a stranger's mail for a stranger.
    public struct Relay: Hashable, Sendable, Codable {
        /// `accepted` or `refused`.
        public var value: String
        /// The code of the last answer.
        public var code: Int
        /// How sure it is that both were strangers.
        public var confidence: Double
        /// How many such answers were seen.
        public var count: UInt64
        /// Since when.
        public var since: String
        /// When it was seen last.
        public var last: String
        /// The number of the frame that completed the first such transaction.
        public var frame: UInt64
    }

    /// The server's address.
    public var server: String
    /// The server's port.
    public var port: UInt16
    /// Which clients it shows this to.
    public var side: ClientSide
    /// True if the server is one of ours.
    public var isOurs: Bool
    /// The dialect of the last session.
    public var dialect: String
    /// The name it goes by.
    public var name: String?
    /// The software that its words name.
    public var software: Fact<String>?
    /// The text of the last greeting.
    public var banner: Sighting?
    /// When a session was seen first.
    public var first: String
    /// When a session was seen last.
    public var last: String
    /// Sessions that were heard from both sides.
    public var sessions: UInt64
    /// `offered` or `none`; nil if no EHLO was seen.
    public var startTLS: Fact<String>?
    /// `established` or `refused`; nil if it was not asked for.
    public var tls: Fact<String>?
    /// Versions of TLS that it chose.
    public var versions: [Sighting]
    /// Cipher suites that it chose.
    public var ciphers: [Sighting]
    /// Certificates that it has shown in clear; those of TLS 1.3 are not.
    public var certificates: [Certificate]
    /// Mechanisms of AUTH before TLS; nil if no EHLO was seen.
    public var auth: Fact<[String]>?
    /// Mechanisms of AUTH inside TLS; nil if that was not seen in clear.
    public var securedAuth: Fact<[String]>?
    /// Other keywords before TLS.
    public var keywords: Fact<[String]>?
    /// Other keywords inside TLS.
    public var securedKeywords: Fact<[String]>?
    /// Logins that could be read.
    public var logins: Logins
    /// The answer to a stranger's mail for a stranger; nil if none was seen.
    public var relay: Relay?

    private enum CodingKeys: String, CodingKey {
        case server, port, dialect = "protocol", name, software, banner, sessions, tls, ciphers
        case certificates
        case auth, keywords, logins, relay
        case side = "seen_from"
        case isOurs = "ours"
        case first = "first_seen"
        case last = "last_seen"
        case startTLS = "starttls"
        case versions = "tls_versions"
        case securedAuth = "auth_tls"
        case securedKeywords = "keywords_tls"
    }
}

extension PostureReport {
    /// The name of the row: server, port and side.
    public var key: String { "\(server) \(port) \(side.rawValue)" }
}
