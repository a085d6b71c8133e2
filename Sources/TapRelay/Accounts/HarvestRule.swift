import TapFlow
import TapMail
import TapObserve
import TapWire

/// `harvest.directory`: a client outside asks for many recipients that do not exist.
///
/// Condition: recipients of our own domains, or of which it cannot be told whose they are, were refused as unknown. A
/// sequential test over the recipients of each client decides; without it, `session_refusals` in one session, or
/// `network_refusals` from one network (/24, or /48 of IPv6) in `window`. A recipient that comes again counts once for
/// a client. One that several clients ask for existed once: a mailbox that is gone, or a domain that has moved; it
/// counts for none.
///
/// Source: sequential test of A. Wald over what a TRW-like detector calls failed connections; an honest sender's
/// lists hold at most a tenth of dead addresses, or he is thrown out by every large provider.
struct HarvestRule: MailRule {
    static let description = RuleDescription(
        id: "harvest.directory",
        signatureID: 9_100_016,
        summary: "many unknown recipients refused",
        thresholds: thresholds
    )
    static let kinds: CaseKinds = [.transaction, .refusals]

    private let test: SequentialTest
    private let sessionRefusals: Int
    private let networkRefusals: Int
    private let window: Duration
    private let movedClients: Int
    private let limits: RelayLimits
    private var limit: Int { limits.accountClients }
    private static let day = Duration.seconds(86_400)

