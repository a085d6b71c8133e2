import Foundation
import TapMail
import TapObserve
import TapRelay
import TapTesting
import TapWire
import Testing

private let day = 86_400.0

/// The home of the account is in Paris; others are where their second octet says.
private let table = FakeTable(places)
private let places: [String: Place] = [
    "203.0.113.0/24": Place("FR", city: "Paris", at: (48.8566, 2.3522)),
    "100.1.0.0/16": Place("JP", city: "Tokyo", at: (35.6762, 139.6503)),
    "100.2.0.0/16": Place("US", city: "New York", at: (40.7128, -74.006)),
    "100.3.0.0/16": Place("BR", city: "São Paulo", at: (-23.5505, -46.6333)),
    "100.4.0.0/16": Place("ZA", city: "Cape Town", at: (-33.9249, 18.4241)),
    "100.5.0.0/16": Place("FR", city: "Marseille", at: (43.2965, 5.3698)),
    "100.6.0.0/16": Place("DE", city: "Berlin", at: (52.52, 13.405), radius: 500),
    "100.7.0.0/16": Place("GB", city: "London", at: (51.5074, -0.1278), radius: 500),
    "100.8.0.0/16": Place("JP"),
    "100.9.0.0/16": Place("US"),
]

/// A message from a client, so many minutes into the fifteenth day, to somebody whom the account writes to if to nobody else.
private func mail(
    _ client: String,
    _ minutes: Double,
    to recipient: String = "boss@b.example",
    user: String = "ann@example.org"
) -> Scene {
    .sent(by: user, from: client, to: [recipient], at: 14 * day + minutes * 60)
}

/// Two weeks of mail from home.
private func habits(
    _ clients: [String] = ["203.0.113.9"],
    user: String = "ann@example.org"
) -> [Scene] {
    (0..<14).flatMap { number in
        clients.enumerated().map { place, client in
            .sent(
                by: user,
                from: client,
                to: ["friend\(place)@a.example", "boss@b.example"],
                at: Double(number) * day + Double(place) * 1_800
            )
        }
    }
}

private func restarted(_ judge: RelayJudge, _ configuration: RelayConfiguration) throws
    -> RelayJudge
{
    var next = RelayJudge(configuration: configuration)
    next.memory = try JSONDecoder().decode(
        RelayMemory.self,
        from: try JSONEncoder().encode(judge.memory)
    )
    _ = next.memory.restoreHabits(judge.memory.habitEntries(since: 0))
    return next
}

@Suite("Where accounts send from")
struct JourneyTests {
    private let configuration = RelayConfiguration.told.knowing(table)

    /// What is raised by `scenes` behind two weeks of mail from `homes`.
    private func alerts(
        _ scenes: [Scene],
        from homes: [String] = ["203.0.113.9"],
        by configuration: RelayConfiguration? = nil
    ) -> [Alert] {
        var judge = RelayJudge(configuration: configuration ?? self.configuration)
        #expect(judge.alerts(for: habits(homes)).isEmpty)
        return judge.alerts(for: scenes)
    }

    // MARK: - Countries

