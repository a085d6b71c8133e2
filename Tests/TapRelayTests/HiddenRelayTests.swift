import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

/// Messages that come under TLS and leave again.
private struct HiddenRelayStory {
    var count = 3
    var growth: @Sendable (Int) -> UInt64 = { 400 + UInt64($0 % 7) * 10 }
    var delay = 5.0
    var every = 300.0
    var destinations = Int.max
    var confidence = 0.9
    var login = InferredLogin.none
    var spread = 0
    /// So many of the destinations had mail two hours before.
    var known = 0
    /// True if each message goes back to the host it came from.
    var isReturned = false
    /// One who may send, at the same time and with as much.
    var hasUser = false

    func events() -> [(SMTPEvent, Scene)] {
        let earlier = (0..<known).map { number in
            Scene.onward.with {
                $0.at = Double(number) - 7_200
                $0.server = "198.51.100.\(number)"
                $0.flow = UInt64(1_000 + number)
            }
        }
        // The server is followed from its first message of a stranger on.
        let first = Scene.relay.with { ($0.at, $0.flow) = (-7_300, 999) }
        let before = [(first.inferred(self), first)] + earlier.map { ($0.hidden(), $0) }
        return before
            + (0..<count).flatMap { number -> [(SMTPEvent, Scene)] in
                let size = UInt64(1_000 + number * 5_000)
                let at = Double(number) * every
                let inward = Scene.relay.with {
                    ($0.at, $0.octets, $0.flow) = (at, size, UInt64(2 * number))
                }
                let onward = Scene.onward.with {
                    $0.at = at + delay
                    $0.octets = size + growth(number)
                    $0.flow = UInt64(2 * number + 1)
                    $0.server = isReturned ? inward.client : "198.51.100.\(number % destinations)"
                }
                var events = [(inward.inferred(self), inward), (onward.hidden(), onward)]
                if hasUser {
                    let user = inward.with { ($0.client, $0.clientPort) = ("192.0.2.50", 1) }
                    events.insert((user.hidden(), user), at: 1)
                }
                return events
            }
    }

    func verdicts() -> [String] {
        var judge = RelayJudge(configuration: .told)
        return judge.verdicts(events())
    }
}

@Suite("Relay inferred under TLS")
struct HiddenRelayTests {
    @Test("three in an hour are a warning, ten are high, two are nothing")
    func threshold() {
        #expect(HiddenRelayStory(count: 2).verdicts().isEmpty)
        #expect(HiddenRelayStory().verdicts() == ["relay.inferred medium"])
        let ten = HiddenRelayStory(count: 10).verdicts()
        #expect(ten.last == "relay.inferred high" && !ten.dropLast().contains(ten.last ?? ""))
        #expect(HiddenRelayStory(every: 1_801).verdicts().isEmpty)
        #expect(HiddenRelayStory(every: 1_799).verdicts() == ["relay.inferred medium"])
    }

