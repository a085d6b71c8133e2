public import TapFlow
import TapWire

/// Two segments of one side gave different octets for the same place of a mail connection (`event_type`
/// `overlap_conflict`).
///
/// Receivers differ in which version they take, so that a sender can show the tap another dialogue than its server. Both
/// versions are told only where neither can be a secret or a message: in the commands and replies of SMTP before the
/// first AUTH, STARTTLS, DATA or BDAT of a connection that was seen from its start without holes, and only if no word of
/// a login stands in either. POP3 and IMAP begin with a password: their octets are never told.
public struct MailOverlap: Hashable, Sendable, Codable {
    /// The protocol of the connection.
    public enum Dialect: String, Sendable, Codable {
        case smtp, pop3, imap
    }

    /// The protocol of the connection.
    public var dialect: Dialect
    /// The side of the flow that is the client.
    public var client: Side
    /// The side that sent both versions, or seems to.
    public var sender: Side
    /// Where in the sender's stream the first octet stands that differs, from 0.
    public var offset: Int64
    /// How many octets from there on were compared, 256 at most.
    public var byteCount: Int
    /// How many octets differ, those behind the compared ones too.
    public var differingByteCount: Int
    /// True if the later segment had another time to live than those of its side usually have.
    public var hasOddHopLimit: Bool
    /// The version that counts for the tap, control characters as `\xNN`, of 128 octets at most; nil if it is not told.
    public var kept: String?
    /// The other version in the same form.
    public var dropped: String?

    /// How many octets of a version are told.
    private static let toldOctets = 128
    /// How many are told of one session; it stays among its anomalies, and all octets are counted by the streams.
    static let maximumPerSession: UInt8 = 16

    /// Creates a conflict that was recorded, of which no octets are told.
    public init(dialect: Dialect, client: Side, sender: Side) {
        (self.dialect, self.client, self.sender) = (dialect, client, sender)
        (offset, byteCount, differingByteCount, hasOddHopLimit) = (0, 0, 0, false)
    }

    /// Takes a conflict; its octets are told only if `isPlain` and nothing in them looks like a login.
    init(
        _ conflict: OverlapConflict,
        from sender: Side,
        client: Side,
        dialect: Dialect,
        isPlain: Bool = false
    ) {
        self.dialect = dialect
        self.client = client
        self.sender = sender
        offset = conflict.offset
        byteCount = conflict.kept.count
        differingByteCount = conflict.byteCount
        hasOddHopLimit = conflict.hasOddHopLimit
        let versions = [conflict.kept, conflict.dropped]
        guard isPlain, !versions.contains(where: Self.mayBeLogin) else { return }
        kept = Self.told(conflict.kept)
        dropped = Self.told(conflict.dropped)
    }

    private static func told(_ octets: [UInt8]) -> String {
        String(wire: Array(octets.prefix(toldOctets)), limit: 4 * toldOctets)
    }

    /// What stands in a line that hands over a secret, be it by a dialect that the server does not speak.
    private static let loginWords = [
        "AUTH", "LOGIN", "PLAIN", "PASS", "CRAM", "DIGEST", "NTLM", "GSSAPI", "EXTERNAL",
    ]

    private static func mayBeLogin(_ octets: [UInt8]) -> Bool {
        let text = String(decoding: octets.map(\.uppercased), as: UTF8.self)
        return loginWords.contains { text.contains($0) }
    }

    /// What happened in plain words: `203.0.113.9 -> 192.0.2.25: two versions of octet 27: "bob" and "eve"`.
    public func words(of flow: Flow) -> String {
        let receiver = flow.endpoint(sender.opposite).address.description
        var words = "\(flow.endpoint(sender).address) -> \(receiver): "
        words += "two versions of octet \(offset)"
        if byteCount > 1 { words += " and those behind it" }
        if let kept, let dropped { return words + ": \"\(kept)\" and \"\(dropped)\"" }
        return words + " (not shown, they may be a secret)"
    }
}

extension MailOverlap {
    /// The form of an event: only the keys that are its own.
    struct Record: Encodable {
        private let overlap: MailOverlap

        init(_ overlap: MailOverlap) { self.overlap = overlap }

        private enum Key: String, CodingKey {
            case dialect = "protocol"
            case from, offset, length, differing, kept, dropped
            case oddHopLimit = "odd_ttl"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            let isClient = overlap.sender == overlap.client
            try container.encode(overlap.dialect, forKey: .dialect)
            try container.encode(isClient ? "client" : "server", forKey: .from)
            try container.encode(overlap.offset, forKey: .offset)
            try container.encode(overlap.byteCount, forKey: .length)
            try container.encode(overlap.differingByteCount, forKey: .differing)
            try container.encode(overlap.hasOddHopLimit, forKey: .oddHopLimit)
            try container.encode(overlap.kept, forKey: .kept)
            try container.encode(overlap.dropped, forKey: .dropped)
        }
    }
}