    @Test("more than three countries within an hour tell, whatever blocks their addresses are of")
    func countries() throws {
        let scenes = [
            mail("100.8.2.3", 0), mail("100.9.2.3", 15), mail("100.3.2.3", 30),
            mail("100.4.2.3", 45),
        ]
        let coarse = FakeTable(places.mapValues { Place($0.country?.description) })
        let configuration = RelayConfiguration.told.knowing(coarse)
        #expect(alerts(Array(scenes.prefix(3)), by: configuration).isEmpty)
        #expect(alerts(scenes, by: .told).isEmpty)
        let alert = try #require(alerts(scenes, by: configuration).first)
        #expect(alert.rule.id == "account.stolen" && alert.severity == .high)
        #expect(
            alert.why.hasPrefix(
                "ann@example.org sent from 4 countries (JP, US, BR, ZA) within an hour, by 4 networks that it was not"
            ),
            "\(alert.why)"
        )
        #expect(alert.why.contains("tables say that were made on 2026-11-22."))
        #expect(alert.confidence == 0.9)
        // Spread over more than an hour it is a journey.
        let slow = scenes.enumerated().map { number, scene in
            scene.with { $0.at += Double(number) * 400 }
        }
        #expect(alerts(slow, by: configuration).isEmpty)
        let patient = try configuration.with {
            try $0.setThreshold("countries", of: "account.stolen", to: 4)
        }
        #expect(alerts(scenes, by: patient).isEmpty)
    }

    @Test(
        "four blocks of addresses in one country are one country; what no table places counts by blocks"
    )
    func regions() {
        let scenes = (0..<4).map { mail("\(41 + $0 * 20).7.2.3", Double($0) * 10) }
        let oneCountry = FakeTable(["0.0.0.0/0": Place("FR")])
        #expect(alerts(scenes, by: .told).count == 1)
        #expect(alerts(scenes, by: .told.knowing(oneCountry)).isEmpty)
        #expect(alerts(scenes, by: .told.knowing(FakeTable([:]))).count == 1)
        // A table of operators tells of no country.
        let operators = FakeTable(["0.0.0.0/0": Place(operator: Place.Operator(number: 64_496))])
        let alert = alerts(scenes, by: .told.knowing(operators)).first
        #expect(alert?.why.contains("in 4 parts of the world") ?? false)
        #expect(!(alert?.why.contains("tables say") ?? true))
    }

    /// What is raised by mail from `clients` within the hour, where another user of the server comes from `shared`.
    private func raised(
        from clients: [String],
        shared: [String] = [],
        by configuration: RelayConfiguration
    ) -> [Alert] {
        var judge = RelayJudge(configuration: configuration)
        #expect(judge.alerts(for: habits()).isEmpty)
        for (number, client) in shared.enumerated() {
            let login = LoginScene(
                service: .imap,
                client: client,
                user: "bob@example.org",
                isSecured: true,
                at: 12 * day + Double(number) * 7_200
            )
            _ = judge.alerts(for: [login])
        }
        return judge.alerts(for: clients.enumerated().map { mail($1, Double($0) * 8) })
            .filter { $0.rule.id == "account.stolen" }
    }

    private static let coarse = FakeTable(places.mapValues { Place($0.country?.description) })

    @Test("countries, and blocks that no table places, are added")
    func parts() throws {
        let configuration = RelayConfiguration.told.knowing(Self.coarse)
        func raised(_ clients: [String], shared: [String] = []) -> [Alert] {
            self.raised(from: clients, shared: shared, by: configuration)
        }
        let (placed, others) = (
            ["100.8.2.3", "100.9.2.3", "100.3.2.3"], ["41.7.2.3", "61.7.2.3", "81.7.2.3"]
        )
        for (countries, blocks) in [(3, 3), (3, 1), (2, 2), (1, 3)] {
            let alert = try #require(
                raised(Array(placed.prefix(countries) + others.prefix(blocks))).last,
                "\(countries) \(blocks)"
            )
            #expect(alert.severity == .high && alert.confidence == 0.9)
            let words = alert.why
            let from = countries == 1 ? "1 country (JP), and" : "\(countries) countries (JP, US"
            let besides = blocks == 1 ? "1 part of the world" : "\(blocks) parts of the world"
            #expect(words.contains("within an hour from " + from), "\(words)")
            #expect(words.contains("from \(besides) of which no table tells, by"), "\(words)")
            #expect(words.contains("tables say"))
        }
        for (countries, blocks) in [(2, 1), (1, 2), (3, 0), (0, 3)] {
            #expect(raised(Array(placed.prefix(countries) + others.prefix(blocks))).isEmpty)
        }
        // A block in which something is placed may be in that country.
        #expect(raised(placed + ["100.77.2.3", "100.78.2.3"]).isEmpty)
        // What others of the server use, too, is no part of the world.
        #expect(raised(placed + ["41.7.2.3"], shared: ["41.7.9.9"]).isEmpty)
        #expect(raised(placed + ["41.7.2.3"], shared: ["100.9.9.9"]).isEmpty)
        #expect(!raised(placed + ["41.7.2.3"], shared: ["61.7.9.9"]).isEmpty)
        // Who raises one of the limits raises that of the sum.
        let patient = try? configuration.with {
            try $0.setThreshold("countries", of: "account.stolen", to: 6)
        }
        #expect(patient.map { self.raised(from: placed + ["41.7.2.3"], by: $0).isEmpty } ?? false)
    }

    @Test("four operators of one country in four blocks tell; less does not, nor what others use")
    func operators() throws {
        func table(_ numbers: [UInt32], in blocks: [String]) -> RelayConfiguration {
            var places: [String: Place] = [:]
            for (block, number) in zip(blocks, numbers) {
                places[block] = Place("FR", operator: Place.Operator(number: number))
            }
            return .told.knowing(FakeTable(places))
        }
        let clients = ["41.7.2.3", "61.7.2.3", "81.7.2.3", "101.7.2.3"]
        let blocks = clients.map { String($0.dropLast(4)) + ".0.0/16" }
        let four = table([1, 2, 3, 4], in: blocks)
        let alert = try #require(raised(from: clients, by: four).first)
        #expect(alert.severity == .high && alert.confidence == 0.9)
        #expect(
            alert.why.hasPrefix(
                "ann@example.org sent within an hour by 4 operators, of blocks of addresses that lie far apart, by 4 networks"
            ),
            "\(alert.why)"
        )
        #expect(raised(from: Array(clients.prefix(3)), by: four).isEmpty)
        #expect(raised(from: clients, by: table([1, 2, 3, 3], in: blocks)).isEmpty)
        #expect(raised(from: clients, shared: ["61.7.9.9"], by: four).isEmpty)
        #expect(
            raised(from: clients, by: .told.knowing(FakeTable(["0.0.0.0/0": Place("FR")]))).isEmpty
        )
        let near = ["41.7.2.3", "41.8.2.3", "41.9.2.3", "41.10.2.3"]
        let nearBlocks = near.map { String($0.dropLast(4)) + ".0.0/16" }
        #expect(raised(from: near, by: table([1, 2, 3, 4], in: nearBlocks)).isEmpty)
    }

    @Test("the account's own networks are no countries, and the inside has none")
    func own() {
        let homes = ["203.0.113.9", "100.8.2.3", "100.9.2.3", "100.3.2.3"]
        let coarse = FakeTable(places.mapValues { Place($0.country?.description) })
        let configuration = RelayConfiguration.told.knowing(coarse)
        let scenes = homes.enumerated().map { mail($1, Double($0) * 5) }
        #expect(alerts(scenes + [mail("100.4.2.3", 40)], from: homes, by: configuration).isEmpty)
        let inside = (0..<9).map { mail("192.0.2.\(40 + $0)", Double($0)) }
        #expect(alerts(inside, by: configuration).isEmpty)
    }

    // MARK: - Speed

    @Test("two leaps within a day tell, with the places, the times, the distance and the speed")
    func speed() throws {
        let scenes = [mail("203.0.113.9", 0), mail("100.1.2.3", 38), mail("100.2.2.3", 98)]
        #expect(alerts(Array(scenes.prefix(2))).isEmpty)
        let told = alerts(scenes)
        #expect(told.map(\.rule.id) == ["account.stolen"])
        let alert = try #require(told.first)
        // 10,852 km between Tokyo and New York, less 100 for coarse tables, in an hour.
        #expect(
            alert.why.contains(
                """
                ann@example.org sent from Tokyo at 2026-12-07T12:38:00.000000+00:00 and from New York at \
                2026-12-07T13:38:00.000000+00:00, at least 10,751 km apart: 10,751 km/h. Such leaps since \
                2026-12-07T12:38:00.000000+00:00: 2.
                """
            ),
            "\(alert.why)"
        )
        let french = try #require(
            alerts(scenes, by: configuration.with { $0.language = .french }).first
        )
        #expect(
            french.why.contains("Tokyo") && french.why.contains("10\u{202F}751 km/h. De tels bonds")
        )
    }

    @Test("leaps alone are high with mail to strangers; else the owner may roam: information")
    func roaming() throws {
        // The hotel's network, and the telephone's by way of the operator at home.
        func alert(_ recipient: String) throws -> Alert {
            let scenes = [
                mail("203.0.113.9", 0), mail("100.1.2.3", 38), mail("203.0.113.9", 60),
                mail("100.1.2.3", 90, to: recipient),
            ]
            let told = alerts(scenes)
            #expect(told.map(\.rule.id) == ["account.stolen"])
            return try #require(told.first)
        }
        let owner = "It may be the owner on a journey"
        for recipient in ["boss@b.example", "new@example.org", "new@b.example"] {
            let alert = try alert(recipient)
            #expect(alert.severity == .low && alert.confidence == 0.5)
            #expect(alert.why.contains(owner), "\(alert.why)")
        }
        let stranger = try alert("x@stranger.example")
        #expect(stranger.severity == .high && stranger.confidence == 0.9)
        #expect(!stranger.why.contains(owner), "\(stranger.why)")
        // Of an account of five days it is not known who is a stranger to it.
        var judge = RelayJudge(configuration: configuration)
        let moves = ["203.0.113.9", "100.1.2.3", "203.0.113.9", "100.1.2.3"]
        let told = judge.alerts(
            for: habits().prefix(5)
                + moves.enumerated().map { place, client in
                    mail(client, Double(place) * 40, to: "x\(place)@s\(place).example")
                        .with { $0.at -= 9.5 * day }
                }
        )
        #expect(Set(told.map(\.severity)) == [.low], "\(told.map(\.why))")
    }

    @Test(
        "a thief and the owner in turns: told with the thief's next message, not with the owner's"
    )
    func turns() throws {
        let scenes = [
            mail("203.0.113.9", 0), mail("100.1.2.3", 38), mail("203.0.113.9", 60),
            mail("100.1.2.3", 90), mail("100.1.2.3", 91), mail("203.0.113.9", 92),
        ]
        var judge = RelayJudge(configuration: configuration)
        _ = judge.alerts(for: habits())
        var told: [Int] = []
        for (number, scene) in scenes.enumerated() {
            judge = try restarted(judge, configuration)
            if !judge.alerts(for: [scene]).isEmpty { told.append(number) }
        }
        #expect(told == [3])
    }

    @Test("one leap is none, nor are two more than a day apart")
    func apart() {
        let scenes = [mail("203.0.113.9", 0), mail("100.1.2.3", 38), mail("100.1.2.3", 90)]
        #expect(alerts(scenes).isEmpty)
        // By way of the moment between them, in which nobody travels too fast.
        let later = [mail("203.0.113.9", 60 * 26), mail("100.1.2.3", 60 * 26 + 38)]
        #expect(alerts(scenes + later).isEmpty)
        #expect(alerts(scenes + later.map { $0.with { $0.at -= 3 * 3_600 } }).count == 1)
    }

    @Test(
        "no leap: own and shared networks, one operator, one country, coarse places, honest speed"
    )
    func guards() {
        func hops(_ one: String, _ other: String, every minutes: Double = 20) -> [Scene] {
            (0..<6).map { mail($0 % 2 == 0 ? one : other, Double($0) * minutes) }
        }
        let homes = ["203.0.113.9", "100.1.2.3"]
        #expect(alerts(hops(homes[0], homes[1]), from: homes).isEmpty)
        // The same hops are leaps to whom they are new.
        #expect(!alerts(hops(homes[0], homes[1])).isEmpty)
        // Another user of the server comes from there all the while.
        var judge = RelayJudge(configuration: configuration)
        _ = judge.alerts(for: habits())
        for number in 12...13 {
            let login = LoginScene(
                service: .imap,
                client: "100.1.2.3",
                user: "bob@example.org",
                isSecured: true,
                at: Double(number) * day
            )
            #expect(judge.alerts(for: [login]).isEmpty)
        }
        #expect(judge.alerts(for: hops("203.0.113.9", "100.1.2.3")).isEmpty)
        let oneOperator = FakeTable(
            places.mapValues { place in
                var place = place
                place.operator = Place.Operator(number: 64_496)
                return place
            }
        )
        #expect(alerts(hops(homes[0], homes[1]), by: .told.knowing(oneOperator)).isEmpty)
        // 660 km within one country; 930 km between cities that are known to 500 km each.
        #expect(alerts(hops("203.0.113.9", "100.5.2.3", every: 5)).isEmpty)
        #expect(alerts(hops("100.6.2.3", "100.7.2.3", every: 5)).isEmpty)
        // A table without coordinates.
        #expect(alerts(hops("100.8.2.3", "100.9.2.3")).isEmpty)
        // 9,712 km in ten hours.
        #expect(alerts(hops(homes[0], homes[1], every: 600)).isEmpty)
        let fast = hops(homes[0], homes[1], every: 400)
        #expect(!alerts(fast).isEmpty)
        let patient = try? configuration.with {
            try $0.setThreshold("speed", of: "account.stolen", to: 2_000)
        }
        #expect(patient.map { alerts(fast, by: $0).isEmpty } ?? false)
    }

    @Test("what is inside is nowhere: it is no end of a leap")
    func inside() {
        let scenes = (0..<8).map { number in
            mail(number % 2 == 0 ? "192.0.2.40" : "100.1.2.3", Double(number) * 5)
        }
        #expect(alerts(scenes).isEmpty)
    }

    @Test("while the server is new, no leap counts")
    func newServer() {
        var judge = RelayJudge(configuration: configuration)
        let scenes = (0..<6).map { number in
            mail(number % 2 == 0 ? "203.0.113.9" : "100.1.2.3", Double(number) * 20)
        }
        #expect(judge.alerts(for: scenes).isEmpty)
    }

    @Test("a table older than a year lowers the confidence, and the reason says so")
    func oldTable() throws {
        let old = FakeTable(places, built: Scene.start.advanced(by: .seconds(-400 * 86_400)))
        let scenes = [
            mail("203.0.113.9", 0), mail("100.1.2.3", 38),
            mail("100.2.2.3", 98, to: "x@stranger.example"),
        ]
        let alert = try #require(alerts(scenes, by: .told.knowing(old)).first)
        #expect(alert.confidence == 0.6)
        #expect(
            alert.why.contains("made on 2025-10-19. They are older than a year"),
            "\(alert.why)"
        )
    }

    // MARK: - Memory

    @Test("what is remembered of journeys is bounded, the account used longest ago goes first")
    func bounded() throws {
        let configuration = configuration.with { $0.limits = RelayLimits(journeys: 8) }
        var judge = RelayJudge(configuration: configuration)
        for number in 0..<400 {
            _ = judge.alerts(for: [
                mail("100.1.\(number % 200).3", Double(number), user: "u\(number)@example.org")
            ])
            for other in 2...9 {
                _ = judge.alerts(for: [
                    mail("100.\(other).2.3", Double(number), user: "u\(number)@example.org")
                ])
            }
        }
        let stored = try JSONEncoder().encode(judge.memory)
        let object = try #require(try JSONSerialization.jsonObject(with: stored) as? [String: Any])
        let accounts = try #require(object["accounts"] as? [String: Any])
        let journeys = try #require(accounts["journeys"] as? [String: Any])
        let entries = try #require(journeys["entries"] as? [Any])
        #expect((1...8).contains(entries.count))
        let octets = try JSONSerialization.data(withJSONObject: entries)
        #expect(octets.count < 8 * 2_048)
        // What made room is counted, under the name that `status` shows.
        #expect(judge.dropped["journeys_dropped"] == UInt64(400 - entries.count))
        #expect(RelayBench(configuration: configuration).smtp.givenUp.isEmpty)
    }

    @Test("accounts that are at home make room for one that is in several countries")
    func crowd() {
        let coarse = FakeTable(places.mapValues { Place($0.country?.description) })
        let configuration = RelayConfiguration.told.knowing(coarse).with {
            $0.limits = RelayLimits(journeys: 8)
        }
        var judge = RelayJudge(configuration: configuration)
        let colleagues = (0..<24).map { "c\($0)@example.org" }
        for user in colleagues { _ = judge.alerts(for: habits(user: user)) }
        let scenes =
            habits() + [
                mail("100.8.2.3", 0), mail("100.9.2.3", 15), mail("100.3.2.3", 30),
            ]
        #expect(judge.alerts(for: scenes).isEmpty)
        for user in colleagues {
            #expect(judge.alerts(for: [mail("203.0.113.9", 40, user: user)]).isEmpty)
        }
        let last = judge.alerts(for: [mail("100.4.2.3", 45)])
        #expect(last.map(\.rule.id) == ["account.stolen"])
    }

    @Test("a memory that an earlier hubtap stored knows no journeys, and learns them")
    func old() throws {
        var judge = RelayJudge(configuration: configuration)
        _ = judge.alerts(for: habits() + [mail("203.0.113.9", 0), mail("100.1.2.3", 38)])
        var object = try #require(
            try JSONSerialization.jsonObject(with: try JSONEncoder().encode(judge.memory))
                as? [String: Any]
        )
        var accounts = try #require(object["accounts"] as? [String: Any])
        #expect(accounts.removeValue(forKey: "journeys") != nil)
        object["accounts"] = accounts
        var next = RelayJudge(configuration: configuration)
        next.memory = try JSONDecoder().decode(
            RelayMemory.self,
            from: try JSONSerialization.data(withJSONObject: object)
        )
        _ = next.memory.restoreHabits(judge.memory.habitEntries(since: 0))
        #expect(next.alerts(for: [mail("203.0.113.9", 60), mail("100.1.2.3", 90)]).isEmpty)
        #expect(next.alerts(for: [mail("100.2.2.3", 100)]).map(\.rule.id) == ["account.stolen"])
    }

    @Test("without a table nothing of it is remembered")
    func without() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: habits() + [mail("100.1.2.3", 38)])
        let text = String(decoding: try JSONEncoder().encode(judge.memory), as: UTF8.self)
        #expect(text.contains(#""journeys":{"entries":[]}"#))
        #expect(judge.dropped.isEmpty)
    }
}

