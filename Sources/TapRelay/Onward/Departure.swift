import TapFlow
import TapMail
import TapWire

/// A message in the clear that left a server of ours a moment ago.
struct Departure: Hashable, Sendable, Codable {
    /// When it was begun.
    var began: Timestamp
    /// When it was over.
    var time: Timestamp
    /// The server that it left.
    var client: IPAddress
    /// The address and port it went to.
    var destination: String
    /// The name of the server there, if it gave one.
    var name: String?
    /// The digests of its recipients' mailboxes, the first `HeldRelay.recipientLimit`.
    var recipients: [UInt64]
    /// The digest of its Message-ID.
    var identifier: UInt64?
    /// Its octets.
    var octets: UInt64?
    /// The code of the last reply.
    var code: Int?
    /// The text of the last reply, cut.
    var text: String
    /// True if the other server took it; nil where an earlier hubtap kept it.
    var isTaken: Bool?

    /// Takes what a transaction shows; nil if it has no recipient that can be read.
    init?(_ mail: MailCase) {
        guard let transaction = mail.transaction, let envelope = mail.envelope,
            !transaction.isEncrypted, !envelope.recipients.isEmpty
        else { return nil }
        began = transaction.began.time
        time = mail.time
        client = mail.ends.client
        destination = mail.server.description
        name = mail.ends.serverName?.name
        recipients = envelope.recipients.prefix(HeldRelay.recipientLimit).map(\.digest)
        identifier = mail.messageDigest
        octets = transaction.messageOctets
        code = transaction.lastCode
        text = transaction.lastText.cut(to: HeldRelay.textLimit)
        isTaken = transaction.isTaken
    }

    /// By what `relay` is known again; nil if it is another message.
    func key(of relay: HeldRelay) -> OnwardMatch.Key? {
        if let identifier, identifier == relay.identifier { return .identifier }
        return recipients.contains(where: relay.recipients.contains) ? .recipient : nil
    }
}
