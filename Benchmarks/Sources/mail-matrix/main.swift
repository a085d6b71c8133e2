import Glibc
import TapMailTesting
import TapTesting

// Runs generated dialogues through the pipeline in every variant and compares what is reported with what was said.
// Usage: mail-matrix [PROTOCOL...] [DIALOGUES [FIRST-SEED [MOST-DIFFERENCES [MOST-MISSING [ROUNDS]]]]]
// In each round something else of the same dialogue is lost. The protocols are smtp, pop3 and imap, or all of them.

let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let count = numbers.first ?? 2_000
let first = numbers.dropFirst().first ?? 0
let protocols = CommandLine.arguments.dropFirst().filter { UInt64($0) == nil }
let speaksSMTP = protocols.isEmpty || protocols.contains("smtp")
let dialects = MailboxScenario.Dialect.allCases.filter {
    protocols.isEmpty || protocols.contains($0.rawValue)
}

var matrix = Matrix(
    tally: Tally(
        shownAtMost: numbers.dropFirst(2).first ?? 10,
        missingShownAtMost: numbers.dropFirst(3).first ?? 0
    ),
    roundCount: numbers.dropFirst(4).first ?? 1
)
for seed in first..<(first + count) {
    if speaksSMTP { matrix.runSMTP(seed) }
    for dialect in dialects { matrix.runMailbox(dialect, seed) }
}
let tally = matrix.tally
let failed = tally.failures.values.reduce(0, +)
print("\(count) dialogues, \(tally.runs) runs, \(failed) with differences")
for (name, number) in tally.failures.sorted(by: { $0.key < $1.key }) {
    print("  \(name): \(number)")
}
for (kind, fidelities) in tally.fidelities.sorted(by: { $0.key < $1.key }) {
    print("untouched \(kind) told exactly:")
    for (loss, fidelity) in fidelities.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        print("  loss: \(loss): \(fidelity.exact) of \(fidelity.untouched)")
    }
    var all = Fidelity()
    for (loss, fidelity) in fidelities where loss.keepsOrder { all.add(fidelity) }
    print("  all that were seen in order: \(all.exact) of \(all.untouched)")
}
exit(failed == 0 ? 0 : 1)
