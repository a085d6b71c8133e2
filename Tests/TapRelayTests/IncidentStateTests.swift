import Foundation
import TapObserve
import TapRelay
import TapWire
import Testing

@Suite("What is told of an incident, and when")
struct IncidentStateTests {
    /// The states that are told of scenes and until `end` seconds after the start, with the severity and count of each.
    private func states(_ scenes: [Scene], until end: Double = 0) -> [String] {
        var judge = RelayJudge(configuration: .told)
        var told = judge.incidents(for: scenes)
        if end > 0 {
            judge.advance(to: Scene.start.advanced(by: .seconds(end))) { _ in }
            told += judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
        }
        return told.map { event in
            let report = event.report
            return "\(report.kind.rawValue) \(report.state) \(report.level) \(report.counts.events)"
        }
    }

    private static let later = Scene.relay.with {
        $0.at = 100
        $0.recipients = [("<q@q.example>", 250, "2.1.5 Ok")]
    }

    @Test("that a server only keeps what it takes, or sends it back, is no state of its own")
    func learned() {
        #expect(
            states([.relay, Self.later], until: 90_000) == [
                "open-relay opened medium 1", "open-relay grown high 2",
                "open-relay quiet medium 2",
            ]
        )
        let form = Scene.relay.with {
            $0.from = "<a@x.example>"
            $0.recipients = [("<u%elsewhere.example@example.org>", 250, "2.1.5 Ok")]
        }
        let bounce = Scene.outgoing.with {
            $0.at = 3
            $0.from = "<>"
            $0.recipients = [("<a@x.example>", 250, "2.1.5 Ok")]
        }
        #expect(states([form, bounce]) == ["open-relay opened high 1"])
        let fixed = [.relay, Self.later, .refused.with { $0.at = 200 }]
        #expect(
            states(fixed, until: 90_000) == [
                "open-relay opened medium 1", "open-relay grown high 2",
                "open-relay fixed high 2", "relay-test opened low 1", "relay-test quiet low 1",
            ]
        )
        // What is removed from the queue of a server that was put right does not leave either.
        let again = Self.later.with {
            ($0.at, $0.recipients) = (100_000, [("<r@r.example>", 250, "2.1.5 Ok")])
        }
        #expect(
            states(fixed + [.refused.with { $0.at = 95_000 }, again]).last
                == "open-relay grown high 3"
        )
    }

    @Test("what opens an incident is told with all that its event has shown")
    func opening() throws {
        var judge = RelayJudge(configuration: .told)
        let hunter = Scene.relay.with { $0.helo = "192.0.2.25" }
        let told = judge.incidents(for: [hunter]).map(\.report)
        #expect(told.map(\.state) == [.opened])
        #expect(told.first?.rules == ["relay.open", "relay.hunter"])
        #expect(told.first?.level == "critical")
        #expect(judge.memory.incidentReports(in: .english).first?.state == .opened)
    }

    @Test(
        "odd forms are fixed when they are refused to whom they let in, or to anybody an hour later"
    )
    func forms() {
        func form(_ address: String, _ code: Int, _ words: String, at: Double) -> Scene {
            let scene = code == 250 ? Scene.relay : .refused
            return scene.with {
                ($0.recipients, $0.at) = ([(address, code, words)], at)
                $0.from = "<a\(Int(at))@x.example>"
            }
        }
        let (percent, bang) = (
            "<u%elsewhere.example@example.org>", "<elsewhere.example!u@example.org>"
        )
        func taken(_ address: String, at: Double) -> Scene { form(address, 250, "ok", at: at) }
        func shut(_ address: String, at: Double, by client: String = "203.0.113.77") -> Scene {
            form(address, 554, "5.7.1 Relay access denied", at: at).with { $0.client = client }
        }
        func isFixed(_ scenes: [Scene]) -> Bool {
            states(scenes).contains { $0.hasPrefix("open-relay fixed") }
        }
        let both = [taken(percent, at: 0), taken(bang, at: 10)]
        #expect(isFixed([both[0], shut(percent, at: 60)]))
        #expect(!isFixed([both[0], shut(percent, at: 60, by: "198.51.100.9")]))
        #expect(isFixed([both[0], shut(percent, at: 3_600, by: "198.51.100.9")]))
        #expect(!isFixed([both[0], shut(bang, at: 60)]))
        #expect(!isFixed(both + [shut(bang, at: 60)]))
        #expect(isFixed(both + [shut(bang, at: 60), shut(percent, at: 70)]))
        // Refused because of who asks.
        let listed = form(percent, 554, "5.7.1 blocked using zen.spamhaus.org", at: 60)
        #expect(!isFixed([both[0], listed]))
        // What relays plain mail, too, is not put right by that.
        #expect(!isFixed([both[0], .relay.with { $0.at = 20 }, shut(percent, at: 60)]))
        let plain = Scene.refused.with { $0.at = 90 }
        #expect(!isFixed([both[0], .relay.with { $0.at = 20 }, plain]))
        #expect(isFixed([both[0], .relay.with { $0.at = 20 }, shut(percent, at: 60), plain]))
    }

    @Test("a form that is taken for one recipient is not shut by the refusal of another")
    func formForSome() {
        let scenes = (0..<4).map { number in
            Scene.relay.with {
                ($0.at, $0.from) = (Double(number) * 60, "<a\(number)@x.example>")
                $0.recipients = [
                    ("<u%elsewhere.example@example.org>", 250, "ok"),
                    ("<v%another.example@example.org>", 550, "5.1.1 No such address"),
                ]
                if number % 2 == 1 { $0.recipients.reverse() }
            }
        }
        #expect(states(scenes) == ["open-relay opened high 1"])
    }

    @Test("a server that takes some mail by a form and refuses other is not fixed again and again")
    func formInTurns() {
        func turn(_ number: Int, at: Double) -> Scene {
            let isTaken = number % 2 == 0
            return (isTaken ? Scene.relay : .refused).with {
                ($0.at, $0.from) = (at, "<a\(number)@x.example>")
                ($0.client, $0.recipients) = (
                    "203.0.113.9",
                    [
                        (
                            "<u%d\(number).example@example.org>", isTaken ? 250 : 550,
                            isTaken ? "ok" : "5.1.1 Undeliverable address"
                        )
                    ]
                )
            }
        }
        let turns = (0..<9).map { turn($0, at: Double($0) * 60) }
        let told = [
            "open-relay opened high 1", "open-relay fixed high 1", "open-relay grown high 2",
        ]
        #expect(states(turns) == told)
        let later = turn(9, at: 480 + 3_600)
        #expect(states(turns + [later]) == told + ["open-relay fixed high 5"])
    }

    @Test("what was taken before the server was put right may leave behind that, and opens nothing")
    func leftOver() {
        let fixed = [Scene.relay, Self.later, .refused.with { $0.at = 200 }]
        let before = [
            "open-relay opened medium 1", "open-relay grown high 2", "open-relay fixed high 2",
            "relay-test opened low 1",
        ]
        let leaving = Scene.onward.with { $0.at = 300 }
        #expect(states(fixed + [leaving]) == before + ["open-relay fixed critical 2"])
        var judge = RelayJudge(configuration: .told)
        let verdict = judge.incidents(for: fixed + [leaving]).last?.report.verdict ?? ""
        #expect(verdict.hasPrefix("mail.example.org was an open relay until"), "\(verdict)")
        #expect(verdict.contains("delivered it to"), "\(verdict)")
        // What had left before says the same again.
        let proven = [Scene.relay, .onward] + fixed.dropFirst()
        #expect(states(proven + [leaving]).count { $0.hasPrefix("open-relay fixed") } == 1)
        // It is over as if nothing had left, and goes on as soon as the server takes something again.
        #expect(states(fixed + [leaving], until: 90_000).last == "relay-test quiet low 1")
        let again = Self.later.with {
            ($0.at, $0.recipients) = (400, [("<r@r.example>", 250, "2.1.5 Ok")])
        }
        #expect(states(fixed + [leaving, again]).last == "open-relay grown critical 3")
    }

    @Test("a relay refuses since its first refusal, although that may be told later")
    func fixedSince() {
        var judge = RelayJudge(configuration: .told)
        let opened = [Scene.relay, Self.later.with { $0.at = 120 }]
        let refused = [60, 180, 4_000].map { second in Scene.refused.with { $0.at = second } }
        let scenes = [opened[0], refused[0], opened[1], refused[1], refused[2]]
        _ = judge.incidents(for: scenes)
        let report = judge.memory.incidentReports(in: .english).first { $0.kind == .openRelay }
        #expect(report?.state == .fixed)
        let verdict = """
            mail.example.org was an open relay until 2026-11-23T12:02:00.000000+00:00 and has refused since \
            2026-11-23T12:03:00.000000+00:00:
            """
        #expect(report?.verdict.hasPrefix(verdict) == true)
    }

    @Test("that it is worse than was told is told at once, and only once")
    func worse() {
        #expect(
            states([.relay, .onward, .onward.with { $0.at = 9 }, Self.later]) == [
                "open-relay opened medium 1", "open-relay grown critical 1",
            ]
        )
    }

    @Test("what is quiet says for how long nothing was seen of it")
    func quiet() throws {
        func why(_ scenes: [Scene], until end: Double) throws -> String {
            var judge = RelayJudge(configuration: .told)
            _ = judge.incidents(for: scenes)
            judge.advance(to: Scene.start.advanced(by: .seconds(end))) { _ in }
            let told = judge.takeConclusions().compactMap { ($0.event as? IncidentEvent)?.report }
            #expect(told.map(\.state) == [.quiet])
            return try #require(told.first).why
        }
        let silence = "Nothing more of it was seen for"
        #expect(try why([.relay], until: 90_000).contains("\(silence) 24 hours."))
        let rare = [Scene.relay, Self.later.with { $0.at = 80_000 }]
        #expect(try why(rare, until: 250_000).contains("\(silence) 44 hours."))
    }

    @Test("what was lowered for an hour and is as bad again is told, once a week")
    func risen() {
        func returned(at: Double) -> [Scene] {
            let name = "<a\(Int(at))@x.example>"
            let form = Scene.relay.with {
                ($0.from, $0.at) = (name, at)
                $0.recipients = [("<u%d\(Int(at)).example@example.org>", 250, "2.1.5 Ok")]
            }
            let bounce = Scene.outgoing.with {
                ($0.from, $0.at, $0.recipients) = ("<>", at + 3, [(name, 250, "2.1.5 Ok")])
            }
            return [form, bounce]
        }
        let opened = "open-relay opened high 1"
        #expect(states([0, 1_800].flatMap(returned)) == [opened])
        #expect(states([0, 7_200].flatMap(returned)) == [opened, "open-relay grown high 2"])
        #expect(
            states([0, 1_800, 9_000, 20_000, 40_000].flatMap(returned))
                == [opened, "open-relay grown high 3"]
        )
    }

    /// What is told of scenes, with a restart behind each if wanted: from the checkpoint, and the incidents as they were
    /// stored when they changed.
    private func told(_ scenes: [Scene], restarting: Bool) throws -> [IncidentReport] {
        var judge = RelayJudge(configuration: .told)
        var told: [IncidentReport] = []
        var stored: [(id: String, incident: Data)] = []
        var revision: UInt64 = 0
        for scene in scenes {
            told += judge.incidents(for: [scene]).map(\.report)
            guard restarting else { continue }
            for change in judge.memory.incidents(since: revision, in: .english) {
                stored.removeAll { $0.id == change.stored.id }
                stored.append((change.stored.id, try JSONEncoder().encode(change.stored)))
            }
            revision = judge.memory.incidentRevision
            let octets = try JSONEncoder().encode(judge.memory.checkpointed)
            judge = RelayJudge(configuration: .told)
            judge.memory = try JSONDecoder().decode(RelayMemory.self, from: octets)
            judge.memory.restore(
                try stored.map { try JSONDecoder().decode(Incident.self, from: $0.incident) }
            )
        }
        return told
    }

    @Test("a restart behind every event changes nothing of what is told, nor when")
    func restarts() throws {
        let day = 86_400.0
        func relay(_ at: Double) -> Scene {
            Scene.relay.with {
                ($0.at, $0.from) = (at, "<a\(Int(at))@x.example>")
                $0.text = "2.0.0 Ok: queued as 4XyZ12ab\(Int(at) % 9_000 + 1_000)"
            }
        }
        func ordinary(_ at: Double) -> Scene { .ordinary.with { $0.at = at } }
        func probe(_ number: Int, at: Double) -> Scene {
            Scene.refused.with {
                $0.at = at
                $0.recipients = [("<n\(number)@example.org>", 550, "5.1.1 User unknown")]
            }
        }
        let forms = ["u%e.example", "e.example!u", "u@e.example", "e.example!u%f.example"]
        var scenes = [relay(0), relay(100), .onward.with { $0.at = 104 }]
        scenes += (0..<12).map { relay(200 + Double($0) * 61) }
        scenes += (0..<7).map { probe($0, at: 2_000 + Double($0)) }
        scenes += [ordinary(day + 900), ordinary(day + 1_000), relay(3 * day)]
        scenes += [.refused.with { $0.at = 3 * day + 9 }, ordinary(3 * day + 20)]
        scenes += forms.enumerated().map { number, form in
            Scene.refused.with {
                $0.at = 4 * day + Double(number)
                $0.client = "198.51.100.200"
                $0.recipients = [("<\(form)@example.org>", 554, "5.7.1 Relay access denied")]
            }
        }
        scenes += [ordinary(12 * day), ordinary(30 * day), relay(31 * day)]
        let whole = try told(scenes, restarting: false)
        #expect(try told(scenes, restarting: true) == whole)
        #expect(Set(whole.map(\.state)) == [.opened, .grown, .quiet, .fixed, .closed])
    }
}
