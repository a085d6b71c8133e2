import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapTesting
import TapWire
import Testing

private let day = 86_400.0

/// A judge that goes on from what another one has stored.
private func restarted(
    _ judge: RelayJudge,
    _ configuration: RelayConfiguration = .told,
    stored: [HabitEntry]? = nil
) throws -> RelayJudge {
    var next = RelayJudge(configuration: configuration)
    next.memory = try JSONDecoder().decode(
        RelayMemory.self,
        from: try JSONEncoder().encode(judge.memory)
    )
    let entries = stored ?? judge.memory.habitEntries(since: 0)
    #expect(next.memory.restoreHabits(entries, limits: configuration.limits) == 0)
    return next
}

/// Two weeks of a user's mail from home and from inside, to the same people.
private func habits(of user: String = "ann@example.org", days: Int = 14) -> [Scene] {
    (0..<days).flatMap { number in
        (0..<3).map { hour in
            Scene.sent(
                by: user,
                from: hour == 0 ? "192.0.2.40" : "203.0.113.9",
                to: ["friend\(hour)@a.example", "boss@b.example"],
                at: Double(number) * day + Double(hour) * 3_600
            )
        }
    }
}

/// Mail from ever new networks to ever new people.
private func theft(_ count: Int, at start: Double, every seconds: Double = 900) -> [Scene] {
    (0..<count).map { number in
        .sent(
            from: "100.\(number + 1).2.3",
            to: ["victim\(number)@v\(number).example"],
            at: start + Double(number) * seconds
        )
    }
}

@Suite("Habits")
struct HabitTests {
    @Test("100,000 habits with their index fit 64 MiB")
    func size() {
        #expect(RelayMemory.octetsOfHabit <= (64 << 20) / 100_000, "\(RelayMemory.octetsOfHabit)")
    }

    @Test("a restart between any two events changes no alert, whole or stored piece by piece")
    func restart() throws {
        var scenes = habits(days: 9) + theft(8, at: 9 * day)
        scenes += (0..<8).map { number in
            .sent(from: "100.9.2.3", to: ["w\(number)@w.example"], at: 10 * day + Double(number))
        }
        var whole = RelayJudge(configuration: .told)
        let expected = whole.alerts(for: scenes).map(\.why)
        #expect(!expected.isEmpty)
        var stored: [Int: HabitEntry] = [:]
        var revision: UInt64 = 0
        var judge = RelayJudge(configuration: .told)
        var alerts: [String] = []
        for scene in scenes {
            alerts += judge.alerts(for: [scene]).map(\.why)
            for entry in judge.memory.habitEntries(since: revision) { stored[entry.slot] = entry }
            revision = judge.memory.habitRevision
            let next = try restarted(judge, stored: stored.values.sorted { $0.slot < $1.slot })
            #expect(next.memory.habitEntries(since: 0).isEmpty)
            judge = next
            revision = 0
        }
        #expect(alerts == expected)
    }

    @Test("a flood of accounts and clients is bounded, and one who ever logged in stays")
    func flood() throws {
        let configuration = RelayConfiguration.told.with {
            $0.limits = RelayLimits(identities: 200)
        }
        var judge = RelayJudge(configuration: configuration)
        _ = judge.alerts(for: habits())
        for number in 0..<3_000 {
            let scene = LoginScene(
                client: "198.\(number % 200).\(number / 250).7",
                user: "made-up\(number)",
                answers: [false],
                at: 14 * day + Double(number)
            )
            _ = judge.alerts(for: [scene])
            let mail = Scene.ordinary.with {
                $0.client = "172.\(32 + number % 200).\(number / 250).7"
                $0.at = 14 * day + Double(number)
            }
            _ = judge.alerts(for: [mail])
        }
        #expect(Set(judge.memory.habitEntries(since: 0).map(\.slot)) == Set(0..<200))
        #expect(judge.alerts(for: theft(4, at: 16 * day)).last?.rule.id == "account.stolen")
        // A smaller limit takes what fits.
        let fewer = RelayConfiguration.told.with { $0.limits = RelayLimits(identities: 50) }
        var next = RelayJudge(configuration: fewer)
        #expect(
            next.memory.restoreHabits(
                judge.memory.habitEntries(since: 0).filter { $0.slot < 50 },
                limits: fewer.limits
            ) == 0
        )
    }

    @Test("a clock that jumps by years and back harms nothing that was learned")
    func clock() {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: habits())
        let jump = habits(days: 1)
        for years in [9.0, -9.0, 0] {
            let scenes = jump.map { scene in
                scene.with { $0.at += 14 * day + years * 365 * day }
            }
            #expect(judge.alerts(for: scenes).isEmpty)
        }
        #expect(judge.alerts(for: habits(days: 1).map { $0.with { $0.at += 15 * day } }).isEmpty)
        let stolen = judge.alerts(for: theft(4, at: 16 * day))
        #expect(stolen.map(\.rule.id) == ["account.stolen"])
    }

    @Test(
        "damaged and foreign records are counted and learned anew, and what is left moves together"
    )
    func damaged() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: habits())
        var entries = judge.memory.habitEntries(since: 0).sorted { $0.slot < $1.slot }
        #expect(entries.count == 3)
        entries[0] = HabitEntry(slot: 0, octets: [1] + entries[0].octets.dropFirst())
        var next = RelayJudge(configuration: .told)
        #expect(next.memory.restoreHabits(entries) == 1)
        #expect(next.memory.habitEntries(since: 0).map(\.slot).sorted() == [0, 1])
        var generator = SplitMix64(seed: 7)
        for _ in 0..<500 {
            var octets = entries[1].octets
            switch generator.next() % 3 {
            case 0: octets.removeLast(Int(generator.next() % UInt64(octets.count)))
            case 1:
                octets[Int(generator.next() % UInt64(octets.count))] = UInt8(
                    generator.next() & 0xFF
                )
            default: octets = [2] + generator.octets(Int(generator.next() % 900))
            }
            var other = RelayJudge(configuration: .told)
            #expect(other.memory.restoreHabits([HabitEntry(slot: 0, octets: octets)]) <= 1)
            _ = other.alerts(for: habits(days: 2))
        }
    }

    @Test("names stand nowhere in what is stored")
    func names() {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: habits())
        for entry in judge.memory.habitEntries(since: 0) {
            let text = String(decoding: entry.octets, as: UTF8.self)
            for name in ["ann", "example", "friend", "boss"] { #expect(!text.contains(name)) }
        }
    }
}

