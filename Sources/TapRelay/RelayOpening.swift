import TapMail
import TapWire

/// For whom a server was seen to relay, so that a refusal can be told from one that says nothing about them.
///
/// Theory of operation. A server that relays by address refuses everybody else all the while. A refusal shows that it was
/// put right only if the network was let in before and asks in the same way, or if nobody was let in for so long that
/// somebody should have been: an hour, or twice the longest time between two of them.
struct RelayOpening: Hashable, Sendable, Codable {
    /// How many ways in are kept, the latest of them.
    private static let limit = 16
    /// How long nobody must have been let in at the least, and at the most, for anybody's refusal to count.
    private static let silence: ClosedRange<Duration> = .seconds(3_600) ... .seconds(86_400)
    /// Half of the latter, of which twice is never more.
    private static let longestPause = Duration.seconds(43_200)

    /// Networks with the form in which they asked, by their digests, the latest last.
    private var ways: [UInt64] = []
    /// When somebody was let in last.
    private var last: Timestamp
    /// The longest time from one to the next.
    private var pause = Duration.zero

    /// Begins with the time at which the first is let in.
    init(at time: Timestamp) { last = time }

    /// Somebody was let in.
    mutating func open(_ mail: MailCase, _ relay: RelayCase) {
        let age = mail.time.duration(since: last)
        pause = min(max(pause, age), Self.longestPause)
        last = mail.time
        let way = Self.way(mail, relay)
        guard way != ways.last else { return }
        ways.removeAll { $0 == way }
        ways = ways.suffix(Self.limit - 1) + [way]
    }

    /// True if a refusal shows that the server no longer lets in whom it let in.
    func isClosed(by mail: MailCase, _ relay: RelayCase) -> Bool {
        guard relay.refused.contains(where: \.recipient.isRefusedToAnybody) else { return false }
        let silence = max(Self.silence.lowerBound, pause + pause)
        let age = mail.time.duration(since: last)
        // Behind a clock that was set back nothing tells of the time since.
        return age >= silence || ways.contains(Self.way(mail, relay))
    }

    /// The digest of the client's network and the form in which it asks.
    private static func way(_ mail: MailCase, _ relay: RelayCase) -> UInt64 {
        var digest = Digest()
        digest.combine(mail.ends.client.neighbourhood)
        let asked: RelayForm = relay.senderForm.isOfHouse ? .localSender : .plain
        digest.combine((mail.odd.first?.hidden.form ?? asked).rawValue)
        return digest.value
    }
}

extension RelayForm {
    /// True for a sender who gives himself out for one of the house: he may be let in where others are not.
    fileprivate var isOfHouse: Bool {
        [.localSender, .localhostSender, .bareSender, .postmasterSender].contains(self)
    }
}

extension OddRecipient {
    /// True if the form was refused, for good or with words about relaying, and not because of who asks.
    var isShut: Bool {
        recipient.isRefusedToAnybody && (recipient.isRefusedForGood || recipient.isRefusedAsRelay)
    }
}

extension SMTPRecipient {
    /// False for a refusal because of who the client is, on a list of senders of spam, or because the domain does not
    /// exist: others, and mail elsewhere, may still go through.
    fileprivate var isRefusedToAnybody: Bool {
        if isRefusedAsRelay { return true }
        // RFC 3463 section 3.2 and RFC 7505: no such domain, no mail there, no way to it.
        let isAboutDomain = ["5.1.2 ", "5.1.10 ", "5.4.4 "].contains(where: text.hasPrefix)
        return !isAboutDomain && !BlockingReply.isAboutReputation(text)
    }
}
