/// A mail transaction that has not ended.
struct OpenTransaction: Sendable {
    /// What is known of it.
    var value: SMTPTransaction
    /// The server refused the sender.
    var isSenderRefused = false
    /// No other transaction can have been open when MAIL was sent.
    var hasOwnSender = false
    /// The server refused DATA, or a chunk.
    var isDataRefused = false
    /// By this the server refused a chunk; it has accepted no other and no recipient since: the whole message is refused.
    @OnDemand var chunkRefusal: SMTPReply?
    /// The server accepted a recipient.
    var hasAcceptedRecipient = false
    /// The reply to MAIL was matched to it for certain, as far as order tells.
    var isSenderCertain = false
    /// As `isSenderCertain`, of so many recipients.
    var certainRecipients = 0
    /// It is not known which reply belongs to which of its commands.
    var isInDoubt = false
    /// Octets of the recipients and of the replies to them.
    var recipientOctets = 0
    /// Recipients that were told before it ended.
    var toldRecipients = 0
    /// Holes in either stream before it began.
    var gapsBefore: Int

    /// How many octets of recipients are kept.
    static let keptRecipientOctets = 1 << 20

    /// Octets of memory that the recipients take, about.
    var keptByteCount: Int {
        recipientOctets &+ value.recipients.count &* MemoryLayout<SMTPRecipient>.stride
    }

    /// Adds a recipient that was answered, or whose reply was not seen.
    mutating func add(_ recipient: consuming SMTPRecipient) {
        recipientOctets &+= recipient.address.utf8.count &+ recipient.text.utf8.count
        if recipient.isAccepted {
            hasAcceptedRecipient = true
            _chunkRefusal.take()
        }
        value.recipients.append(recipient)
    }

    /// What is known of it, at its end.
    consuming func told() -> Shared<SMTPTransaction> { Shared(value) }

    /// The sender was another than the one that was refused.
    mutating func forgetSender() {
        isSenderRefused = false
        value.mailFrom = nil
        value.mailCode = nil
        value.size = nil
        value.parameters = []
    }

    /// Data was accepted, or a chunk was sent.
    mutating func beginData(_ encoding: SMTPEncoding) {
        value.encoding = encoding
        isDataRefused = false
        guard encoding == .data else { return }
        value.dataCode = nil
        chunkRefusal = nil
    }

    /// Keeps the first recipients, and counts the others as unseen.
    mutating func forgetRecipients() {
        let count = value.recipients.count &- Self.leftRecipients
        guard count > 0 else { return }
        value.recipients.removeLast(count)
        value.unseenRecipients &+= count
        toldRecipients = min(toldRecipients, Self.leftRecipients)
        certainRecipients = min(certainRecipients, Self.leftRecipients)
        recipientOctets = value.recipients.reduce(0) {
            $0 &+ $1.address.utf8.count &+ $1.text.utf8.count
        }
    }

    /// Nothing waits: what was said so far stands.
    mutating func settleCodes() {
        isSenderCertain = true
        certainRecipients = value.recipients.count
    }

    /// Takes back what was said since the codes were settled.
    ///
    /// - Parameter isRefused: True if every command since was refused.
    /// - Returns: How many of the recipients counted as refused.
    mutating func doubtCodes(isRefused: Bool) -> Int {
        isInDoubt = true
        var refused = 0
        for place in value.recipients.indices.dropFirst(certainRecipients) {
            if (value.recipients[place].code ?? 0) >= 400 { refused &+= 1 }
            value.recipients[place].code = nil
            value.recipients[place].text = ""
        }
        value.dataCode = nil
        if !isSenderCertain { value.mailCode = nil }
        guard !isRefused else { return refused }
        isDataRefused = false
        if !isSenderCertain { isSenderRefused = false }
        return refused
    }

    /// How many recipients are left of those that are given up.
    private static let leftRecipients = 16

    /// True if it can no longer be accepted: sender, data or every recipient refused.
    var isRefused: Bool {
        isSenderRefused || isDataRefused
            || (!value.recipients.isEmpty && value.unseenRecipients == 0
                && value.recipients.allSatisfy { ($0.code ?? 0) >= 400 })
    }

    /// True if the sender, what was said to it or to a recipient, or the size of the message was not seen.
    var hasUnknowns: Bool {
        value.mailFrom == nil || value.mailCode == nil || value.unseenRecipients > 0
            || value.recipients.contains { $0.code == nil }
            || (value.encoding != nil && value.dataOctets == nil)
    }

    /// Why a transaction ends.
    enum End: Sendable {
        /// The reply to the end of the data.
        case replied(SMTPReply)
        /// The end of the data was seen, its reply was not.
        case replyLost
        /// RSET, a new greeting, STARTTLS or another MAIL.
        case reset
        case quit
        /// The connection or the input ended.
        case closed
        /// It may have ended unseen.
        case doubt
    }
}