@Suite("Stolen accounts")
struct StolenAccountTests {
    private func learned(days: Int = 14) -> RelayJudge {
        var judge = RelayJudge(configuration: .told)
        #expect(judge.alerts(for: habits(days: days)).isEmpty)
        return judge
    }

    @Test("the fourth message from a fourth new network to new people tells, the third does not")
    func manyPlaces() throws {
        var judge = learned()
        #expect(judge.alerts(for: theft(3, at: 14 * day)).isEmpty)
        let names = ["4XyZ10abCD", "4XyZ11abCD", "4XyZ12abCD", "4XyZ13abCD"]
        let mails = zip(theft(4, at: 14 * day), names).map { mail, name in
            mail.with { $0.text = "2.0.0 Ok: queued as \(name)" }
        }
        judge = learned()
        _ = judge.alerts(for: Array(mails.prefix(3)))
        let alerts = judge.alerts(for: [mails[3]])
        #expect(alerts.map(\.rule.id) == ["account.stolen"])
        let alert = try #require(alerts.first)
        #expect(alert.severity == .high)
        #expect(
            alert.signature
                == "ann@example.org is used by somebody else at mail.example.org, it seems"
        )
        #expect(alert.why.contains("now 100.4.2.3, 1 new recipient, of <victim3@v3.example>"))
        #expect(alert.facts.contains(Alert.Fact(name: "user", value: "ann@example.org")))
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.queueIDs == names)
        #expect(report.counts.messages == 4 && report.counts.clients == 4)
        #expect(report.since == mails[0].time.rfc3339)
        // What another rule looks back to for an hour only is not forgotten by this one.
        judge = learned()
        let slow = theft(4, at: 14 * day, every: 7_200).map {
            $0.with { $0.from = "<x\(Int($0.at))@stranger.example>" }
        }
        _ = judge.alerts(for: slow)
        let told = judge.memory.incidentReports(in: .english).map(\.counts.messages)
        #expect(told == [4])
    }

    @Test("once a day is enough, and the owner who goes on working hides nothing")
    func slow() {
        var judge = learned()
        var alerts: [Alert] = []
        for (number, scene) in theft(5, at: 14 * day, every: day).enumerated() {
            let own = habits(days: 1).map { $0.with { $0.at += (14.3 + Double(number)) * day } }
            alerts += judge.alerts(for: [scene] + own)
        }
        #expect(alerts.map(\.rule.id) == ["account.stolen", "account.stolen"])
    }

    @Test("one message to somebody known among five changes nothing")
    func oneKnown() {
        var judge = learned()
        var scenes = theft(5, at: 14 * day)
        scenes[1].recipients[0].address = "<boss@b.example>"
        #expect(judge.alerts(for: scenes).map(\.rule.id) == ["account.stolen"])
    }

    /// Mail to new people in domains the account knows, each from another of `networks`.
    private static func acquaintances(_ count: Int, networks: Int, every seconds: Double) -> [Scene]
    {
        (0..<count).map { number in
            .sent(
                from: "100.\(number % networks + 1).2.3",
                to: ["colleague\(number)@b.example"],
                at: 14 * day + Double(number) * seconds
            )
        }
    }

    @Test(
        "new people where one knows somebody are no strangers, however many, from a hotel and a telephone"
    )
    func acquaintances() {
        var judge = learned()
        #expect(judge.alerts(for: Self.acquaintances(200, networks: 2, every: 600)).isEmpty)
        // One in a domain that is new among them makes it a message to strangers.
        judge = learned()
        let strangers = Self.acquaintances(200, networks: 2, every: 600).enumerated().map {
            (number, scene) in
            scene.with { $0.recipients.append(("<x\(number)@new\(number).example>", 250, "Ok")) }
        }
        #expect(judge.alerts(for: strangers).first?.rule.id == "account.stolen")
    }

    @Test("new networks soon behind one another tell also of mail to them, from the fifth on")
    func hurry() throws {
        func alerts(_ scenes: [Scene]) throws -> [String] {
            var judge = learned()
            return try scenes.flatMap { scene in
                judge = try restarted(judge)
                return judge.alerts(for: [scene]).map(\.rule.id)
            }
        }
        let scenes = Self.acquaintances(5, networks: 5, every: 600)
        #expect(try alerts(Array(scenes[..<4])).isEmpty)
        #expect(try alerts(scenes) == ["account.stolen"])
        #expect(try alerts(Self.acquaintances(9, networks: 9, every: 3_601)).isEmpty)
    }

    @Test("new people of the house alone, from new networks, are a warning; a stranger is high")
    func colleagues() {
        func alerts(_ last: String) -> [Alert] {
            var judge = learned()
            let scenes = theft(6, at: 14 * day, every: 120).enumerated().map { number, scene in
                scene.with {
                    $0.recipients[0].address = number < 5 ? "<new\(number)@example.org>" : last
                }
            }
            return judge.alerts(for: scenes)
        }
        let told = alerts("<new9@example.org>")
        #expect(told.map(\.severity) == [.medium, .medium])
        #expect(told.first?.why.contains("are of the house: it may be the owner") == true)
        let worse = alerts("<victim@v1.example>")
        #expect(worse.map(\.severity) == [.medium, .high])
        #expect(worse.last?.why.contains("are of the house") == false)
    }

    @Test(
        "back and forth between three new networks tells with the fifth message, between two it does not"
    )
    func restless() throws {
        func alerts(_ networks: [Int], every seconds: Double = 600) throws -> [Int] {
            var judge = learned(days: 5)
            var told: [Int] = []
            for (number, scene) in theft(networks.count, at: 5 * day, every: seconds).enumerated() {
                judge = try restarted(judge)
                let moved = scene.with { $0.client = "100.\(networks[number]).2.3" }
                if !judge.alerts(for: [moved]).isEmpty { told.append(number + 1) }
            }
            return told
        }
        #expect(try alerts([1, 2, 3, 1]).isEmpty)
        #expect(try alerts([1, 2, 3, 1, 2]) == [5])
        #expect(try alerts([1, 2, 1, 3, 2]) == [5])
        // Who stays where he is has not moved.
        #expect(try alerts([1, 2, 3, 3, 3, 3]).isEmpty)
        #expect(try alerts([1, 2, 1, 2, 1, 2, 1, 2]).isEmpty)
        #expect(try alerts([1, 2, 3, 1, 2, 3, 1, 2], every: 1_801).isEmpty)
    }

    @Test("those of the house, and its contacts, are no strangers")
    func noStrangers() {
        func alerts(_ scenes: [Scene], knowing contacts: String = "") -> [String] {
            var configuration = RelayConfiguration.told
            #expect(configuration.contacts.read(contacts).isEmpty)
            var judge = RelayJudge(configuration: configuration)
            return judge.alerts(for: habits() + scenes).map(\.rule.id)
        }
        let stolen = theft(4, at: 14 * day)
        #expect(alerts(stolen) == ["account.stolen"])
        #expect(alerts(stolen, knowing: "victim1@v1.example\nv2.example").isEmpty)
        let inHouse = stolen.enumerated().map { number, scene in
            scene.with { $0.recipients[0].address = "<new\(number)@example.org>" }
        }
        #expect(alerts(inHouse).isEmpty)
    }

    @Test(
        "how often one writes to strangers is learned from so many messages from his own networks"
    )
    func leastMessages() throws {
        // 42 messages, the first ten of which teach nothing; on its first two days the network is not yet its own.
        func alerts(_ least: Double) throws -> [String] {
            let configuration = try RelayConfiguration.told.with {
                try $0.setThreshold("least_messages", of: "account.stolen", to: least)
            }
            var judge = RelayJudge(configuration: configuration)
            return judge.alerts(for: habits() + theft(4, at: 14 * day, every: 4_000)).map(\.rule.id)
        }
        #expect(try alerts(32) == ["account.stolen"])
        #expect(try alerts(33).isEmpty)
    }

    @Test("what one sends on a journey teaches nothing of him")
    func journey() {
        var judge = RelayJudge(configuration: .told)
        // Known for a week and more, and by few messages; then many from the hotel, one in four to strangers.
        #expect(
            judge.alerts(for: Array(habits(days: 9).filter { $0.client == "203.0.113.9" }[..<8]))
                .isEmpty
        )
        for number in 0..<60 {
            let scene = Scene.sent(
                from: "41.7.2.3",
                to: [number % 4 == 0 ? "p@fair\(number).example" : "colleague\(number)@b.example"],
                at: 9 * day + Double(number) * 1_200
            )
            #expect(judge.alerts(for: [scene]).isEmpty)
        }
    }

    @Test("behind a theft, what the owner sends from his telephone is not the thief's")
    func owner() throws {
        var judge = learned()
        #expect(!judge.alerts(for: theft(30, at: 14 * day, every: 300)).isEmpty)
        var scenes = [
            Scene.sent(from: "80.7.2.3", to: ["boss@b.example"], at: 14.5 * day),
            .sent(from: "80.7.2.3", to: ["colleague@b.example"], at: 14.6 * day),
        ]
        judge = try restarted(judge)
        #expect(judge.alerts(for: scenes).isEmpty)
        scenes[1].recipients[0].address = "<colleague@elsewhere.example>"
        // Told, as it may be the thief's, but with less weight while no other network is new within the hour.
        let alone = try #require(judge.alerts(for: [scenes[1]]).first)
        #expect(alone.rule.id == "account.stolen" && alone.severity == .medium)
        #expect(alone.why.contains("it may be the owner again"))
        let soon = scenes[1].with { ($0.client, $0.at) = ("80.8.2.3", $0.at + 3_500) }
        #expect(judge.alerts(for: [soon]).map(\.severity) == [.high])
        judge = try restarted(judge)
        let later = scenes[1].with { ($0.client, $0.at) = ("80.9.2.3", $0.at + 7_101) }
        #expect(judge.alerts(for: [later]).map(\.severity) == [.medium])
        // What the server refuses speaks for nobody, and is told on.
        scenes[1].recipients[0].code = 550
        #expect(judge.alerts(for: [scenes[1]]).map(\.rule.id) == ["account.stolen"])
    }

    @Test("many messages from one new network to new people")
    func sameCountry() {
        var judge = learned()
        let scenes = (0..<4).map { number in
            Scene.sent(
                from: "100.7.2.3",
                to: (0..<6).map { "s\(number)@s\(number)x\($0).example" },
                at: 14 * day + Double(number) * 60
            )
        }
        #expect(judge.alerts(for: Array(scenes[..<2])).isEmpty)
        #expect(judge.alerts(for: Array(scenes[2...])).map(\.rule.id).first == "account.stolen")
    }

    @Test("a fifth refused makes it critical")
    func refused() {
        var judge = learned()
        let scenes = theft(5, at: 14 * day).map { scene in
            scene.with { $0.recipients.append(("<gone@x.example>", 550, "5.1.1 unknown")) }
        }
        #expect(judge.alerts(for: scenes).last?.severity == .critical)
    }

    @Test("more than ten networks within an hour tell of an account that is not known at all")
    func manyNetworks() {
        func alerts(_ count: Int) -> [String] {
            var judge = RelayJudge(configuration: .told)
            let scenes = (0..<count).map { number in
                Scene.sent(
                    from: "100.\(number).2.3",
                    to: ["boss@b.example"],
                    at: Double(number) * 300
                )
            }
            return judge.alerts(for: scenes).map(\.rule.id)
        }
        #expect(alerts(10).isEmpty)
        #expect(alerts(11) == ["account.stolen"])
    }

    @Test("a telephone that changes its network a few times a day writes to the same people")
    func roaming() {
        var judge = learned()
        var generator = SplitMix64(seed: 3)
        for number in 0..<300 {
            let scene = Scene.sent(
                from: "100.\(generator.next() % 200).2.3",
                to: generator.next() % 20 == 0 ? ["new\(number)@n.example"] : ["boss@b.example"],
                at: 14 * day + Double(number) * 14_400
            )
            #expect(judge.alerts(for: [scene]).isEmpty)
        }
    }

    @Test(
        "of an account that is not known for a week new networks at once tell, new recipients little"
    )
    func young() {
        var judge = learned(days: 5)
        #expect(judge.alerts(for: theft(3, at: 5 * day)).isEmpty)
        #expect(judge.alerts(for: [theft(4, at: 5 * day)[3]]).map(\.severity) == [.high])
        judge = learned(days: 5)
        #expect(judge.alerts(for: theft(9, at: 5 * day, every: 3_601)).isEmpty)
        // In the first days of the server all places are new.
        judge = RelayJudge(configuration: .told)
        #expect(judge.alerts(for: theft(9, at: 0)).isEmpty)
    }

    @Test(
        "in its first day an account is told with a warning, once the server is known for three days"
    )
    func firstDay() throws {
        // The server is seen first with logins of somebody else, from `networks` in turn.
        func alerts(
            _ count: Int,
            at start: Double,
            every seconds: Double = 600,
            behind networks: [Int] = [50, 51, 52]
        ) throws -> [Severity] {
            var judge = RelayJudge(configuration: .told)
            let others = networks.enumerated().map { number, network in
                LoginScene(
                    client: "100.\(network).9.9",
                    user: "bea@example.org",
                    isSecured: true,
                    at: Double(number) * day
                )
            }
            #expect(judge.alerts(for: others).isEmpty)
            return try theft(count, at: start, every: seconds).flatMap { scene in
                judge = try restarted(judge)
                return judge.alerts(for: [scene]).map(\.severity)
            }
        }
        #expect(try alerts(3, at: 3 * day).isEmpty)
        #expect(try alerts(4, at: 3 * day) == [.medium])
        #expect(try alerts(4, at: 3 * day - 2_000).isEmpty)
        // Where others of the server come from as well, a network tells little.
        #expect(try alerts(4, at: 3 * day, behind: [50, 3, 51]).isEmpty)
        #expect(try alerts(9, at: 3 * day, every: 3_601).isEmpty)
    }

    @Test("four parts of the world within an hour tell of any account, three do not")
    func world() {
        func alerts(_ firsts: [Int], every seconds: Double) -> [Severity] {
            var judge = RelayJudge(configuration: .told)
            let scenes = firsts.enumerated().map { number, first in
                Scene.sent(
                    from: "\(first).7.2.3",
                    to: ["boss@b.example"],
                    at: Double(number) * seconds
                )
            }
            return judge.alerts(for: scenes).map(\.severity)
        }
        #expect(alerts([31, 80, 101], every: 600).isEmpty)
        #expect(alerts([31, 80, 101, 177], every: 600) == [.medium])
        #expect(alerts([31, 80, 101, 177], every: 1_300).isEmpty)
        var judge = learned()
        let known = ["31", "80", "101", "177"].enumerated().map { number, first in
            Scene.sent(
                from: "\(first).7.2.3",
                to: ["boss@b.example"],
                at: 14 * day + Double(number)
            )
        }
        #expect(judge.alerts(for: known).map(\.severity) == [.high])
    }

    @Test("a hotel: a new network, new people among those he knows, for days")
    func hotel() {
        for seed in 0..<20 as Range<UInt64> {
            var judge = learned()
            var generator = SplitMix64(seed: seed)
            for number in 0..<60 {
                let isNew = generator.next() % 3 == 0
                let phone = "100.\(7 + generator.next() % 2).9.9"
                let scene = Scene.sent(
                    from: generator.next() % 3 == 0 ? phone : "41.7.2.3",
                    to: isNew ? ["p\(number)@fair\(number).example"] : ["boss@b.example"],
                    at: 14 * day + Double(number) * 5_000
                )
                #expect(judge.alerts(for: [scene]).isEmpty)
            }
        }
    }

    @Test("one who always writes to new people may do so from new networks")
    func salesman() {
        func alerts(newShare: UInt64) -> [String] {
            var judge = learned()
            var generator = SplitMix64(seed: 11)
            for number in 0..<120 {
                let isNew = generator.next() % 10 < newShare
                let scene = Scene.sent(
                    from: "203.0.113.9",
                    to: isNew ? ["c\(number)@c\(number).example"] : ["boss@b.example"],
                    at: (14 + Double(number) / 8) * day
                )
                #expect(judge.alerts(for: [scene]).isEmpty)
            }
            // On the road: a new network every hour and a bit.
            return judge.alerts(for: theft(6, at: 29 * day, every: 4_000)).map(\.rule.id)
        }
        #expect(alerts(newShare: 6).isEmpty)
        #expect(alerts(newShare: 0) == Array(repeating: "account.stolen", count: 3))
    }

    @Test("a network that one came from on three days is his own, and is asked no more")
    func ownNetworks() {
        var judge = learned()
        for number in 0..<3 {
            let scene = Scene.sent(
                from: "100.5.2.3",
                to: ["boss@b.example"],
                at: (14 + Double(number)) * day
            )
            #expect(judge.alerts(for: [scene]).isEmpty)
        }
        let scenes = (0..<40).map { number in
            Scene.sent(
                from: "100.5.9.9",
                to: (0..<2).map { "x\(number)@y\(number)x\($0).example" },
                at: 17 * day + Double(number)
            )
        }
        #expect(judge.alerts(for: scenes).isEmpty)
        // From a network of one day it is a thief.
        judge = learned()
        let other = scenes.map { $0.with { $0.client = "100.6.9.9" } }
        #expect(judge.alerts(for: other).first?.rule.id == "account.stolen")
    }

    @Test("what was found of a journey has faded weeks later")
    func fading() {
        var judge = learned()
        for journey in 0..<6 {
            let start = (14 + Double(journey) * 20) * day
            #expect(judge.alerts(for: theft(3, at: start)).isEmpty)
            let rest = habits(days: 18).map { $0.with { $0.at += start + day } }
            #expect(judge.alerts(for: rest).isEmpty)
        }
    }

    @Test("while an account is in a thief's hands, nothing is learned of him")
    func notLearned() {
        var judge = learned()
        let alerts = judge.alerts(for: theft(150, at: 14 * day, every: 300))
        #expect(alerts.count > 20)
        let own = habits(days: 1).map { $0.with { $0.at += 15 * day } }
        #expect(judge.alerts(for: own).isEmpty)
        let again = theft(1, at: 16 * day).map {
            $0.with { ($0.client, $0.recipients[0].address) = ("100.250.2.3", "<v@later.example>") }
        }
        #expect(judge.alerts(for: again).map(\.rule.id) == ["account.stolen"])
    }

    @Test("a client inside is not judged by novelty")
    func guards() {
        var judge = learned()
        let inside = theft(9, at: 14 * day).map {
            $0.with { ($0.client, $0.clientPort) = ("10.1.2.3", 1) }
        }
        #expect(judge.alerts(for: inside).isEmpty)
    }

    @Test("the fifth foreign sender within an hour tells, the fourth does not")
    func spoofing() throws {
        func told(_ senders: [String], every seconds: Double = 60) -> [Alert] {
            var judge = learned()
            let scenes = senders.enumerated().map { number, sender in
                Scene.sent(
                    from: "203.0.113.9",
                    to: ["boss@b.example"],
                    at: 14 * day + Double(number) * seconds
                ).with { $0.from = "<\(sender)>" }
            }
            return judge.alerts(for: scenes)
        }
        func alerts(_ senders: [String], every seconds: Double = 60) -> [String] {
            told(senders, every: seconds).map(\.rule.id)
        }
        let foreign = (0..<5).map { "x\($0)@stranger\($0).example" }
        #expect(alerts(foreign) == ["account.spoofing"])
        #expect(alerts(Array(foreign[..<4]) + foreign[..<4]).isEmpty)
        #expect(alerts(foreign, every: 1_000).isEmpty)
        // Those behind the fifth are new once each, and not the fifth again.
        let all = told(foreign + ["y@other.example", "y@other.example", "z@other.example"])
        #expect(all.map(\.rule.id) == Array(repeating: "account.spoofing", count: 3))
        #expect(all.first?.why.contains("one of 5 foreign senders") ?? false)
        #expect(try #require(all.last).why.contains("one of more than 5 foreign senders"))
        // Shared mailboxes and other domains of the house, and nobody.
        #expect(alerts((0..<9).map { "shared\($0)@sub.example.org" }).isEmpty)
        #expect(alerts(Array(repeating: "", count: 9)).isEmpty)
    }

    @Test("a user without a domain in his name is compared with the domains of the house")
    func withoutDomain() {
        var judge = RelayJudge(configuration: .told)
        let scenes = (0..<5).map { number in
            Scene.sent(by: "ann", from: "192.0.2.40", to: ["boss@b.example"], at: Double(number))
                .with { $0.from = "<x\(number)@stranger.example>" }
        }
        #expect(judge.alerts(for: scenes).map(\.rule.id) == ["account.spoofing"])
        judge = RelayJudge(configuration: .told)
        let own = scenes.map { $0.with { $0.from = "<\($0.at)@example.org>" } }
        #expect(judge.alerts(for: own).isEmpty)
    }

    private static func bulk(_ recipients: Int, at: Double) -> Scene {
        Scene.sent(
            from: "192.0.2.40",
            to: (0..<recipients).map { "r\($0)@list.example" },
            at: at
        ).with { $0.clientPort = 1 }
    }

    @Test("more than a hundred recipients in an hour tell, a hundred do not")
    func volume() throws {
        var judge = learned()
        #expect(judge.alerts(for: [Self.bulk(100, at: 14 * day)]).isEmpty)
        let alerts = judge.alerts(for: [Self.bulk(1, at: 14 * day + 60)])
        #expect(alerts.map(\.rule.id) == ["account.volume"])
        #expect(
            alerts.first?.why.hasPrefix(
                "ann@example.org has written to 101 recipients in this hour."
            ) == true
        )
        let verdicts = { judge.memory.incidentReports(in: .english).map(\.verdict) }
        #expect(
            verdicts() == [
                """
                The account ann@example.org sends at mail.example.org in a way that is new to it: 2 messages by 1 client, \
                the latest 192.0.2.40.
                """
            ]
        )
        let counts = judge.memory.incidentReports(in: .english).first?.counts
        #expect(counts?.messages == 2 && counts?.recipients == 101)
        // What tells that somebody else does it says so.
        _ = judge.alerts(for: theft(4, at: 14 * day + 120))
        #expect(verdicts().allSatisfy { $0.hasPrefix("Somebody else uses the account") })
        judge = learned(days: 6)
        #expect(judge.alerts(for: [Self.bulk(300, at: 6 * day)]).isEmpty)
    }

    @Test("messages of that hour are counted from the tenth recipient on, however many there are")
    func volumeFromFirst() throws {
        var judge = learned()
        let start = 14 * day
        let singles = (0..<101).map { Self.bulk(1, at: start + Double($0)) }
        #expect(judge.alerts(for: singles).map(\.rule.id) == ["account.volume"])
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.messages == 92 && report.counts.events == 92)
        #expect(report.since == Scene.start.advanced(by: .seconds(start + 9)).rfc3339)
    }

    @Test("mail of the hour before is not that hour's")
    func volumeOfTheHour() throws {
        var judge = learned()
        let start = 14 * day
        let scenes = [
            Self.bulk(10, at: start - 600), Self.bulk(90, at: start), Self.bulk(90, at: start + 60),
        ]
        #expect(judge.alerts(for: scenes).map(\.rule.id) == ["account.volume"])
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.messages == 2 && report.counts.recipients == 180)
        #expect(report.since == Scene.start.advanced(by: .seconds(start)).rfc3339)
    }

    @Test("a newsletter that comes each week, and the mail of one who writes to many, are usual")
    func newsletter() {
        var judge = learned(days: 1)
        for week in 0..<5 {
            let late = week % 2 == 0 ? 0.0 : 3_000
            let scene = Self.bulk(400, at: Double(week) * 7 * day + 5 * 3_600 + late)
            #expect(judge.alerts(for: [scene]).isEmpty)
            let rest = habits(days: 6).map { $0.with { $0.at += (Double(week) * 7 + 1) * day } }
            #expect(judge.alerts(for: rest).isEmpty)
        }
        var busy = RelayJudge(configuration: .told)
        let scenes = (0..<360).map { Self.bulk(40, at: Double($0) * 3_600) }
        #expect(busy.alerts(for: scenes + [Self.bulk(350, at: 360 * 3_600)]).isEmpty)
    }

    @Test("in French")
    func french() {
        var judge = RelayJudge(
            configuration: RelayConfiguration.told.with { $0.language = .french }
        )
        let alerts = judge.alerts(for: habits() + theft(4, at: 14 * day))
        #expect(
            alerts.map(\.signature) == [
                "ann@example.org semble utilisé par quelqu'un d'autre sur mail.example.org"
            ]
        )
    }
}

