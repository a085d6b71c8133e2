import TapMail
import TapObserve

/// `account.volume`: an account writes to far more people than it ever does.
///
/// Condition: the recipients of its messages in this hour are more than `least`, and more than `factor` times what 99 of
/// 100 hours of its last month had at most. The hour of the week counts as well: what an account did at this hour, or one
/// beside it, in an earlier week is a newsletter. An account must be known for a while before anything is unusual.
struct VolumeRule: MailRule {
    static let description = RuleDescription(
        id: "account.volume",
        signatureID: 9_100_015,
        summary: "volume far above the account's habit",
        thresholds: [
            RuleThreshold(
                name: "least",
                unit: .count,
                defaultValue: 100,
                range: 10...100_000,
                summary: "Recipients within an hour that nobody writes to by hand."
            ),
            RuleThreshold(
                name: "factor",
                unit: .count,
                defaultValue: 10,
                range: 2...1_000,
                summary: "So many times the account's own busy hour."
            ),
            RuleThreshold(
                name: "learning",
                unit: .seconds,
                defaultValue: 691_200,
                range: 0...2_592_000,
                summary:
                    "How long an account must be known: eight days, so that a weekly newsletter was seen once."
            ),
        ]
    )
    static let kinds: CaseKinds = [.account]

    private static let busyHours = 0.99
    private static let hour = Duration.seconds(3_600)
    /// From a tenth of `least` on, messages are held: nearly no account comes so far within an hour.
    private static let heldPart: UInt32 = 10

    private let limits: RelayLimits
    private let least: UInt32
    private let factor: UInt32
    private let learning: UInt32

    init(_ settings: RuleSettings, limits: RelayLimits) {
        self.limits = limits
        least = UInt32(settings.value(of: "least"))
        factor = UInt32(settings.value(of: "factor"))
        learning = UInt32(settings.value(of: "learning"))
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let account = mail.account, account.takenRecipients > 0 else { return }
        guard account.hourRecipients >= least / Self.heldPart, account.age >= learning else {
            return
        }
        // That of the hour before is held under another name.
        let prelude = Signal.Prelude(
            kind: .volume,
            name: "\(memory.habits.clock.hour) \(account.name)",
            window: Self.hour
        )
        guard let busy = unusual(account, memory) else {
            return memory.earlier.hold(
                mail,
                as: prelude,
                at: mail.ends.server,
                limits: limits
            )
        }
        var signal = Signal.account(
            account,
            rule: Self.identity,
            severity: .high,
            incident: .stolenAccount,
            aspect: .unusualUse,
            signature: AccountTexts.volume,
            why: [AccountTexts.whyVolume],
            advice: AccountTexts.adviceVolume,
            values: [.count: .count(Int(account.hourRecipients)), .limit: .count(Int(busy))]
        )
        signal.prelude = prelude
        signals.append(signal)
    }

    /// What its busy hours have, if this hour has far more; nil if it has not.
    private func unusual(_ account: AccountCase, _ memory: borrowing RelayMemory) -> UInt32? {
        guard account.hourRecipients > least, let habit = memory.habits[account.key] else {
            return nil
        }
        let busy = habit.hours.recipients(atShare: Self.busyHours)
        guard account.hourRecipients > factor.multipliedReportingOverflow(by: busy).partialValue,
            !isWeekly(account.hourRecipients, at: habit.weekHour, in: habit.week)
        else { return nil }
        return busy
    }

    /// True if that much was usual at this hour of an earlier week, or at one beside it; twice as much still is.
    private func isWeekly(_ recipients: UInt32, at hour: UInt8, in week: WeekHabit) -> Bool {
        let last = WeekHabit.hours - 1
        let beside = [hour == 0 ? last : hour - 1, hour, hour >= last ? 0 : hour + 1]
        let usual = beside.map(week.usual).max() ?? 0
        return recipients / 2 <= usual
    }
}
