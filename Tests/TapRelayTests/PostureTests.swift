import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

extension Scene {
    /// The session of the scene, whose server offers `keywords`.
    fileprivate func session(_ keywords: String...) -> SMTPEvent {
        var summary = SMTPSessionSummary(dialect: dialect, client: .a)
        summary.banner = banner
        summary.bannerCode = 220
        summary.offer = ServerOffer(keywords: keywords, at: context.moment)
        (summary.clientOctets, summary.serverOctets) = (100, 100)
        return .session(Shared(summary))
    }
}

extension RelayJudge {
    /// Takes an event and returns the changes that it shows, in words.
    fileprivate mutating func changes(_ event: SMTPEvent, _ scene: Scene) -> [PostureEvent] {
        evaluate(.smtp(event), in: scene.context) { _ in }
        return takeConclusions().compactMap { $0.event as? PostureEvent }
    }

    fileprivate mutating func words(_ event: SMTPEvent, _ scene: Scene) -> [String] {
        changes(event, scene).map(\.words)
    }
}

@Suite("Servers: is it fixed?")
struct PostureTests {
    @Test("the story: an open relay without AUTH and TLS is closed, and gets both")
    func story() throws {
        var judge = RelayJudge(configuration: .told)
        let open = Scene.null
        #expect(judge.words(.transaction(Shared(open.transaction)), open).isEmpty)
        #expect(judge.words(open.session("SIZE 10240000"), open).isEmpty)
        let closed = Scene.refused.with { $0.at = 600 }
        let change = try #require(
            judge.changes(.transaction(Shared(closed.transaction)), closed).first
        )
        #expect(
            change.words
                == "192.0.2.25:25 seen from outside, fixed: a stranger's mail for a stranger was accepted 250, is refused 554"
        )
        #expect(
            judge.words(closed.session("SIZE 10240000", "STARTTLS", "AUTH PLAIN"), closed) == [
                "192.0.2.25:25 seen from outside, strengthened: STARTTLS was none, is offered",
                "192.0.2.25:25 seen from outside, strengthened: AUTH before TLS was none, is PLAIN",
            ]
        )
        let report = try #require(judge.memory.postureReports.first)
        #expect(report.isOurs && report.side == .outside && report.port == 25)
        #expect(report.relay?.value == "refused" && report.relay?.code == 554)
        #expect(report.relay?.since == closed.time.rfc3339 && report.relay?.confidence == 0.99)
        #expect(report.startTLS?.value == "offered" && report.auth?.value == ["PLAIN"])
        #expect(report.software?.value == "postfix" && report.name == "mail.example.org")
        #expect(judge.memory.postureReports.count == 1)
    }

    @Test("the event has its own keys in EVE's form")
    func event() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.words(.transaction(Shared(Scene.relay.transaction)), .relay)
        let closed = Scene.refused.with { $0.at = 600 }
        let event = try #require(
            judge.changes(.transaction(Shared(closed.transaction)), closed).first
        )
        #expect(event.eventType == "posture" && event.firstSequence == 9)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            String(decoding: try encoder.encode(event), as: UTF8.self) == #"""
                {"posture":{"frames":{"after":9,"before":9},"from":"accepted 250","last_before":"2026-11-23T12:00:00.000000+00:00",\#
                "meaning":"fixed","port":25,"seen_from":"outside","server":"192.0.2.25",\#
                "since":"2026-11-23T12:10:00.000000+00:00","to":"refused 554","what":"relay"}}
                """#
        )
    }

    @Test("what strangers see and what the house sees are two rows, and differences no changes")
    func sides() {
        var judge = RelayJudge(configuration: .told)
        let house = Scene.ordinary.with { ($0.client, $0.clientPort) = ("192.0.2.50", 1) }
        for _ in 0..<3 {
            #expect(judge.words(Scene.ordinary.session("STARTTLS"), .ordinary).isEmpty)
            #expect(judge.words(house.session("STARTTLS", "AUTH PLAIN"), house).isEmpty)
        }
        let reports = judge.memory.postureReports
        #expect(reports.map(\.side) == [.outside, .inside])
        #expect(reports.allSatisfy { $0.isOurs && $0.sessions == 3 })
        #expect(reports.map { $0.auth?.value } == [[], ["PLAIN"]])
    }

    @Test("servers that ours delivers to are others, and never push ours out")
    func others() {
        var judge = RelayJudge(configuration: .told)
        _ = judge.words(Scene.ordinary.session("STARTTLS"), .ordinary)
        for number in 0..<2_000 {
            let scene = Scene.outgoing.with { $0.server = "198.51.\(number / 250).\(number % 250)" }
            _ = judge.words(scene.session("STARTTLS"), scene)
        }
        let reports = judge.memory.postureReports
        #expect(reports.first?.server == "192.0.2.25" && reports.first?.isOurs == true)
        #expect(reports.dropFirst().allSatisfy { !$0.isOurs && $0.side == .inside })
        #expect(reports.count <= 1 + RelayLimits.standard.otherPostures)
    }

    @Test("a server that turns out to be ours keeps what was known of it")
    func becomesOurs() throws {
        var judge = RelayJudge()
        let scene = Scene.ordinary.with { $0.server = "198.51.100.25" }
        _ = judge.words(scene.session("STARTTLS"), scene)
        for number in 0..<12 {
            let other = scene.with {
                ($0.client, $0.at) = ("203.0.113.\(number)", Double(60 + number))
            }
            _ = judge.words(other.session("STARTTLS"), other)
        }
        let ours = judge.memory.postureReports.filter(\.isOurs)
        #expect(ours.count == 1 && ours.first?.side == .outside)
    }

    @Test("only what changed since the last look is given again")
    func revisions() {
        var judge = RelayJudge(configuration: .told)
        _ = judge.words(Scene.ordinary.session("STARTTLS"), .ordinary)
        let seen = judge.memory.postureRevision
        #expect(judge.memory.postureReports(since: seen).isEmpty)
        _ = judge.words(Scene.outgoing.session("STARTTLS"), .outgoing)
        #expect(judge.memory.postureReports(since: seen).map(\.report.server) == ["198.51.100.7"])
    }

    @Test(
        "a restart at any point changes nothing that is told, and a memory without postures is taken"
    )
    func restart() throws {
        func steps() -> [(SMTPEvent, Scene)] {
            (0..<40).map { number in
                let kind: Scene = number % 7 < 4 ? .relay : .refused
                let scene = kind.with { $0.at = Double(number * 700) }
                let isSession = number % 3 == 0
                let keywords = number % 5 < 2 ? "STARTTLS" : "SIZE \(number / 10)"
                return (
                    isSession ? scene.session(keywords) : .transaction(Shared(scene.transaction)),
                    scene
                )
            }
        }
        var whole = RelayJudge(configuration: .told)
        let expected = steps().flatMap { whole.words($0, $1) }
        #expect(expected.count > 8)
        for cut in 0..<40 {
            var first = RelayJudge(configuration: .told)
            var told = steps().prefix(cut).flatMap { first.words($0, $1) }
            var second = RelayJudge(configuration: .told)
            let stored = try JSONEncoder().encode(first.memory)
            second.memory = try JSONDecoder().decode(RelayMemory.self, from: stored)
            told += steps().dropFirst(cut).flatMap { second.words($0, $1) }
            #expect(told == expected)
            #expect(second.memory.postureReports == whole.memory.postureReports)
        }
        let stored = try JSONEncoder().encode(whole.memory)
        var object = try #require(try JSONSerialization.jsonObject(with: stored) as? [String: Any])
        #expect(object.removeValue(forKey: "postures") != nil)
        let older = try JSONSerialization.data(withJSONObject: object)
        #expect(try JSONDecoder().decode(RelayMemory.self, from: older).postureReports.isEmpty)
    }

    @Test("a relay that opens and shuts often is put right once nobody was let in for an hour")
    func settled() throws {
        func scene(_ isOpen: Bool, at: Double) -> Scene {
            (isOpen ? Scene.relay : .refused).with {
                ($0.at, $0.client) = (at, "203.0.113.9")
                $0.recipients[0].address = "<v\(Int(at))@elsewhere.example>"
            }
        }
        func states(_ scenes: [Scene], until end: Double, restarting: Bool = false) throws
            -> [String]
        {
            var judge = RelayJudge(configuration: .told)
            _ = judge.alerts(for: scenes)
            var told = judge.takeConclusions()
            for time in stride(from: 0, through: end, by: 300) {
                if restarting { judge = try judge.restarted(.told) }
                judge.advance(to: Scene.start.advanced(by: .seconds(time))) { _ in }
                told += judge.takeConclusions()
            }
            return told.compactMap { record in
                if let event = record.event as? IncidentEvent, event.incident.kind == .openRelay {
                    return event.incident.state.rawValue
                }
                guard let event = record.event as? PostureEvent else { return nil }
                #expect(event.server == record.context.flow.b)
                return "\(event.change.from) to \(event.change.to)"
            }
        }
        let flips = (0..<4).map { scene($0 % 2 == 0, at: Double($0) * 60) }
        let told = try states(flips, until: 3_600)
        #expect(told.last == "grown" && told.count { $0 == "fixed" } == 1)
        let end = ["accepted to refused 554", "fixed"]
        #expect(try states(flips, until: 3_900) == told + end)
        #expect(try states(flips, until: 20_000) == told + end)
        #expect(try states(flips, until: 3_900, restarting: true) == told + end)
        // Let in once more, it is as open as was told.
        #expect(try states(flips + [scene(true, at: 240)], until: 20_000) == told)
    }

    @Test("a server that relays by address is not put right because it refuses another")
    func byAddress() {
        func meanings(_ scenes: [Scene]) -> [String] {
            var judge = RelayJudge(configuration: .told)
            for scene in scenes {
                judge.evaluate(.smtp(.transaction(Shared(scene.transaction))), in: scene.context) {
                    _ in
                }
            }
            return judge.takeConclusions().compactMap { record in
                if let incident = record.event as? IncidentEvent {
                    return incident.incident.kind == .openRelay
                        ? incident.incident.state.rawValue : nil
                }
                return (record.event as? PostureEvent)?.change.meaning.rawValue
            }
        }
        func relay(_ at: Double, _ client: String = "203.0.113.9") -> Scene {
            Scene.relay.with {
                ($0.at, $0.client) = (at, client)
                $0.recipients = [("<v\(Int(at))@elsewhere.example>", 250, "ok")]
            }
        }
        func refusal(_ at: Double, _ client: String = "198.51.100.99") -> Scene {
            Scene.refused.with { ($0.at, $0.client) = (at, client) }
        }
        let mixed = [relay(0), relay(60), refusal(600), relay(1_200), refusal(1_800), relay(2_400)]
        #expect(meanings(mixed) == ["opened", "grown"])
        // Its own client, or another of its network, refused behind all that: no change was seen before.
        #expect(meanings(mixed + [refusal(3_000, "203.0.113.77")]).suffix(2) == ["fixed", "fixed"])
        #expect(meanings(mixed + [refusal(3_000)]) == ["opened", "grown"])
        // Nobody was let in for an hour.
        #expect(meanings(mixed + [refusal(6_001)]).suffix(2) == ["fixed", "fixed"])
        // One in four hours has not ended after two.
        let slow = [relay(0), relay(14_400), relay(28_800)]
        #expect(meanings(slow + [refusal(36_000)]) == ["opened", "grown"])
        #expect(meanings(slow + [refusal(57_700)]).suffix(2) == ["fixed", "fixed"])
        // Put right and opened again days later: an hour counts as before.
        let anew = [relay(0), refusal(60, "203.0.113.9"), relay(400_000)]
        #expect(meanings(anew + [refusal(403_700)]).suffix(2) == ["fixed", "fixed"])
        // Behind a clock that was set back the refusal of another says nothing.
        #expect(meanings([relay(0), refusal(-7_200)]) == ["opened"])
        // Who gives himself out for one of the house is let in where others are not.
        let house = relay(0).with { $0.from = "<ann@example.org>" }
        #expect(meanings([house, refusal(60, "203.0.113.9")]) == ["opened"])
        let again = refusal(60, "203.0.113.9").with { $0.from = "<bob@example.org>" }
        #expect(meanings([house, again]) == ["opened", "fixed", "fixed"])
        // The client is on a list, or the domain does not exist: nothing was put right.
        for words in [
            "5.7.1 Service unavailable; client [203.0.113.9] blocked using zen.spamhaus.org",
            "5.1.2 Recipient address rejected: Domain not found",
        ] {
            let listed = refusal(60, "203.0.113.9").with {
                $0.recipients = [("<victim@elsewhere.example>", 554, words)]
            }
            #expect(meanings([relay(0), listed]) == ["opened"])
        }
        // One door is shut, and another still open.
        let other = relay(30).with { $0.serverTCPPort = 587 }
        let shut = refusal(60, "203.0.113.9")
        #expect(meanings([relay(0), other, shut]) == ["opened", "grown", "fixed"])
        let both = shut.with { ($0.serverTCPPort, $0.at) = (587, 90) }
        #expect(meanings([relay(0), other, shut, both]).suffix(2) == ["fixed", "fixed"])
    }
}