    @Test("not by one growth here and another there, nor one out of range")
    func growth() {
        #expect(HiddenRelayStory(growth: { 100 + UInt64($0) * 81 }).verdicts().isEmpty)
        #expect(
            HiddenRelayStory(growth: { 100 + UInt64($0) * 40 }).verdicts() == [
                "relay.inferred medium"
            ]
        )
        #expect(HiddenRelayStory(growth: { _ in 49 }).verdicts().isEmpty)
        #expect(HiddenRelayStory(growth: { _ in 50 }).verdicts() == ["relay.inferred medium"])
        #expect(HiddenRelayStory(growth: { _ in 1_501 }).verdicts().isEmpty)
    }

    @Test("guards: a forwarder, a slow message, a login, a bad fit, CBC, one who may send")
    func guards() {
        #expect(HiddenRelayStory(count: 12, destinations: 2).verdicts().isEmpty)
        #expect(HiddenRelayStory(delay: 60).verdicts() == ["relay.inferred medium"])
        #expect(HiddenRelayStory(delay: 60.1).verdicts().isEmpty)
        #expect(HiddenRelayStory(login: .accepted).verdicts().isEmpty)
        #expect(HiddenRelayStory(confidence: 0.49).verdicts().isEmpty)
        #expect(HiddenRelayStory(spread: 33).verdicts().isEmpty)
        #expect(HiddenRelayStory(hasUser: true).verdicts().isEmpty)
        #expect(HiddenRelayStory(isReturned: true).verdicts().isEmpty)
        #expect(
            HiddenRelayStory(count: 4, known: 1).verdicts() == [
                "relay.inferred medium", "relay.inferred medium",
            ]
        )
        #expect(HiddenRelayStory(count: 4, known: 2).verdicts() == ["relay.inferred medium"])
        #expect(HiddenRelayStory(count: 4, known: 3).verdicts().isEmpty)
    }

    @Test("it is fixed, less sure, when three in a row of those it relayed for seem to be refused")
    func fixed() throws {
        func refusal(_ at: Double, _ client: String, taken: Int = 0) -> (SMTPEvent, Scene) {
            let scene = Scene.refused.with {
                ($0.at, $0.client, $0.flow) = (at, client, UInt64(at))
            }
            var transaction = InferredTransaction(began: Moment(time: scene.time, sequence: 2))
            (transaction.acceptedRecipients, transaction.refusedRecipients) = (taken, 1)
            (transaction.outcome, transaction.confidence) = (.reset, 0.9)
            return (.inferred(Shared(transaction)), scene)
        }
        let story = HiddenRelayStory()
        func told(_ refusals: [(SMTPEvent, Scene)]) -> [IncidentReport] {
            var judge = RelayJudge(configuration: .told)
            _ = judge.verdicts(story.events() + refusals)
            return judge.takeConclusions().compactMap { ($0.event as? IncidentEvent)?.report }
                .filter { $0.kind == .openRelay }
        }
        let clients = ["203.0.113.9", "203.0.113.77", "203.0.113.9"]
        let refusals = zip(clients, [2_000.0, 2_100, 2_200]).map { refusal($1, $0) }
        let reports = told(refusals)
        #expect(reports.map(\.state) == [.opened, .fixed])
        let (opened, fixed) = (try #require(reports.first), try #require(reports.last))
        #expect(fixed.confidence < opened.confidence)
        #expect(
            fixed.verdict.contains(
                "and to refuse since 2026-11-23T12:33:20.000000+00:00 (both inferred from the lengths of TLS records)"
            ),
            "\(fixed.verdict)"
        )
        #expect(told([refusals[0], refusals[1]]).map(\.state) == [.opened])
        // Others were never let in, and one that is let in begins anew.
        let others = [2_000.0, 2_100, 2_200].map { refusal($0, "198.51.100.7") }
        #expect(told(others).map(\.state) == [.opened])
        let taken = refusal(2_150, "203.0.113.9", taken: 1)
        let between = [refusals[0], refusals[1], taken, refusals[2]]
        #expect(told(between).map(\.state) == [.opened])
        // Nor is it for somebody whose mail is forwarded to where mail went before, and who errs.
        let honest = Scene.relay.with {
            ($0.at, $0.octets, $0.client, $0.flow) = (4_000, 50_000, "203.0.114.5", 500)
        }
        let forwarded = Scene.onward.with {
            ($0.at, $0.octets, $0.server, $0.flow) = (4_005, 50_410, "198.51.100.0", 501)
        }
        let forwarding = [(honest.inferred(story), honest), (forwarded.hidden(), forwarded)]
        let errors = [4_100.0, 4_200, 4_300].map { refusal($0, "203.0.114.5") }
        #expect(told(forwarding + errors).map(\.state) == [.opened])
    }

    @Test("the incident is the server's, counts the messages, and survives a restart")
    func incident() throws {
        var first = RelayJudge(configuration: .told)
        let events = HiddenRelayStory(count: 4).events()
        _ = first.verdicts(Array(events[..<5]))
        var second = RelayJudge(configuration: .told)
        let stored = try JSONEncoder().encode(first.memory)
        second.memory = try JSONDecoder().decode(RelayMemory.self, from: stored)
        #expect(
            second.verdicts(Array(events[5...])) == [
                "relay.inferred medium", "relay.inferred medium",
            ]
        )
        let incident = try #require(second.incidents().first?.incident)
        #expect(incident.server.description == "192.0.2.25" && incident.kind == .openRelay)
        // From the first that came, of which the others have told nothing yet.
        #expect(incident.tally.events == 3 && incident.tally.messages == 3)
        #expect(incident.since == Scene.start)
    }

    @Test("the incident speaks of the stranger who brought the mail, not of the server")
    func stranger() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.verdicts(HiddenRelayStory(count: 4).events())
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.verdict.contains("inferred from the lengths of TLS records"))
        for text in [report.verdict, report.why, report.refute] {
            #expect(text.contains("203.0.113.9"))
        }
        #expect(!report.why.contains("192.0.2.25") && !report.refute.contains("192.0.2.25"))
        #expect(report.transcript?.latest?.contains { $0.contains("RCPT") } != true)
        #expect(report.counts.events == 4 && report.counts.clients == 1)
        #expect(report.counts.octets == 34_000 && report.counts.recipients == 4)
        for words in [
            "203.0.113.9 (calls itself eyebox), inside TLS", "It was 16,000 octets",
            "In the hour up to the latest there were 4",
        ] {
            #expect(report.why.contains(words), "\(report.why)")
        }
        #expect(report.transcript?.latest == nil)
    }

    @Test("in English and French")
    func words() throws {
        func alert(_ language: RelayLanguage) -> Alert? {
            var judge = RelayJudge(configuration: .told.with { $0.language = language })
            var last: Alert?
            for (event, scene) in HiddenRelayStory().events() {
                judge.evaluate(.smtp(event), in: scene.context) { last = $0 }
            }
            return last
        }
        let (english, french) = (try #require(alert(.english)), try #require(alert(.french)))
        #expect(english.why.contains("3 times since 2026-11-23T12:00:05"))
        #expect(english.why.contains("the latest from 203.0.113.9 after 5 seconds to"))
        #expect(french.why.contains("3 fois depuis") && !french.why.contains("{"))
        #expect(french.signature != english.signature && !french.advice.contains("{"))
    }
}

