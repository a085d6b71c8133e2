import TapFlow
import TapMailTesting
import TapTesting
import Testing

@Suite("Generated dialogues: all that was said is reported, however it crossed the network")
struct ScenarioTests {
    @Test("no two are alike, and every corner is reached")
    func coverage() {
        var dialogues: Set<Dialogue> = []
        var counts: [SMTPFeature: Int] = [:]
        for seed: UInt64 in 0..<2_000 {
            let scenario = SMTPScenario(seed: seed)
            dialogues.insert(scenario.dialogue)
            for feature in scenario.features { counts[feature, default: 0] += 1 }
        }
        #expect(dialogues.count == 2_000)
        for feature in SMTPFeature.allCases {
            #expect(counts[feature, default: 0] >= 5, "\(feature)")
        }
    }

    @Test("the same seed gives the same dialogue")
    func deterministic() {
        for seed: UInt64 in 0..<50 { #expect(SMTPScenario(seed: seed) == SMTPScenario(seed: seed)) }
    }

    @Test("a sample without loss", arguments: MailVariant.allCases)
    func lossless(variant: MailVariant) {
        // One whose capture ends behind a refused chunk, one whose greeting has no line end.
        for seed: UInt64 in Array(0..<40) + [1_490, 16_508] {
            let scenario = SMTPScenario(seed: seed)
            let report = MailReport(variant.frames(of: scenario.dialogue, seed: seed))
            let differences = scenario.differences(from: report)
            #expect(differences.isEmpty, "seed \(seed): \(differences.joined(separator: "\n"))")
        }
    }

    @Test("no secret is reported or told, however it was cut", arguments: MailVariant.allCases)
    func secrets(variant: MailVariant) {
        for scenario in Self.scenariosWithSecrets {
            let frames = variant.frames(of: scenario.dialogue, seed: scenario.seed)
            let report = MailReport(frames, tells: true)
            #expect(!report.told.isEmpty)
            #expect(scenario.leaks(in: report) == [], "seed \(scenario.seed)")
        }
    }

    @Test(
        "no secret is reported or told, whatever was lost around it",
        arguments: MailLoss.allCases
    )
    func secretsBesideHoles(loss: MailLoss) {
        for scenario in Self.scenariosWithSecrets {
            let frames = loss.frames(of: scenario.dialogue, seed: scenario.seed)
            let report = MailReport(frames, tells: true)
            #expect(scenario.leaks(in: report) == [], "seed \(scenario.seed)")
        }
    }

    @Test("nothing is claimed that nobody said, whatever was lost", arguments: MailLoss.allCases)
    func lossy(loss: MailLoss) {
        for seed: UInt64 in 0..<60 {
            let scenario = SMTPScenario(seed: seed)
            let report = MailReport(loss.frames(of: scenario.dialogue, seed: seed))
            #expect(scenario.inventions(in: report) == [], "seed \(seed)")
        }
    }

    /// Runs of `mail-matrix` in which something was once claimed that nobody said.
    private static let wrongRuns: [(loss: MailLoss, seed: UInt64)] = [
        (.segments, 774), (.segments, 939), (.segments, 1_611), (.startAndSegments, 308),
        (.beforeSecret, 407), (.beforeSecret, 1_481), (.start, 101_191),
        (.startAndSegments, 101_191), (.startAndSegments, 200_138), (.startAndSegments, 300_691),
        (.startAndSegments, 300_959),
    ]

    @Test(
        "nothing is claimed any more that once was and should not have been",
        arguments: wrongRuns
    )
    func onceWrong(loss: MailLoss, seed: UInt64) {
        let scenario = SMTPScenario(seed: seed)
        let report = MailReport(loss.frames(of: scenario.dialogue, seed: seed))
        #expect(scenario.inventions(in: report) == [])
    }

    @Test("what a loss has not touched is told exactly")
    func fidelity() {
        var fidelity = Fidelity()
        for seed: UInt64 in 0..<60 {
            let scenario = SMTPScenario(seed: seed)
            for loss in MailLoss.allCases {
                let remains = loss.remains(of: scenario.dialogue, seed: seed)
                let report = MailReport(remains.frames)
                #expect(scenario.inventions(in: report) == [], "\(loss), seed \(seed)")
                guard loss.keepsOrder else { continue }
                fidelity.add(scenario.fidelity(of: report, to: remains))
            }
        }
        #expect(fidelity.untouched >= 100)
        #expect(fidelity.exact * 100 >= fidelity.untouched * 99, "\(fidelity)")
    }

    @Test(
        "a transaction is touched by what was lost of it and of what decides on the state before it"
    )
    func touched() throws {
        let scenario = SMTPScenario(seed: 2)
        let course = scenario.course
        #expect(course.exchanges.count == scenario.dialogue.steps.count)
        #expect(course.spans.count == scenario.expectation.transactions.count)
        let whole = DialogueRemains(of: scenario.dialogue, frames: scenario.dialogue.frames())
        #expect(scenario.untouched(by: whole) == scenario.expectation.transactions)
        for step in scenario.dialogue.steps.indices {
            var dialogue = scenario.dialogue
            guard case .say(let octets, let side) = dialogue.steps[step] else { continue }
            dialogue.steps[step] = .lose(octets, side)
            let remains = DialogueRemains(of: scenario.dialogue, frames: dialogue.frames())
            #expect(remains.seen.indices.filter { !remains.isWhole(step: $0) } == [step])
            let touched = course.spans.indices.count {
                course.decisive(forTransaction: $0).contains(course.exchanges[step])
            }
            #expect(scenario.untouched(by: remains).count == course.spans.count - touched)
        }
    }

    @Test("every mechanism is among the dialogues that are searched for secrets")
    func mechanisms() {
        let mechanisms = Set(
            Self.scenariosWithSecrets.flatMap { $0.expectation.session.logins.map(\.mechanism) }
        )
        #expect(
            mechanisms.isSuperset(of: [
                "PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "CRAM-MD5", "SCRAM-SHA-1",
                "SCRAM-SHA-256", "NTLM", "GSSAPI",
            ])
        )
    }

    /// At least two dialogues for each mechanism that has a secret.
    private static let scenariosWithSecrets = {
        var counts: [String: Int] = [:]
        return (UInt64(0)..<600).map(SMTPScenario.init).filter { scenario in
            let mechanisms = scenario.expectation.session.logins.map(\.mechanism)
            let isNew = mechanisms.contains { counts[$0, default: 0] < 2 }
            guard isNew, !scenario.secrets.isEmpty else { return false }
            for mechanism in mechanisms { counts[mechanism, default: 0] += 1 }
            return true
        }
    }()
}
