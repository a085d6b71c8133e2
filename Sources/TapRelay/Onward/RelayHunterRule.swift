import TapMail
import TapObserve
import TapWire

/// `relay.hunter`: the mail of one who looks for open relays.
///
/// Condition: a stranger's mail for a stranger, accepted or refused, that carries the server's address or name in HELO, in
/// the sender's local part or address literal, in a stranger's recipient or in the subject, or a user's name in the
/// subject. Hunters mail to themselves what they found, days before the flood: critical if it was accepted, as far as
/// it is sure whose the domains and which side is ours, information if refused. Of the subject only digests of the words
/// that look like addresses are compared, unless subjects are kept.
///
/// Guards: hubtap's own relay test; the server's name as the domain of the sender alone is a spoofed sender, no trace.
///
/// Source: what the honeypot FakeOpenSmtpRelay sees.
struct RelayHunterRule: MailRule {
    static let description = RuleDescription(
        id: "relay.hunter",
        signatureID: 9_100_007,
        summary: "a relay hunter's probe",
        thresholds: []
    )
    static let kinds: CaseKinds = [.relay]

    init(_ settings: RuleSettings, limits: RelayLimits) {}

    /// Where a trace of the server was found.
    private enum Place {
        case helo, sender, recipient, subject

        var words: Bilingual {
            switch self {
            case .helo: RelayingTexts.inHelo
            case .sender: RelayingTexts.inSender
            case .recipient: RelayingTexts.inRecipient
            case .subject: RelayingTexts.inSubject
            }
        }
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let relay = mail.relay, relay.isNews, !relay.isMarkedAsOwnTest,
            mail.inward != .unclear, let transaction = mail.transaction,
            relay.isRelayed || !relay.refused.isEmpty,
            let trace = trace(in: transaction, relay, mail, users: memory.relaying.users)
        else { return }
        var signal =
            relay.isRelayed
            ? Signal.relayed(
                mail,
                rule: Self.identity,
                severity: .critical,
                signature: RelayingTexts.hunter
            )
            : Signal(
                rule: Self.identity,
                severity: .low,
                basis: .relay,
                incident: .relayTest,
                signature: RelayingTexts.hunterRefused,
                why: [RelayTexts.whyRefused],
                advice: [RelayTexts.adviceRefused]
            )
        signal.why.append(RelayingTexts.whyHunter)
        signal.values[.what] = .text(trace.place.words)
        signal.values[.name] = trace.text
        signals.append(signal)
    }

    /// What of the server a transaction carries, and where.
    private func trace(
        in transaction: Shared<SMTPTransaction>,
        _ relay: RelayCase,
        _ mail: MailCase,
        users: BoundedTable<UInt64, Timestamp>
    ) -> (text: Phrase, place: Place)? {
        let marks = Self.marks(of: mail.ends)
        let sender = mail.envelope?.sender
        if case .literal(let literal)? = sender?.destination, literal.unmapped == mail.ends.server {
            return (.plain(literal.description), .sender)
        }
        // A route through the server names it to get there, which is no trace.
        let recipients = relay.strangers.prefix(HeldRelay.recipientLimit)
        let subject = transaction.value.message?.subject
        for mark in marks {
            if transaction.helo?.holds(mark) ?? false { return (.name(mark), .helo) }
            if sender?.local.holds(mark) ?? false { return (.name(mark), .sender) }
            if recipients.contains(where: { $0.address.holds(mark) }) {
                return (.name(mark), .recipient)
            }
            if subject?.holds(mark) ?? false { return (.name(mark), .subject) }
        }
        let words = transaction.value.message?.subjectWords ?? []
        guard !words.isEmpty else { return nil }
        if let mark = marks.first(where: { words.contains(AddressWords.digest(of: $0)) }) {
            return (.name(mark), .subject)
        }
        guard words.contains(where: users.contains) else { return nil }
        return (.text(RelayingTexts.userName), .subject)
    }

    /// What would be a trace of the server: its address, also with hyphens, and its name.
    private static func marks(of ends: DirectionFinder.Ends) -> [String] {
        let address = ends.server.description
        var marks = [address]
        if !ends.server.isIPv6 {
            let hyphens = address.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0 }
            marks.append(String(decoding: hyphens, as: UTF8.self))
        }
        if let name = ends.serverName, name.isQualified { marks.append(name.name) }
        return marks
    }
}

extension MailAddress {
    /// True if the local part or the domain holds `mark`, in which no `@` stands, as a word of its own.
    fileprivate func holds(_ mark: String) -> Bool {
        local.holds(mark) || domain?.name.holds(mark) ?? false
    }
}

extension String {
    fileprivate func holds(_ mark: String) -> Bool { utf8.span.holds(mark) }
}

extension Substring {
    fileprivate func holds(_ mark: String) -> Bool { utf8.span.holds(mark) }
}

extension Span<UInt8> {
    /// True if these octets hold `mark` as a word of its own, letters in either case.
    fileprivate func holds(_ mark: String) -> Bool {
        guard let initial = mark.utf8.first else { return false }
        var isInWord = false
        for start in indices {
            let octet = self[start].lowercasedASCII
            if !isInWord, octet == initial,
                extracting(droppingFirst: start).begins(with: mark.utf8.span)
            {
                return true
            }
            isInWord = octet.isOfWord
        }
        return false
    }

    /// True if these octets begin with `mark`, letters in either case, and no word goes on behind it.
    fileprivate func begins(with mark: Span<UInt8>) -> Bool {
        guard count >= mark.count else { return false }
        for index in mark.indices where self[index].lowercasedASCII != mark[index] { return false }
        return count == mark.count || !self[mark.count].lowercasedASCII.isOfWord
    }
}

extension UInt8 {
    /// A letter or a digit.
    fileprivate var isOfWord: Bool { (0x30...0x39).contains(self) || (0x61...0x7A).contains(self) }
}
