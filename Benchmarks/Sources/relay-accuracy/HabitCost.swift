import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapRelayTesting
import TapTesting
import TapWire

/// What habits cost: every identity is one that habits keep, an account or a network of clients of its own.
enum HabitCost {
    /// How often each identity is seen in the 30 days.
    private static let visits = 10

    /// Judges mail of so many identities for 30 days: half of it from accounts, half from networks outside.
    static func measure(identities: Int) {
        var accuracy = RelayAccuracy(seed: 1, profile: .tiny, keepsEvents: true)
        accuracy.run()
        let told = accuracy.told
        let networks = outside(of: told)
        guard
            let (pattern, context) = accuracy.events.lazy.compactMap({ incoming($0, told) }).first,
            networks.count >= identities / 2
        else { return }
        var judge = RelayJudge(configuration: told)
        let (base, count) = (Cost.peakMemory(), identities * visits)
        var (alerts, nanoseconds) = (0, 0.0)
        for first in stride(from: 0, to: count, by: 1_000) {
            let events = (first..<min(count, first + 1_000)).map { turn in
                let time = accuracy.simulation.profile.start.advanced(
                    by: .nanoseconds(Int64(Double(turn) * 2.592e15 / Double(count)))
                )
                var (transaction, context) = (pattern, context)
                // A step that meets each once in a round, so that neighbours in time are not neighbours in memory.
                let number = turn * 7_919 % identities
                if number % 2 == 0 {
                    transaction.authentication = .user("user\(number)")
                } else {
                    context.flow.a.address = networks[number / 2]
                }
                context.moment = Moment(time: time, sequence: UInt64(turn))
                return (event: MailEvent.smtp(.transaction(Shared(transaction))), context: context)
            }
            let start = Cost.usedNanoseconds()
            for (event, context) in events {
                judge.evaluate(event, in: context) { _ in alerts += 1 }
                _ = judge.takeConclusions()
            }
            nanoseconds += Cost.usedNanoseconds() - start
        }
        let (peak, rate) = (Cost.peakMemory(), Int(Double(count) / nanoseconds * 1e9))
        let kept = judge.memory.habitEntries(since: 0).count
        print(
            "\(identities) identities and their server in 30 days, \(count) events: \(kept) kept, "
                + "\(identities + 1 - kept) forgotten, "
                + "\((peak - base) >> 20) MiB more at the peak (\(base >> 20) before, \(peak >> 20) in all), "
                + "\(rate) a second, \(alerts) alerts"
        )
    }

    /// A message that a server of ours took in clear text from outside; nil for other events.
    private static func incoming(
        _ entry: (event: MailEvent, context: EventContext),
        _ told: RelayConfiguration
    ) -> (SMTPTransaction, EventContext)? {
        guard case .smtp(.transaction(let transaction)) = entry.event, !transaction.isEncrypted,
            transaction.outcome == .accepted, !transaction.recipients.isEmpty
        else { return nil }
        let (client, server) = (entry.context.flow.a.address, entry.context.flow.b.address)
        guard told.servers.contains(where: { $0.contains(server) }),
            !told.networks.contains(where: { $0.contains(client) })
        else { return nil }
        return (transaction.value, entry.context)
    }

    /// An address in each /16 that lies outside.
    private static func outside(of told: RelayConfiguration) -> [IPAddress] {
        (UInt32(0x0100)..<0xE000).map { IPAddress(v4: $0 << 16 | 25) }.filter { address in
            !address.isPrivate && !address.isLoopback && !address.isLinkLocal
                && !(told.networks + told.servers).contains { $0.contains(address) }
        }
    }
}
