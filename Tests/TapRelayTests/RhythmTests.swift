import Foundation
import TapFlow
import TapObserve
import TapRelay
import TapTesting
import TapWire
import Testing

@Suite("The rhythm of a relay that is abused by a timer")
struct RhythmTests {
    private static let test = Rhythm.Test(intervals: 6, spread: 0.25, shortest: .seconds(30))

    /// The beat after events with these intervals, in seconds.
    private func beat(_ intervals: [Double]) -> Rhythm.Beat? {
        var rhythm = Rhythm()
        var time = Scene.start
        rhythm.observe(time, by: Self.test)
        for interval in intervals {
            time = time.advanced(by: .seconds(interval))
            rhythm.observe(time, by: Self.test)
        }
        return rhythm.beat(by: Self.test)
    }

    @Test("six intervals of ten minutes are one, five are not")
    func seven() {
        #expect(beat(Array(repeating: 600, count: 5)) == nil)
        let found = beat(Array(repeating: 600, count: 6))
        #expect(found?.period == .seconds(600) && found?.deviation == .zero)
        #expect(found?.count == 7 && found?.since == Scene.start)
    }

    @Test("what was before does not count, and a clock that was set back begins anew")
    func past() {
        #expect(beat([86_400, 3] + Array(repeating: 600, count: 6))?.count == 7)
        #expect(beat(Array(repeating: 600, count: 6) + [-4_000, 600, 600]) == nil)
    }

    @Test("where some events were missed the median tells")
    func missed() {
        let found = beat([600, 600, 1_200, 590, 610, 600, 1_800, 600, 605, 600, 595, 1_200])
        #expect(found?.period == .seconds(600) && found?.count == 13)
    }

    @Test("a flood is no rhythm")
    func flood() {
        #expect(beat(Array(repeating: 2, count: 20)) == nil)
    }

    @Test("a jitter of a fifth is found each time, and chance seldom is")
    func share() {
        var generator = SplitMix64(seed: 11)
        var found = 0
        var byChance = 0
        for _ in 0..<1_000 {
            let jittered = (0..<6).map { _ in Double.random(in: 480...720, using: &generator) }
            if beat(jittered) != nil { found += 1 }
            // As a Poisson process has them: ten minutes in the mean, and no rhythm.
            let people = (0..<6).map { _ in
                -600 * log(Double.random(in: 0.000_1...1, using: &generator))
            }
            if beat(people) != nil { byChance += 1 }
        }
        #expect(found == 1_000)
        #expect(byChance < 10)
    }
}

@Suite("relay.periodic")
struct PeriodicRelayTests {
    /// A relay every ten minutes, by ever other clients and senders.
    private func clockwork(_ count: Int, from first: Int = 0) -> [Scene] {
        (first..<first + count).map { number in
            Scene.relay.with {
                $0.client = "203.0.113.\(number % 250 + 1)"
                $0.from = "<s\(number)@other.example>"
                $0.at = Double(number) * 600 + Double(number % 3) * 20
            }
        }
    }

    @Test("hundreds of other servers in between make nothing forgotten")
    func crowd() {
        let others = (0..<800).map { number in
            Scene.outgoing.with {
                $0.server = "198.18.\(number / 250).\(number % 250)"
                $0.at = 2_000 + Double(number) / 4
            }
        }
        let scenes = clockwork(4) + others + clockwork(3, from: 4)
        let told = RelayJudge.alerts(for: scenes).filter { $0.rule.id == "relay.periodic" }
        #expect(told.map(\.context.moment.time) == [scenes.last?.time])
    }

    @Test("told at the seventh mail, and with each relay from then on; once a day by itself")
    func seventh() throws {
        let alerts = RelayJudge.alerts(for: clockwork(152))
        let told = alerts.filter { $0.rule.id == "relay.periodic" }
        #expect(told.map(\.severity) == [.high, .high])
        #expect(told.first?.rule.signatureID == 9_100_006)
        let first = try #require(told.first)
        #expect(first.context.moment.time == clockwork(7).last?.time)
        #expect(
            first.signature
                == "Open relay: mail.example.org accepts strangers' mail every 10 minutes"
        )
        #expect(first.why.contains("every 10 minutes, give or take "))
        #expect(first.why.contains(" 7 times since 2026-11-23T12:00:00"))
        let relays = alerts.filter { $0.rule.id == "relay.open" }
        #expect(relays.prefix(6).allSatisfy { !$0.why.contains("give or take") })
        #expect(relays.dropFirst(6).allSatisfy { $0.why.contains("give or take") })
    }

    @Test("a rhythm raises what is only a warning")
    func raises() {
        let configuration = RelayConfiguration.told.with {
            // The sequential test alone never decides.
            try? $0.setThreshold("theta0", of: "relay.open", to: 0.2)
            try? $0.setThreshold("theta1", of: "relay.open", to: 0.3)
            try? $0.setThreshold("alpha", of: "relay.open", to: 0.000_000_001)
        }
        let alerts = RelayJudge.alerts(for: clockwork(8), told: configuration)
            .filter { $0.rule.id == "relay.open" }
        #expect(alerts.map(\.severity) == Array(repeating: .medium, count: 6) + [.high, .high])
    }

    @Test("never alone: ordinary mail, refused relays and a rule that is off say nothing")
    func guards() {
        let ordinary = (0..<20).map { number in Scene.ordinary.with { $0.at = Double(number) * 600 }
        }
        #expect(RelayJudge.alerts(for: ordinary).isEmpty)
        let refused = (0..<20).map { number in Scene.refused.with { $0.at = Double(number) * 600 } }
        #expect(!RelayJudge.alerts(for: refused).contains { $0.rule.id == "relay.periodic" })
        let off = RelayConfiguration.told.with { try? $0.setEnabled(false, of: "relay.periodic") }
        let alerts = RelayJudge.alerts(for: clockwork(10), told: off)
        #expect(
            alerts.allSatisfy { $0.rule.id == "relay.open" && !$0.why.contains("give or take") }
        )
    }

    @Test("the rhythm survives a restart")
    func restart() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: clockwork(4))
        var second = RelayJudge(configuration: .told)
        let stored = try JSONEncoder().encode(judge.memory)
        second.memory = try JSONDecoder().decode(RelayMemory.self, from: stored)
        let alerts = second.alerts(for: clockwork(3, from: 4))
        #expect(alerts.last?.rule.id == "relay.periodic")
    }
}
