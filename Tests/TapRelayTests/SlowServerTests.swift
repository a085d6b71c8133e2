import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

@Suite("Servers that answer slowly")
struct SlowServerTests {
    /// A session at that time whose server took so many milliseconds for each step.
    private func session(
        at seconds: Double,
        _ milliseconds: Int,
        steps: [SMTPReplyTimes.Step] = [.hello],
        code: Int = 220,
        scene: Scene = .ordinary
    ) -> (event: MailEvent, scene: Scene) {
        let scene = scene.with { $0.at = seconds }
        var summary = SMTPSessionSummary(dialect: .smtp, client: .a)
        summary.bannerCode = code
        (summary.clientOctets, summary.serverOctets) = (100, 100)
        for step in steps {
            summary.replyTimes.note(
                step,
                asked: scene.time,
                answered: scene.time.advanced(by: .milliseconds(milliseconds))
            )
        }
        return (.smtp(.session(Shared(summary))), scene)
    }

    /// A day of usual answers, then twenty minutes of others, one a minute.
    private func alerts(
        usual: Int,
        then slow: Int,
        minutes: Int = 20,
        steps: [SMTPReplyTimes.Step] = [.hello],
        restarting: Bool = false,
        scene: Scene = .ordinary
    ) throws -> [Alert] {
        var judge = RelayJudge(configuration: .told)
        var alerts: [Alert] = []
        for number in 0..<144 {
            let (event, scene) = session(
                at: Double(number) * 600,
                usual,
                steps: steps,
                scene: scene
            )
            alerts += judge.raised(by: event, in: scene)
        }
        if restarting { judge = try judge.restarted(.told) }
        for minute in 0..<minutes {
            let at = 86_400 + Double(minute) * 60
            let (event, scene) = session(at: at, slow, steps: steps, scene: scene)
            alerts += judge.raised(by: event, in: scene)
        }
        return alerts.filter { $0.rule.id == "queue.slow" }
    }

    @Test("ten minutes of more than five times the usual are told once, whatever the step")
    func slow() throws {
        for step in SMTPReplyTimes.Step.allCases {
            let alerts = try alerts(usual: 100, then: 700, steps: [step], restarting: true)
            #expect(alerts.map(\.severity) == [.medium])
            #expect(alerts.first?.why.contains("700 ms") == true)
            // The usual is known as a power of two.
            #expect(alerts.first?.why.contains("less than 128 ms") == true)
        }
        #expect(try alerts(usual: 100, then: 640).isEmpty)
        #expect(try alerts(usual: 100, then: 641).count == 1)
        #expect(try alerts(usual: 100, then: 700, minutes: 9).isEmpty)
        // Nobody waits for a fifth of a second.
        #expect(try alerts(usual: 1, then: 200).isEmpty)
    }

    @Test("on a busy server, too, and what turns clients away does not name it")
    func busyServer() {
        var judge = RelayJudge(configuration: .told)
        var alerts: [Alert] = []
        for number in 0..<3_000 {
            let slow = number >= 2_000
            let (event, scene) = session(at: Double(number), slow ? 700 : 100)
            alerts += judge.raised(by: event, in: scene)
        }
        #expect(alerts.map(\.rule.id) == ["queue.slow"])
        _ = judge.alerts(for: [.ordinary.with { $0.at = 3_000 }])
        let late = Scene.ordinary.with { $0.at = 3_001 }
        var summary = SMTPSessionSummary(dialect: .smtp, client: .a)
        (summary.bannerCode, summary.banner) = (421, "4.3.2 Service shutting down")
        _ = judge.raised(by: .smtp(.session(Shared(summary))), in: late)
        let relay = Scene.relay.with { ($0.at, $0.serverName, $0.banner) = (3_002, nil, nil) }
        #expect(judge.alerts(for: [relay]).first?.signature.contains("mail.example.org") ?? false)
    }

    @Test("a tarpit delays each greeting alike")
    func tarpit() throws {
        #expect(try alerts(usual: 5_000, then: 5_000, steps: [.greeting]).isEmpty)
    }

    @Test("a server outside may be as slow as it likes")
    func foreign() throws {
        #expect(try alerts(usual: 100, then: 9_000, scene: .outgoing).isEmpty)
    }

    /// Clients in turns that are greeted with 421.
    private func turnedAway(_ count: Int, step: Double, clients: Int = 50) throws -> [Alert] {
        var judge = RelayJudge(configuration: .told)
        return try (0..<count).flatMap { number in
            let scene = Scene.ordinary.with { $0.client = "203.0.113.\(1 + number % clients)" }
            let at = Double(number) * step
            let (event, place) = session(at: at, 1, steps: [], code: 421, scene: scene)
            if number == 3 { judge = try judge.restarted(.told) }
            return judge.raised(by: event, in: place)
        }
    }

    @Test("five clients greeted with 421 within ten minutes are told, four or slower ones are not")
    func busy() throws {
        #expect(try turnedAway(4, step: 10).isEmpty)
        #expect(try turnedAway(5, step: 150).isEmpty)
        let alerts = try turnedAway(5, step: 149)
        #expect(alerts.map(\.rule.id) == ["queue.slow"])
        #expect(alerts.first?.signature.contains("5 clients greeted with 421") == true)
        #expect(alerts.first?.why.contains("Within 10 minutes") == true)
        #expect(try turnedAway(50, step: 10).count == 1)
    }

    @Test("a client that is turned away again and again is one: it has come to its own limit")
    func oneClient() throws {
        #expect(try turnedAway(50, step: 10, clients: 1).isEmpty)
        #expect(try turnedAway(50, step: 10, clients: 4).isEmpty)
        #expect(try turnedAway(50, step: 10, clients: 5).count == 1)
    }

    @Test("so many clients are told as were turned away, as far as they are kept")
    func realNumber() throws {
        let alerts = try turnedAway(2_300, step: 10)
        #expect(alerts.count == 2)
        #expect(alerts.last?.signature.contains("50 clients greeted with 421") == true)
        let many = try turnedAway(11_500, step: 2, clients: 200)
        #expect(many.count == 2)
        #expect(many.last?.signature.contains("100 clients or more greeted with 421") == true)
    }

    @Test("the evidence: how slow the slowest are, how many sessions are open, over which time")
    func evidence() throws {
        let configuration = try RelayConfiguration.told.with {
            try $0.setThreshold("window", of: "queue.slow", to: 1_200)
        }
        var judge = RelayJudge(configuration: configuration)
        var alerts: [Alert] = []
        for number in 0..<100 {
            let (event, scene) = session(at: Double(number) * 1_200, 100)
            alerts += judge.raised(by: event, in: scene)
        }
        for number in 0..<25 {
            let slow = [700, 700, 700, 800, 9_000][number % 5]
            let (event, scene) = session(at: 120_000 + Double(number) * 60, slow)
            // Each stays for five minutes: five are open at once.
            var context = scene.context
            context.flow.opened = scene.time.advanced(by: .seconds(-299))
            judge.evaluate(event, in: context) { alerts.append($0) }
        }
        let alert = try #require(alerts.first)
        #expect(alerts.count == 1)
        #expect(alert.why.contains("For 20 minutes half"))
        #expect(alert.why.contains("took 700 ms or longer, a tenth 9,000 ms or longer"))
        #expect(alert.why.contains("Sessions open at once meanwhile: 5 or more."))
        let facts = Dictionary(alert.facts.map { ($0.name, $0.value) }) { first, _ in first }
        #expect(facts["median_ms"] == "700" && facts["p90_ms"] == "9000")
        #expect(facts["p95_ms"] == "9000" && facts["sessions_open"] == "5")
    }
}
