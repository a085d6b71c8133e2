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
        thresholds: [
            RuleThreshold(
                name: "theta0",
                unit: .share,
                defaultValue: 0.1,
                range: 0.001...0.5,
                summary: "Share of unknown recipients of an honest client."
            ),
            RuleThreshold(
                name: "theta1",
                unit: .share,
                defaultValue: 0.7,
                range: 0.51...0.99,
                summary: "The same share of one who guesses."
            ),
            RuleThreshold(
                name: "alpha",
                unit: .share,
                defaultValue: 0.000_01,
                range: 0.000_000_001...0.05,
                summary:
                    "How often the test may accuse wrongly; with this it takes 6 refusals in a row, or 8 among 10 "
                    + "recipients, and a site with 10,000 clients a quarter errs less than once."
            ),
            RuleThreshold(
                name: "beta",
                unit: .share,
                defaultValue: 0.01,
                range: 0.000_1...0.5,
                summary: "How often the test may miss."
            ),
            RuleThreshold(
                name: "session_refusals",
                unit: .count,
                defaultValue: 10,
                range: 2...1_000,
                summary: "So many in one session tell whatever was accepted beside them."
            ),
            RuleThreshold(
                name: "network_refusals",
                unit: .count,
                defaultValue: 20,
                range: 2...64,
                summary:
                    "So many from one network in the window tell: a guesser who changes addresses."
            ),
            RuleThreshold(
                name: "window",
                unit: .seconds,
                defaultValue: 600,
                range: 10...86_400,
                summary: "How far back the refusals of a network are counted."
            ),
            RuleThreshold(
                name: "moved_clients",
                unit: .count,
                defaultValue: 3,
                range: 2...32,
                summary: "A recipient that so many clients ask for existed once."
            ),
        ]
    )

    private let test: SequentialTest
    private let sessionRefusals: Int
    private let networkRefusals: Int
    private let window: Duration
    private let movedClients: Int
    private let limit: Int

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
        limit = limits.accountClients
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let transaction = mail.transaction, transaction.isWithoutLogin else { return }
        guard mail.inward != nil else { return }
        let known = memory.accounts.askers[mail.ends.client] != nil
        let refused = zip(transaction.recipients, mail.standings).filter {
            $0.1 != .stranger && $0.0.isUnknown
        }.map(\.0)
        guard known || !refused.isEmpty else { return }
        let accepted = transaction.recipients.count(where: \.isAccepted)
        let counted = refused.map { Digest.ofAddress($0.address).address }.filter {
            isCounted($0, mail, &memory)
        }
        let asker = observe(counted, accepted: accepted, mail, &memory)
        let isNetwork = countNetwork(asker.new, mail, &memory)
        guard !counted.isEmpty, asker.isDecided || isNetwork else { return }
        signals.append(signal(mail, refused, count: asker.inSession))
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
        accepted: Int,
        _ mail: MailCase,
        _ memory: inout RelayMemory
    ) -> (isDecided: Bool, inSession: Int, new: Int) {
        let session = mail.context.flow.id.rawValue
        return memory.accounts.askers.update(
            mail.ends.client,
            limit: limit,
            default: AskerRecord()
        ) { asker in
            if asker.session != session { (asker.session, asker.refusedInSession) = (session, 0) }
            var new = 0
            for digest in refused.map(UInt32.init(truncatingIfNeeded:))
            where !asker.counted.contains(digest) {
                asker.counted = Array((asker.counted + [digest]).suffix(AskerRecord.remembered))
                asker.walk.observe(true, by: test)
                new += 1
            }
            for _ in 0..<min(accepted, 1_000) { asker.walk.observe(false, by: test) }
            asker.refusedInSession += new
            let isDecided = asker.walk.isDecided || asker.refusedInSession >= sessionRefusals
            return (isDecided, asker.refusedInSession, new)
        }
    }

    /// Counts the refusals of the client's network; true once there are too many.
    private func countNetwork(_ count: Int, _ mail: MailCase, _ memory: inout RelayMemory) -> Bool {
        guard count > 0 else { return false }
        let time = mail.time
        return memory.accounts.askingNetworks.update(
            mail.ends.client.neighbourhood,
            limit: limit,
            default: []
        ) { times in
            times.removeAll { time.duration(since: $0) > window }
            times += Array(repeating: time, count: min(count, networkRefusals))
            times = Array(times.suffix(networkRefusals))
            return times.count >= networkRefusals
        }
    }

    private func signal(_ mail: MailCase, _ refused: [SMTPRecipient], count: Int) -> Signal {
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
        let words = text.lowercased()
        return !["block", "spam", "black", "denied", "policy", "reputation", "listed"]
            .contains { words.contains($0) }
    }

    private var enhancedCode: (UInt8, UInt16, UInt16)? {
        let word = text.prefix { $0 != " " }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let first = UInt8(parts[0]), let second = UInt16(parts[1]),
            let third = UInt16(parts[2])
        else { return nil }
        return (first, second, third)
    }
}

extension IPAddress {
    /// The /24 of IPv4, the /48 of IPv6.
    fileprivate var neighbourhood: IPAddress {
        isIPv6
            ? IPAddress(v6High: high & 0xFFFF_FFFF_FFFF_0000, low: 0)
            : IPAddress(v4: UInt32(truncatingIfNeeded: low) & 0xFFFF_FF00)
    }
}
