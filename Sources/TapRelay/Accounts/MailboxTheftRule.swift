import TapMail
import TapObserve
import TapWire

/// `pop3.theft`: somebody reads a mailbox from new places.
///
/// Condition: logins of a known user of POP3 or IMAP from `networks` networks within an hour that were never seen before.
/// Or one session from a network that is new today read `messages` messages, and more than any session before it; or
/// all that the mailbox held, where those are `whole` and more than any session before it: a warning, since who fetches
/// his mail and keeps none does so on a journey, too. That is what a new device does, too: where others of this server log
/// in from that network it is a warning only. Where several mailboxes are read whole from one network and no login from
/// there was refused, mailboxes are being moved, or their users, or somebody has a list of their passwords, which looks
/// the same: a warning, and so are the incidents that were told of the first of them.
struct MailboxTheftRule: MailRule {
    static let description = RuleDescription(
        id: "pop3.theft",
        signatureID: 9_100_029,
        summary: "a mailbox read from new places",
        thresholds: [
            RuleThreshold(
                name: "networks",
                unit: .count,
                defaultValue: 3,
                range: 2...11,
                summary: "New networks within an hour; a traveller finds one or two."
            ),
            RuleThreshold(
                name: "messages",
                unit: .count,
                defaultValue: 50,
                range: 5...65_000,
                summary: "Messages read in one session that are taken for the whole mailbox."
            ),
            RuleThreshold(
                name: "whole",
                unit: .count,
                defaultValue: 10,
                range: 3...65_000,
                summary: "Messages read in one session where the mailbox held no more."
            ),
            RuleThreshold(
                name: "moved",
                unit: .count,
                defaultValue: 3,
                range: 2...16,
                summary: "So many mailboxes read whole from one network within a day may be a move."
            ),
            RuleThreshold(
                name: "learning",
                unit: .seconds,
                defaultValue: 604_800,
                range: 0...2_592_000,
                summary: "How long an account must be known before a place is new to it."
            ),
        ]
    )
    static let kinds: CaseKinds = [.mailbox]

    private static let hour: UInt32 = 3_600

    private let networks: Int
    private let messages: Int
    private let whole: Int
    private let moved: Int
    private let learning: UInt32
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        networks = Int(settings.value(of: "networks"))
        messages = Int(settings.value(of: "messages"))
        whole = Int(settings.value(of: "whole"))
        moved = Int(settings.value(of: "moved"))
        learning = UInt32(settings.value(of: "learning"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let retrieved = mail.event.retrieved,
            let account = mail.logins.first(where: { $0.attempt.answer == .accepted })?.account
        else { return }
        let held = mail.event.mailboxCount ?? 0
        let isAll = held >= whole && retrieved >= held
        let now = memory.habits.now
        let found = memory.habits.change(account.key) { habit in
            defer {
                habit.trail.mostRetrieved = max(
                    habit.trail.mostRetrieved,
                    UInt16(clamping: retrieved)
                )
            }
            return (
                places: habit.networks.freshCount(since: now - min(now, Self.hour)),
                isWhole: (retrieved >= messages || isAll)
                    && retrieved > Int(habit.trail.mostRetrieved)
            )
        }
        guard let found, mail.inward != nil, !account.isFamiliar, account.age >= learning,
            account.hasHistory
        else { return }
        let prelude = Signal.Prelude(
            kind: .sessions,
            name: account.name,
            window: .seconds(Self.hour)
        )
        if found.places >= networks {
            var signal = signal(account, AccountTexts.whyReadFromPlaces, found.places)
            if retrieved == 0 { signal.signature = AccountTexts.theftOpened }
            signal.prelude = prelude
            signals.append(signal)
        } else if found.isWhole {
            let why = isAll ? AccountTexts.whyReadAll : AccountTexts.whyReadWhole
            var signal = signal(account, why, isAll ? held : retrieved)
            if retrieved < messages { signal.severity = .medium }
            grade(&signal, account, mail, &memory)
            signal.prelude = prelude
            signals.append(signal)
        } else if !signals.contains(where: { $0.incident == .stolenAccount }) {
            memory.earlier.hold(mail, as: prelude, at: mail.ends.server, limits: limits)
        }
    }

    /// A new device is more likely where others come from; many mailboxes read without a refusal may be a move.
    private func grade(
        _ signal: inout Signal,
        _ account: AccountCase,
        _ mail: MailCase,
        _ memory: inout RelayMemory
    ) {
        let now = memory.habits.now
        let server = memory.habits[mail.serverKey]
        if server?.networks.isFamiliar(mail.network, at: now) == true { signal.severity = .medium }
        let network = mail.ends.client.neighbourhood
        let mailboxes = memory.accounts.movers.update(
            network,
            limit: limits.accountClients,
            default: MoverRecord(since: now)
        ) { $0.count(account.key, at: now) }
        guard mailboxes >= moved,
            !isRefused(network, mail, memory.accounts.guessers, at: now)
        else { return }
        signal.severity = min(signal.severity, .medium)
        signal.aspect = .movedMailbox
        signal.values[.network] = .plain(mail.ends.client.neighbourhoodName)
        signal.why.append(AccountTexts.perhapsMoved)
    }

    /// True if a login from `network` was refused within a day: who moves his mailboxes knows their passwords.
    private func isRefused(
        _ network: IPAddress,
        _ mail: MailCase,
        _ guessers: BoundedTable<IPAddress, DayCount>,
        at now: UInt32
    ) -> Bool {
        mail.attempts.contains { $0.answer == .refused }
            || guessers.pairs.contains { client, failures in
                client.neighbourhood == network && failures.count(at: now) > 0
            }
    }

    private func signal(_ account: AccountCase, _ why: Bilingual, _ count: Int) -> Signal {
        .account(
            account,
            rule: Self.identity,
            severity: .high,
            incident: .stolenAccount,
            aspect: .mailbox,
            signature: AccountTexts.theft,
            why: [why],
            advice: AccountTexts.adviceTheft,
            values: [
                .count: .count(count), .networks: IncidentTexts.networks(count),
                .messages: IncidentTexts.messages(UInt64(clamping: count)),
            ]
        )
    }
}

extension MailEvent {
    /// Messages that a session has read of a mailbox; nil for what is no session with one.
    fileprivate var retrieved: Int? {
        switch self {
        case .pop3(.session(let summary)): summary.retrieved
        case .imap(.session(let summary)): summary.retrieved
        case .smtp, .pop3, .imap, .tap: nil
        }
    }

    /// Messages that the mailbox of a session held; nil where that was not said, or some of it was lost.
    fileprivate var mailboxCount: Int? {
        switch self {
        case .pop3(.session(let summary)):
            summary.gaps == 0 && !summary.isMidstream ? summary.mailboxCount : nil
        case .imap(.session(let summary)):
            // What was read of several is not told apart.
            summary.gaps == 0 && !summary.isMidstream && summary.mailboxes.count == 1
                ? summary.mailboxCount : nil
        case .smtp, .pop3, .imap, .tap: nil
        }
    }
}
