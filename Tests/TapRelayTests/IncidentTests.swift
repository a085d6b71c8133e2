import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

@Suite("Incidents")
struct IncidentTests {
    /// The incident events that follow from scenes, by a judge of its own.
    private func told(_ scenes: [Scene], by configuration: RelayConfiguration = .told)
        -> [IncidentEvent]
    {
        var judge = RelayJudge(configuration: configuration)
        return judge.incidents(for: scenes)
    }

    private static func flood(_ count: Int, every seconds: Double = 1) -> [Scene] {
        (0..<count).map { n in
            .null.with {
                $0.at = Double(n) * seconds
                $0.client = "203.0.113.\(n % 200 + 1)"
                $0.from = "<>"
                $0.recipients = [("<v\(n)@elsewhere\(n % 7).example>", 250, "2.1.5 Ok")]
                $0.text = "2.0.0 Ok: queued as 4XyZ12ab\(1_000 + n)"
            }
        }
    }

    @Test("the story's mail is one incident, and its report a work order")
    func workOrder() throws {
        let event = try #require(told([.null]).first)
        let report = event.report
        #expect(report.kind == .openRelay && report.state == .opened && report.level == "high")
        #expect(
            report.verdict == """
                mail.example.org is an open relay: it accepted mail from 203.0.113.9, a stranger who did \
                not log in, for <victim@elsewhere.example> ("250 2.1.5 Ok").
                """
        )
        for words in [
            "203.0.113.9, port 40000 (calls itself eyebox), in clear text, which did not log in",
            "None of it was seen to leave so far.",
            "1,090 octets from nobody (<>)", "queued as 4XyZ12abCD", "1 event from 2026-11-23",
        ] {
            #expect(report.why.contains(words), "\(report.why)")
        }
        #expect(report.queueIDs == ["4XyZ12abCD"])
        #expect(report.commands?.hold == "printf '%s\\n' 4XyZ12abCD | postsuper -h -")
        #expect(report.commands?.remove == "printf '%s\\n' 4XyZ12abCD | postsuper -d -")
        #expect(report.advice.contains("smtpd_relay_restrictions"))
        #expect(report.advice.contains("hubtap relaytest 192.0.2.25."))
        #expect(report.refute.contains("mail.networks"))
        #expect(report.missed == "Nothing of its sessions is known to be missing.")
        #expect(report.reasons.map(\.rule) == ["relay.null"])
        #expect(report.transcript?.latest == nil)
        #expect(
            report.transcript?.first == [
                "S: 220 mail.example.org ESMTP Postfix", "C: EHLO eyebox", "C: MAIL FROM:<>",
                "S: 250", "C: RCPT TO:<victim@elsewhere.example>", "S: 250 2.1.5 Ok",
                "S: 250 2.0.0 Ok: queued as 4XyZ12abCD",
            ]
        )
    }

    @Test("ten thousand mails are one incident with counts, told at each tenfold growth")
    func growth() throws {
        var judge = RelayJudge(
            configuration: .told.with { $0.alertSuppression = .standard }
        )
        var alerts = 0
        for scene in Self.flood(10_000, every: 0.1) {
            judge.evaluate(.smtp(.transaction(Shared(scene.transaction))), in: scene.context) { _ in
                alerts += 1
            }
        }
        let told = judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
        #expect(told.map(\.report.state) == [.opened, .grown, .grown, .grown, .grown])
        #expect(told.map(\.report.counts.events) == [1, 10, 100, 1_000, 10_000])
        #expect(Set(told.map(\.report.id)).count == 1)
        #expect(alerts < 100)
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.messages == 10_000 && report.counts.clients > 150)
        #expect(report.queueIDs?.count == 100)
        let held = report.commands?.hold.split(separator: " ").dropFirst(2).prefix { $0 != "|" }
        #expect(held?.map(String.init) == report.queueIDs)
        #expect(report.why.contains("it grows"))
        #expect(report.unnamedMessages == 9_900)
        let queue = try #require(report.sections.first { $0.title == "In the queue:" }).lines
        #expect(
            queue.dropFirst() == [
                """
                Not named here, nor in the commands below: 9,900 messages. List what waits in the queue: postqueue -j \
                | jq -r 'select(.arrival_time >= 1795435140) | [.queue_id, .sender, .recipients[].address] | @tsv'
                """,
                """
                The server's reply to each, with its id: hubtap mail --outcome accepted --count 100000 --json
                """,
            ]
        )
        let few = try #require(self.told(Self.flood(3)).last).report
        #expect(few.unnamedMessages == nil && few.commands?.list == nil)
    }

    @Test("a rhythm is told with its period, and a steady pace is no growth")
    func rhythm() throws {
        let last = try #require(told(Self.flood(10, every: 600)).last)
        #expect(last.report.why.contains("It comes every 10 minutes, give or take 0 seconds"))
        #expect(last.report.why.contains("there were 6, in the hour before 4"))
        #expect(last.report.why.contains("it does not grow"))
    }

    /// The verdict that stands at the end of scenes.
    private func verdict(_ scenes: [Scene]) throws -> String {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: scenes)
        return try #require(judge.memory.incidentReports(in: .english).first).verdict
    }

    @Test("what was delivered is told of the message that was, and of no other")
    func provenMessage() throws {
        let later = Scene.relay.with {
            ($0.at, $0.client) = (60, "203.0.113.77")
            $0.recipients = [("<other@somewhere.example>", 250, "2.1.5 Ok")]
        }
        #expect(
            try verdict([.relay, .onward, later]) == """
                mail.example.org is an open relay: it accepted mail from 203.0.113.9, a stranger who did not log in, \
                for <victim@elsewhere.example>, and delivered it to mx.elsewhere.example 4 seconds later (seen at \
                2026-11-23T12:00:04.000000+00:00).
                """
        )
        let form = Scene.relay.with {
            $0.recipients = [("<victim%elsewhere.example@example.org>", 250, "2.1.5 Ok")]
        }
        #expect(!(try verdict([form]).contains("delivered")))
    }

    @Test("what another server refused was not delivered")
    func refusedOnward() throws {
        let refused = Scene.onward.with {
            $0.recipients = [("<victim@elsewhere.example>", 550, "5.7.1 Blocked")]
            ($0.code, $0.text, $0.outcome) = (nil, "", .rejected)
        }
        let verdict = try verdict([.relay, refused])
        #expect(
            verdict.contains(
                "offered it to mx.elsewhere.example 4 seconds later, which did not take it"
            )
        )
    }

    @Test("a test to which the server said yes is not told as refused")
    func acceptedTest() throws {
        let form = Scene.relay.with {
            $0.recipients = [("<victim%elsewhere.example@example.org>", 250, "2.1.5 Ok")]
            ($0.octets, $0.code, $0.text, $0.outcome) = (nil, nil, "", .reset)
        }
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: [form, .refused.with { $0.at = 5 }])
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.kind == .relayTest)
        #expect(report.verdict.hasSuffix("and the server said yes to one recipient at least."))
        #expect(report.advice.contains("hubtap relaytest 192.0.2.25."))
        #expect(try verdict([.refused]).hasSuffix("and the server refused."))
    }

    @Test("what goes out has no name in our queue, and no command for it")
    func foreignQueue() throws {
        let bot = (0..<4).map { n in
            Scene.outgoing.with {
                $0.at = Double(n) * 60
                $0.client = "192.0.2.77"
                $0.server = "198.51.100.\(n + 1)"
                $0.recipients = [("<v@elsewhere\(n).example>", 250, "2.1.5 Ok")]
                $0.banner = "mx.elsewhere.example ESMTP Postfix"
            }
        }
        let report = try #require(told(bot).first { $0.report.kind == .infectedClient }).report
        #expect(report.queueIDs == nil && report.commands == nil)
    }

    @Test("silence, and a server that was put right, are told once")
    func silence() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.incidents(for: [.null])
        judge.advance(to: Scene.start.advanced(by: .seconds(86_399))) { _ in }
        #expect(judge.takeConclusions().isEmpty)
        let quietAt = Scene.start.advanced(by: .seconds(86_401))
        judge.advance(to: quietAt) { _ in }
        let quiet = judge.takeConclusions()
        #expect((quiet.first?.event as? IncidentEvent)?.report.state == .quiet)
        #expect(quiet.first?.context.moment.time == quietAt)
        let later = Scene.refused.with {
            $0.at = 90_000
            $0.recipients = [("<v@elsewhere.example>", 554, "5.7.1 Relay access denied")]
        }
        let states = judge.incidents(for: [later]).map(\.report)
        #expect(states.contains { $0.state == .fixed && $0.kind == .openRelay })
    }

    @Test("what comes, or is told, once a day is not quiet in between")
    func daily() {
        let (day, hour) = (86_400.0, 3_600.0)
        func states(until end: Double, _ scenes: [Scene]) -> [String] {
            var judge = RelayJudge(configuration: .told)
            var told: [String] = []
            var last: Incident.State?
            func note() {
                for record in judge.takeConclusions() {
                    guard let event = record.event as? IncidentEvent, event.incident.state != last
                    else { continue }
                    last = event.incident.state
                    let at = event.time.duration(since: Scene.start) / .seconds(hour)
                    told.append("\(event.incident.state.rawValue) \(Int(at))")
                }
            }
            for scene in scenes {
                _ = judge.alerts(for: [scene])
                note()
            }
            for at in stride(from: scenes.last?.at ?? 0, to: end, by: hour) {
                judge.advance(to: Scene.start.advanced(by: .seconds(at))) { _ in }
                note()
            }
            return told
        }
        // A burst a day, a little later each time: quiet once, for nobody knew the pace.
        let bursts = (0..<6).flatMap { round in
            (0..<3).map { n in
                Scene.null.with {
                    $0.at = Double(round) * (day + 600) + Double(n) * 60
                    $0.recipients = [("<v\(round)-\(n)@elsewhere.example>", 250, "ok")]
                }
            }
        }
        #expect(
            states(until: 20 * day, bursts) == [
                "opened 0", "quiet 24", "grown 24", "quiet 169", "closed 288",
            ]
        )
        // Mail of users without a login, each hour: told once a day.
        let weak = (0..<120).map { n in
            Scene.ordinary.with {
                ($0.at, $0.serverTCPPort, $0.dialect) = (Double(n) * hour, 587, .submission)
            }
        }
        #expect(states(until: 12 * day, weak) == ["opened 0", "quiet 144", "closed 264"])
    }

    @Test("stored and given back, an incident goes on under its name")
    func restart() throws {
        var first = RelayJudge(configuration: .told)
        let opened = first.incidents(for: Self.flood(5))
        let stored = first.memory.incidents(since: 0, in: .english).map(\.stored)
        let octets = try JSONEncoder().encode(first.memory.checkpointed)
        #expect(!String(decoding: octets, as: UTF8.self).contains("incident-2026"))
        var memory = try JSONDecoder().decode(RelayMemory.self, from: octets)
        memory.restore(
            try JSONDecoder().decode([Incident].self, from: try JSONEncoder().encode(stored))
        )
        var second = RelayJudge(configuration: .told)
        second.memory = memory
        let rest = second.incidents(for: Self.flood(12).suffix(7))
        var whole = RelayJudge(configuration: .told)
        let expected = whole.incidents(for: Self.flood(12))
        #expect((opened + rest).map(\.report) == expected.map(\.report))
        #expect(second.memory.incidentRevision > first.memory.incidentRevision)
        #expect(
            second.memory.incidents(since: first.memory.incidentRevision, in: .english).count == 1
        )
    }

    @Test("what is kept of an incident is small, harmless and without gaps, whoever wrote it")
    func hostile() throws {
        let evil =
            "a\u{1B}[31m\r\n\u{0}\u{202E}{server}$(reboot)`id`"
            + String(repeating: "A", count: 5_000)
        let scene = Scene.null.with {
            ($0.helo, $0.text, $0.banner, $0.serverName) = (evil, evil, evil, evil)
            $0.recipients = (0..<50).map { ("<\(evil)\($0)@elsewhere.example>", 250, evil) }
        }
        var judge = RelayJudge(configuration: .told)
        let report = try #require(judge.incidents(for: [scene]).first?.report)
        let texts =
            [report.verdict, report.why, report.advice, report.refute, report.missed]
            + (report.transcript?.first ?? []) + report.reasons.map(\.words)
        for text in texts {
            #expect(
                text.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 && $0.value != 0x202E && $0.value != 0x7F
                }
            )
        }
        #expect(report.commands == nil)
        #expect((report.transcript?.first ?? []).joined().utf8.count < 2_048)
        let stored = try #require(judge.memory.incidents(since: 0, in: .english).first?.stored)
        #expect(try JSONEncoder().encode(stored).count < 16 * 1_024)
    }

    @Test(
        "in French as in English: every part, no gap left open",
        arguments: IncidentClass.allCases
    )
    func french(_ kind: IncidentClass) throws {
        let texts = [
            IncidentTexts.advice(on: kind), IncidentTexts.refute(kind),
            IncidentTexts.name(of: kind),
        ]
        #expect(texts.allSatisfy { $0[.english] != $0[.french] })
    }

    @Test("a report in French, read again from its EVE form")
    func frenchReport() throws {
        let event = try #require(
            told(Self.flood(10), by: .told.with { $0.language = .french }).last
        )
        let report = event.report
        #expect(report.verdict.hasPrefix("mail.example.org est un relais ouvert : il a accepté"))
        #expect(report.why.contains("10 événements de") && report.why.contains("cela augmente"))
        #expect(report.sections.map(\.title).contains("Que faire :"))
        for text in [report.verdict, report.why, report.advice, report.refute, report.missed] {
            #expect(!text.contains("{") && !text.contains("}"))
        }
        struct Line: Decodable { var incident: IncidentReport }
        let data = try JSONEncoder().encode(AnyEvent(event))
        #expect(try JSONDecoder().decode(Line.self, from: data).incident == report)
    }

    private struct AnyEvent: Encodable {
        let event: IncidentEvent
        init(_ event: IncidentEvent) { self.event = event }
        func encode(to encoder: any Encoder) throws { try event.encode(to: encoder) }
    }

    @Test(
        "commands for the server's software, with checked ids only",
        arguments: [
            (
                "mail.example.org ESMTP Exim 4.96", "OK id=1rABCd-0001Xy-2Z",
                "exim -Mrm 1rABCd-0001Xy-2Z"
            ),
            (
                "mail.example.org ESMTP Sendmail 8.17.1",
                "2.0.0 3AN5r0Zs012345 Message accepted for delivery",
                "for id in 3AN5r0Zs012345; do rm -f /var/spool/mqueue/?f$id; done"
            ),
            (
                "mail.example.org ESMTP OpenSMTPD", "2.0.0 7bd7d9d5 Message accepted for delivery",
                "for id in 7bd7d9d5; do smtpctl remove $id; done"
            ),
            (
                "mail.example.org Microsoft ESMTP MAIL Service ready",
                "2.6.0 <x@y> [InternalId=12345678, Hostname=a.b] Queued mail for delivery",
                #"{ $_.Identity -like '*\12345678' } | Remove-Message -WithNDR $false"#
            ),
        ]
    )
    func commands(banner: String, reply: String, remove: String) throws {
        let scene = Scene.relay.with { ($0.banner, $0.text) = (banner, reply) }
        let report = try #require(told([scene]).first?.report)
        #expect(report.commands?.remove.hasSuffix(remove) == true, "\(report.commands as Any)")
    }

    @Test("the client's name is that of the dialogue; nothing is said where there is none to give")
    func names() throws {
        func why(_ event: MailEvent) throws -> String {
            var judge = RelayJudge(configuration: .told)
            _ = judge.raised(by: event, in: .relay)
            return try #require(judge.memory.incidentReports(in: .english).first).why
        }
        let smuggled = Scene.relay.anomaly(.oddEndOfData, octets: 9)
        #expect(
            try why(smuggled).contains(
                "203.0.113.9, port 40000 (calls itself eyebox), in clear text"
            )
        )
        let unnamed = Scene.relay.with { $0.helo = nil }.anomaly(.oddEndOfData, octets: 9)
        #expect(try why(unnamed).contains("203.0.113.9, port 40000 (gave no name), in clear text"))
        let mailbox = LoginScene(service: .pop3).event
        #expect(
            try why(mailbox).contains("came from 203.0.113.9, port 40000, in clear text, which")
        )
    }

    @Test("what the mirror left out is said, in the report's language")
    func shedding() throws {
        var event = try #require(told([.null], by: .told.with { $0.language = .french }).first)
        event.note(Shedding(began: Scene.start, level: .whole, frames: 7, octets: 99))
        #expect(
            event.report.missed.hasPrefix("Le miroir n'a pas pu suivre à ce moment : des trames")
        )
        #expect(event.report.shedding?.frames == 7)
    }
}

extension RelayJudge {
    /// Evaluates scenes one after the other and returns what was told of incidents.
    mutating func incidents(for scenes: some Sequence<Scene>) -> [IncidentEvent] {
        for scene in scenes {
            evaluate(.smtp(.transaction(Shared(scene.transaction))), in: scene.context) { _ in }
        }
        return takeConclusions().compactMap { $0.event as? IncidentEvent }
    }
}
