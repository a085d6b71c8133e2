import Glibc
import TapMailTesting
import TapTesting

// Runs generated SMTP dialogues through the pipeline in every variant and compares what is reported with what was said.
// Usage: mail-matrix [DIALOGUES [FIRST-SEED [MOST-DIFFERENCES [MOST-MISSING [ROUNDS]]]]]
// In each round something else of the same dialogue is lost.

let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let count = numbers.first ?? 2_000
let first = numbers.dropFirst().first ?? 0
let roundCount = numbers.dropFirst(4).first ?? 1

var tally = Tally(
    shownAtMost: numbers.dropFirst(2).first ?? 10,
    missingShownAtMost: numbers.dropFirst(3).first ?? 0
)
for seed in first..<(first + count) {
    let scenario = SMTPScenario(seed: seed)
    for variant in MailVariant.allCases {
        let frames = variant.frames(of: scenario.dialogue, seed: seed)
        let whole = DialogueRemains(of: scenario.dialogue, frames: scenario.dialogue.frames())
        let differences = scenario.differences(from: MailReport(frames))
        tally.judge(variant.rawValue, scenario, whole, differences)
    }
    for round in 0..<roundCount {
        for loss in MailLoss.allCases {
            let name = round == 0 ? "loss: \(loss)" : "loss: \(loss), round \(round)"
            let remains = loss.remains(of: scenario.dialogue, seed: seed &+ round &* 1_000_000_007)
            let report = MailReport(remains.frames, tells: true)
            let found = scenario.inventions(in: report) + scenario.leaks(in: report)
            tally.judge(name, scenario, remains, found)
            let fidelity = scenario.fidelity(of: report, to: remains)
            let missing = scenario.missing(in: report, of: remains)
            tally.judge(
                name,
                scenario,
                remains,
                fidelity,
                missing: missing,
                told: report.transactions.map(ExpectedTransaction.init)
            )
        }
    }
}
let failed = tally.failures.values.reduce(0, +)
print("\(count) dialogues, \(tally.runs) runs, \(failed) with differences")
for (name, number) in tally.failures.sorted(by: { $0.key < $1.key }) {
    print("  \(name): \(number)")
}
var all = Fidelity()
let unordered = MailLoss.allCases.filter { !$0.keepsOrder }.map { "loss: \($0)" }
print("untouched transactions told exactly:")
for (name, fidelity) in tally.fidelities.sorted(by: { $0.key < $1.key }) {
    if !unordered.contains(where: name.hasPrefix) { all.add(fidelity) }
    print("  \(name): \(fidelity.exact) of \(fidelity.untouched)")
}
print("  all that were seen in order: \(all.exact) of \(all.untouched)")
exit(failed == 0 ? 0 : 1)
