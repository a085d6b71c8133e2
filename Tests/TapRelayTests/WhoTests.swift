import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapTesting
import TapWire
import Testing

/// A site of which nothing is told but which port is inside.
private let silent = RelayConfiguration(inside: [PortIndex(rawValue: 1)])

private let day = 86_400.0

/// Ordinary mail from several servers outside for `domain`, on `days` days from `first` on.
private func inbound(
    for domain: String,
    days: Int,
    from first: Int = 0,
    hosts: Int = 5
) -> [Scene] {
    (0..<days).flatMap { number in
        (0..<hosts).map { host in
            Scene.ordinary.with { scene in
                scene.client = "198.51.100.\(host + 10)"
                scene.helo = "mail.peer\(host).example"
                scene.from = "<u\(number)@peer\(host).example>"
                scene.recipients = [("<info@\(domain)>", 250, "ok")]
                // A server whose name tells nothing of its domains.
                scene.serverName = "mail"
                scene.banner = "mail ESMTP Postfix"
                scene.at = Double(first + number) * day + Double(host) * 600
            }
        }
    }
}

/// The same mail handed on by our server to `hop`.
private func onward(of scenes: [Scene], to hop: String) -> [Scene] {
    scenes.flatMap { scene in
        [
            scene,
            scene.with {
                ($0.client, $0.server) = (scene.server, hop)
                ($0.clientPort, $0.serverPort) = (1, 0)
                $0.serverName = "mx.hop.example"
                $0.banner = "mx.hop.example ESMTP"
                $0.at = scene.at + 2
            },
        ]
    }
}

/// A message of our users to each of so many domains on each of the days, handed to the host that `hop` names.
private func written(to count: Int, days: Int, hop: (Int) -> String) -> [Scene] {
    (0..<days).flatMap { day in
        (0..<count).map { number in
            Scene.outgoing.with {
                $0.server = hop(number)
                $0.recipients = [("<friend@d\(number).example>", 250, "ok")]
                $0.at = (Double(day) + 0.5) * 86_400 + Double(number) * 60
            }
        }
    }
}

/// A stranger's mail to a stranger at a server that does not name its domains.
private func relay(on first: Double, to domain: String = "elsewhere.example", number: Int = 0)
    -> Scene
{
    .relay.with { scene in
        (scene.serverName, scene.banner) = ("mail", "mail ESMTP Postfix")
        scene.recipients = [("<v\(number)@\(domain)>", 250, "ok")]
        scene.at = first * day + Double(number)
    }
}

