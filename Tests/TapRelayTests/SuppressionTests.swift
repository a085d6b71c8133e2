import TapObserve
import TapRelay
import TapWire
import Testing

@Suite("Alerts of one kind")
struct SuppressionTests {
    private static func flood(_ count: Int, from start: Double = 0) -> [Scene] {
        (0..<count).map { n in
            .null.with {
                $0.at = start + Double(n) / 100
                $0.recipients = [("<v\(n)-\(Int(start))@elsewhere.example>", 250, "ok")]
            }
        }
    }

    @Test("come singly up to the limit, then at 10, 100 and 1,000 held back")
    func tenfold() {
        let alerts = RelayJudge.alerts(
            for: Self.flood(1_500),
            told: .told.with { $0.alertSuppression = .standard }
        )
        #expect(alerts.count == 6)
        let said = alerts.suffix(3).map { alert in
            ["10", "100", "1,000"].first {
                alert.why.contains(" Alerts like it held back since the last one: \($0).")
            }
        }
        #expect(said == ["10", "100", "1,000"])
    }

    @Test("a new window begins with what was held back")
    func window() throws {
        var judge = RelayJudge(
            configuration: .told.with {
                $0.alertSuppression = AlertSuppression(limit: 2, window: .seconds(60))
            }
        )
        #expect(judge.alerts(for: Self.flood(9)).count == 2)
        let next = judge.alerts(for: Self.flood(3, from: 61))
        #expect(next.count == 2)
        #expect(
            next[0].why.contains(" Alerts like it held back since the last one: 7.")
                && !next[1].why.contains("held back")
        )
    }

    @Test("one kind does not use up another's, nor one server another's")
    func kinds() {
        var judge = RelayJudge(
            configuration: .told.with { $0.alertSuppression = AlertSuppression(limit: 1) }
        )
        let scenes: [Scene] = [.null, .relay, .refused, .null.with { $0.server = "192.0.2.26" }]
        #expect(judge.alerts(for: scenes + scenes).count == 4)
    }

    @Test("a clock that is set back does not silence for longer than a window")
    func clockSetBack() {
        var judge = RelayJudge(
            configuration: .told.with {
                $0.alertSuppression = AlertSuppression(limit: 1, window: .seconds(3_600))
            }
        )
        #expect(judge.alerts(for: Self.flood(2)).count == 1)
        #expect(judge.alerts(for: Self.flood(2, from: -86_400)).isEmpty)
        #expect(judge.alerts(for: Self.flood(1, from: -82_000)).count == 1)
    }

    @Test("a window goes on behind a clock that is set back, for what is left of it")
    func windowBehindSetBack() {
        var judge = RelayJudge(
            configuration: .told.with {
                $0.alertSuppression = AlertSuppression(limit: 1, window: .seconds(3_600))
            }
        )
        let scenes = Self.flood(1) + Self.flood(1, from: 3_000) + Self.flood(1, from: -83_400)
        #expect(judge.alerts(for: scenes).count == 1)
        #expect(judge.alerts(for: Self.flood(1, from: -82_900)).isEmpty)
        #expect(judge.alerts(for: Self.flood(1, from: -82_700)).count == 1)
    }
}
