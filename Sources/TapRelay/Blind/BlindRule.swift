import TapFlow
import TapMail
import TapObserve
import TapWire

/// `tap.blind`: the tap itself misses something, and every alert of that time says so.
///
/// What the hub tells: more than 0.1 % of the frames of a minute lost, a port down, a clock that was set. What the
/// sessions tell: within an hour more than 1 % of the connections of mail, and at least ten, were seen from one side
/// only, or some had to make room for others. Told when it begins, and once a day of what the sessions tell.
struct BlindRule: MailRule {
    static let description = RuleDescription(
        id: "tap.blind",
        signatureID: 9_100_030,
        summary: "the tap itself missed something",
        thresholds: [
            RuleThreshold(
                name: "one_sided",
                unit: .share,
                defaultValue: 0.01,
                range: 0.000_1...1,
                summary: "The share of connections seen from one side only within an hour."
            ),
            RuleThreshold(
                name: "one_sided_count",
                unit: .count,
                defaultValue: 10,
                range: 1...10_000,
                summary: "And at least so many: a scan leaves a few."
            ),
        ]
    )
    static let kinds: CaseKinds = [.session, .mailbox, .tap]

    private static let hour = Duration.seconds(3_600)
    /// The tap is no host: its incident stands at no address.
    static let nowhere = IPAddress(v4: 0)

    private let share: Double
    private let least: Int
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        share = settings.value(of: "one_sided")
        least = Int(settings.value(of: "one_sided_count"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        if case .tap(let condition) = mail.event {
            memory.blind.note(condition.kind, isOver: condition.isOver, at: mail.time)
            // What happens in a moment is never told to be over.
            if !condition.kind.isLasting {
                memory.blind.note(condition.kind, isOver: true, at: mail.time)
            }
            if !condition.isOver { signals.append(signal(of: condition)) }
            return
        }
        guard let (isOneSided, isEvicted) = mail.ending else { return }
        count(isOneSided, isEvicted, mail, in: &memory.blind.hour)
        let hour = memory.blind.hour
        guard isOneSided || isEvicted else { return }
        let found: TapCondition
        if isEvicted {
            found = TapCondition(.evicted, count: Int64(hour.evicted))
        } else {
            let seen = Double(hour.oneSided) / Double(max(1, hour.sessions))
            guard hour.oneSided >= least, seen > share else { return }
            found = TapCondition(
                .oneSided,
                share: seen,
                count: Int64(hour.oneSided),
                clientsUnseen: Int64(hour.clientsUnseen ?? 0)
            )
        }
        memory.blind.note(found.kind, isOver: false, at: mail.time)
        // What the sessions tell is never told to be over: it casts its shadow from here on.
        memory.blind.note(found.kind, isOver: true, at: mail.time)
        guard
            memory.findings.tell(
                found.kind.rawValue,
                of: Self.nowhere,
                port: 0,
                at: mail.time,
                limit: limits.findings
            )
        else { return }
        var signal = signal(of: found)
        signal.rest = ToldFindings.interval
        signals.append(signal)
    }

    private func count(
        _ isOneSided: Bool,
        _ isEvicted: Bool,
        _ mail: MailCase,
        in hour: inout BlindMemory.Hour
    ) {
        let age = mail.time.duration(since: hour.began)
        if age >= Self.hour || age < .zero { hour = .init(began: mail.time) }
        hour.sessions &+= 1
        if isOneSided {
            hour.oneSided &+= 1
            if mail.isClientUnseen { hour.clientsUnseen = (hour.clientsUnseen ?? 0) &+ 1 }
        }
        if isEvicted { hour.evicted &+= 1 }
    }

    private func signal(of condition: TapCondition) -> Signal {
        Signal(
            rule: Self.identity,
            severity: .medium,
            basis: [],
            incident: .blind,
            subject: condition.kind.rawValue,
            about: Signal.AbusedServer(address: Self.nowhere, name: nil, family: .unknown),
            blindness: condition,
            signature: BlindTexts.signature,
            why: [BlindTexts.why(condition.kind)],
            advice: [BlindTexts.advice(condition.kind)],
            values: BlindTexts.values(of: condition),
            facts: [("condition", .plain(condition.kind.rawValue))]
        )
    }
}

extension MailCase {
    /// Whether the connection that ended was seen from one side only, and whether it had to make room; nil for others.
    fileprivate var ending: (isOneSided: Bool, isEvicted: Bool)? {
        if let session { return (session.isOneSided, session.reason == .evicted) }
        return switch event {
        case .pop3(.session(let summary)): (summary.isOneSided, summary.reason == .evicted)
        case .imap(.session(let summary)): (summary.isOneSided, summary.reason == .evicted)
        case .smtp, .pop3, .imap, .tap: nil
        }
    }

    /// Of a connection that was seen from one side: true if that is the server's.
    fileprivate var isClientUnseen: Bool {
        let octets: UInt64? =
            switch event {
            case .pop3(.session(let summary)): summary.clientOctets
            case .imap(.session(let summary)): summary.clientOctets
            case .smtp, .pop3, .imap, .tap: session?.clientOctets
            }
        return octets == 0 && context.flow.ingress(event.client.opposite) != nil
    }
}
