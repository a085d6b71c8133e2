import TapMail
import TapObserve
import TapWire

/// `queue.retries`: much mail of a server waits and is tried again and again, or some of it for days.
///
/// The queue cannot be seen; what can is that the same sender and recipient are put off (4xx) more than once. A pair
/// waits from its first deferral until it is taken or refused for good, or was not tried for twelve hours. Told once a
/// day when more than 100 pairs wait, or the oldest has for a day; nothing counts in its first hour, which is
/// greylisting (RFC 6647).
struct RetryStormRule: MailRule {
    static let description = RuleDescription(
        id: "queue.retries",
        signatureID: 9_100_020,
        summary: "retry storm, days-old mail",
        thresholds: [
            RuleThreshold(
                name: "pairs",
                unit: .count,
                defaultValue: 100,
                range: 5...400,
                summary: "More than so many senders with their recipients wait."
            ),
            RuleThreshold(
                name: "oldest",
                unit: .seconds,
                defaultValue: 86_400,
                range: 7_200...432_000,
                summary: "Or one has waited for longer; servers give up after five days."
            ),
        ]
    )
    static let kinds: CaseKinds = [.outgoing]

    /// Greylisting lets mail wait for less.
    private static let greylisting = Duration.seconds(3_600)
    /// What is not tried for so long is no longer in the queue.
    private static let forgotten = Duration.seconds(43_200)
    private static let lookInterval = Duration.seconds(600)
    private static let tellInterval = Duration.seconds(86_400)
    private static let keptDomain = 64

    private let pairs: Int
    private let oldest: Duration
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        pairs = Int(settings.value(of: "pairs"))
        oldest = .seconds(settings.value(of: "oldest"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let outgoing = mail.outgoing, let transaction = mail.transaction,
            let sender = transaction.mailFrom
        else { return }
        let isDeferred = note(transaction, sender, outgoing.host, mail.time, &memory)
        guard isDeferred, isDue(outgoing.host, mail.time, &memory) else { return }
        let waiting = memory.outbound.deferred.values.filter { pair in
            pair.host == outgoing.host && pair.tries >= 2
                && mail.time.duration(since: pair.last) < Self.forgotten
                && mail.time.duration(since: pair.first) >= Self.greylisting
        }
        guard let first = waiting.map(\.first).min() else { return }
        guard waiting.count > pairs || mail.time.duration(since: first) > oldest else { return }
        memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { $0.queueTold = mail.time }
        signals.append(signal(waiting, first, outgoing, mail, memory.servers))
    }

    /// Takes what became of each recipient; true if one was put off.
    private func note(
        _ transaction: Shared<SMTPTransaction>,
        _ sender: String,
        _ host: IPAddress,
        _ time: Timestamp,
        _ memory: inout RelayMemory
    ) -> Bool {
        var isDeferred = false
        for recipient in transaction.recipients.prefix(100) {
            guard let code = transaction.value.decisiveCode(for: recipient) else { continue }
            let key = Self.key(host, sender, recipient.address)
            guard (400..<500).contains(code) else {
                if code >= 200 { _ = memory.outbound.deferred.remove(key) }
                continue
            }
            isDeferred = true
            guard hasRoom(for: key, time, &memory.outbound) else { continue }
            let fresh = DeferredMail(
                host: host,
                domain: Self.domain(of: recipient),
                first: time,
                last: time,
                tries: 0
            )
            memory.outbound.deferred.update(key, limit: limits.deferred, default: fresh) { pair in
                let silence = time.duration(since: pair.last)
                if silence >= Self.forgotten || silence < .zero { pair = fresh }
                pair.last = time
                pair.tries &+= 1
            }
        }
        return isDeferred
    }

    /// True if a pair is known or there is room for it.
    ///
    /// What waits already stays until it is tried again: in a storm each new pair would push out another before that.
    private func hasRoom(for key: UInt64, _ time: Timestamp, _ outbound: inout OutboundMemory)
        -> Bool
    {
        guard outbound.deferred.count >= limits.deferred, !outbound.deferred.contains(key) else {
            return true
        }
        let age = outbound.deferredSwept.map { time.duration(since: $0) } ?? Self.lookInterval
        guard age >= Self.lookInterval || age < .zero else { return false }
        outbound.deferredSwept = time
        let forgotten = outbound.deferred.pairs.filter { _, pair in
            let silence = time.duration(since: pair.last)
            return silence >= Self.forgotten || silence < .zero
        }
        for (key, _) in forgotten { _ = outbound.deferred.remove(key) }
        return outbound.deferred.count < limits.deferred
    }

    private static func key(_ host: IPAddress, _ sender: String, _ recipient: String) -> UInt64 {
        var digest = Digest()
        digest.combine(host)
        digest.combine(sender)
        digest.combine(recipient)
        return digest.value
    }

    private static func domain(of recipient: SMTPRecipient) -> String {
        guard case .domain(let domain) = MailAddress(recipient.address).destination else {
            return ""
        }
        return domain.name.cut(to: keptDomain)
    }

    /// True if the host's deferred mail was not looked at for a while, nor told of within a day.
    private func isDue(_ host: IPAddress, _ time: Timestamp, _ memory: inout RelayMemory) -> Bool {
        memory.outbound.hosts.update(
            host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host in
            func isRecent(_ last: Timestamp?, _ interval: Duration) -> Bool {
                guard let last else { return false }
                let age = time.duration(since: last)
                return age >= .zero && age < interval
            }
            guard !isRecent(host.queueTold, Self.tellInterval),
                !isRecent(host.queueLooked, Self.lookInterval)
            else { return false }
            host.queueLooked = time
            return true
        }
    }

    private func signal(
        _ waiting: [DeferredMail],
        _ first: Timestamp,
        _ outgoing: OutgoingMail,
        _ mail: MailCase,
        _ servers: BoundedTable<IPAddress, ServerRecord>
    ) -> Signal {
        func count(from low: Double, to high: Double) -> Phrase {
            .count(
                waiting.count { pair in
                    let age = mail.time.duration(since: pair.first).seconds
                    return age >= low && age < high
                }
            )
        }
        let domains = Dictionary(grouping: waiting, by: \.domain)
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .map { Phrase.name($0.key) }
        var signal = Signal(
            rule: Self.identity,
            severity: .medium,
            certainty: 0.9,
            basis: [.direction],
            signature: OutboundTexts.retries,
            why: [OutboundTexts.whyRetries],
            advice: [OutboundTexts.adviceRetries(servers[outgoing.host]?.family)],
            values: [
                .addresses: IncidentTexts.pairs(waiting.count),
                .delay: .duration(mail.time.duration(since: first)),
                .since: .time(first),
                .young: count(from: 0, to: 14_400),
                .older: count(from: 14_400, to: 86_400),
                .oldest: count(from: 86_400, to: .infinity),
                .domain: .first(3, of: domains),
            ]
        )
        signal.concern(outgoing, in: mail, servers: servers)
        return signal
    }
}
