import TapMail
import TapWire

/// Mail that a host of ours hands, or wants to hand, to a server outside.
///
/// Completed while the event is prepared, and handed to the rules by reference.
final class OutgoingMail {
    /// What the server said to it.
    enum Answer: Hashable, Sendable {
        case taken, deferred, refused, unknown
    }

    /// Whether somebody handed it in, as far as that was seen.
    enum HandIn: Hashable, Sendable {
        /// The sender, or with `<>` the recipient as a sender, was in no mail that the host had taken before.
        case none
        /// He was, and nothing speaks against this message's having been handed in.
        case seen
        /// He was, but this one was not handed in, as its Message-ID tells.
        case unseen
        /// He was, and this one has no Message-ID by which that could be told.
        case unread
    }

    /// What it is to a message that the host took.
    enum Copy: Hashable, Sendable {
        /// The host took none with its Message-ID.
        case none
        /// One of as many copies as a message speaks for.
        case ofTaken
        /// One copy more than that.
        case beyondLimit
    }

    /// Our host.
    let host: IPAddress
    /// The server outside, by the digest of its address.
    let server: UInt64
    /// What the server outside said.
    let answer: Answer
    /// The domains of its recipients by their digests, the first of them; the server's address where TLS hides them.
    let domains: [UInt64]
    /// True if the sender is `<>`; false where TLS hides it.
    let isFromNobody: Bool
    /// True if the host is a mail server as far as is known.
    var isByServer = false
    /// Whether somebody handed it in.
    var handIn = HandIn.none
    /// True if the sender, or with `<>` the recipient as a sender, was in mail that the host had taken before.
    var isHandedIn: Bool { handIn != .none }
    /// Whether it is a copy of a message that the host took within the hour, under another sender.
    var copy = Copy.none
    /// What it has in common with other copies: the digest of its List-Id, else of its Message-ID, or under TLS of about how
    /// large it is; nil if it is not known.
    private(set) var kin: UInt64?
    /// Octets of the message; nil where that is not known, or hidden.
    private(set) var octets: UInt64?
    /// True if a message went with it, as far as that can be seen: who only asks about recipients sends none.
    private(set) var isMessage = true
    /// True if the host took mail within the minute.
    var isSoonAfterIntake = false
    /// True if the host took a message within the hour that, with a header more, is as large as this one.
    var isLikeIntake = false
    /// True if the host took mail under TLS within the hour, of which the sender could not be read.
    var isBesideHiddenIntake = false
    /// True if TLS hides the sender, and the host took mail within the hour, which may be this.
    var isPerhapsHandedIn = false
    /// True if the host sends to all of its domains for the first time in a month.
    var isToNewDomains = false

    /// How many domains of one message are looked at.
    static let domainLimit = 8
    private static let smtp: UInt16 = 25
    /// Copies of one message differ by the recipient's name and the like: what is alike in steps of so many octets.
    private static let hiddenSize = 512

    /// Reads an event as outgoing mail; nil for anything else.
    init?(_ mail: MailCase) {
        guard let outward = mail.outward, outward != .unclear, mail.server.port == Self.smtp else {
            return nil
        }
        host = mail.ends.client
        if let transaction = mail.transaction, let envelope = mail.envelope {
            // Who logs in at his provider is a person, not a mail server, and nobody else's mail.
            guard transaction.isWithoutLogin, envelope.sender != nil else { return nil }
            server = Self.digest(of: mail.ends.server)
            answer = Self.answer(to: transaction)
            isFromNobody = envelope.isFromNobody
            // By a span, so that no address is copied.
            let recipients = envelope.recipients
            let list = recipients.span
            let named = list.indices.prefix(Self.domainLimit).compactMap { index in
                list[index].domain.map { Digest.value(of: $0.name) }
            }
            domains = named.isEmpty ? [server] : named
            octets = transaction.messageOctets
            kin =
                transaction.value.message?.listIdentifier.map { Digest.value(of: $0) }
                ?? mail.messageDigest
        } else if let transaction = mail.inferred {
            guard transaction.login == .none else { return nil }
            server = Self.digest(of: mail.ends.server)
            switch transaction.outcome {
            case .accepted: answer = .taken
            case .rejected: answer = .refused
            case .reset, .aborted, .unfinished: answer = .unknown
            }
            isFromNobody = false
            domains = [server]
            isMessage = transaction.hasData
            if let octets = transaction.messageOctets {
                self.octets = UInt64(clamping: octets.low)
                var digest = Digest()
                digest.combine(UInt64(clamping: octets.low / Self.hiddenSize))
                kin = digest.value
            }
        } else if let summary = mail.session {
            guard summary.transactions == 0, summary.serverOctets > 0 else { return nil }
            guard let said = Self.answer(to: summary) else { return nil }
            server = Self.digest(of: mail.ends.server)
            answer = said
            isFromNobody = false
            domains = [server]
            isMessage = false
        } else {
            return nil
        }
    }

    private static func digest(of server: IPAddress) -> UInt64 {
        Digest.value(ofTextOf: server)
    }

    /// A session in which no transaction could be seen: turned away at the door, or under TLS; nil if it was none.
    private static func answer(to summary: Shared<SMTPSessionSummary>) -> Answer? {
        switch summary.bannerCode {
        case .some(500..<600): return .refused
        case .some(400..<500): return .deferred
        case .some, nil:
            let isHidden = summary.startTLS == .established
            return isHidden && (summary.value.inferred?.transactions ?? 0) == 0 ? .unknown : nil
        }
    }

    private static func answer(to transaction: Shared<SMTPTransaction>) -> Answer {
        // What is said to pipelined recipients behind a refused sender says nothing of them.
        if let code = transaction.mailCode, code >= 400 { return code < 500 ? .deferred : .refused }
        var (isRefused, isDeferred) = (false, false)
        func take(_ code: Int?) {
            guard let code else { return }
            isRefused = isRefused || (500..<600).contains(code)
            isDeferred = isDeferred || (400..<500).contains(code)
        }
        take(transaction.dataCode)
        take(transaction.code)
        // By a span, so that no recipient is copied.
        let recipients = transaction.recipients
        let list = recipients.span
        for index in list.indices { take(list[index].code) }
        if isRefused { return .refused }
        if isDeferred { return .deferred }
        return transaction.isTaken ? .taken : .unknown
    }
}
