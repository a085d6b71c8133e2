import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

/// The alerts of one rule, by severity.
private func severities(
    of rule: String,
    _ scenes: [Scene],
    told configuration: RelayConfiguration = .told
) -> [Severity] {
    RelayJudge.alerts(for: scenes, told: configuration).filter { $0.rule.id == rule }
        .map(\.severity)
}

/// Evaluates scenes with a restart before each.
private func alertsWithRestarts(_ scenes: [Scene]) throws -> [String] {
    var memory = RelayMemory()
    var alerts: [String] = []
    for scene in scenes {
        var judge = RelayJudge(configuration: .told)
        let stored = try JSONEncoder().encode(memory)
        judge.memory = try JSONDecoder().decode(RelayMemory.self, from: stored)
        alerts += judge.alerts(for: [scene]).map { "\($0.rule.id) \($0.severity)" }
        memory = judge.memory
    }
    return alerts
}

@Suite("Ever new senders")
struct SenderChurnTests {
    private static func relays(
        _ count: Int,
        senders: Int = .max,
        recipients: Int = .max
    ) -> [Scene] {
        (0..<count).map { number in
            Scene.relay.with {
                $0.from = "<s\(number % senders)@x.example>"
                $0.recipients = [("<v\(number % recipients)@y.example>", 250, "ok")]
                // So that it is no retry and no rhythm.
                $0.octets = UInt64(2_000 + number)
                $0.at = Double(number * number * 97)
            }
        }
    }

    @Test("eight relays with as many senders and recipients, and not seven")
    func threshold() {
        #expect(severities(of: "relay.churn", Self.relays(7)).isEmpty)
        #expect(severities(of: "relay.churn", Self.relays(8)) == [.high])
        // Told once, and again after a day.
        #expect(severities(of: "relay.churn", Self.relays(29)) == [.high])
        #expect(severities(of: "relay.churn", Self.relays(32)) == [.high, .high])
    }

    @Test("few senders, or the same recipients again, are none")
    func guards() {
        #expect(severities(of: "relay.churn", Self.relays(16, senders: 4)).isEmpty)
        #expect(severities(of: "relay.churn", Self.relays(16, senders: 1)).isEmpty)
        #expect(severities(of: "relay.churn", Self.relays(8, recipients: 6)).isEmpty)
        #expect(severities(of: "relay.churn", Self.relays(8, recipients: 7)) == [.high])
        let ordinary = (0..<20).map { number in
            Scene.ordinary.with { $0.from = "<s\(number)@x.example>" }
        }
        #expect(severities(of: "relay.churn", ordinary).isEmpty)
    }

    @Test("whom the house writes to is no new recipient")
    func contacts() {
        func severities(_ contacts: String) -> [Severity] {
            var book = ContactBook()
            #expect(book.read(contacts).isEmpty)
            let told = RelayConfiguration.told.with { $0.contacts = book }
            return RelayJudge.alerts(for: Self.relays(8), told: told)
                .filter { $0.rule.id == "relay.churn" }.map(\.severity)
        }
        #expect(severities("v0@y.example") == [.high])
        #expect(severities("v0@y.example\nV1@Y.example").isEmpty)
        #expect(severities("y.example").isEmpty)
        #expect(severities("z.example") == [.high])
    }

    @Test("a restart changes nothing, and the words name how many")
    func restart() throws {
        let scenes = Self.relays(12)
        #expect(try alertsWithRestarts(scenes) == RelayJudge.verdicts(scenes))
        let alert = try #require(
            RelayJudge.alerts(for: scenes).first { $0.rule.id == "relay.churn" }
        )
        #expect(alert.why.contains("The latest 8 such messages have 8 senders, and 100 % of"))
    }
}

@Suite("Relay hunters")
struct RelayHunterTests {
    private static let traces: [(String, @Sendable (inout Scene) -> Void)] = [
        ("in its greeting", { $0.helo = "192.0.2.25" }),
        ("in its greeting", { $0.helo = "MAIL.example.ORG" }),
        ("in the sender", { $0.from = "<x@[192.0.2.25]>" }),
        ("in the sender", { $0.from = "<192-0-2-25@hunter.example>" }),
        ("in the sender", { $0.from = "<mail.example.org@hunter.example>" }),
        ("in the recipient", { $0.recipients[0].address = "<r+192.0.2.25@hunter.example>" }),
    ]

