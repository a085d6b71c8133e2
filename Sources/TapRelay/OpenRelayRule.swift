import TapMail
import TapObserve
import TapWire

/// `relay.open`: an outside client without a login had a message to a stranger's recipient accepted.
///
/// Condition: the client is outside and not trusted; AUTH was seen to be none or failed; at least one recipient that
/// is not local was answered 2xx, and so was the message. Warning at first; high once the sequential test decides,
/// which with the default numbers is at the second of two in a row. The test runs per server over the clients that
/// have had a relay accepted, and per client: over all clients the ordinary inbound mail of a busy server would hold
/// it down for ever. It starts again at 0 when it decides that all is well, and when nothing was relayed for long.
///
/// Source: RFC 2505 section 2.1 and RFC 5321 section 3.6.2 for what a relay may do; A. Wald for the test.
struct OpenRelayRule: MailRule {
    static let description = RuleDescription(
        id: "relay.open",
        signatureID: 9_100_001,
        summary: "an outside client without a login had a stranger's recipient accepted",
        thresholds: [
            RuleThreshold(
                name: "theta0",
                unit: .share,
                defaultValue: 0.005,
                range: 0.000_1...0.2,
                summary:
                    "Share of accepted mail to strangers by a suspect client if the server is no open relay."
            ),
            RuleThreshold(
                name: "theta1",
                unit: .share,
                defaultValue: 0.7,
                range: 0.3...0.99,
                summary: "The same share if it is one."
            ),
            RuleThreshold(
                name: "alpha",
                unit: .share,
                defaultValue: 0.000_1,
                range: 0.000_000_001...0.05,
                summary: "How often the sequential test may accuse wrongly."
            ),
            RuleThreshold(
                name: "beta",
                unit: .share,
                defaultValue: 0.01,
                range: 0.000_1...0.5,
                summary: "How often the sequential test may miss."
            ),
            RuleThreshold(
                name: "retry_window",
                unit: .seconds,
                defaultValue: 3_600,
                range: 0...604_800,
                summary:
                    "Same sender, recipients and size within this time are one message sent again; "
                    + "mail servers retry within the hour (Postfix waits 300 s to 4,000 s)."
            ),
            RuleThreshold(
                name: "mailbox_login",
                unit: .seconds,
                defaultValue: 1_800,
                range: 0...86_400,
                summary:
                    "Who logged in to a mailbox within this time may relay: POP before SMTP, "
                    + "for which servers commonly allow half an hour."
            ),
            RuleThreshold(
                name: "forget_after",
                unit: .seconds,
                defaultValue: 604_800,
                range: 3_600...31_536_000,
                summary: "A relay longer ago than this no longer counts in the sequential test."
            ),
        ]
    )
    static let kinds: CaseKinds = [.transaction]

    /// The sequential test's numbers.
    let test: SequentialTest
    private let forgetAfter: Duration
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        self.limits = limits
        test = SequentialTest(
            theta0: settings.value(of: "theta0"),
            theta1: settings.value(of: "theta1"),
            alpha: settings.value(of: "alpha"),
            beta: settings.value(of: "beta")
        )
        forgetAfter = .seconds(settings.value(of: "forget_after"))
    }

    /// How long a message that comes again is a retry.
    static func retryWindow(in configuration: RelayConfiguration) -> Duration {
        let settings = configuration.settings(of: identity.id) ?? RuleSettings(description)
        return .seconds(settings.value(of: "retry_window"))
    }

    /// How long a login to a mailbox lets a client relay.
    static func mailboxLoginWindow(in configuration: RelayConfiguration) -> Duration {
        let settings = configuration.settings(of: identity.id) ?? RuleSettings(description)
        return .seconds(settings.value(of: "mailbox_login"))
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let relay = mail.relay else {
            if mail.isOrdinaryMail { countOrdinary(mail, memory: &memory) }
            return
        }
        guard relay.isRelayed, !relay.isRetry else { return }
        let isDecided = countRelay(mail, memory: &memory)
        // The null sender's rule has told of it in graver words.
        guard relay.isNews, signals.isEmpty else { return }
        signals.append(
            .relayed(
                mail,
                rule: Self.identity,
                severity: isDecided ? .high : .medium,
                signature: RelayTexts.relayed
            )
        )
    }

    /// Takes an accepted message to strangers into the sequential tests; true if one of them is decided.
    private func countRelay(_ mail: MailCase, memory: inout RelayMemory) -> Bool {
        let isServerDecided = memory.servers.update(
            mail.ends.server,
            limit: limits.servers,
            default: ServerRecord()
        ) { record in
            record.suspicion.countRelay(at: mail.time, by: test, forgetAfter: forgetAfter)
            return record.suspicion.walk.isDecided
        }
        let isClientDecided = memory.clients.update(
            mail.ends.client,
            limit: limits.clients,
            default: ClientRecord()
        ) { record in
            record.suspicion.countRelay(at: mail.time, by: test, forgetAfter: forgetAfter)
            return record.suspicion.walk.isDecided
        }
        return isServerDecided || isClientDecided
    }

    /// Takes an accepted message of local recipients only into the tests, if its client has relayed before.
    private func countOrdinary(_ mail: MailCase, memory: inout RelayMemory) {
        let hasRelayed = memory.clients.look(at: mail.ends.client) { client in
            client.suspicion.lastRelay != nil
        }
        guard hasRelayed ?? false else { return }
        memory.servers.update(
            mail.ends.server,
            limit: limits.servers,
            default: ServerRecord()
        ) { record in
            record.suspicion.countOrdinary(by: test)
        }
        memory.clients.update(
            mail.ends.client,
            limit: limits.clients,
            default: ClientRecord()
        ) { record in
            record.suspicion.countOrdinary(by: test)
        }
    }
}

extension MailCase {
    /// True for an accepted message for the server's own recipients by a client without a login: what is honest.
    fileprivate var isOrdinaryMail: Bool {
        guard let transaction, transaction.isTaken, !transaction.isEncrypted,
            transaction.isWithoutLogin
        else { return false }
        // By a span, so that no recipient is copied.
        let (recipients, standings) = (transaction.recipients, standings)
        let list = recipients.span
        var hasAccepted = false
        for (index, standing) in zip(list.indices, standings) where list[index].isAccepted {
            guard standing == .local else { return false }
            hasAccepted = true
        }
        return hasAccepted
    }
}
