import Foundation
import TapFlow
import TapMail
import TapObserve
import TapWire
import Testing

@testable import TapRelay

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

    @Test(
        "a share has decimals only where it has any, and those of its language",
        arguments: [
            (0.4, RelayLanguage.english, "77 (40 %)"), (0.405, .english, "77 (40.5 %)"),
            (0.4, .french, "77 (40 %)"), (0.405, .french, "77 (40,5 %)"),
        ]
    )
    func share(_ share: Double, _ language: RelayLanguage, _ words: String) {
        let told = RelayConfiguration.told.with { $0.language = language }
        var judge = RelayJudge(configuration: told)
        var whys: [String] = []
        judge.note(TapCondition(.framesLost, share: share, count: 77), at: moment(1)) {
            whys.append($0.why)
        }
        #expect(whys.count == 1 && whys.allSatisfy { $0.contains(words) })
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
                == "Frames lost, left out, or overwritten before they were read within a minute: 77 (1.2 %)."
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

    @Test("it needs no mail, and is told of no host")
    func atOnce() throws {
        var judge = RelayJudge(configuration: .told)
        let condition = TapCondition(.portDown, count: 1, ports: ["wan"])
        var alerts: [Alert] = []
        judge.note(condition, at: moment(0)) { alerts.append($0) }
        let alert = try #require(alerts.first)
        #expect(alerts.count == 1 && alert.rule.id == "tap.blind" && alert.context.isOfTap)
        #expect(alert.why == "No carrier on wan.")
        #expect(!alert.facts.contains { ["client", "server"].contains($0.name) })
        let incident = try #require(incidents(&judge).first)
        #expect(incident.incident.state == .opened)
        let report = incident.report
        #expect(report.server == nil && report.transcript == nil && report.queueIDs == nil)
        #expect(report.counts.clients == 0 && report.subject == "port_down")
        #expect(report.why.hasPrefix("No carrier on wan. 1 event from"))
        #expect(report.advice.contains("ip -br link") && !report.advice.contains("ring"))
        let all = "\(report)"
        #expect(!all.contains("0.0.0.0") && !all.contains("logged in"))
        // Mail that follows opens no second one, but its alerts say so.
        #expect(judge.alerts(for: [Scene.ordinary, Scene.ordinary]).isEmpty)
    }

    /// The changes of incidents since the last call.
    private func incidents(_ judge: inout RelayJudge) -> [IncidentEvent] {
        judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
    }

    @Test("each cause has its own incident with its own words, in both languages")
    func causes() throws {
        for language in [RelayLanguage.english, .french] {
            var judge = RelayJudge(configuration: .told.with { $0.language = language })
            for kind in TapCondition.Kind.allCases {
                let condition = TapCondition(kind, share: 0.02, count: 7, ports: ["wan"])
                judge.note(condition, at: moment(1)) { _ in }
            }
            let reports = incidents(&judge).map(\.report)
            let count = TapCondition.Kind.allCases.count
            #expect(reports.count == count)
            for part in [\IncidentReport.verdict, \.why, \.advice, \.refute, \.missed] {
                let texts = reports.map { $0[keyPath: part] }
                #expect(Set(texts).count == count)
                #expect(texts.allSatisfy { !$0.contains("{") && !$0.isEmpty })
            }
            #expect(reports.allSatisfy { $0.server == nil })
        }
    }

    @Test("the incident lasts while the port is down, and is fixed when it is up again")
    func fixed() {
        var judge = RelayJudge(configuration: .told)
        judge.note(TapCondition(.portDown, count: 1, ports: ["wan"]), at: moment(0)) { _ in }
        _ = judge.takeConclusions()
        judge.advance(to: moment(3 * 86_400).time) { _ in }
        #expect(incidents(&judge).isEmpty)
        judge.note(TapCondition(.portDown, isOver: true), at: moment(9 * 86_400)) { _ in
            Issue.record("an end is no alert")
        }
        #expect(incidents(&judge).map(\.incident.state) == [.fixed])
        // Once is enough.
        judge.note(TapCondition(.portDown, isOver: true), at: moment(9 * 86_400 + 1)) { _ in }
        #expect(judge.takeConclusions().isEmpty)
        judge.advance(to: moment(17 * 86_400).time) { _ in }
        #expect(incidents(&judge).map(\.incident.state) == [.closed])
    }

    @Test("other incidents repeat what their alerts admit")
    func admitted() throws {
        var judge = RelayJudge(configuration: .told)
        judge.note(TapCondition(.framesLost, share: 0.02, count: 7), at: moment(0)) { _ in }
        judge.note(TapCondition(.clockStep, count: 5), at: moment(0)) { _ in }
        _ = judge.takeConclusions()
        _ = judge.alerts(for: [Scene.relay.with { $0.at = 60 }])
        let report = try #require(judge.memory.incidentReports(in: .english).last)
        #expect(report.kind == .openRelay)
        #expect(
            report.missed.hasPrefix(
                "What the tap itself may have missed at that time: frames were lost, the clock was set. "
            )
        )
        let told = try #require(judge.memory.incidents(since: 0, in: .french).last?.event.event)
        let french = try #require((told as? IncidentEvent)?.report.missed)
        #expect(french.hasPrefix("Ce que la sonde elle-même a pu manquer"))
    }

    @Test("a clock is set in a moment: its shadow is an hour long")
    func clockStep() {
        var judge = RelayJudge(configuration: .told)
        judge.note(TapCondition(.clockStep, count: 5), at: moment(0)) { _ in }
        let within = judge.alerts(for: [Scene.relay.with { $0.at = 3_599 }])
        #expect(within.allSatisfy { $0.why.contains("the clock was set") } && !within.isEmpty)
        let later = judge.alerts(for: [Scene.null.with { $0.at = 3_601 }])
        #expect(later.allSatisfy { !$0.why.contains("the clock was set") } && !later.isEmpty)
    }

    @Test("what is seen from one side only is told with the direction that is missing, at no host")
    func direction() throws {
        var judge = RelayJudge(configuration: .told)
        var alerts: [Alert] = []
        for number in 0..<10 {
            let scene = Scene.ordinary.with { $0.at = Double(number) }
            let event = scene.ended {
                $0.isOneSided = true
                if number < 8 { $0.clientOctets = 0 } else { $0.serverOctets = 0 }
            }
            alerts += judge.raised(by: event, in: scene)
        }
        let alert = try #require(alerts.first)
        #expect(
            alert.why.contains("What the client sent is missing of 8, what the server sent of 2.")
        )
        #expect(alert.context.isOfTap && alert.cause.eventType == "tap")
        let report = try #require(judge.memory.incidentReports(in: .english).last)
        #expect(report.why.contains("is missing of 8") && report.server == nil)
        #expect(report.advice.contains("asymmetric routing"))
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
        #expect(words.first?.contains("Trames") == true)
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
        _ = watch.look(at: counters(0), time(0))
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
        _ = watch.look(at: counters(0), time(0))
        let down = watch.look(at: counters(0, down: ["wan"]), time(30))
        #expect(down.map(\.ports) == [["wan"]] && down.map(\.isOver) == [false])
        #expect(watch.look(at: counters(0, down: ["wan"]), time(31)).isEmpty)
        #expect(watch.look(at: counters(0), time(32)).map(\.isOver) == [true])
    }

    @Test("links have half a minute to come up; what an earlier life told of is over")
    func start() {
        var watch = BlindnessWatch()
        let first = watch.look(at: counters(0, down: ["wan", "lan"]), time(0))
        #expect(first.map(\.kind) == [.framesLost] && first.map(\.isOver) == [true])
        #expect(watch.look(at: counters(0, down: ["wan"]), time(5)).isEmpty)
        #expect(watch.look(at: counters(0), time(10)).isEmpty)
        #expect(watch.look(at: counters(0, down: ["wan"]), time(29)).isEmpty)
        #expect(watch.look(at: counters(0, down: ["wan"]), time(30)).map(\.ports) == [["wan"]])
        // A clock that is set back does not begin the half minute anew.
        watch = BlindnessWatch()
        _ = watch.look(at: counters(0, down: ["wan"]), time(0))
        let told = watch.look(at: counters(0, down: ["wan"], offset: -3_600), time(-3_590))
        #expect(told.map(\.kind) == [.portDown, .clockStep])
        var up = BlindnessWatch()
        let over = up.look(at: counters(0), time(0))
        #expect(over.map(\.kind) == [.framesLost, .portDown] && over.allSatisfy(\.isOver))
        // What an earlier life has told is over once the links are up.
        var again = BlindnessWatch()
        _ = again.look(at: counters(0, down: ["wan"]), time(0))
        #expect(again.look(at: counters(0), time(10)).isEmpty)
        let settled = again.look(at: counters(0), time(30))
        #expect(settled.map(\.kind) == [.portDown] && settled.allSatisfy(\.isOver))
    }

    @Test(
        "whatever a recorded event says of the tap is put in words",
        arguments: TapCondition.Kind.allCases
    )
    func recorded(kind: TapCondition.Kind) throws {
        for count in [Int64.min, -1, 0, .max] {
            for unseen in [nil, Int64.min, -1, .max] {
                var judge = RelayJudge(configuration: .told)
                var alerts: [Alert] = []
                let condition = TapCondition(
                    kind,
                    share: count == 0 ? .infinity : -.infinity,
                    count: count,
                    ports: ["\u{1B}[2J", "b\r\nc"],
                    clientsUnseen: unseen
                )
                judge.note(condition, at: Moment(time: time(60), sequence: 9)) { alerts.append($0) }
                #expect(!alerts.isEmpty)
                for alert in alerts {
                    #expect(alert.why.unicodeScalars.allSatisfy { $0.value >= 0x20 })
                }
            }
        }
    }

    @Test("a step of the clock that an earlier hubtap has kept is no longer named after an hour")
    func oldStep() throws {
        var memory = BlindMemory()
        let began = Scene.start
        // It never said that a step was over.
        memory.note(.clockStep, isOver: false, at: began)
        #expect(memory.spells(at: began.advanced(by: .seconds(60))).count == 1)
        #expect(memory.spells(at: began.advanced(by: .seconds(3_601))).isEmpty)
        #expect(!memory.isOn(.clockStep))
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
