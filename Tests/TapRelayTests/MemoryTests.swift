import Foundation
import TapMail
import TapObserve
import TapRelay
import TapTesting
import TapWire
import Testing

/// Alerts without what cannot be compared.
private func facts(_ alerts: [Alert]) -> [String] {
    alerts.map { alert in
        let facts = alert.facts.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        return
            "\(alert.id) \(alert.rule.id) \(alert.severity) \(alert.confidence) \(alert.signature) \(alert.why) "
            + "\(alert.advice) \(facts)"
    }
}

/// Mail of every kind in a random order, with times that mostly grow.
private func randomScenes(_ count: Int, seed: UInt64) -> [Scene] {
    var generator = SplitMix64(seed: seed)
    let kinds: [Scene] = [.relay, .null, .ordinary, .refused, .outgoing]
    var at = 0.0
    return (0..<count).map { _ in
        at += Double(generator.next() % 2_000) - (generator.next() % 50 == 0 ? 5_000 : 0)
        let (kind, client, other) = (
            generator.next() % 5, generator.next() % 6, generator.next() % 4
        )
        let (isOneInterface, isBare) = (generator.next() % 4 == 0, generator.next() % 9 == 0)
        return kinds[Int(kind)].with { scene in
            scene.at = at
            if kind == 4 {
                scene.server = "198.51.100.\(other)"
            } else {
                scene.client = "203.0.113.\(client)"
            }
            if kind < 2 { scene.recipients = [("<v\(other)@d\(client).example>", 250, "ok")] }
            if isOneInterface { (scene.clientPort, scene.serverPort) = (0, 0) }
            if isBare { (scene.banner, scene.serverName) = (nil, nil) }
        }
    }
}

@Suite("What the rules remember")
struct MemoryTests {
    private static let configurations: [RelayConfiguration] = [
        .told,
        RelayConfiguration(),
        RelayConfiguration(
            domains: RelayConfiguration.domains("example.org"),
            limits: RelayLimits(servers: 8, clients: 8, hosts: 8, relays: 8)
        ),
    ]

    @Test("a restart at any point changes no alert", arguments: 0..<6)
    func restart(_ seed: Int) throws {
        let configuration = Self.configurations[seed % Self.configurations.count]
        let scenes = randomScenes(120, seed: UInt64(seed))
        var uninterrupted = RelayJudge(configuration: configuration)
        let expected = facts(uninterrupted.alerts(for: scenes))
        #expect(!expected.isEmpty)
        for cut in stride(from: 0, through: scenes.count, by: 13) {
            var first = RelayJudge(configuration: configuration)
            var alerts = first.alerts(for: Array(scenes[..<cut]))
            var second = RelayJudge(configuration: configuration)
            let stored = try JSONEncoder().encode(first.memory)
            second.memory = try JSONDecoder().decode(RelayMemory.self, from: stored)
            alerts += second.alerts(for: Array(scenes[cut...]))
            #expect(facts(alerts) == expected)
        }
    }