@Suite("Mailboxes read from new places")
struct MailboxTheftTests {
    private static let home = LoginScene(
        service: .pop3,
        client: "203.0.113.9",
        isSecured: true,
        retrieved: 3
    )

    private func learned(_ users: [String] = ["ann@example.org"]) -> RelayJudge {
        var judge = RelayJudge(configuration: .told)
        for number in 0..<10 {
            for user in users {
                let scene = Self.home.with { ($0.user, $0.at) = (user, Double(number) * day) }
                #expect(judge.alerts(for: [scene]).isEmpty)
            }
        }
        return judge
    }

    @Test(
        "three new networks within an hour, not two, and not over a day",
        arguments: [LoginScene.Service.pop3, .imap]
    )
    func networks(_ service: LoginScene.Service) {
        func alerts(_ count: Int, every seconds: Double) -> [Alert] {
            var judge = learned()
            return judge.alerts(
                for: (0..<count).map { number in
                    Self.home.with {
                        $0.service = service
                        ($0.client, $0.at) = (
                            "100.\(number).2.3", 10 * day + Double(number) * seconds
                        )
                    }
                }
            )
        }
        #expect(alerts(2, every: 600).isEmpty)
        #expect(alerts(3, every: 600).map(\.rule.id) == ["pop3.theft"])
        #expect(alerts(3, every: 600).map(\.severity) == [.high])
        #expect(alerts(6, every: 7_200).isEmpty)
    }

