import Glibc
import TapMailTesting
import TapTesting

// Runs generated SMTP dialogues through the pipeline in every variant and compares what is reported with what was said.
// Usage: mail-matrix [DIALOGUES [FIRST-SEED [MOST-DIFFERENCES]]]

let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let count = numbers.first ?? 2_000
let first = numbers.dropFirst().first ?? 0

var tally = Tally(shownAtMost: numbers.dropFirst(2).first ?? 10)
for seed in first..<(first + count) {
    let scenario = SMTPScenario(seed: seed)
    for variant in MailVariant.allCases {
        let report = MailReport(variant.frames(of: scenario.dialogue, seed: seed))
        tally.judge(variant.rawValue, scenario, scenario.differences(from: report))
    }
    for loss in MailLoss.allCases {
        let report = MailReport(loss.frames(of: scenario.dialogue, seed: seed), tells: true)
        let found = scenario.inventions(in: report) + scenario.leaks(in: report)
        tally.judge("loss: " + loss.rawValue, scenario, found)
    }
}
let failed = tally.failures.values.reduce(0, +)
print("\(count) dialogues, \(tally.runs) runs, \(failed) with differences")
for (name, number) in tally.failures.sorted(by: { $0.key < $1.key }) {
    print("  \(name): \(number)")
}
exit(failed == 0 ? 0 : 1)