    @Test("the same events leave the same octets")
    func determinism() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let memories = try (0..<3).map { _ in
            var judge = RelayJudge()
            _ = judge.alerts(for: randomScenes(400, seed: 99))
            return try encoder.encode(judge.memory)
        }
        #expect(Set(memories).count == 1)
    }

    @Test("a flood of clients, servers, senders and recipients is bounded and small")
    func flood() throws {
        var judge = RelayJudge(configuration: .told)
        for number in 0..<4_000 {
            let (high, low) = (number / 250, number % 250)
            let scene = (number % 2 == 0 ? Scene.relay : .refused).with {
                $0.client = "203.\(high).113.\(low)"
                $0.from = "<s\(number)@x\(number).example>"
                $0.server = "192.0.\(number % 700 / 250).\(number % 250)"
                $0.at = Double(number)
            }
            judge.evaluate(.smtp(.transaction(Shared(scene.transaction))), in: scene.context) { _ in
            }
        }
        let limits = RelayLimits.standard
        #expect(
            judge.memory.entryCount <= limits.servers + limits.budgets + limits.clients
                + limits.hosts + limits.relays + limits.incidents + limits.postures
                + limits.otherPostures + limits.relayingServers * 4 + limits.testers
                + limits.outboundHosts
                + limits.takenSenders
        )
        #expect(try JSONEncoder().encode(judge.memory.checkpointed).count < 1_024 * 1_024)
    }

    @Test("what is touched stays, the oldest goes")
    func table() {
        var table = BoundedTable<Int, Int>()
        for number in 0..<1_000 {
            table.update(number, limit: 16, default: 0) { $0 = number }
            table.update(-1, limit: 16, default: 0) { $0 += 1 }
            #expect(table.count <= 16)
        }
        #expect(table.dropped == UInt64(1_001 - table.count))
        #expect(table[-1] == 1_000 && table[999] == 999 && table[0] == nil)
    }

    @Test("a table that is always full finds what it holds and nothing else")
    func fullTable() {
        var table = BoundedTable<UInt64, Int>()
        // The oldest first; a quarter goes where there is no room.
        var held: [UInt64] = []
        var state: UInt64 = 1
        for turn in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let key = (state >> 33) % 400
            table.update(key, limit: 100, default: 0) { $0 = turn }
            if let known = held.firstIndex(of: key) {
                held.remove(at: known)
            } else if held.count >= 100 {
                held.removeFirst(25)
            }
            held.append(key)
            guard turn % 50 == 0 else { continue }
            let found = (0..<400).filter { table[$0] != nil }
            #expect(found == held.sorted() && table[key] == turn)
        }
    }

    @Test("of values with ranks the lowest go first, and of the highest that go the oldest")
    func rankedTable() {
        var table = BoundedTable<UInt64, Int>()
        // The oldest first.
        var held: [(key: UInt64, rank: Int)] = []
        var random = SplitMix64(seed: 1)
        for turn in 0..<20_000 {
            let key = UInt64.random(in: 0..<400, using: &random)
            let rank = Int.random(in: 0..<3, using: &random)
            table.update(key, limit: 100, rank: { $0 }, default: 0) { $0 = rank }
            if let known = held.firstIndex(where: { $0.key == key }) {
                held.remove(at: known)
            } else if held.count >= 100 {
                let ages = held.indices.sorted { (held[$0].rank, $0) < (held[$1].rank, $1) }
                held = ages.dropFirst(25).sorted().map { held[$0] }
            }
            held.append((key, rank))
            guard turn % 50 == 0 else { continue }
            let found = (0..<400).filter { table[$0] != nil }
            #expect(found == held.map(\.key).sorted() && table[key] == rank)
        }
    }

    @Test("damaged memory is refused, not trusted")
    func damaged() {
        for text in [
            "", "{}", "[]", #"{"servers":{"touches":1,"entries":[{"key":"no address"}]}}"#,
        ] {
            #expect(throws: (any Error).self) {
                try JSONDecoder().decode(RelayMemory.self, from: Data(text.utf8))
            }
        }
    }

    @Test("a memory of another hubtap, which lacks tables of this one, knows nothing of these")
    func older() throws {
        let empty = #"{"entries":[]}"#
        let text = """
            {"servers":\(empty),"clients":\(empty),"hosts":\(empty),"relays":\(empty),"budgets":\(empty),\
            "portsSeen":3,"alertCount":7,"accounts":{"askedFor":{"entries":[{"key":5,"value":9}]}},\
            "relaying":{},"outbound":{"hosts":\(empty),"takenFrom":\(empty),"deferred":\(empty)}}
            """
        var judge = RelayJudge(configuration: .told)
        judge.memory = try JSONDecoder().decode(RelayMemory.self, from: Data(text.utf8))
        #expect(judge.memory.entryCount == 1)
        // It goes on from there: the eighth alert.
        let alert = try #require(judge.alerts(for: [Scene.relay]).first)
        #expect(alert.id.hasSuffix("-000008"))
        // What is there and damaged is refused none the less.
        let damaged = text.replacing(#""key":5"#, with: #""key":"5""#)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(RelayMemory.self, from: Data(damaged.utf8))
        }
    }

    @Test("random transactions of any shape raise nothing raw and never trap", arguments: 0..<9)
    func fuzz(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        func text(_ limit: UInt64) -> String {
            String(decoding: generator.octets(Int(generator.next() % limit)), as: UTF8.self)
        }
        func code() -> Int? { generator.next() % 4 == 0 ? nil : Int(generator.next() % 1_000) }
        var judge = RelayJudge(configuration: Self.configurations[seed % 3])
        for _ in 0..<100 {
            var scene = Scene.relay
            (scene.helo, scene.from, scene.banner, scene.serverName) = (
                text(60), text(60), text(60), text(60)
            )
            scene.recipients = (0..<generator.next() % 6).map { _ in
                (text(40) + "@d.example", code(), text(50))
            }
            (scene.code, scene.size, scene.octets) = (code(), generator.next(), generator.next())
            scene.at = Double(Int64(bitPattern: generator.next()) >> 22)
            for alert in judge.alerts(for: [scene]) {
                let words = [alert.signature, alert.why, alert.advice] + alert.facts.map(\.value)
                #expect(
                    words.allSatisfy {
                        $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
                    }
                )
            }
        }
    }
}
