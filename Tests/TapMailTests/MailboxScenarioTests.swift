import TapMailTesting
import TapTesting
import Testing

@Suite("Generated dialogues with mailboxes: all that was said is reported, nothing else")
struct MailboxScenarioTests {
    @Test("no two are alike, and each is the same every time")
    func coverage() {
        for dialect in MailboxScenario.Dialect.allCases {
            let dialogues = Set((0..<2_000).map { MailboxScenario(dialect, seed: $0).dialogue })
            #expect(dialogues.count == 2_000)
            for seed: UInt64 in 0..<50 {
                #expect(
                    MailboxScenario(dialect, seed: seed) == MailboxScenario(dialect, seed: seed)
                )
            }
        }
    }

    @Test(
        "without loss, however it crossed the network",
        arguments: MailboxScenario.Dialect.allCases,
        MailVariant.allCases
    )
    func lossless(dialect: MailboxScenario.Dialect, variant: MailVariant) {
        for seed: UInt64 in 0..<40 {
            let scenario = MailboxScenario(dialect, seed: seed)
            let report = MailboxReport(variant.frames(of: scenario.dialogue, seed: seed))
            let found = scenario.differences(from: report) + scenario.leaks(in: report)
            #expect(found == [], "seed \(seed)")
        }
    }

    @Test(
        "nothing is claimed that nobody said, and no secret told, whatever was lost",
        arguments: MailboxScenario.Dialect.allCases,
        MailLoss.allCases
    )
    func lossy(dialect: MailboxScenario.Dialect, loss: MailLoss) {
        for seed: UInt64 in 0..<60 {
            let scenario = MailboxScenario(dialect, seed: seed)
            let report = MailboxReport(loss.frames(of: scenario.dialogue, seed: seed))
            let found = scenario.inventions(in: report) + scenario.leaks(in: report)
            #expect(found == [], "seed \(seed)")
        }
    }

    @Test(
        "what a loss has not touched is told exactly",
        arguments: MailboxScenario.Dialect.allCases
    )
    func fidelity(dialect: MailboxScenario.Dialect) {
        var fidelities: [MailboxFact.Kind: Fidelity] = [:]
        for seed: UInt64 in 0..<40 {
            let scenario = MailboxScenario(dialect, seed: seed)
            for loss in MailLoss.allCases where loss.keepsOrder {
                let remains = loss.remains(of: scenario.dialogue, seed: seed)
                let report = MailboxReport(remains.frames)
                for (kind, fidelity) in scenario.fidelity(of: report, to: remains) {
                    fidelities[kind, default: Fidelity()].add(fidelity)
                }
            }
        }
        for kind in MailboxFact.Kind.allCases {
            let fidelity = fidelities[kind] ?? Fidelity()
            #expect(fidelity.untouched >= 40, "\(kind)")
            #expect(fidelity.exact * 100 >= fidelity.untouched * 92, "\(kind) \(fidelity)")
        }
    }

    @Test(
        "a fact is touched by what was lost of it and of what decides on the state before it",
        arguments: MailboxScenario.Dialect.allCases
    )
    func touched(dialect: MailboxScenario.Dialect) {
        for seed: UInt64 in 0..<20 {
            let scenario = MailboxScenario(dialect, seed: seed)
            let course = scenario.course
            let whole = DialogueRemains(of: scenario.dialogue, frames: scenario.dialogue.frames())
            #expect(scenario.untouched(by: whole) == course.entries.map(\.fact))
            #expect(scenario.missing(in: MailboxReport(whole.frames), of: whole) == [])
            for step in scenario.dialogue.steps.indices {
                var dialogue = scenario.dialogue
                guard case .say(let octets, let side) = dialogue.steps[step] else { continue }
                dialogue.steps[step] = .lose(octets, side)
                let remains = DialogueRemains(of: scenario.dialogue, frames: dialogue.frames())
                let untouched = course.entries.filter { entry in
                    course.exchanges[course.decisive(for: entry)].allSatisfy { exchange in
                        exchange.parts.allSatisfy { $0.step != step }
                    }
                }
                #expect(scenario.untouched(by: remains) == untouched.map(\.fact))
            }
        }
    }

    /// Runs of `mail-matrix` in which something was once claimed that nobody said.
    private static let wrongRuns:
        [(dialect: MailboxScenario.Dialect, loss: MailLoss, seed: UInt64)] = [
            (.pop3, .reorderedSegments, 85), (.pop3, .segments, 132),
            (.pop3, .directionAndSegments, 140), (.pop3, .stretch, 307),
            (.pop3, .startAndSegments, 1_033), (.pop3, .stretch, 10_043),
            (.pop3, .manySegments, 10_833), (.pop3, .manySegments, 12_360),
            (.pop3, .stretch, 41_863), (.pop3, .crossedAndSegments, 137),
            (.pop3, .crossedAndSegments, 159), (.pop3, .crossedAndSegments, 274),
            (.pop3, .crossedAndSegments, 40_002), (.pop3, .crossedAndSegments, 41_516),
            (.imap, .directionAndSegments, 14), (.imap, .steps, 128),
            (.imap, .reorderedSegments, 214), (.imap, .stretch, 228), (.imap, .segments, 244),
            (.imap, .directionAndSegments, 298), (.imap, .reorderedSegments, 402),
            (.imap, .direction, 665), (.imap, .direction, 1_192), (.imap, .stretch, 1_204),
            (.imap, .start, 1_539), (.imap, .longFrames, 10_220),
            (.imap, .reorderedSegments, 10_732), (.imap, .manySegments, 11_267),
            (.imap, .steps, 11_375), (.imap, .direction, 11_503),
            (.imap, .beforeSecret, 12_000), (.imap, .segments, 12_632),
            (.imap, .manySegments, 13_180), (.imap, .startAndSegments, 13_380),
            (.imap, .segments, 13_517), (.imap, .step, 40_393),
        ]

    @Test(
        "nothing is claimed any more that once was and should not have been",
        arguments: wrongRuns
    )
    func regressions(dialect: MailboxScenario.Dialect, loss: MailLoss, seed: UInt64) {
        let scenario = MailboxScenario(dialect, seed: seed)
        let report = MailboxReport(loss.frames(of: scenario.dialogue, seed: seed))
        #expect(scenario.inventions(in: report) + scenario.leaks(in: report) == [])
    }
}
