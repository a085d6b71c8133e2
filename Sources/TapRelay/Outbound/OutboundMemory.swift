import TapWire

/// What the rules on outgoing mail remember.
struct OutboundMemory: Sendable, Codable {
    /// Hosts of ours that send mail out, or take it.
    var hosts = BoundedTable<IPAddress, OutboundHost>()
    /// Senders of mail that our servers took, by the digest of server and sender: when last.
    var takenFrom = BoundedTable<UInt64, Timestamp>()
    /// Mail that our servers took, by the digest of server and Message-ID: when last; the latest of an hour.
    var handedIn = BoundedTable<UInt64, Timestamp>()
    /// The mail of a day and more, by the same digests.
    var messages = HandedMessages()
    /// Mail that was deferred and is tried again, by the digest of host, sender and recipient.
    var deferred = BoundedTable<UInt64, DeferredMail>()
    /// When what is not tried any more was last looked for to make room.
    var deferredSwept: Timestamp?
    /// When the first mail was seen at all.
    var since: Timestamp?

    /// How many entries all tables have together.
    var entryCount: Int { hosts.count + takenFrom.count + handedIn.count + deferred.count }

    /// True if `host` was never seen to send mail out, where that would be seen: others of ours do.
    func neverSends(_ host: IPAddress) -> Bool {
        (hosts.look(at: host) { $0.firstSent } ?? nil) == nil
            && hosts.contains { $0.firstSent != nil }
    }

    /// The name of a sender at a server.
    static func key(_ server: IPAddress, _ sender: MailAddress) -> UInt64 {
        var digest = Digest()
        digest.combine(server)
        sender.combineFolded(into: &digest)
        return digest.value
    }

    /// The name of a message at a server, by the digest of its Message-ID.
    static func key(_ server: IPAddress, message: UInt64) -> UInt64 {
        var digest = Digest()
        digest.combine(server)
        digest.combine(message)
        return digest.value
    }
}

extension OutboundMemory {
    /// Decodes a memory; an earlier hubtap knew no messages by their Message-ID.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        hosts = try container.decode(type(of: hosts), forKey: .hosts)
        takenFrom = try container.decode(type(of: takenFrom), forKey: .takenFrom)
        handedIn = try container.decodeIfPresent(type(of: handedIn), forKey: .handedIn) ?? handedIn
        messages = try container.decodeIfPresent(type(of: messages), forKey: .messages) ?? messages
        deferred = try container.decode(type(of: deferred), forKey: .deferred)
        deferredSwept = try container.decodeIfPresent(Timestamp.self, forKey: .deferredSwept)
        since = try container.decodeIfPresent(Timestamp.self, forKey: .since)
    }
}
