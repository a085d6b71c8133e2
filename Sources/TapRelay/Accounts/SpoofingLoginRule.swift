import TapMail
import TapObserve

/// `account.spoofing`: an account sends in the name of many others.
///
/// Condition: `senders` different MAIL FROM within an hour, each of a domain that is neither the server's nor the one in
/// the user's name, and none of which the account used within the last weeks. A shared mailbox and a second domain
/// of the house are no strangers; an address that the account always uses is learned.
struct SpoofingLoginRule: MailRule {
    static let description = RuleDescription(
        id: "account.spoofing",
        signatureID: 9_100_014,
        summary: "account and sender do not belong together",
        thresholds: [
            RuleThreshold(
                name: "senders",
                unit: .count,
                defaultValue: 5,
                range: 2...5,
                summary:
                    "Different foreign senders within an hour; people have one or two other addresses."
            )
        ]
    )
    static let kinds: CaseKinds = [.account]

    private static let hour: UInt32 = 3_600
    /// How many senders of an hour an account's trail holds.
    private static let heldSenders = AccountTrail().foreignSenders.count

    private let senders: Int
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        self.limits = limits
        senders = Int(settings.value(of: "senders"))
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let account = mail.account, account.foreignSender != 0 else { return }
        let (now, sender) = (memory.habits.now, account.foreignSender)
        let found = memory.habits.change(account.key) { habit in
            habit.trail.countForeign(sender, at: now, within: Self.hour)
        }
        guard let found else { return }
        guard found.isNew, found.count >= senders else {
            memory.earlier.hold(
                mail,
                for: .stolenAccount,
                of: account.name,
                at: mail.ends.server,
                within: .seconds(Int(Self.hour)),
                limits: limits
            )
            return
        }
        signals.append(
            .account(
                account,
                rule: Self.identity,
                severity: .medium,
                incident: .stolenAccount,
                aspect: .unusualUse,
                signature: AccountTexts.spoofing,
                why: [AccountTexts.whySpoofing],
                advice: AccountTexts.adviceSpoofing,
                values: [
                    .count: found.count > Self.heldSenders
                        ? .text(AccountTexts.moreSenders, [.limit: .count(Self.heldSenders)])
                        : .count(found.count)
                ]
            )
        )
    }
}

extension AccountTrail {
    /// Counts a foreign sender; how many there were within the time, one more than the limit for all above it, and
    /// whether this one is none of the latest.
    fileprivate mutating func countForeign(
        _ sender: UInt32,
        at now: UInt32,
        within time: UInt32
    ) -> (count: Int, isNew: Bool) {
        if now - min(now, foreignSince) >= time {
            foreignSince = now
            foreignSenders = InlineArray(repeating: 0)
        }
        var count = 0
        for index in foreignSenders.indices {
            if foreignSenders[index] == sender { return (count, false) }
            guard foreignSenders[index] != 0 else {
                foreignSenders[index] = sender
                return (count + 1, true)
            }
            count += 1
        }
        // The eldest makes room.
        for index in 1..<count { foreignSenders[index - 1] = foreignSenders[index] }
        foreignSenders[count - 1] = sender
        return (count + 1, true)
    }
}