@Suite("Whose a domain is, learned from the traffic")
struct WhoTests {
    @Test("nothing is accused before a domain is learned, and strangers are told after three days")
    func learned() throws {
        #expect(RelayJudge.alerts(for: inbound(for: "ours.example", days: 2), told: silent).isEmpty)
        let before = inbound(for: "ours.example", days: 2) + [relay(on: 1.5)]
        #expect(RelayJudge.alerts(for: before, told: silent).isEmpty)
        let mail = inbound(for: "ours.example", days: 4)
        #expect(RelayJudge.alerts(for: mail, told: silent).isEmpty)
        let alert = try #require(
            RelayJudge.alerts(for: mail + [relay(on: 4)], told: silent).last
        )
        #expect(alert.rule.id == "relay.open" && alert.severity == .medium)
        #expect(alert.confidence < 0.6 && alert.why.contains("elsewhere.example may be yours"))
    }

    @Test("a name that was learned is shown without what a terminal would obey")
    func hostileName() {
        var judge = RelayJudge(configuration: silent)
        _ = judge.alerts(for: inbound(for: "o\u{9B}31m.example", days: 4))
        let names = judge.memory.knowledge.filter { $0.kind == .domain }.map(\.name)
        #expect(names == [#"o\xC2\x9B31m.example"#])
    }

    @Test("a domain our server hands on, or whose senders come from outside, is a stranger's: high")
    func foreign() throws {
        let learned = inbound(for: "ours.example", days: 4)
        let outgoing = Scene.outgoing.with {
            $0.recipients = [("<friend@elsewhere.example>", 250, "ok")]
            $0.at = 3.5 * day
        }
        let relays = (0..<2).map { relay(on: 4, number: $0) }
        let alerts = RelayJudge.alerts(for: learned + [outgoing] + relays, told: silent)
        #expect(alerts.last?.severity == .high)
        #expect(try #require(alerts.last).why.contains("they were learned"))
    }

    @Test("many new domains at once are strangers'")
    func manyCandidates() {
        let learned = inbound(for: "ours.example", days: 4)
        let relays = (0..<12).map { relay(on: 4, to: "d\($0).example", number: $0) }
        let alerts = RelayJudge.alerts(for: learned + relays, told: silent)
        #expect(alerts.last?.severity == .high)
    }

    @Test(
        "what another server brings as its own users' mail is a question where domains are learned"
    )
    func partner() {
        let partner = (0..<6).map { number in
            relay(on: 4, number: number).with {
                $0.helo = "out\(number).partner.example"
                $0.from = "<u\(number)@partner.example>"
                $0.at = 4 * day + Double(number * 7_000)
            }
        }
        func severities(_ configuration: RelayConfiguration) -> Set<Severity> {
            let mail = inbound(for: "ours.example", days: 4) + partner
            return Set(RelayJudge.alerts(for: mail, told: configuration).map(\.severity))
        }
        #expect(severities(silent) == [.medium])
        #expect(
            severities(silent.with { $0.domains = RelayConfiguration.domains("ours.example") })
                .contains(.high)
        )
    }

    @Test("a new domain of ours is a question, and none from the third day on")
    func newTenant() {
        let mail =
            inbound(for: "ours.example", days: 8)
            + inbound(for: "tenant.example", days: 4, from: 4)
        let alerts = RelayJudge.alerts(for: mail.sorted { $0.at < $1.at }, told: silent)
        #expect(!alerts.isEmpty && alerts.allSatisfy { $0.severity == .medium })
        let last = alerts.map(\.context.moment.time).max()
        #expect(last.map { $0 < Scene.start.advanced(by: .seconds(7 * day)) } ?? false)
    }

    @Test("a domain to which one relays patiently does not become ours")
    func patient() {
        let patient = (0..<20).flatMap { number in
            (0..<3).map { host in
                relay(on: Double(4 + number), number: 100 * host)
                    .with { $0.client = "203.0.113.\(host)" }
            }
        }
        let alerts = RelayJudge.alerts(
            for: inbound(for: "ours.example", days: 4) + patient,
            told: silent
        )
        let told = Set(alerts.map { $0.context.moment.time.nanoseconds / 86_400_000_000_000 })
        #expect(told.count == 20)
    }

    @Test("a domain that always goes on to the same host is one the server is a secondary for")
    func secondary() {
        let mail = onward(of: inbound(for: "partner.example", days: 5), to: "203.0.113.77")
        let told = RelayConfiguration.told
        let alerts = RelayJudge.alerts(for: mail, told: told)
        #expect(alerts.allSatisfy { $0.severity <= .medium })
        #expect(
            alerts.allSatisfy {
                $0.context.moment.time < Scene.start.advanced(by: .seconds(3 * day))
            }
        )
    }

    /// What is told each day, and how seriously, of mail for `domain` that other servers bring and that goes to `hop`, while
    /// our users write to so many domains.
    private func told(
        of domain: String = "victims.example",
        to hop: String = "203.0.113.77",
        writingTo count: Int,
        by outlet: (Int) -> String,
        and more: [Scene] = []
    ) -> [Int: Severity] {
        let brought = onward(of: inbound(for: domain, days: 6), to: hop)
        let scenes = brought + written(to: count, days: 6, hop: outlet) + more
        let alerts = RelayJudge.alerts(for: scenes.sorted { $0.at < $1.at }, told: .told)
        return Dictionary(
            alerts.map { alert in
                let time = alert.context.moment.time.nanoseconds - Scene.start.nanoseconds
                return (Int(time / 86_400_000_000_000), alert.severity)
            },
            uniquingKeysWith: max
        )
    }

    @Test("that all mail goes to a smart host makes no stranger's domain one that is relayed for")
    func smartHost() {
        let all = told(writingTo: 8) { _ in "203.0.113.77" }
        #expect(Set(all.keys) == Set(0..<6) && all[5] == .critical, "\(all)")
        // One of two hosts, whatever the domain.
        let two = told(writingTo: 8) { "203.0.113.\(77 + $0 % 2)" }
        #expect(Set(two.keys) == Set(0..<6), "\(two)")
    }

    @Test(
        "a server that delivers by itself, or is not known to write to eight domains, may be a secondary for one"
    )
    func noSmartHost() {
        let direct = told(writingTo: 60) { "203.0.113.\(50 + $0)" }
        #expect(Set(direct.keys) == [0, 1], "\(direct)")
        let shared = told(writingTo: 8) { "203.0.113.\(77 + $0 % 3)" }
        #expect(Set(shared.keys) == [0, 1], "\(shared)")
        let few = told(writingTo: 7) { _ in "203.0.113.77" }
        #expect(Set(few.keys) == [0, 1], "\(few)")
        // Beside the smart host, to a host of its own.
        let other = told(to: "203.0.113.90", writingTo: 8) { _ in "203.0.113.77" }
        #expect(Set(other.keys) == [0, 1], "\(other)")
    }

    @Test("a domain from which our users write is ours, also where its mail goes to the smart host")
    func hybrid() {
        let own = (0..<3).flatMap { day in
            [8.0, 9].map { hour in
                Scene.sent(
                    from: "192.0.2.40",
                    to: ["friend@d1.example"],
                    at: Double(day) * 86_400 + hour * 3_600
                ).with {
                    $0.from = "<eve@daughter.example>"
                    $0.clientPort = 1
                }
            }
        }
        let hybrid = told(
            of: "daughter.example",
            writingTo: 8,
            by: { _ in "203.0.113.77" },
            and: own
        )
        // From the third evening on they have written on three days.
        #expect(Set(hybrid.keys) == [0, 1, 2], "\(hybrid)")
        #expect(hybrid.values.allSatisfy { $0 <= .medium }, "\(hybrid)")
    }

    @Test("where all mail goes is known over a restart, and anew after a month")
    func outlets() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: written(to: 8, days: 1) { _ in "203.0.113.77" })
        func isSmartHost() -> Bool {
            judge.memory.knowledge.contains {
                $0.name == "203.0.113.77" && $0.role == "smart-host"
            }
        }
        #expect(isSmartHost())
        let stored = try JSONEncoder().encode(judge.memory)
        judge.memory = try JSONDecoder().decode(RelayMemory.self, from: stored)
        #expect(isSmartHost())
        // An earlier version did not know.
        var tables = try #require(
            try JSONSerialization.jsonObject(with: stored) as? [String: Any]
        )
        var who = try #require(tables["who"] as? [String: Any])
        #expect(who.removeValue(forKey: "outlets") != nil)
        tables["who"] = who
        let older = try JSONSerialization.data(withJSONObject: tables)
        judge.memory = try JSONDecoder().decode(RelayMemory.self, from: older)
        #expect(!isSmartHost() && judge.memory.knowledge.count == 1)
        judge.memory = try JSONDecoder().decode(RelayMemory.self, from: stored)
        let direct = written(to: 60, days: 1) { "203.0.113.\(50 + $0)" }
        _ = judge.alerts(for: direct.map { $0.with { $0.at += 10 * day } })
        #expect(!isSmartHost())
        for month in 1...3 {
            let later = written(to: 8, days: 1) { _ in "203.0.113.77" }
            _ = judge.alerts(for: later.map { $0.with { $0.at += Double(31 * month) * day } })
        }
        #expect(isSmartHost())
    }

    @Test("a flood of relays to ever new domains makes nothing forgotten that was learned")
    func flooded() {
        var judge = RelayJudge(configuration: silent)
        _ = judge.alerts(for: inbound(for: "example.org", days: 3))
        _ = judge.alerts(for: inbound(for: "neu.example", days: 2, from: 4))
        let flood = (0..<4_000).map { number in
            relay(on: 6, to: "v\(number).example", number: number)
                .with { $0.from = "<s@sender\(number).example>" }
        }
        _ = judge.alerts(for: flood)
        #expect(judge.alerts(for: inbound(for: "example.org", days: 1, from: 7)).isEmpty)
        let fresh = judge.alerts(for: inbound(for: "neu.example", days: 1, from: 7))
        #expect(fresh.allSatisfy { $0.severity == .medium })
        #expect(judge.alerts(for: inbound(for: "neu.example", days: 1, from: 8)).isEmpty)
    }

    @Test("what was learned survives a restart, and a flood of domains is bounded")
    func restart() throws {
        var judge = RelayJudge(configuration: silent)
        _ = judge.alerts(for: inbound(for: "ours.example", days: 4))
        var second = RelayJudge(configuration: silent)
        let stored = try JSONEncoder().encode(judge.memory)
        second.memory = try JSONDecoder().decode(RelayMemory.self, from: stored)
        #expect(second.alerts(for: [relay(on: 4)]).map(\.rule.id) == ["relay.open"])
        for number in 0..<5_000 {
            _ = judge.alerts(for: [relay(on: 4, to: "x\(number).example", number: number)])
        }
        #expect(try JSONEncoder().encode(judge.memory).count < 1_024 * 1_024)
    }
}
