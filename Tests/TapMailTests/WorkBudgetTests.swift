import TapFlow
import TapMailTesting
import TapObserve
import TapTesting
import TapWire
import Testing

@testable import TapMail

@Suite("The work that all sessions may put into what cannot be read plainly")
struct WorkBudgetTests {
    private let start = Timestamp(nanoseconds: 1_000_000_000)

    @Test(
        "a second brings its steps, no more are saved than there is room for, and every refusal is counted"
    )
    func refill() {
        let budget = WorkBudget(stepsPerSecond: 10, capacity: 20)
        #expect(budget.allows(.uncertainty, at: start))
        budget.spend(25)
        #expect(!budget.allows(.uncertainty, at: start))
        #expect(!budget.allows(.inference, at: start.advanced(by: .milliseconds(400))))
        #expect(budget.allows(.inference, at: start.advanced(by: .seconds(1))))
        // Time that goes back brings nothing.
        budget.spend(5)
        #expect(!budget.allows(.inference, at: start))
        #expect(budget.allows(.inference, at: start.advanced(by: .seconds(1_000))))
        budget.spend(19)
        #expect(budget.allows(.inference, at: start.advanced(by: .seconds(1_000))))
        budget.spend(1)
        #expect(!budget.allows(.inference, at: start.advanced(by: .seconds(1_000))))
        #expect(
            budget.losses == ["uncertain_dialogues_given_up": 1, "inferences_given_up": 3]
        )
    }

    @Test(
        "with nothing to spend much is left out and nothing invented",
        arguments: MailLoss.allCases
    )
    func withoutBudget(loss: MailLoss) {
        let budget = WorkBudget(stepsPerSecond: 0, capacity: 0)
        for seed: UInt64 in 0..<60 {
            let scenario = SMTPScenario(seed: seed)
            let frames = loss.frames(of: scenario.dialogue, seed: seed)
            let report = MailReport(frames, budget: budget)
            #expect(scenario.inventions(in: report) == [], "\(loss), seed \(seed)")
        }
    }

    @Test(
        "a flood of sessions with holes takes no more than there is, and what is given up is counted"
    )
    func holes() {
        var dialogue = Dialogue(
            script: """
                S: 220 m
                C: EHLO c
                S? 250 m
                """
        )
        for _ in 0..<100 {
            dialogue.a("NOOP\r\n")
            dialogue.b("250 ok\r\n")
            dialogue.lose("RSET\r\n", from: .a)
        }
        let budget = WorkBudget(stepsPerSecond: 0, capacity: 100_000)
        let pipeline = Pipeline(Analyzer(SMTPObserver(configuration: .init(budget: budget))))
        var summaries: [SMTPSessionSummary] = []
        for number in 0..<100 {
            var settings = TCPConversation.Settings()
            settings.a.port = 30_000 + UInt16(number)
            let frames = dialogue.frames(settings: settings)
            for finding in pipeline.findings(of: frames) {
                guard case .event(let record) = finding,
                    case .session(let summary)? = record.event as? SMTPEvent
                else { continue }
                summaries.append(summary.value)
            }
        }
        #expect(summaries.count == 100)
        #expect(summaries.first?.anomalies.contains("work_limit") == false)
        #expect(summaries.last?.anomalies.contains("work_limit") == true)
        #expect(pipeline.givenUp["uncertain_dialogues_given_up", default: 0] > 100)
    }

    @Test("what is said inside TLS is not inferred where that is too much work")
    func inference() throws {
        let budget = WorkBudget(stepsPerSecond: 0, capacity: 1_000)
        let seen = Observed(InferenceTests.postfix, configuration: .init(budget: budget))
        #expect(seen.inferred.isEmpty)
        let session = try #require(seen.session)
        #expect(session.inferred == nil)
        #expect(session.anomalies.contains("work_limit"))
        #expect(budget.losses["inferences_given_up"] == 1)
        // The next session finds nothing left at all.
        #expect(
            Observed(InferenceTests.postfix, configuration: .init(budget: budget)).inferred.isEmpty
        )
        #expect(budget.losses["inferences_given_up"] == 2)
    }

    @Test(
        "no more connections are followed at once than there are places, and an ended one makes room"
    )
    func places() {
        let budget = WorkBudget(places: 1)
        let first = budget.place()
        #expect(first != nil)
        withExtendedLifetime(first) { #expect(budget.place() == nil) }
        #expect(budget.losses == ["inferences_given_up": 1])
    }

    @Test("a connection that ends gives its place back")
    func returned() {
        let budget = WorkBudget(places: 1)
        // Sessions one behind the other each find the place.
        for _ in 0..<3 {
            let seen = Observed(InferenceTests.postfix, configuration: .init(budget: budget))
            #expect(seen.inferred.count == 1)
        }
        #expect(budget.losses.isEmpty)
    }
}
