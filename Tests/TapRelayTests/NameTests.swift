import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapTesting
import TapWire
import Testing

@Suite("How clients are called")
struct NameTests {
    private static let client = Scene.address("203.0.113.9")
    private static let named = ReverseName(address: client, name: "mx7.example.net")
    private static let unnamed = ReverseName(address: client, name: nil)

    private static func judge(
        _ names: ReverseName...,
        language: RelayLanguage = .english
    ) -> RelayJudge {
        var judge = RelayJudge(configuration: .told.with { $0.language = language })
        for name in names { judge.learn(name) }
        return judge
    }

    private static func alert(_ name: ReverseName, in language: RelayLanguage = .english) throws
        -> Alert
    {
        var judge = judge(name, language: language)
        return try #require(judge.alerts(for: [.null]).first)
    }

    private static func report(_ name: ReverseName, in language: RelayLanguage = .english) throws
        -> IncidentReport
    {
        var judge = judge(name, language: language)
        return try #require(judge.incidents(for: [.null]).first).report
    }

    @Test("an alert says the name, who claims it, and that there is none")
    func alerts() throws {
        let silent = try #require(RelayJudge.alerts(for: [.null]).first)
        #expect(silent.clientName == nil && !silent.facts.contains { $0.name == "client_name" })
        for (name, words, french) in [
            (
                Self.named, " 203.0.113.9 is named mx7.example.net by its network.",
                " 203.0.113.9 est nommé mx7.example.net par son réseau."
            ),
            (
                Self.unnamed, " 203.0.113.9 has no reverse name.",
                " 203.0.113.9 n'a pas de nom inverse."
            ),
        ] {
            let alert = try Self.alert(name)
            #expect(alert.why == silent.why + words)
            #expect(alert.clientName == name)
            #expect(
                alert.facts == silent.facts + [.init(name: "client_name", value: name.name ?? "")]
            )
            #expect(try Self.alert(name, in: .french).why.hasSuffix(french))
        }
    }

    @Test("the work order says it behind the address, and its dialogue before the greeting")
    func workOrder() throws {
        let named = try Self.report(Self.named)
        #expect(
            named.why.hasPrefix(
                """
                The latest came from 203.0.113.9 (named mx7.example.net by its network), port 40000 (calls itself \
                eyebox), in clear text
                """
            )
        )
        #expect(named.transcript?.first.first == "C: [203.0.113.9 mx7.example.net]")
        let unnamed = try Self.report(Self.unnamed)
        #expect(unnamed.why.contains("from 203.0.113.9 (no reverse name), port 40000"))
        #expect(unnamed.transcript?.first.first == "C: [203.0.113.9 unknown]")
        let french = try Self.report(Self.named, in: .french)
        #expect(french.why.contains("203.0.113.9 (nommé mx7.example.net par son réseau)"))
        let none = try Self.report(Self.unnamed, in: .french)
        #expect(none.why.contains("203.0.113.9 (sans nom inverse)"))
        // The sentence of the verdict stays short.
        #expect(!named.verdict.contains("mx7"))
    }

    @Test("a name of others, and none of an address at home, says nothing")
    func others() throws {
        let silent = try #require(RelayJudge.alerts(for: [.null]).first)
        let other = ReverseName(address: Scene.address("203.0.113.8"), name: "other.example")
        #expect(try Self.alert(other).why == silent.why)
        let home = Scene.address("10.9.9.9")
        for name in [nil, "pc17.office.example"] {
            var judge = RelayJudge(configuration: RelayConfiguration())
            judge.learn(ReverseName(address: home, name: name))
            let scene = Scene.null.with { $0.client = "10.9.9.9" }
            let alerts = judge.alerts(for: [scene] + [scene.with { $0.at = 1 }])
            for alert in alerts {
                #expect(alert.why.contains("pc17.office.example by its network") == (name != nil))
                #expect(!alert.why.contains("no reverse name") && alert.clientName?.name == name)
            }
        }
    }

    @Test("what was said last counts, of a client that comes over IPv6 as of one over IPv4")
    func latest() throws {
        var judge = Self.judge(Self.unnamed, Self.named)
        #expect(judge.name(of: Self.client) == Self.named)
        let mapped = IPAddress(v6High: 0, low: 0xFFFF_CB00_7109)
        #expect(judge.name(of: mapped) == Self.named)
        judge.learn(ReverseName(address: mapped, name: nil))
        #expect(judge.name(of: Self.client) == Self.unnamed)
        #expect(judge.nameCount == 1)
    }

    @Test("no rule asks for a name: the same is raised whatever it is")
    func verdicts() {
        let scenes = [Scene.relay, .null, .refused, .ordinary].enumerated().map { number, scene in
            scene.with { $0.at = Double(number) }
        }
        func raised(_ judge: RelayJudge) -> [String] {
            var judge = judge
            return judge.alerts(for: scenes).map {
                "\($0.id) \($0.rule.id) \($0.severity) \($0.confidence) \($0.signature) \($0.advice)"
            }
        }
        let silent = raised(Self.judge())
        #expect(silent.count > 2)
        #expect(raised(Self.judge(Self.named)) == silent)
        #expect(raised(Self.judge(Self.unnamed)) == silent)
    }

    @Test("the table is bounded, and keeps who is asked for")
    func bounded() {
        var judge = Self.judge(Self.named)
        for number in 0..<20_000 as Range<UInt32> {
            judge.learn(ReverseName(address: IPAddress(v4: number + 1), name: "h\(number).example"))
            if number % 1_000 == 0 { _ = judge.name(of: Self.client) }
            if number % 500 == 0 { #expect(judge.nameCount <= 4_096) }
        }
        #expect(judge.name(of: Self.client) == Self.named)
        #expect(judge.name(of: IPAddress(v4: 1)) == nil)
        #expect(judge.name(of: IPAddress(v4: 20_000))?.name == "h19999.example")
    }

    @Test("an incident keeps the name over a restart, and one that was stored before has none")
    func stored() throws {
        var judge = Self.judge(Self.named)
        _ = judge.incidents(for: [.null])
        let stored = judge.memory.incidents(since: 0, in: .english).map(\.stored)
        let octets = try JSONEncoder().encode(stored)
        #expect(String(decoding: octets, as: UTF8.self).contains("mx7.example.net"))
        var next = RelayJudge(configuration: .told)
        next.memory.restore(try JSONDecoder().decode([Incident].self, from: octets))
        let report = try #require(next.memory.incidentReports(in: .english).first)
        #expect(report.why.contains("named mx7.example.net by its network"))
        // As an earlier hubtap wrote it.
        let text = String(decoding: octets, as: UTF8.self)
        let old = text.replacing(/"clientName":\{[^}]*\},?/, with: "")
        #expect(old != text && !old.contains("mx7"))
        var third = RelayJudge(configuration: .told)
        third.memory.restore(try JSONDecoder().decode([Incident].self, from: Data(old.utf8)))
        let bare = try #require(third.memory.incidentReports(in: .english).first)
        #expect(bare.why.hasPrefix("The latest came from 203.0.113.9, port 40000"))
        // What is learned later is said of what was seen before.
        third.learn(Self.named)
        let grown = third.incidents(for: [Scene.null.with { $0.at = 100_000 }])
        #expect(grown.last?.report.transcript?.first.first == "C: [203.0.113.9 mx7.example.net]")
    }

    @Test("a name that is as long as names are is cut in the words")
    func long() throws {
        let label = String(repeating: "a", count: 63)
        let name = ReverseName(
            address: Self.client,
            name: "\(label).\(label).\(label).\(label.dropLast(2))"
        )
        let silent = try #require(RelayJudge.alerts(for: [.null]).first)
        let alert = try Self.alert(name)
        #expect(alert.why.utf8.count < silent.why.utf8.count + 150)
        #expect(alert.clientName == name)
    }

    @Test("of a message that leaves it is the stranger's who brought it")
    func onward() throws {
        var judge = Self.judge(
            Self.named,
            ReverseName(address: Scene.address("192.0.2.25"), name: "mail.example.org")
        )
        let outgoing = Scene.outgoing.with {
            $0.at = 2
            $0.from = "<x@stranger.example>"
            $0.recipients = [("<victim@elsewhere.example>", 250, "2.1.5 Ok")]
        }
        let alerts = judge.alerts(for: [.relay, outgoing])
        let proven = try #require(alerts.first { $0.rule.id == "relay.proven" })
        #expect(proven.clientName == Self.named)
        #expect(proven.why.contains("203.0.113.9 is named mx7.example.net by its network."))
        #expect(proven.facts.contains { $0.name == "client_name" && $0.value == "mx7.example.net" })
    }
}
