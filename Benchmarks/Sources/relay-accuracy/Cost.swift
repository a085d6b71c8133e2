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
    /// Judges the recorded events of a company again and again, by rules that are told of it and by rules that are not.
    ///
    /// What else the machine does makes a round slower and never quicker: the quickest tells what the rules cost.
    static func measureRate(_ profile: CompanyProfile, rounds: Int) throws {
        var accuracy = RelayAccuracy(seed: 1, profile: profile, keepsEvents: true)
        accuracy.run()
        // Beside each other, for a part of a pair would be copied out of it.
        let (events, contexts) = (accuracy.events.map(\.event), accuracy.events.map(\.context))
        for told in [Told.all, .ports] {
            var configuration = accuracy.told
            told.limit(&configuration)
            var alerts = 0
            var rates: [Int] = []
            for _ in 0..<rounds {
                alerts = 0
                let start = usedNanoseconds()
                var judge = RelayJudge(configuration: configuration)
                let (spanOfEvents, spanOfContexts) = (events.span, contexts.span)
                for index in spanOfEvents.indices {
                    // Handed over where they lie, as the observers do.
                    judge.evaluate(spanOfEvents[index], in: spanOfContexts[index]) { _ in
                        alerts += 1
                    }
                    _ = judge.takeConclusions()
                }
                rates.append(Int(Double(events.count) / (usedNanoseconds() - start) * 1e9))
            }
            rates.sort()
            let digest = try ToldDigest(accuracy.events, configuration).hexadecimal
            print(
                "\(events.count) mail events through all rules, told \(told.rawValue): \(rates[rounds - 1]) a second "
                    + "on one core in the quickest of \(rounds) rounds, \(rates[rounds / 2]) in the middle one, "
                    + "\(alerts) alerts, digest \(digest)"
            )
        }
    }

    /// Judges mail of so many clients, senders and accounts for 30 days, and then of recipients that are new each time.
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
        for (words, hasNewRecipients) in [("known recipients", false), ("new recipients", true)] {
            var judge = RelayJudge(configuration: accuracy.told)
            let (base, count) = (peakMemory(), identities * 3)
            var (alerts, nanoseconds) = (0, 0.0)
            for first in stride(from: 0, to: count, by: 1_000) {
                let events = (first..<min(count, first + 1_000)).map { turn in
                    let time = accuracy.simulation.profile.start.advanced(
                        by: .nanoseconds(Int64(Double(turn) * 2.592e15 / Double(count)))
                    )
                    var entry = patterns[turn % patterns.count]
                    if case .smtp(.transaction(let pattern)) = entry.event {
                        var transaction = pattern.value
                        transaction.rename(turn % identities)
                        if hasNewRecipients { transaction.renameRecipients(turn) }
                        entry.event = .smtp(.transaction(Shared(transaction)))
                    }
                    entry.context.flow.a.address = IPAddress(
                        v4: 0x0B00_0000 + UInt32(turn % identities)
                    )
                    entry.context.moment = Moment(time: time, sequence: UInt64(turn))
                    return entry
                }
                let start = usedNanoseconds()
                for (event, context) in events {
                    judge.evaluate(event, in: context) { _ in alerts += 1 }
                    _ = judge.takeConclusions()
                }
                nanoseconds += usedNanoseconds() - start
            }
            let (used, rate) = ((peakMemory() - base) >> 20, Int(Double(count) / nanoseconds * 1e9))
            print(
                "\(identities) identities in 30 days, \(words), \(count) events: \(used) MiB more at the peak "
                    + "(\(peakMemory() >> 20) in all), \(rate) a second, \(alerts) alerts"
            )
            withExtendedLifetime(judge) {}
        }
    }

    /// The most memory that this process ever had, in octets.
    static func peakMemory() -> Int {
        var usage = rusage()
        // SAFETY: `usage` lives across the call, which fills it in.
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }

    /// What this thread has used of a core, in nanoseconds.
    static func usedNanoseconds() -> Double {
        var time = timespec()
        // SAFETY: `time` lives across the call, which fills it in.
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}

extension SMTPTransaction {
    /// Gives the message to another account and sender.
    fileprivate mutating func rename(_ number: Int) {
        if case .user = authentication { authentication = .user("user\(number)@example.org") }
        mailFrom = "<user\(number)@sender\(number % 5_000).example>"
    }

    /// Gives the message recipients nobody has seen, in their domains or in domains of their own.
    fileprivate mutating func renameRecipients(_ number: Int) {
        for index in recipients.indices {
            recipients[index].address =
                number % 2 == 0
                ? "<user\(number)@host\(number).example>" : "<user\(number)@example.org>"
        }
    }
}