@Suite("Great circles")
struct GreatCircleTests {
    private func point(_ latitude: Double, _ longitude: Double) throws -> Place.Point {
        try #require(Place.Point(latitude: latitude, longitude: longitude))
    }

    @Test("known distances")
    func known() throws {
        let paris = try point(48.8566, 2.3522)
        for (latitude, longitude, kilometres) in [
            (35.6762, 139.6503, 9_712.0), (40.7128, -74.006, 5_837), (51.5074, -0.1278, 344),
            (43.2965, 5.3698, 661), (-33.8688, 151.2093, 16_961), (48.8566, 2.3522, 0),
        ] {
            let distance = paris.kilometres(to: try point(latitude, longitude))
            #expect(abs(distance - kilometres) < 2, "\(latitude), \(longitude): \(distance)")
        }
        #expect(abs(try point(90, 0).kilometres(to: try point(-90, 77)) - 20_015.1) < 0.1)
        #expect(abs(try point(0, -180).kilometres(to: try point(0, 180))) < 0.001)
        #expect(abs(try point(0, 0).kilometres(to: try point(0, 180)) - 20_015.1) < 0.1)
        #expect(abs(try point(0, -179.5).kilometres(to: try point(0, 179.5)) - 111.195) < 0.01)
    }

    @Test("a stored point is read as it was written; one that is on no globe is refused")
    func stored() throws {
        func decoded(_ latitude: String, _ longitude: String, _ radius: String) throws
            -> Place.Point
        {
            let text =
                #"{"latitude":\#(latitude),"longitude":\#(longitude),"radius":\#(radius)}"#
            return try JSONDecoder().decode(Place.Point.self, from: Data(text.utf8))
        }
        for point in [try point(48.8566, 2.3522), try point(-90, 180), try point(90, -180)] {
            let octets = try JSONEncoder().encode(point)
            #expect(try JSONDecoder().decode(Place.Point.self, from: octets) == point)
        }
        #expect(try decoded("-90", "180", "65535").radius == 65_535)
        for (latitude, longitude, radius) in [
            ("1e30", "0", "0"), ("0", "-1e30", "0"), ("-1e38", "1e38", "0"), ("90.1", "0", "0"),
            ("-91", "0", "0"), ("0", "180.5", "0"), ("0", "0", "-1"), ("0", "0", "65536"),
            ("1e300", "0", "0"), (#""0""#, "0", "0"), ("null", "0", "0"),
        ] {
            #expect(throws: DecodingError.self, "\(latitude), \(longitude), \(radius)") {
                try decoded(latitude, longitude, radius)
            }
        }
    }

    @Test("as the C library has it")
    func compared() throws {
        var generator = SplitMix64(seed: 5)
        func number(_ limit: Double) -> Double {
            (Double(generator.next() % 2_000_001) / 1_000_000 - 1) * limit
        }
        for _ in 0..<2_000 {
            let one = try point(number(90), number(180))
            let other = try point(number(90), number(180))
            func radians(_ degrees: Float) -> Double { Double(degrees) * .pi / 180 }
            let (north, south) = (radians(one.latitude), radians(other.latitude))
            let square =
                pow(sin((south - north) / 2), 2)
                + cos(north) * cos(south)
                * pow(sin((radians(other.longitude) - radians(one.longitude)) / 2), 2)
            let expected = 2 * 6_371.009 * asin(min(1, sqrt(square)))
            #expect(abs(one.kilometres(to: other) - expected) < 0.01)
            #expect(one.kilometres(to: other) == other.kilometres(to: one))
        }
    }
}
