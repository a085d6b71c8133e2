import Glibc
import TapRelay
import TapRelayTesting
import TapTesting
import TapWire

// Runs simulated companies through the observers and the rules, and prints how right they were.

guard let options = Options(CommandLine.arguments.dropFirst()) else {
    print(Options.usage)
    exit(2)
}
if let cost = options.cost {
    var profile = options.profile
    profile.days = 10
    profile.quietDays = 3
    // Memory first: the peak never falls again.
    if cost == .habits { HabitCost.measure(identities: 100_000) }
    if cost == .all { Cost.measureMemory(identities: 100_000) }
    if cost != .habits { try Cost.measureRate(profile, rounds: 15) }
    exit(0)
}

let places = options.hasPlaces ? try Places.source() : nil
var rules = AccuracyScore()
var (foreign, fast, banned) = (AccuracyScore(), AccuracyScore(), AccuracyScore())
var hasFail2ban = true
for seed in options.seeds {
    var fail2ban = Fail2ban()
    let profile = options.isVaried ? options.profile.varied(by: seed) : options.profile
    var accuracy = RelayAccuracy(
        seed: seed,
        profile: profile
    ) { configuration in
        options.told.limit(&configuration)
        configuration.places = places
    }
    accuracy.run { fail2ban?.take($0) }
    rules.add(accuracy.score())
    foreign.add(accuracy.score(of: accuracy.foreignRecipients))
    fast.add(accuracy.score(of: accuracy.fastClients))
    let names = accuracy.simulation.serverNames
    if let hits = fail2ban?.hits(servers: names) {
        banned.add(accuracy.score(of: hits))
    } else {
        hasFail2ban = false
    }
    let share = accuracy.encryptedCount * 100 / max(1, accuracy.sessionCount)
    print(
        "seed \(seed): \(accuracy.sessionCount) sessions, \(share) % under TLS, \(accuracy.frameCount) frames, "
            + "\(accuracy.simulation.incidents.count) abuses at \(accuracy.simulation.servers.count) servers"
    )
    if options.isVaried {
        let share = Int(profile.tlsShare * 100 + 0.5)
        print(
            "  \(profile.users) users, \(profile.domains) domains, \(profile.software.rawValue), \(share) % offer TLS"
        )
    }
    if options.isVerbose {
        let (mails, inferred) = accuracy.encryptedMails
        print("  of \(mails) mails under TLS \(inferred) are inferred to have been taken")
        for (role, count) in accuracy.roles.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            print("  \(role.rawValue): \(count)")
        }
    }
}

var others = [("recipient not in list", foreign), ("100 an hour", fast)]
if hasFail2ban { others.append(("fail2ban", banned)) }
var table = Table(rules: rules, others: others.map { (name: $0.0, score: $0.1) })
print("")
table.write()
if !hasFail2ban { print("  fail2ban was not run: it is not installed") }
if options.isVerbose {
    for outcome in rules.outcomes where !outcome.isInTime || !outcome.wrongClasses.isEmpty {
        let mail = outcome.mail.map { "by mail \($0)" } ?? "never"
        let wrong = outcome.wrongClasses.map(\.rawValue).sorted().joined(separator: " ")
        print(
            "  \(outcome.row.rawValue): \(outcome.incident.kind) \(outcome.incident.variant), told \(mail) of \(outcome.mailCount) \(wrong)"
        )
    }
    for told in rules.falseDetections {
        let kind = told.isIncident ? "incident \(told.kind?.rawValue ?? "")" : "alert"
        print(
            "  false \(kind) \(told.rule) \(told.severity) at \(told.time.rfc3339): \(told.client) and \(told.server), \(told.role?.rawValue ?? "unknown")"
        )
    }
    for (rule, count) in rules.falseAlerts.sorted(by: { $0.key < $1.key }) {
        print("  \(rule): \(count) false alerts")
    }
}
print("")
for words in table.missed { print("not reached: \(words)") }
if table.missed.isEmpty { print("every figure is reached") }
exit(options.isGate && !table.missed.isEmpty ? 1 : 0)
