import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

extension Scene {
    /// The session of the scene ended.
    fileprivate func ended(_ change: (inout SMTPSessionSummary) -> Void) -> MailEvent {
        var summary = SMTPSessionSummary(dialect: .smtp, client: .a)
        (summary.clientOctets, summary.serverOctets) = (100, 100)
        change(&summary)
        return .smtp(.session(Shared(summary)))
    }
}

@Suite("What the tap itself misses")
struct BlindTests {
    private func moment(_ seconds: Double) -> Moment {
        Moment(time: Scene.start.advanced(by: .seconds(seconds)), sequence: 99)
    }

    @Test("a condition is told once, at the last mail, and stands in every alert within the hour")
    func attached() throws {
        var judge = RelayJudge(configuration: .told)
        var told: [Alert] = []
        _ = judge.alerts(for: [.ordinary])
        judge.note(
            TapCondition(.framesLost, share: 0.0123, count: 77),
            at: moment(1)
        ) { told.append($0) }
        let blind = try #require(told.first)
        #expect(told.count == 1)
        #expect(blind.rule.id == "tap.blind" && blind.severity == .medium)
        #expect(
            blind.why
                == "Within a minute 77 frames (1.2 %) were lost, left out, or overwritten before they were read."
        )
        let events = judge.takeConclusions().map(\.event)
        #expect(events.compactMap { ($0 as? IncidentEvent)?.incident.kind } == [.blind])
        #expect(events.compactMap { ($0 as? TapCondition)?.kind } == [.framesLost])

        judge = try judge.restarted(.told)
        let sentence = "What the tap itself may have missed at that time: frames were lost."
        let during = judge.alerts(for: [Scene.relay.with { $0.at = 60 }])
        #expect(during.allSatisfy { $0.why.contains(sentence) } && !during.isEmpty)
        #expect(
            during.first?.facts.contains { $0.name == "blind" && $0.value == "frames_lost" } == true
        )
        // A judge that starts anew has seen no mail yet.
        judge.note(TapCondition(.framesLost, isOver: true), at: moment(120)) { _ in
            Issue.record("an end is no alert")
        }
        let behind = judge.alerts(for: [Scene.null.with { $0.at = 120 + 3_599 }])
        #expect(behind.allSatisfy { $0.why.contains(sentence) } && !behind.isEmpty)
        let later = judge.alerts(for: [
            Scene.null.with {
                $0.at = 120 + 3_600
                $0.recipients[0].address = "<other@elsewhere.example>"
            }
        ])
        #expect(later.allSatisfy { !$0.why.contains(sentence) } && !later.isEmpty)
    }

    @Test("before there is any mail it waits for the first")
    func waits() {
        var judge = RelayJudge(configuration: .told)
        let condition = TapCondition(.portDown, count: 1, ports: ["wan"])
        judge.note(condition, at: moment(0)) { _ in Issue.record("there is no connection yet") }
        let alerts = judge.alerts(for: [Scene.ordinary, Scene.ordinary])
        #expect(alerts.map(\.rule.id) == ["tap.blind"])
        #expect(alerts.first?.why == "The hub has no carrier on wan.")
    }

    @Test("more than one in a hundred connections from one side only, at least ten")
    func oneSided() {
        func alerts(_ oneSided: Int, of total: Int) -> [Alert] {
            var judge = RelayJudge(configuration: .told)
            return (0..<total).flatMap { number in
                let scene = Scene.ordinary.with { $0.at = Double(number) }
                let event = scene.ended { $0.isOneSided = number >= total - oneSided }
                return judge.raised(by: event, in: scene)
            }
        }
        #expect(alerts(9, of: 20).isEmpty)
        #expect(alerts(10, of: 1_000).isEmpty)
        #expect(alerts(11, of: 1_000).map(\.rule.id) == ["tap.blind"])
        #expect(alerts(40, of: 100).count == 1)
    }

    @Test("connections that make room for others are told once a day")
    func evicted() {
        var judge = RelayJudge(configuration: .told)
        let scene = Scene.ordinary
        let event = scene.ended { $0.reason = .evicted }
        #expect(judge.raised(by: event, in: scene).map(\.rule.id) == ["tap.blind"])
        #expect(judge.raised(by: event, in: scene).isEmpty)
        #expect(judge.raised(by: event, in: scene.with { $0.at = 86_400 }).count == 1)
    }

    @Test("in French")
    func french() {
        let told = RelayConfiguration.told.with { $0.language = .french }
        var judge = RelayJudge(configuration: told)
        _ = judge.alerts(for: [.ordinary])
        var words: [String] = []
        for kind in TapCondition.Kind.allCases {
            judge.note(TapCondition(kind, count: 3), at: moment(1)) { words.append($0.why) }
        }
        #expect(words.count == TapCondition.Kind.allCases.count)
        #expect(words.first?.contains("trames") == true)
    }
}

@Suite("When the tap begins and ceases to miss something")
struct BlindnessWatchTests {
    private func counters(
        _ frames: UInt64,
        lost: UInt64 = 0,
        down: [String] = [],
        offset: Double = 0
    ) -> TapCounters {
        TapCounters(frames: frames, lost: lost, portsDown: down, clockOffset: offset)
    }

    private func time(_ seconds: Double) -> Timestamp {
        Scene.start.advanced(by: .seconds(seconds))
    }

    @Test(
        "one in a thousand frames of a minute may be lost; beginning and end are told, not what lies between"
    )
    func losses() {
        var watch = BlindnessWatch()
        #expect(watch.look(at: counters(0), time(0)).isEmpty)
        #expect(watch.look(at: counters(10_000, lost: 10), time(60)).isEmpty)
        // Not before the minute is over.
        #expect(watch.look(at: counters(15_000, lost: 99), time(119)).isEmpty)
        let began = watch.look(at: counters(20_000, lost: 21), time(120))
        #expect(began.map(\.kind) == [.framesLost] && began.map(\.isOver) == [false])
        #expect(began.map(\.count) == [11])
        #expect(watch.look(at: counters(30_000, lost: 99), time(180)).isEmpty)
        let ended = watch.look(at: counters(40_000, lost: 99), time(240))
        #expect(ended.map(\.isOver) == [true])
        // A ring that begins anew has lost nothing.
        #expect(watch.look(at: counters(5), time(300)).isEmpty)
    }

    @Test("ports that are down are told once, and that all are up again")
    func ports() {
        var watch = BlindnessWatch()
        let down = watch.look(at: counters(0, down: ["wan"]), time(0))
        #expect(down.map(\.ports) == [["wan"]] && down.map(\.isOver) == [false])
        #expect(watch.look(at: counters(0, down: ["wan"]), time(1)).isEmpty)
        #expect(watch.look(at: counters(0), time(2)).map(\.isOver) == [true])
    }

    @Test("a clock that is set by more than a second is told, one that drifts is not")
    func clock() {
        var watch = BlindnessWatch()
        _ = watch.look(at: counters(0), time(0))
        #expect(watch.look(at: counters(0, offset: 0.9), time(1)).isEmpty)
        let step = watch.look(at: counters(0, offset: -3_600), time(2))
        #expect(step.map(\.kind) == [.clockStep] && step.map(\.count) == [-3_600])
        #expect(watch.look(at: counters(0, offset: -3_600), time(3)).isEmpty)
    }
}