    init(_ settings: RuleSettings, limits: RelayLimits) {
        test = SequentialTest(
            theta0: settings.value(of: "theta0"),
            theta1: settings.value(of: "theta1"),
            alpha: settings.value(of: "alpha"),
            beta: settings.value(of: "beta")
        )
        sessionRefusals = Int(settings.value(of: "session_refusals"))
        networkRefusals = Int(settings.value(of: "network_refusals"))
        window = .seconds(settings.value(of: "window"))
        movedClients = Int(settings.value(of: "moved_clients"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        // Asked first, as most mail is no harvest: what follows holds all recipients.
        guard mail.inward != nil,
            memory.accounts.askers.contains(mail.ends.client) || mail.hasUnknownRecipient,
            let envelope = Envelope(mail)
        else { return }
        let asker = memory.accounts.askers[mail.ends.client]
        let news = envelope.news(beyond: asker, in: mail.context.flow.id.rawValue)
        let counted = news.unknown.map { Digest.ofAddress($0.address).address }.filter {
            isCounted($0, mail, &memory)
        }
        let found = observe(counted, news, of: envelope, mail, &memory)
        let network = countNetwork(found.new, mail, &memory)
        guard !counted.isEmpty else { return }
        var prelude = Signal.Prelude(
            kind: .probes,
            name: mail.ends.client.neighbourhood.description,
            client: mail.ends.client,
            window: Self.day
        )
        guard found.isDecided || network != nil else {
            return memory.earlier.hold(
                mail,
                as: prelude,
                at: mail.ends.server,
                limits: limits
            )
        }
        if !found.isDecided { (prelude.isOfAllClients, prelude.window) = (true, window) }
        var signal = signal(mail, envelope, news.unknown, count: found.inSession)
        if !found.isDecided, let network { signal.concern(network, of: mail, within: window) }
        signal.prelude = prelude
        signals.append(signal)
    }

    /// Notes who asked for a recipient; false if so many did that it must have existed.
    private func isCounted(_ digest: UInt64, _ mail: MailCase, _ memory: inout RelayMemory) -> Bool
    {
        var client = Digest()
        client.combine(mail.ends.client)
        let bit: UInt64 = 1 << (client.value >> 58)
        return memory.accounts.askedFor.update(digest, limit: 4 * limit, default: 0) { clients in
            clients |= bit
            return clients.nonzeroBitCount < movedClients
        }
    }

    /// Takes the recipients of a transaction into the client's test.
    private func observe(
        _ refused: [UInt64],
        _ news: Envelope.News,
        of envelope: Envelope,
        _ mail: MailCase,
        _ memory: inout RelayMemory
    ) -> (isDecided: Bool, inSession: Int, new: Int) {
        let session = mail.context.flow.id.rawValue
        return memory.accounts.askers.update(
            mail.ends.client,
            limit: limit,
            default: AskerRecord()
        ) { asker in
            if asker.session != session {
                (asker.session, asker.refusedInSession, asker.open) = (session, 0, nil)
            }
            asker.note(news, of: envelope)
            var new = 0
            for digest in refused.map(UInt32.init(truncatingIfNeeded:))
            where !asker.counted.contains(digest) {
                asker.counted = Array((asker.counted + [digest]).suffix(AskerRecord.remembered))
                asker.walk.observe(true, by: test)
                new += 1
            }
            for _ in 0..<min(news.accepted, 1_000) { asker.walk.observe(false, by: test) }
            asker.refusedInSession += new
            let isDecided = asker.walk.isDecided || asker.refusedInSession >= sessionRefusals
            return (isDecided, asker.refusedInSession, new)
        }
    }

    /// Counts the refusals of the client's network; nil until there are too many.
    private func countNetwork(
        _ count: Int,
        _ mail: MailCase,
        _ memory: inout RelayMemory
    ) -> AskingNetwork? {
        guard count > 0 else { return nil }
        return memory.accounts.askingNetworks.update(
            mail.ends.client.neighbourhood,
            limit: limit,
            default: AskingNetwork()
        ) { network in
            network.observe(
                count,
                of: mail.ends.client,
                at: mail.time,
                within: window,
                limit: networkRefusals
            )
            return network.count >= networkRefusals ? network : nil
        }
    }

    private func signal(
        _ mail: MailCase,
        _ envelope: Envelope,
        _ refused: [SMTPRecipient],
        count: Int
    ) -> Signal {
        Signal(
            rule: Self.identity,
            severity: .medium,
            basis: .direction,
            incident: .harvest,
            signature: AccountTexts.harvest,
            why: [AccountTexts.whyHarvest],
            advice: [AccountTexts.adviceHarvest],
            values: [
                .count: .count(count),
                .helo: envelope.helo.map { .text(RelayTexts.namedHelo, [.helo: .name($0)]) }
                    ?? .text(RelayTexts.unnamedHelo),
                .recipients: .first(
                    of: refused.map {
                        .text(
                            RelayTexts.recipient,
                            [
                                .address: .address($0.address),
                                .reply: .reply(code: $0.code, text: $0.text),
                            ]
                        )
                    }
                ),
            ]
        )
    }
}

extension Signal {
    /// Makes a harvest that of a network, each of whose clients asks for few.
    fileprivate mutating func concern(
        _ network: AskingNetwork,
        of mail: MailCase,
        within window: Duration
    ) {
        let name = Phrase.plain(mail.ends.client.neighbourhoodName)
        aspect = .harvestingNetwork
        signature = AccountTexts.harvestByNetwork
        why = [AccountTexts.whyHarvestByNetwork]
        advice = [AccountTexts.adviceHarvestByNetwork]
        values[.network] = name
        values[.clients] = IncidentTexts.clients(network.clientCount)
        values[.count] = .count(network.count)
        values[.period] = .duration(window)
        facts.append(("network", name))
    }
}

extension HarvestRule {
    /// The recipients of a transaction that has ended, or those refused of one that goes on.
    fileprivate struct Envelope {
        /// What was not counted before.
        struct News {
            /// Refused as unknown, of our own domains or of nobody knows whose.
            var unknown: [SMTPRecipient]
            /// How many were refused, for whatever reason.
            var refused: Int
            var accepted: Int
        }

        let number: Int
        /// False for one that goes on.
        let hasEnded: Bool
        let helo: String?
        let recipients: [SMTPRecipient]
        private let standings: [RecipientStanding]
        private let accepted: Int

        /// Nil for other events, and for a client who has logged in.
        init?(_ mail: MailCase) {
            standings = mail.standings
            if let transaction = mail.transaction, transaction.isWithoutLogin {
                (number, hasEnded, helo) = (transaction.number, true, transaction.helo)
                recipients = transaction.recipients
                accepted = transaction.value.acceptedRecipients
            } else if let refusals = mail.refusals, refusals.authentication.isWithoutLogin {
                (number, hasEnded, helo) = (refusals.number, false, refusals.helo)
                (recipients, accepted) = (refusals.recipients, refusals.accepted)
            } else {
                return nil
            }
        }

        /// What the client's record does not know: of a transaction that has ended, what was not told before.
        func news(beyond asker: AskerRecord?, in session: UInt64) -> News {
            let refused = zip(recipients, standings).filter { ($0.0.code ?? 0) >= 400 }
            let open = asker?.session == session ? asker?.open : nil
            let told = hasEnded && open?.number == number ? open : nil
            let fresh = refused.dropFirst(told?.refused ?? 0)
            return News(
                unknown: fresh.filter { $0.1 != .stranger && $0.0.isUnknown }.map(\.0),
                refused: fresh.count,
                accepted: max(0, accepted - (told?.accepted ?? 0))
            )
        }
    }
}

extension MailCase {
    /// True if a recipient was refused as unknown, of a transaction that has ended or of one that goes on.
    fileprivate var hasUnknownRecipient: Bool {
        if let transaction { return Self.hasUnknown(transaction.value.recipients) }
        return refusals.map { Self.hasUnknown($0.recipients) } ?? false
    }

    private static func hasUnknown(_ recipients: [SMTPRecipient]) -> Bool {
        // By a span, so that no recipient is copied.
        let list = recipients.span
        return list.indices.contains { list[$0].isUnknown }
    }
}

extension AskerRecord {
    /// Notes what was counted of a transaction that goes on; one that has ended is not gone on with.
    fileprivate mutating func note(
        _ news: HarvestRule.Envelope.News,
        of envelope: HarvestRule.Envelope
    ) {
        guard !envelope.hasEnded else { return open = nil }
        var counted = open?.number == envelope.number ? open : nil
        counted = counted ?? Open(number: envelope.number)
        counted?.refused += news.refused
        counted?.accepted += news.accepted
        open = counted
    }
}

extension SMTPRecipient {
    /// True if the server said that there is no such mailbox.
    ///
    /// The enhanced code decides where there is one (RFC 3463: X.1.1 to X.1.3 and X.1.6, X.2.1); without one 550, 551
    /// and 553 (RFC 5321 section 4.2.3), unless the words are about relaying or about the client.
    fileprivate var isUnknown: Bool {
        guard let code, code == 450 || (550..<554).contains(code), !isRefusedAsRelay else {
            return false
        }
        if let (kind, subject, detail) = enhancedCode {
            return kind >= 4
                && (subject == 1 && [1, 2, 3, 6, 10].contains(detail)
                    || subject == 2 && detail == 1)
        }
        guard code != 450, code != 552 else { return false }
        return !Self.aboutTheClient.contains(where: text.mentions)
    }

    /// Words of a refusal that is about who sends, not about the recipient.
    private static let aboutTheClient = [
        "block", "spam", "black", "denied", "policy", "reputation", "listed",
    ]

    private var enhancedCode: (UInt8, UInt16, UInt16)? {
        // By octets: characters cost many times as much.
        let word = text.utf8.prefix { $0 != UInt8(ascii: " ") }
        let parts = word.split(
            separator: UInt8(ascii: "."),
            maxSplits: 3,
            omittingEmptySubsequences: false
        ).map(Substring.init)
        guard parts.count == 3, let first = UInt8(parts[0]), let second = UInt16(parts[1]),
            let third = UInt16(parts[2])
        else { return nil }
        return (first, second, third)
    }
}
