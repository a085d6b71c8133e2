import Foundation
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

@Suite("What rules counted before they spoke")
struct EarlierMailTests {
    private static func probe(_ name: String, from client: String, at: Double) -> Scene {
        Scene(
            client: client,
            recipients: [("<\(name)@example.org>", 550, "5.1.1 User unknown")],
            octets: nil,
            code: nil,
            text: "",
            outcome: .reset,
            at: at
        )
    }

    /// Guesses of one try for each of so many names, each from a client of its own.
    private static func spray(_ names: Range<Int>, at start: Double, step: Double) -> [LoginScene] {
        names.enumerated().map { number, name in
            LoginScene(
                client: "100.64.\(name / 250).\(name % 250)",
                user: "u\(name)@example.org",
                answers: [false],
                at: start + Double(number) * step
            )
        }
    }

    private func after(_ seconds: Double) -> String {
        Scene.start.advanced(by: .seconds(seconds)).rfc3339
    }

    @Test("a spray of other names does not push out slow guesses, nor what other rules hold")
    func spray() throws {
        var judge = RelayJudge(configuration: .told)
        let probes = (0..<6).map {
            Self.probe("a\($0)", from: "203.0.113.9", at: $0 < 5 ? Double($0) : 46_000)
        }
        #expect(judge.alerts(for: Array(probes[..<5])).isEmpty)
        for number in 0..<10 {
            let at = 10 + 4_600 * Double(number)
            let guess = LoginScene(
                client: "198.51.100.\(number)",
                answers: [false],
                at: at
            )
            let told = judge.alerts(for: [guess]).map(\.rule.id)
            #expect(told == (number < 9 ? [] : ["account.bruteforce"]))
            let names = number * 200..<(number + 1) * 200
            if number < 9 {
                #expect(judge.alerts(for: Self.spray(names, at: at + 1, step: 20)).isEmpty)
            }
        }
        #expect(judge.alerts(for: [probes[5]]).map(\.rule.id) == ["harvest.directory"])
        let reports = judge.memory.incidentReports(in: .english)
        let guessed = try #require(reports.first { $0.subject == "ann@example.org" })
        #expect(guessed.counts.events == 10 && guessed.since == after(10))
        let harvest = try #require(reports.first { $0.kind == .harvest })
        #expect(harvest.counts.events == 6 && harvest.since == after(0))
    }