    @Test("the incident begins at the first of the sessions, and looks for no name of the client")
    func prelude() throws {
        var judge = learned()
        _ = judge.takeConclusions()
        _ = judge.alerts(
            for: (0..<4).map { number in
                Self.home.with {
                    ($0.client, $0.at) = ("100.\(number).2.3", 10 * day + Double(number) * 1_200)
                }
            }
        )
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.events == 4 && report.counts.clients == 4)
        #expect(report.since == Scene.start.advanced(by: .seconds(10 * day)).rfc3339)
        #expect(report.why.contains("The latest came from 100.3.2.3, port 40000, inside TLS"))
        #expect(report.why.contains("In all there were 4 clients."))
    }

    @Test("the whole mailbox read from a new place")
    func whole() {
        var judge = learned()
        let thief = Self.home.with { ($0.client, $0.at) = ("100.1.2.3", 10 * day) }
        #expect(judge.alerts(for: [thief.with { $0.retrieved = 49 }]).isEmpty)
        let alerts = judge.alerts(for: [thief.with { ($0.retrieved, $0.at) = (50, 10 * day + 60) }])
        #expect(alerts.map(\.rule.id) == ["pop3.theft"])
        #expect(alerts.map(\.severity) == [.high])
        #expect(alerts.first?.why.contains("read 50 messages in one session") == true)
        judge = learned()
        #expect(
            judge.alerts(for: [Self.home.with { ($0.retrieved, $0.at) = (900, 10 * day) }]).isEmpty
        )
        let again = thief.with { ($0.retrieved, $0.at) = (900, 11 * day) }
        #expect(judge.alerts(for: [again]).isEmpty)
    }

    @Test(
        "a small mailbox read whole is a warning: ten messages, all that there are, more than before"
    )
    func small() {
        func alerts(_ retrieved: Int, of count: Int?) -> [Alert] {
            var judge = learned()
            return judge.alerts(for: [
                Self.home.with {
                    ($0.client, $0.at) = ("100.1.2.3", 10 * day)
                    ($0.retrieved, $0.mailboxCount) = (retrieved, count)
                }
            ])
        }
        #expect(alerts(10, of: 10).map(\.severity) == [.medium])
        #expect(alerts(10, of: 10).first?.why.contains("read all 10 messages") == true)
        // Three that are read again and again are no ten.
        #expect(alerts(12, of: 3).isEmpty)
        #expect(alerts(10, of: 11).isEmpty && alerts(9, of: 9).isEmpty)
        #expect(alerts(49, of: nil).isEmpty)
        #expect(alerts(50, of: 50).map(\.severity) == [.high])
        func read(_ mailboxes: [String]) -> [Alert] {
            var judge = learned()
            return judge.alerts(for: [
                Self.home.with {
                    ($0.service, $0.client, $0.at) = (.imap, "100.1.2.3", 10 * day)
                    ($0.retrieved, $0.mailboxCount, $0.mailboxes) = (10, 10, mailboxes)
                }
            ])
        }
        #expect(read(["INBOX"]).map(\.severity) == [.medium])
        // Ten of several mailboxes are not all of one.
        #expect(read(["INBOX", "Sent"]).isEmpty)
    }

    @Test("its incident is about a mailbox: no messages are sent, and none are to be held")
    func words() throws {
        var judge = learned()
        let scenes = (0..<3).map { number in
            Self.home.with {
                ($0.client, $0.retrieved) = ("100.\(number).2.3", 0)
                $0.at = 10 * day + Double(number) * 60
            }
        }
        let alerts = judge.alerts(for: scenes)
        #expect(alerts.map(\.rule.id) == ["pop3.theft"])
        #expect(alerts.first?.signature.contains("is opened from new places") == true)
        let report = try #require(judge.memory.incidentReports(in: .english).last)
        #expect(report.kind == .stolenAccount)
        #expect(report.verdict.contains("is in the mailbox of ann@example.org"))
        #expect(!report.verdict.contains("messages") && !report.advice.contains("queue"))
    }

    @Test("where others log in from it is a warning")
    func device() {
        var judge = learned(["ann@example.org", "bob", "eve", "joe"])
        let carrier = Self.home.with { ($0.user, $0.client) = ("bob", "100.1.9.9") }
        _ = judge.alerts(for: [carrier.with { $0.at = 10 * day }])
        let phone = Self.home.with {
            ($0.client, $0.retrieved, $0.at) = ("100.1.2.3", 80, 12 * day)
        }
        #expect(judge.alerts(for: [phone]).map(\.severity) == [.medium])
    }

    private static let users = ["ann@example.org", "bob", "eve", "joe"]

    /// The mailboxes of all users read whole from one network, a minute apart.
    private static func moves(at start: Double) -> [LoginScene] {
        users.enumerated().map { number, user in
            home.with {
                ($0.user, $0.client, $0.retrieved) = (user, "100.5.2.\(number)", 500)
                $0.at = start + Double(number) * 60
            }
        }
    }

    @Test("mailboxes that are read whole from one network without a refusal are all a warning")
    func moved() throws {
        var judge = learned(Self.users)
        let alerts = judge.alerts(for: Self.moves(at: 20 * day))
        #expect(alerts.map(\.severity) == [.high, .high, .medium, .medium])
        // The third says what became of what was told of the first two, and the fourth does not say it again.
        let said = alerts.map {
            $0.why.contains("What was told before of ann@example.org, bob is taken for")
        }
        #expect(said == [false, false, true, false], "\(alerts.last?.why ?? "")")
        let reports = judge.memory.incidentReports(in: .english)
        #expect(reports.map(\.level) == Array(repeating: "medium", count: 4))
        for report in reports {
            #expect(report.verdict.contains("were read whole from 100.5.2.0/24"))
            #expect(report.verdict.contains("or somebody has the passwords of all"))
            #expect(report.advice.contains("or 100.5.2.0/24 is a new network of their users"))
        }
        // What is as bad again is told again.
        _ = judge.takeConclusions()
        let thief = Self.home.with {
            ($0.client, $0.retrieved, $0.at) = ("100.9.2.3", 600, 20 * day + 9_000)
        }
        #expect(judge.alerts(for: [thief]).map(\.severity) == [.high])
        let told = judge.takeConclusions().compactMap { ($0.event as? IncidentEvent)?.report }
        #expect(told.map(\.state) == [.grown] && told.map(\.level) == ["high"])
        #expect(told.first?.verdict.contains("Somebody else is in the mailbox") == true)
    }

    @Test("whose logins are refused moves no mailboxes", arguments: ["100.5.2.77", "100.6.2.77"])
    func refusedMover(client: String) {
        var judge = learned(Self.users)
        let guess = Self.home.with {
            ($0.user, $0.client, $0.answers) = ("zoe", client, [false])
            $0.at = 20 * day - 900
        }
        let alerts = judge.alerts(for: [guess] + Self.moves(at: 20 * day))
        let others: Severity = client.hasPrefix("100.5.2.") ? .high : .medium
        #expect(alerts.map(\.severity) == [.high, .high, others, others])
    }
}
