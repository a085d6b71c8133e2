import TapMail

/// What habits are made of: a transaction without names.
struct MailTrace: Sendable {
    /// What the server said to a recipient.
    enum Answer: Sendable {
        case accepted, deferred, refused, unseen
    }

    /// A recipient by its digests.
    struct Recipient: Sendable {
        var address: UInt64
        /// 0 if it has none.
        var domain: UInt64
        var answer: Answer
    }

    /// The hour of the habits' clock.
    var hour: UInt32
    /// The hour of the week.
    var weekHour: UInt8
    /// True if the server took the message.
    var isTaken: Bool
    /// How many recipients it took with it.
    var takenRecipients: Int
    /// The recipients, as far as they could be read.
    var recipients: [Recipient]
    /// The sender; 0 for nobody's mail or where it could not be read.
    var sender: UInt64

    /// What a transaction in clear text leaves.
    init(_ transaction: Shared<SMTPTransaction>, hour: UInt32, weekHour: UInt8) {
        (self.hour, self.weekHour) = (hour, weekHour)
        isTaken = transaction.isTaken
        // By a span, so that no recipient is copied.
        let named = transaction.recipients
        let list = named.span
        recipients = list.indices.map { Recipient(list[$0]) }
        takenRecipients =
            transaction.isTaken ? recipients.count { $0.answer == .accepted } : 0
        sender = transaction.mailFrom.map { Digest.ofAddress($0).address } ?? 0
    }

    /// What one inside TLS leaves.
    init(_ transaction: Shared<InferredTransaction>, hour: UInt32, weekHour: UInt8) {
        (self.hour, self.weekHour) = (hour, weekHour)
        isTaken = transaction.outcome == .accepted
        recipients = []
        takenRecipients = isTaken ? transaction.acceptedRecipients : 0
        sender = 0
    }
}

extension MailTrace.Recipient {
    fileprivate init(_ recipient: borrowing SMTPRecipient) {
        (address, domain) = Digest.ofAddress(recipient.address)
        answer =
            switch recipient.code ?? 0 {
            case 200..<300: .accepted
            case 400..<500: .deferred
            case 500..<600: .refused
            default: .unseen
            }
    }
}

extension Digest {
    /// The digests of a path and of its domain, letters in either case; 0 for what is empty.
    static func ofAddress(_ path: String) -> (address: UInt64, domain: UInt64) {
        var (address, domain) = (Digest(), Digest())
        var (isEmpty, hasDomain) = (true, false)
        let octets = path.utf8.span
        for index in octets.indices where octets[index] != 0x3C && octets[index] != 0x3E {
            let octet = octets[index]
            let lower = octet.lowercasedASCII
            address.combine(lower)
            isEmpty = false
            if octet == UInt8(ascii: "@") {
                (domain, hasDomain) = (Digest(), true)
            } else {
                domain.combine(lower)
            }
        }
        return (isEmpty ? 0 : address.value, hasDomain ? domain.value : 0)
    }
}