    @Test("the server's address or name: critical if accepted, information if refused")
    func traces() throws {
        for (place, change) in Self.traces {
            let accepted = try #require(
                RelayJudge.alerts(for: [Scene.relay.with(change)])
                    .first { $0.rule.id == "relay.hunter" }
            )
            #expect(accepted.severity == .critical && accepted.why.contains(place))
            #expect(severities(of: "relay.hunter", [Scene.refused.with(change)]) == [.low])
        }
    }

    @Test("in the subject, of which only digests are known, or a user's name there")
    func subject() throws {
        func subject(_ text: String) -> Scene {
            Scene.relay.with {
                var facts = MessageFacts()
                facts.subjectWords = text.split(separator: " ").map {
                    AddressWords.digest(of: String($0))
                }
                $0.message = facts
            }
        }
        for text in ["192.0.2.25", "open Mail.Example.Org 25"] {
            #expect(severities(of: "relay.hunter", [subject(text)]) == [.critical])
        }
        #expect(severities(of: "relay.hunter", [subject("192.0.2.250")]).isEmpty)
        let named = subject("Ann@example.org hunter2")
        #expect(severities(of: "relay.hunter", [named]).isEmpty)
        var judge = RelayJudge(configuration: .told)
        var summary = SMTPSessionSummary(dialect: .submission, client: .a)
        summary.logins = [SMTPLogin(mechanism: "PLAIN", user: "ann@example.org", code: 235)]
        (summary.clientOctets, summary.serverOctets) = (100, 100)
        judge.evaluate(.smtp(.session(Shared(summary))), in: Scene.ordinary.context) { _ in }
        let alert = try #require(judge.alerts(for: [named]).last)
        #expect(alert.rule.id == "relay.hunter" && alert.why.contains("the name of a user"))
        #expect(!alert.why.contains("ann@example.org"))
    }

    @Test(
        "no trace: a part of another name, a spoofed sender, one's own test, ordinary mail",
        arguments: [
            Scene.relay, .relay.with { $0.helo = "192.0.2.250" },
            .relay.with { $0.helo = "xmail.example.org" },
            .relay.with { $0.from = "<x@mail.example.org>" },
            .relay.with { ($0.helo, $0.from) = ("192.0.2.25", "<hubtap-probe-1@a.example>") },
            .ordinary.with { $0.helo = "192.0.2.25" },
            .outgoing.with { $0.recipients[0].address = "<192.0.2.25@hunter.example>" },
        ]
    )
    func guards(_ scene: Scene) { #expect(severities(of: "relay.hunter", [scene]).isEmpty) }
}

@Suite("A relay test is running")
struct RelayTestTests {
    /// What a tester tries, one form each.
    private static func tries(_ count: Int, every seconds: Double = 1) -> [Scene] {
        let forms: [@Sendable (inout Scene) -> Void] = [
            { $0.from = "<>" }, { $0.from = "<x@tester.example>" },
            { $0.from = "<x@mail.example.org>" }, { $0.from = "<x@[198.51.100.1]>" },
            { $0.from = "<x>" }, { $0.from = "<x@localhost>" },
            { $0.recipients[0].address = "<t%d.example@mail.example.org>" },
            { $0.recipients[0].address = "<\"t@d.example\">" },
            { $0.recipients[0].address = "<d.example!t>" },
        ]
        return forms.prefix(count).enumerated().map { number, change in
            Scene.refused.with { scene in
                change(&scene)
                scene.at = Double(number) * seconds
            }
        }
    }

