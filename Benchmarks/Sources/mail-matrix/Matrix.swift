import TapMailTesting
import TapTesting

/// Runs dialogues through the pipeline in every way and counts what is wrong.
struct Matrix {
    private(set) var tally: Tally
    /// How often something else of the same dialogue is lost in the same way.
    let roundCount: UInt64

    init(tally: Tally, roundCount: UInt64) {
        self.tally = tally
        self.roundCount = roundCount
    }

    private func name(_ loss: MailLoss, _ round: UInt64) -> String {
        round == 0 ? "loss: \(loss)" : "loss: \(loss), round \(round)"
    }

    private func remains(
        of dialogue: Dialogue,
        _ seed: UInt64,
        _ loss: MailLoss,
        _ round: UInt64
    ) -> DialogueRemains {
        loss.remains(of: dialogue, seed: seed &+ round &* 1_000_000_007)
    }

    /// Runs the dialogue of SMTP with this seed in every way.
    mutating func runSMTP(_ seed: UInt64) {
        let scenario = SMTPScenario(seed: seed)
        for variant in MailVariant.allCases {
            let frames = variant.frames(of: scenario.dialogue, seed: seed)
            let whole = DialogueRemains(of: scenario.dialogue, frames: scenario.dialogue.frames())
            let differences = scenario.differences(from: MailReport(frames))
            tally.judge(variant.rawValue, seed, whole, differences)
        }
        for round in 0..<roundCount {
            for loss in MailLoss.allCases {
                let remains = remains(of: scenario.dialogue, seed, loss, round)
                let report = MailReport(remains.frames, tells: true)
                let found = scenario.inventions(in: report) + scenario.leaks(in: report)
                tally.judge(name(loss, round), seed, remains, found)
                tally.add(scenario.fidelity(of: report, to: remains), of: "transactions", loss)
                tally.show(
                    missing: scenario.missing(in: report, of: remains),
                    told: report.transactions.map(ExpectedTransaction.init),
                    name(loss, round),
                    seed,
                    remains
                )
            }
        }
    }

    /// Runs the dialogue with a mailbox with this seed in every way.
    mutating func runMailbox(_ dialect: MailboxScenario.Dialect, _ seed: UInt64) {
        let scenario = MailboxScenario(dialect, seed: seed)
        for variant in MailVariant.allCases {
            let report = MailboxReport(variant.frames(of: scenario.dialogue, seed: seed))
            let found = scenario.differences(from: report) + scenario.leaks(in: report)
            let whole = DialogueRemains(of: scenario.dialogue, frames: scenario.dialogue.frames())
            tally.judge("\(dialect) \(variant)", seed, whole, found)
        }
        for round in 0..<roundCount {
            for loss in MailLoss.allCases {
                let remains = remains(of: scenario.dialogue, seed, loss, round)
                let report = MailboxReport(remains.frames)
                let found = scenario.inventions(in: report) + scenario.leaks(in: report)
                let name = "\(dialect) \(name(loss, round))"
                tally.judge(name, seed, remains, found)
                for (kind, fidelity) in scenario.fidelity(of: report, to: remains) {
                    tally.add(fidelity, of: "\(kind) of \(dialect)", loss)
                }
                tally.show(
                    missing: scenario.missing(in: report, of: remains),
                    told: report.facts,
                    name,
                    seed,
                    remains
                )
            }
        }
    }
}
