import Foundation
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

/// The JSON of a value, as objects and lists.
private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

@Suite("Where clients are")
struct PlaceTests {
    private static let germany = Place(
        "DE",
        named: Place.Name("Germany", french: "Allemagne"),
        operator: Place.Operator(number: 64_496, name: "Example Telecom")
    )

    private func report(
        _ scenes: [Scene],
        _ table: FakeTable?,
        _ language: RelayLanguage = .english
    ) throws -> IncidentReport {
        let told = RelayConfiguration.told.with { $0.language = language }
        var judge = RelayJudge(configuration: table.map { told.knowing($0) } ?? told)
        _ = judge.alerts(for: scenes)
        return try #require(judge.memory.incidentReports(in: language).first)
    }

    @Test("a work order says who and where the latest client is, in both languages")
    func who() throws {
        let table = FakeTable(["203.0.113.0/24": Self.germany])
        let english = try report([.null], table)
        #expect(
            english.why.contains(
                "from 203.0.113.9 (Example Telecom, AS64496, Germany), port 40000 (calls itself eyebox)"
            ),
            "\(english.why)"
        )
        let french = try report([.null], table, .french)
        #expect(
            french.why.contains("203.0.113.9 (Example Telecom, AS64496, Allemagne), port 40000")
        )
        let bare = FakeTable(["203.0.113.0/24": Place("DE", city: "Berlin")])
        #expect(try report([.null], bare).why.contains("203.0.113.9 (Berlin, DE), port 40000"))
        #expect(try report([.null], FakeTable([:])).why.contains("203.0.113.9, port 40000"))
    }

    @Test("an alert says where its client is, and nothing of where one of ours is")
    func alerts() throws {
        let table = FakeTable(["0.0.0.0/0": .berlin, "::/0": .berlin])
        var judge = RelayJudge(configuration: .told.knowing(table))
        let alert = try #require(judge.alerts(for: [.null]).first)
        #expect(
            alert.why.hasSuffix(
                " Where 203.0.113.9 is, by the tables: Example Telecom, AS64496, Berlin, Germany."
            ),
            "\(alert.why)"
        )
        #expect(alert.clientPlace == .berlin)
        #expect(alert.facts.last == Alert.Fact(name: "country", value: "DE"))
        // From inside, by the port, by its address or as one who may relay.
        let inside = LoginScene(client: "192.0.2.40", at: 60)
        let clear = try #require(
            judge.alerts(for: [inside]).first { $0.rule.id == "account.cleartext" }
        )
        #expect(clear.clientPlace == nil && !clear.why.contains("tables"))
        #expect(!clear.facts.contains { $0.name == "country" })
        let outgoing = (0..<4).map { number in
            Scene.outgoing.with {
                ($0.client, $0.at) = ("192.0.2.77", 120 + Double(number))
                ($0.server, $0.helo) = ("198.51.100.\(number)", "pc77")
                $0.recipients = [("<v@x\(number).example>", 250, "Ok")]
            }
        }
        let bot = try #require(judge.alerts(for: outgoing).first { $0.rule.id == "outbound.bot" })
        #expect(bot.clientPlace == nil && !bot.why.contains("tables"))
    }

    @Test(
        "private and other addresses of a site are not asked for",
        arguments: [
            "10.1.2.3", "192.168.7.8", "172.16.0.1", "127.0.0.1", "169.254.1.1", "100.64.0.1",
            "fd00::1",
            "fe80::1", "::1", "224.0.0.1",
        ]
    )
    func privateAddresses(_ client: String) throws {
        let table = FakeTable(["0.0.0.0/0": .berlin, "::/0": .berlin])
        let configuration = RelayConfiguration.told.with { $0.networks = [] }.knowing(table)
        var judge = RelayJudge(configuration: configuration)
        let scene = Scene.null.with { $0.client = client }
        for alert in judge.alerts(for: [scene]) { #expect(alert.clientPlace == nil) }
        #expect(table.count == 0)
    }

    @Test("the table is asked for what is told or counted, and for no ordinary mail")
    func lookUps() {
        let table = FakeTable(["0.0.0.0/0": .berlin])
        var judge = RelayJudge(configuration: .told.knowing(table))
        _ = judge.alerts(for: (0..<50).map { n in .ordinary.with { $0.at = Double(n) } })
        #expect(table.count == 0)
        _ = judge.alerts(for: [.null.with { $0.at = 100 }])
        #expect(table.count == 1)
    }

    @Test("without a table nothing of it is told")
    func without() throws {
        let report = try json(try report([.null], nil))
        for key in ["client_place", "countries", "first_place", "latest_place"] {
            #expect(!report.contains(key))
        }
        var judge = RelayJudge(configuration: .told)
        let alert = try #require(judge.alerts(for: [.null]).first)
        #expect(alert.clientPlace == nil && !alert.why.contains("tables"))
        let stored = try #require(judge.memory.incidents(since: 0, in: .english).first?.stored)
        let memory = try json(stored)
        #expect(!memory.contains("ountr"))
    }

    /// Relays from clients in so many countries, one client more of each than of the one behind it.
    private static func crowd(_ countries: [String]) -> (scenes: [Scene], table: FakeTable) {
        var (places, scenes): ([String: Place], [Scene]) = ([:], [])
        for (rank, country) in countries.enumerated() {
            places["203.\(rank).0.0/16"] = Place(country)
            for number in 0..<(countries.count - rank) {
                scenes.append(
                    .null.with {
                        $0.client = "203.\(rank).\(number / 250).\(number % 250)"
                        $0.at = Double(scenes.count)
                        $0.recipients = [("<v\(scenes.count)@elsewhere.example>", 250, "Ok")]
                    }
                )
            }
        }
        // The same clients again count once.
        scenes += scenes.prefix(5).map { scene in
            scene.with {
                $0.at += 2_000
                $0.recipients = [("<again\(Int($0.at))@elsewhere.example>", 250, "Ok")]
            }
        }
        return (scenes, FakeTable(places))
    }

    @Test("a crowd's countries, the most common first, in words and as events tell them")
    func countries() throws {
        let (scenes, table) = Self.crowd(["CN", "US", "BR", "IN", "DE", "FR", "VN"])
        let english = try report(scenes, table)
        #expect(
            english.why.contains(
                "They came from 7 countries: CN 7, US 6, BR 5, IN 4, DE 3 and 2 more."
            ),
            "\(english.why)"
        )
        #expect(
            try report(scenes, table, .french).why.contains(
                "Ils venaient de 7 pays : CN 7, US 6, BR 5, IN 4, DE 3 et 2 de plus."
            )
        )
        #expect(english.counts.countries == 7)
        #expect(english.countries?.map(\.clients) == [7, 6, 5, 4, 3, 2, 1])
        let text = try json(english)
        #expect(
            text.contains(
                #""countries":[{"clients":7,"country":"CN"},{"clients":6,"country":"US"}"#
            )
        )
        #expect(text.contains(#""client_place":{"country":"CN"}"#))
        #expect(text.contains(#""first_place":{"country":"CN"}"#))
        let again = try JSONDecoder().decode(IncidentReport.self, from: Data(text.utf8))
        #expect(again == english)
        // One client alone is no crowd.
        #expect(try !report([.null], table).why.contains("They came from"))
    }

    @Test("the countries of an incident are bounded, and go on after a restart")
    func bounded() throws {
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { String(UnicodeScalar($0)) }
        let codes = letters.flatMap { one in letters.map { one + $0 } }
        var places: [String: Place] = [:]
        for (number, code) in codes.prefix(400).enumerated() {
            places["203.\(number / 250).\(number % 250).0/24"] = Place(code)
        }
        let scenes = (0..<400).map { number in
            Scene.null.with {
                $0.client = "203.\(number / 250).\(number % 250).1"
                $0.at = Double(number)
                $0.recipients = [("<v\(number)@elsewhere.example>", 250, "Ok")]
            }
        }
        let configuration = RelayConfiguration.told.knowing(FakeTable(places))
        var judge = RelayJudge(configuration: configuration)
        for half in [scenes[..<200], scenes[200...]] {
            _ = judge.alerts(for: Array(half))
            let stored = judge.memory.incidents(since: 0, in: .english).map(\.stored)
            let octets = try JSONEncoder().encode(stored)
            #expect(octets.count < 40_000)
            var next = RelayJudge(configuration: configuration)
            next.memory = try JSONDecoder().decode(
                RelayMemory.self,
                from: try JSONEncoder().encode(judge.memory.checkpointed)
            )
            next.memory.restore(try JSONDecoder().decode([Incident].self, from: octets))
            judge = next
        }
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        // About: two clients may set the same bit.
        #expect((240...256).contains(report.counts.countries ?? 0))
        #expect(report.countries?.count == 20)
    }

    @Test("what came before an incident opened is counted with its countries")
    func earlier() throws {
        let table = FakeTable([
            "100.1.0.0/16": Place("CN"), "100.2.0.0/16": Place("CN"), "100.3.0.0/16": Place("US"),
            "100.4.0.0/16": Place("BR"), "100.5.0.0/16": Place("FR"),
        ])
        var judge = RelayJudge(configuration: .told.knowing(table))
        // Guesses that are held until the fifth tells of them.
        let guesses = (0..<30).map { number in
            LoginScene(
                client: "100.\(number % 3 + 1).0.\(number / 3 + 1)",
                answers: [false],
                at: Double(number)
            )
        }
        _ = judge.alerts(for: guesses)
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.clients == 30)
        #expect(report.countries?.map(\.country.description) == ["CN", "US"])
        #expect(report.countries?.map(\.clients).reduce(0, +) == 30)
    }

    @Test("an incident that an earlier hubtap stored is read, and says nothing of places")
    func old() throws {
        var judge = RelayJudge(configuration: .told.knowing(FakeTable(["203.0.113.0/24": .berlin])))
        _ = judge.alerts(for: [.null])
        let stored = try #require(judge.memory.incidents(since: 0, in: .english).first?.stored)
        var object = try #require(
            try JSONSerialization.jsonObject(with: try JSONEncoder().encode(stored))
                as? [String: Any]
        )
        for key in ["first", "latest"] {
            var scene = try #require(object[key] as? [String: Any])
            #expect(scene.removeValue(forKey: "place") != nil)
            object[key] = scene
        }
        var tally = try #require(object["tally"] as? [String: Any])
        #expect(tally.removeValue(forKey: "clientCountries") != nil)
        object["tally"] = tally
        let incident = try JSONDecoder().decode(
            Incident.self,
            from: try JSONSerialization.data(withJSONObject: object)
        )
        var next = RelayJudge(configuration: .told)
        next.memory.restore([incident])
        let report = try #require(next.memory.incidentReports(in: .english).first)
        #expect(report.clientPlace == nil && report.countries == nil)
        #expect(report.why.contains("203.0.113.9, port 40000"))
    }
}
