import Glibc
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapRelayTesting
import TapTesting
import TapWire

/// What the rules cost: events a second on one core, and memory with many identities.
enum Cost {
    /// Judges the recorded events of a company again and again.
    static func measureRate(_ profile: CompanyProfile) {
        var accuracy = RelayAccuracy(seed: 1, profile: profile, keepsEvents: true)
        accuracy.run()
        var (count, alerts) = (0, 0)
        let start = usedNanoseconds()
        for _ in 0..<3 {
            var judge = RelayJudge(configuration: accuracy.told)
            for (event, context) in accuracy.events {
                judge.evaluate(event, in: context) { _ in alerts += 1 }
                _ = judge.takeConclusions()
                count += 1
            }
        }
        let seconds = (usedNanoseconds() - start) / 1e9
        print(
            "\(count) mail events through all rules: \(Int(Double(count) / seconds)) a second on one core, \(alerts) alerts"
        )
    }

    /// Judges mail of ever new clients, senders and accounts for 30 days.
    static func measureMemory(identities: Int) {
        var accuracy = RelayAccuracy(seed: 1, profile: .tiny, keepsEvents: true)
        accuracy.run()
        let patterns = accuracy.events.filter { entry in
            if case .smtp(.transaction(let transaction)) = entry.event {
                return !transaction.isEncrypted && !transaction.recipients.isEmpty
            }
            return false
        }
        guard !patterns.isEmpty else { return }
        let base = peakMemory()
        var judge = RelayJudge(configuration: accuracy.told)
        var alerts = 0
        let rounds = 3
        for turn in 0..<identities * rounds {
            var (event, context) = patterns[turn % patterns.count]
            guard case .smtp(.transaction(var transaction)) = event else { continue }
            let name = turn % identities
            if case .user = transaction.authentication {
                transaction.authentication = .user("user\(name)@example.org")
            }
            transaction.mailFrom = "<user\(name)@sender\(name % 5_000).example>"
            event = .smtp(.transaction(transaction))
            context.flow.a.address = IPAddress(v4: 0x0B00_0000 + UInt32(name))
            let seconds = Double(turn) * 2_592_000 / Double(identities * rounds)
            let time = accuracy.simulation.profile.start.advanced(
                by: .nanoseconds(Int64(seconds * 1e9))
            )
            context.moment = Moment(time: time, sequence: UInt64(turn))
            judge.evaluate(event, in: context) { _ in alerts += 1 }
            _ = judge.takeConclusions()
        }
        let used = peakMemory() - base
        print(
            "\(identities) identities in 30 days, \(identities * rounds) events: \(used >> 20) MiB more at the peak, \(alerts) alerts"
        )
        withExtendedLifetime(judge) {}
    }

    /// The most memory that this process ever had, in octets.
    private static func peakMemory() -> Int {
        var usage = rusage()
        // SAFETY: `usage` lives across the call, which fills it in.
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }

    /// What this thread has used of a core, in nanoseconds.
    private static func usedNanoseconds() -> Double {
        var time = timespec()
        // SAFETY: `time` lives across the call, which fills it in.
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