    @Test("what is added up goes when the latest of it is too old, not when the first is")
    func expiry() throws {
        let told = try RelayConfiguration.told.with {
            try $0.setThreshold("failures", of: "account.bruteforce", to: 60)
        }
        var judge = RelayJudge(configuration: told)
        let before =
            LoginScene.failures(5) + LoginScene.failures(50, from: "198.52", at: 80_000)
            + LoginScene.failures(9, from: "198.53", at: 86_500)
        #expect(judge.alerts(for: before).isEmpty)
        let last = LoginScene.failures(1, from: "198.54", at: 86_600)
        #expect(judge.alerts(for: last).map(\.rule.id) == ["account.bruteforce"])
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.events == 60 && report.since == after(80_000))
    }

    @Test("a network's harvest has all probes of its window, and no typo of hours ago")
    func window() throws {
        var judge = RelayJudge(configuration: .told)
        let typos = (0..<5).map {
            Self.probe("t\($0)", from: "203.0.113.\(100 + $0)", at: Double($0) * 60)
        }
        let probes = (0..<20).map {
            Self.probe("n\($0)", from: "203.0.113.\($0)", at: 10_800 + Double($0) * 10)
        }
        let alerts = judge.alerts(for: typos + probes)
        #expect(alerts.map(\.rule.id) == ["harvest.directory"])
        let alert = try #require(alerts.first)
        #expect(
            alert.signature
                == "Clients of 203.0.113.0/24 look for addresses that exist at mail.example.org, it seems"
        )
        #expect(
            alert.why.contains(
                "Within 10 minutes at least 20 recipients that mail.example.org does not know were asked for by 20 clients of"
            )
        )
        #expect(alert.advice.contains("Refuse 203.0.113.0/24 at the firewall"))
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.events == 20 && report.counts.clients == 20)
        #expect(
            report.verdict == """
                Clients of 203.0.113.0/24 look for addresses that exist on mail.example.org, it seems, each for a few: \
                20 events by 20 clients.
                """
        )
        #expect(report.since == after(10_800))
    }

    @Test("a client's harvest has all its own probes and none of its neighbours'")
    func clients() throws {
        var judge = RelayJudge(configuration: .told)
        func report() throws -> IncidentReport {
            try #require(judge.memory.incidentReports(in: .english).first)
        }
        func probes(_ count: Int, of client: Int, at start: Double) -> [Scene] {
            (0..<count).map {
                Self.probe(
                    "c\(client)n\($0)",
                    from: "203.0.113.\(client)",
                    at: start + Double($0) * 60
                )
            }
        }
        let others = (0..<14).flatMap { probes(1, of: 100 + $0, at: 300 + Double($0) * 60) }
        #expect(judge.alerts(for: probes(5, of: 1, at: 0) + others).isEmpty)
        #expect(judge.alerts(for: probes(6, of: 2, at: 1_200)).count == 1)
        #expect(try report().counts.events == 6 && report().counts.clients == 1)
        #expect(try report().since == after(1_200))
        judge = try judge.restarted(.told)
        let last = Self.probe("last", from: "203.0.113.1", at: 1_600)
        #expect(judge.alerts(for: [last]).count == 1)
        #expect(try report().counts.events == 12 && report().counts.clients == 2)
        #expect(try report().since == after(0))
    }

    /// A refused try by an odd form, of which no other rule tells.
    private static func form(_ address: String, at: Double) -> Scene {
        .refused.with {
            $0.recipients = [(address, 554, "5.7.1 Relay access denied")]
            $0.at = at
        }
    }

    @Test("a relay test begins at its first form, and is told with the dialogue of that")
    func test() throws {
        let forms = [
            "<u%e.example@example.org>", "<e.example!u@example.org>", "<u@e.example@example.org>",
            "<\"u@e.example\"@example.org>", "<e.example!u%f.example@example.org>",
        ]
        var judge = RelayJudge(configuration: .told)
        for (number, form) in forms.dropLast().enumerated() {
            #expect(judge.alerts(for: [Self.form(form, at: Double(number) * 20)]).isEmpty)
        }
        judge = try judge.restarted(.told)
        let alerts = judge.alerts(for: [Self.form(forms[4], at: 80)])
        #expect(alerts.map(\.rule.id) == ["relay.test"])
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.events == 5 && report.since == after(0))
        #expect(report.transcript?.first.contains("C: RCPT TO:\(forms[0])") == true)
        #expect(report.transcript?.latest?.contains("C: RCPT TO:\(forms[4])") == true)
        // What another rule has told of is counted there and not again.
        judge = RelayJudge(configuration: .told)
        let mixed =
            [Scene.refused]
            + forms[..<4].enumerated().map {
                Self.form($0.1, at: 20 + Double($0.0) * 20)
            }
        _ = judge.alerts(for: mixed)
        let joined = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(joined.counts.events == 5 && joined.rules == ["relay.attempt", "relay.test"])
    }

    @Test("the first dialogue is that of the first event, and is not told twice")
    func dialogue() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: LoginScene.failures(10))
        var report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.events == 10)
        // All of them read the same.
        #expect(report.transcript?.first.isEmpty == false && report.transcript?.latest == nil)
        judge = RelayJudge(configuration: .told)
        _ = judge.alerts(
            for: (0..<6).map { Self.probe("n\($0)", from: "203.0.113.9", at: Double($0)) }
        )
        report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.transcript?.first.contains("C: RCPT TO:<n0@example.org>") == true)
        #expect(report.transcript?.latest?.contains("C: RCPT TO:<n5@example.org>") == true)
    }

    @Test("guesses of thousands of names are bounded")
    func flood() throws {
        var judge = RelayJudge(configuration: .told)
        for round in 0..<9 {
            _ = judge.alerts(for: Self.spray(0..<2_000, at: Double(round) * 4_000, step: 1))
        }
        #expect(judge.memory.entryCount < 4_000)
        #expect(try JSONEncoder().encode(judge.memory.checkpointed).count < 4 * 1_024 * 1_024)
    }
}