extension Scene {
    /// The scene as a transaction under TLS with what a story says of it.
    fileprivate func inferred(_ story: HiddenRelayStory) -> SMTPEvent {
        guard case .inferred(let hidden) = hidden() else { return hidden() }
        var transaction = hidden.value
        transaction.login = story.login
        transaction.confidence = story.confidence
        transaction.messageOctets = octets.map { OctetRange(Int($0), Int($0) + story.spread) }
        return .inferred(Shared(transaction))
    }
}

@Suite("Who has read his mail may send some")
struct MailboxLoginTests {
    private static func pop3(_ status: POP3Status, at: Double, client: String = "203.0.113.9")
        -> (MailEvent, Scene)
    {
        let scene = Scene.ordinary.with {
            ($0.at, $0.client, $0.serverTCPPort) = (at, client, 110)
        }
        var summary = POP3SessionSummary(client: .a)
        summary.logins = [POP3Login(mechanism: "USER", user: "ann", status: status)]
        (summary.clientOctets, summary.serverOctets) = (50, 50)
        return (.pop3(.session(summary)), scene)
    }

    private static func imap(at: Double) -> (MailEvent, Scene) {
        let scene = Scene.ordinary.with { ($0.at, $0.serverTCPPort) = (at, 143) }
        var summary = IMAPSessionSummary(client: .a)
        summary.logins = [IMAPLogin(mechanism: "LOGIN", user: "ann", status: .ok)]
        (summary.clientOctets, summary.serverOctets) = (50, 50)
        return (.imap(.session(summary)), scene)
    }

    private static func verdicts(_ login: (MailEvent, Scene), _ scene: Scene = .relay) -> [String] {
        var judge = RelayJudge(configuration: .told)
        judge.evaluate(login.0, in: login.1.context) { _ in }
        return judge.alerts(for: [scene]).map(\.rule.id)
    }

    @Test("within half an hour of a login to a mailbox from the same address, and no longer")
    func window() {
        #expect(Self.verdicts(Self.pop3(.ok, at: -1_800)).isEmpty)
        #expect(Self.verdicts(Self.imap(at: -60)).isEmpty)
        #expect(Self.verdicts(Self.pop3(.ok, at: -1_801)) == ["relay.open"])
        #expect(Self.verdicts(Self.pop3(.error, at: -60)) == ["relay.open"])
        #expect(Self.verdicts(Self.pop3(.ok, at: -60, client: "203.0.113.10")) == ["relay.open"])
        // Who is refused was not let in by it.
        #expect(Self.verdicts(Self.pop3(.ok, at: -60), .refused) == ["relay.attempt"])
    }

    @Test("callback verification asks for a local recipient and sends nothing: nothing")
    func callback() {
        let callback = Scene.null.with {
            $0.recipients = [("<ann@example.org>", 250, "ok")]
            ($0.outcome, $0.code, $0.octets, $0.text) = (.reset, nil, nil, "")
        }
        #expect(RelayJudge.verdicts([callback]).isEmpty)
        #expect(
            RelayJudge.verdicts([callback.with { $0.recipients[0].address = "<v@d.example>" }])
                .isEmpty
        )
    }
}