    @Test("five forms of one client within ten minutes, and not four, not of two, not slower")
    func threshold() throws {
        #expect(severities(of: "relay.test", Self.tries(4)).isEmpty)
        #expect(severities(of: "relay.test", Self.tries(5)) == [.low])
        #expect(severities(of: "relay.test", Self.tries(9)) == [.low])
        #expect(severities(of: "relay.test", Self.tries(5, every: 150)) == [.low])
        #expect(severities(of: "relay.test", Self.tries(9, every: 151)).isEmpty)
        let two = Self.tries(8).enumerated().map { number, scene in
            scene.with { $0.client = "203.0.113.\(number % 2)" }
        }
        #expect(severities(of: "relay.test", two).isEmpty)
        let same = Array(repeating: Self.tries(1)[0], count: 9)
        #expect(severities(of: "relay.test", same).isEmpty)
        let alert = try #require(
            RelayJudge.alerts(for: Self.tries(5)).last { $0.rule.id == "relay.test" }
        )
        #expect(alert.why.contains("was answered: A1 554, A2 554, A3 554, A4 554, A7 554."))
    }

    @Test("a warning once a form is accepted, high once a message is taken")
    func accepted() {
        var tries = Self.tries(9)
        tries[6].recipients[0].code = 250
        #expect(severities(of: "relay.test", tries) == [.low, .medium])
        tries.append(Scene.relay.with { ($0.at, $0.from) = (20, "<x@tester.example>") })
        #expect(severities(of: "relay.test", tries) == [.low, .medium, .high])
    }

    @Test("a test that finds an open relay becomes that incident, and goes on as a part of it")
    func turned() throws {
        func told(_ scenes: [Scene]) -> [IncidentEvent] {
            var judge = RelayJudge(configuration: .told)
            _ = judge.alerts(for: scenes)
            return judge.incidents()
        }
        let taken = Scene.relay.with { $0.at = 20 }
        let more = Self.tries(7)[6].with { ($0.at, $0.recipients[0].code) = (30, 250) }
        let events = told(Self.tries(5) + [taken, more])
        #expect(events.map(\.incident.state) == [.opened, .grown, .reclassified])
        #expect(events.map(\.incident.kind) == [.relayTest, .relayTest, .openRelay])
        #expect(Set(events.map(\.incident.id)).count == 1)
        let reasons = try #require(events.last).report.reasons.map(\.words)
        #expect(
            reasons.contains(
                #"It was first taken for "relay test" and is "open relay", as relay.open has shown."#
            )
        )
        // By another client too, but not where somebody was only refused, nor a day later.
        let other = taken.with { $0.client = "203.0.113.77" }
        #expect(told(Self.tries(5) + [other]).last?.incident.state == .reclassified)
        let kinds = told(Self.tries(2) + [other]).map(\.incident.kind)
        #expect(kinds == [.relayTest, .openRelay])
        #expect(told(Self.tries(2) + [other]).allSatisfy { $0.incident.state == .opened })
        #expect(told(Self.tries(2) + [taken]).last?.incident.state == .reclassified)
        let late = told(Self.tries(5) + [taken.with { $0.at = 90_000 }])
        #expect(late.last?.incident.earlierKind == nil && late.last?.incident.kind == .openRelay)
    }

    @Test("hubtap's own test is named, ordinary mail is none, a restart changes nothing")
    func guards() throws {
        let own = Self.tries(5).map { $0.with { $0.helo = "relaytest.hubtap.invalid" } }
        let alert = try #require(RelayJudge.alerts(for: own).last { $0.rule.id == "relay.test" })
        #expect(alert.severity == .low && alert.why.contains("hubtap's own relay test"))
        let ordinary = Self.tries(6).map { $0.with { $0.recipients = Scene.ordinary.recipients } }
        #expect(RelayJudge.verdicts(ordinary).isEmpty)
        let scenes = Self.tries(9)
        #expect(try alertsWithRestarts(scenes) == RelayJudge.verdicts(scenes))
    }

    @Test("a flood of testers is bounded")
    func flood() throws {
        var judge = RelayJudge(configuration: .told)
        for number in 0..<3_000 {
            let scene = Self.tries(9)[number % 9].with {
                $0.client = "203.\(number / 250).113.\(number % 250)"
                $0.at = Double(number)
            }
            _ = judge.alerts(for: [scene])
        }
        #expect(try JSONEncoder().encode(judge.memory).count < 512 * 1_024)
    }
}
