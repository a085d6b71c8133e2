import TapFlow
import TapMail
import TapObserve
import TapWire

/// A message that a server took from a stranger for a stranger, kept to be known again when it leaves.
struct HeldRelay: Hashable, Sendable, Codable {
    /// When MAIL was sent.
    var began: Timestamp
    /// When the server took it.
    var time: Timestamp
    /// The frame that showed that.
    var frame: UInt64
    /// Who brought it.
    var client: IPAddress
    /// The digest of the sender's mailbox.
    var sender: UInt64
    /// The digests of the strangers' mailboxes, the first `recipientLimit`.
    var recipients: [UInt64]
    /// The first of them, as on the wire, cut.
    var recipient: String
    /// The digest of its Message-ID.
    var identifier: UInt64?
    /// Its name in the server's queue.
    var queueID: String?
    /// Its octets.
    var octets: UInt64?
    /// The odd form of address it came with, if it did.
    var form: RelayForm?
    /// The worst that what is known of the session can carry.
    var limit: Severity
    /// How sure it is that strangers relay.
    var confidence: Double
    /// True if it carries the marks of hubtap's own relay test; nil where an earlier hubtap kept it.
    var isOwnTest: Bool?
    /// True once it was seen to leave, or to come back.
    var isSettled = false

    /// How many recipients are kept.
    static let recipientLimit = 8
    /// How many octets of the first recipient are kept.
    static let textLimit = 120

    /// Takes what a transaction shows; nil if the server did not take a message for a stranger.
    init?(_ mail: MailCase) {
        guard mail.relay != nil || !mail.odd.isEmpty, let transaction = mail.transaction,
            transaction.isTaken
        else { return nil }
        let odd = mail.odd.filter(\.recipient.isAccepted)
        let relay = mail.relay.flatMap { $0.isRelayed && $0.isNews ? $0 : nil }
        var mailboxes = odd.map(\.hidden.address.digest)
        if let relay { mailboxes += relay.acceptedDigests }
        guard !mailboxes.isEmpty else { return nil }
        let first =
            odd.first?.recipient.address ?? relay?.accepted.first?.recipient.address ?? ""
        began = transaction.began.time
        time = mail.time
        frame = mail.context.moment.sequence
        client = mail.ends.client
        sender = (mail.envelope?.sender ?? MailAddress("")).digest
        recipients = Array(mailboxes.prefix(Self.recipientLimit))
        recipient = first.cut(to: Self.textLimit)
        identifier = mail.messageDigest
        queueID = mail.queueID?.text
        octets = transaction.messageOctets
        form = odd.first?.hidden.form
        isOwnTest = mail.relay?.isMarkedAsOwnTest ?? transaction.isMarkedAsOwnTest
        limit = mail.severityLimit(for: .relay)
        confidence = mail.confidence(0.99, for: .relay)
    }
}
