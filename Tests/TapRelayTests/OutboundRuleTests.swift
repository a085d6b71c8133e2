import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

extension Scene {
    /// A host of ours that is no server hands its mail to a server outside.
    fileprivate static let bot = Scene.outgoing.with {
        $0.client = "192.0.2.77"
        $0.helo = "localhost"
        $0.from = "<x@bank.example>"
    }

    /// The scene for the domain of that number, at the server of that number, so many seconds later.
    fileprivate func to(_ number: Int, code: Int = 250, text: String = "2.0.0 Ok", at: Double)
        -> Scene
    {
        with {
            $0.recipients = [("<u@d\(number).example>", code, text)]
            $0.server = "198.51.100.\(1 + number % 250)"
            $0.serverName = "mx.d\(number).example"
            if code >= 400 {
                $0.code = nil
                $0.outcome = .rejected
                $0.text = ""
            }
            $0.at = at
        }
    }
}

extension Array where Element == Alert {
    fileprivate func of(_ rule: String) -> [Alert] { filter { $0.rule.id == rule } }
}

@Suite("Outgoing mail: bots and scripts")
struct OutboundBotTests {
    private func count(_ scenes: [Scene], told configuration: RelayConfiguration = .told) -> Int {
        RelayJudge.alerts(for: scenes, told: configuration).of("outbound.bot").count
    }

    @Test("the third mail to a second domain is high, two or one domain are not told")
    func bot() throws {
        let mails = (0..<3).map { Scene.bot.to($0 / 2, at: Double($0) * 3_600) }
        #expect(count(Array(mails.prefix(2))) == 0)
        let alert = try #require(RelayJudge.alerts(for: mails).of("outbound.bot").first)
        #expect(alert.severity == .high)
        #expect(
            alert.signature == "192.0.2.77 sends mail by itself, and is not known as a mail server"
        )
        #expect(alert.why.contains("3 messages for 2 domains"))
        #expect(count((0..<9).map { Scene.bot.to(1, at: Double($0)) }) == 0)
        let one = RelayJudge.alerts(for: (0..<10).map { Scene.bot.to(1, at: Double($0)) })
        #expect(one.of("outbound.bot").count == 1)
        #expect(one.first?.why.contains("10 messages for 1 domain straight") ?? false)
    }

    @Test("its messages and domains are told as many as there were, whatever the rule keeps")
    func counts() throws {
        let bots = RelayJudge.alerts(for: (0..<25).map { Scene.bot.to($0, at: Double($0)) })
        let last = try #require(bots.of("outbound.bot").last)
        #expect(last.why.contains("25 messages for 25 domains"))
        let one = (0..<9).map { Scene.bot.to(1, at: Double($0)) }
        let later = Scene.bot.to(2, at: 90_000)
        #expect(count(one + [later]) == 0)
    }

    @Test("mail a day ago does not count")
    func window() {
        #expect(count([0, 1, 2].map { Scene.bot.to($0, at: Double($0) * 43_200) }) == 0)
        #expect(count([0, 1, 2].map { Scene.bot.to($0, at: Double($0) * 43_199) }) == 1)
    }

    @Test("its incident is its own, whatever servers it speaks with, and a restart forgets nothing")
    func incident() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: [Scene.bot.to(0, at: 0), Scene.bot.to(1, at: 1)])
        judge = try judge.restarted(.told)
        #expect(judge.alerts(for: [Scene.bot.to(2, at: 2)]).map(\.severity) == [.high])
        _ = judge.alerts(for: (3..<9).map { Scene.bot.to($0, at: Double($0)) })
        let incidents = judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
        #expect(incidents.map(\.incident.kind) == [.infectedClient])
        #expect(incidents.map(\.incident.subject) == ["192.0.2.77"])
        #expect(incidents.map(\.incident.server.description) == ["192.0.2.77"])
        // What the rule had counted before it spoke is a part of it.
        let opened = try #require(incidents.first).report
        #expect(opened.counts.events == 3 && opened.counts.messages == 3)
        #expect(opened.since == Scene.start.rfc3339)
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.messages == 9 && report.counts.domains == 9)
    }

    @Test("what is older than the rule looks back is no part of it")
    func earlier() throws {
        var judge = RelayJudge(configuration: .told)
        let times = [0, 10_000, 86_400, 86_401]
        _ = judge.alerts(for: times.map { Scene.bot.to($0, at: Double($0)) })
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.events == 3)
        #expect(report.since == Scene.start.advanced(by: .seconds(10_000)).rfc3339)
    }

    @Test("servers are none: configured, or taking mail from others, or sending for a week")
    func servers() {
        let many = (0..<9).map { Double($0) }
        #expect(count(many.map { Scene.outgoing.to(Int($0), at: $0) }) == 0)
        let taking = Scene.ordinary.with { $0.server = "192.0.2.77" }
        #expect(count([taking] + many.map { Scene.bot.to(Int($0), at: $0) }) == 0)
        let day = 86_400.0
        let steady = (0..<8).map { Scene.bot.to(1, at: Double($0) * day) }
        #expect(count(steady + many.map { Scene.bot.to(Int($0), at: 8 * day + $0) }) == 0)
        // Two mails a week apart are not steady.
        let rare = [Scene.bot.to(1, at: 0)]
        #expect(count(rare + many.map { Scene.bot.to(Int($0), at: 8 * day + $0) }) > 0)
    }

    @Test("who was told of does not become a server by going on")
    func accused() {
        let day = 86_400.0
        let week = (0..<40).map { Scene.bot.to($0, at: Double($0) * day / 4) }
        let later = (0..<3).map { Scene.bot.to(50 + $0, at: 11 * day + Double($0)) }
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: week)
        #expect(judge.alerts(for: later).of("outbound.bot").count == 1)
    }

    @Test("a person who logs in at his provider, and a session inside, are no bots")
    func persons() {
        let person = Scene.bot.with { $0.authentication = .user("ann") }
        #expect(count((0..<9).map { person.to($0, at: Double($0)) }) == 0)
        let inside = Scene.bot.with { $0.serverPort = 1 }
        #expect(count((0..<9).map { inside.to($0, at: Double($0)) }) == 0)
        let other = Scene.bot.with { $0.serverTCPPort = 587 }
        #expect(count((0..<9).map { other.to($0, at: Double($0)) }) == 0)
    }

    @Test("while nothing is known a server may look so: a warning, and honest mail does not count")
    func candidate() throws {
        let untold = RelayConfiguration(
            inside: RelayConfiguration.told.inside,
            domains: RelayConfiguration.domains("example.org")
        )
        let bots = (0..<3).map { Scene.bot.to($0, at: Double($0)) }
        let alert = try #require(
            RelayJudge.alerts(for: bots, told: untold).of("outbound.bot").first
        )
        #expect(alert.severity == .medium)
        #expect(alert.why.contains("no server is configured"))
        #expect(count((0..<9).map { Scene.outgoing.to($0, at: Double($0)) }, told: untold) == 0)
    }

    @Test("under TLS and at the door it counts as well")
    func hidden() {
        var judge = RelayJudge(configuration: .told)
        var alerts: [Alert] = []
        for number in 0..<3 {
            let scene = Scene.bot.to(number, at: Double(number))
            var summary = SMTPSessionSummary(dialect: .smtp, client: .a)
            (summary.clientOctets, summary.serverOctets) = (900, 900)
            if number == 0 {
                summary.bannerCode = 554
            } else {
                summary.bannerCode = 220
                summary.startTLS = .established
            }
            alerts += judge.raised(by: .smtp(.session(Shared(summary))), in: scene)
        }
        #expect(alerts.of("outbound.bot").count == 1)
    }

    /// A web server of some weeks, that has sent to five domains.
    private var webServer: [Scene] {
        (0..<60).map { Scene.outgoing.to($0 % 5, at: Double($0) * 86_400 / 2) }
    }

    @Test("a script: the fourth mail of nobody to new domains within ten minutes")
    func script() throws {
        let start = 31.0 * 86_400
        func burst(_ codes: [Int], step: Double = 60) -> [Scene] {
            codes.enumerated().map { place, code in
                Scene.outgoing.with { $0.from = "<win@prize.example>" }
                    .to(
                        100 + place,
                        code: code,
                        text: "5.7.1 spam",
                        at: start + Double(place) * step
                    )
            }
        }
        let sudden = webServer + burst([250, 550, 250, 250])
        let alert = try #require(RelayJudge.alerts(for: sudden).of("outbound.bot").first)
        #expect(alert.severity == .high)
        #expect(
            alert.signature == "A program on 192.0.2.25 sends mail to ever new domains, it seems"
        )
        #expect(count(webServer + burst([250, 550, 250])) == 0)
        #expect(count(webServer + burst([250, 250, 250, 250])) == 0)
        #expect(count(webServer + burst([250, 550, 250, 250], step: 200)) == 0)
        // Under TLS it cannot be seen who has; it may be what was taken within the hour.
        func hidden(after seconds: Double?) -> Int {
            var judge = RelayJudge(configuration: .told)
            _ = judge.alerts(for: webServer)
            let taken = Scene.ordinary.with { $0.at = start - (seconds ?? 0) }
            if seconds != nil { _ = judge.alerts(for: [taken]) }
            return burst([250, 550, 250, 250]).flatMap { scene in
                let server = "198.18.7.\(Int(scene.at) % 250)"
                let other = scene.with { $0.server = server }
                let isRefused = scene.recipients[0].code == 550
                return judge.raised(
                    by: .smtp(isRefused ? .transaction(Shared(other.transaction)) : other.hidden()),
                    in: other
                )
            }
            .of("outbound.bot").count
        }
        #expect(hidden(after: nil) == 1)
        #expect(hidden(after: 3_700) == 1)
        #expect(hidden(after: 3_300) == 0)
        // Somebody handed it in.
        let handed = Scene.ordinary.with {
            $0.from = "<win@prize.example>"
            $0.at = start - 60
        }
        #expect(count(webServer + [handed] + burst([250, 550, 250, 250])) == 0)
    }

    /// A message of the web server to a new domain, each the second one refused, with that Message-ID.
    private func copy(_ number: Int, of identifier: String, from: String, at: Double) -> Scene {
        var facts = MessageFacts()
        facts.identifier = identifier
        return Scene.outgoing.with {
            ($0.from, $0.message) = (from, facts)
        }
        .to(100 + number, code: number % 4 == 1 ? 550 : 250, text: "5.1.1 unknown", at: at)
    }

    private func taken(_ identifier: String, from: String? = nil, at: Double) -> Scene {
        var facts = MessageFacts()
        facts.identifier = identifier
        return Scene.ordinary.with {
            ($0.message, $0.at) = (facts, at)
            if let from { $0.from = from }
        }
    }

    @Test("mail under the name of one who hands in mail, which was not handed in, is a warning")
    func knownSender() {
        let (start, sender) = (31.0 * 86_400, "<ann@example.org>")
        func severities(_ identifier: (Int) -> String, handedIn: Range<Int>) -> Set<Severity> {
            let taken = handedIn.map {
                self.taken("<\($0)@pc.example>", from: sender, at: start - 60 + Double($0))
            }
            let sent = (0..<6).map {
                copy($0, of: identifier($0), from: sender, at: start + Double($0) * 30)
            }
            let alerts = RelayJudge.alerts(for: webServer + taken + sent)
            return Set(alerts.of("outbound.bot").map(\.severity))
        }
        #expect(severities({ "<\($0)@pc.example>" }, handedIn: 0..<6) == [])
        #expect(severities({ "<\($0)@web.example>" }, handedIn: 0..<1) == [.medium])
        #expect(severities({ "<\($0)@web.example>" }, handedIn: 0..<0) == [.high])
    }

    @Test("what was handed in is known for a day, however much mail is taken")
    func handedIn() {
        let (start, sender) = (31.0 * 86_400, "<ann@example.org>")
        let configuration = RelayConfiguration.told.with {
            $0.limits = RelayLimits(handedMessages: 8)
        }
        func severities(
            _ name: String,
            after hours: Double,
            between: [Double] = []
        ) -> Set<Severity> {
            let others = between.map { taken("<\($0)@pc.example>", at: start - $0 * 3_600) }
            let earlier = (0..<2_000).map {
                taken(
                    "<\($0)@pc.example>",
                    from: sender,
                    at: start - hours * 3_600 + Double($0) / 10
                )
            }
            let sent = (0..<6).map {
                copy($0, of: "<\($0)@\(name)>", from: sender, at: start + Double($0) * 30)
            }
            let alerts = RelayJudge.alerts(
                for: webServer + earlier + others + sent,
                told: configuration
            )
            return Set(alerts.of("outbound.bot").map(\.severity))
        }
        #expect(severities("pc.example", after: 1) == [])
        #expect(severities("pc.example", after: 23) == [])
        #expect(severities("pc.example", after: 50, between: [24.5]) == [.medium])
        #expect(severities("web.example", after: 1) == [.medium])
        // Of events of about one moment the later may be told first.
        #expect(severities("pc.example", after: 24.5, between: [0.4, 0.4003]) == [])
        // Behind two days of which nothing was seen, or that the clock was set forward by, nothing tells for a day.
        #expect(severities("pc.example", after: 50) == [])
        #expect(severities("web.example", after: 50) == [])
        #expect(severities("web.example", after: 80, between: [23]) == [])
        #expect(severities("web.example", after: 80, between: [25]) == [.medium])
    }

    /// Messages of the web server to new domains, under a name that hands in mail.
    private func burst(_ count: Int, _ identifier: (Int) -> String?, at start: Double) -> [Scene] {
        (0..<count).map { number in
            var scene = copy(
                number,
                of: identifier(number) ?? "",
                from: "<ann@example.org>",
                at: start + Double(number) * 20
            )
            if identifier(number) == nil { scene.message = nil }
            return scene
        }
    }

    @Test("far more mail than was taken under TLS, or without a Message-ID, is a warning")
    func unread() throws {
        let start = 31.0 * 86_400
        func alerts(_ scenes: [Scene], hidden: Int) -> [Alert] {
            var judge = RelayJudge(configuration: .told)
            _ = judge.alerts(for: webServer)
            let handIn = Scene.ordinary.with { $0.from = "<ann@example.org>" }
            _ = judge.alerts(for: [handIn.with { $0.at = start - 5_000 }])
            for number in 0..<hidden {
                let scene = handIn.with { $0.at = start - 120 + Double(number) }
                _ = judge.raised(by: .smtp(scene.hidden()), in: scene)
            }
            return judge.alerts(for: scenes).of("outbound.bot")
        }
        func own(_ number: Int) -> String { "<\(number)@web.example>" }
        let few = burst(19, own, at: start)
        #expect(alerts(few, hidden: 1).isEmpty)
        let many = burst(28, own, at: start)
        let told = alerts(many, hidden: 1)
        #expect(Set(told.map(\.severity)) == [.medium])
        let why = try #require(told.first?.why)
        #expect(why.contains("sent 20 messages") && why.contains("for no more than 1 recipient"))
        // They may have been handed in, or are copies of one message that was.
        #expect(alerts(many, hidden: 6).isEmpty)
        #expect(alerts(burst(28, { _ in "<one@web.example>" }, at: start), hidden: 1).isEmpty)
        // Where no Message-ID is seen nothing tells who handed in what.
        #expect(alerts(burst(19, { _ in nil }, at: start), hidden: 0).isEmpty)
        #expect(!alerts(burst(28, { _ in nil }, at: start), hidden: 0).isEmpty)
        // Nor is it a burst where it takes hours.
        let slow = many.enumerated().map { number, scene in
            scene.with { $0.at = start + Double(number) * 300 }
        }
        #expect(alerts(slow, hidden: 1).isEmpty)
    }

    /// What is told of a host that takes mail for so many, and then sends under TLS to ever new servers, messages of these sizes.
    private func hiddenBurst(
        taken: Int,
        refused: Int = 3,
        hasData: Bool = true,
        sizes: (Int) -> Int
    )
        -> [Alert]
    {
        let start = 31.0 * 86_400
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: webServer)
        _ = judge.alerts(
            for: (0..<taken).map { self.taken("<\($0)@pc.example>", at: start - 100 + Double($0)) }
        )
        return (0..<28).flatMap { number in
            let scene = Scene.outgoing.with { $0.at = start + Double(number) * 20 }
                .to(100 + number, at: start + Double(number) * 20)
            var transaction = InferredTransaction(began: Moment(time: scene.time, sequence: 2))
            transaction.acceptedRecipients = 1
            transaction.hasData = hasData
            transaction.outcome = hasData ? .accepted : .reset
            transaction.messageOctets = hasData ? OctetRange(sizes(number)) : nil
            if number == refused {
                (transaction.acceptedRecipients, transaction.refusedRecipients) = (0, 1)
                (transaction.outcome, transaction.hasData) = (.rejected, false)
            }
            transaction.confidence = 0.9
            return judge.raised(by: .smtp(.inferred(Shared(transaction))), in: scene)
        }
        .of("outbound.bot")
    }

    @Test("under TLS far more mail of many sizes than the host took for anybody is a warning")
    func hiddenScript() throws {
        let told = hiddenBurst(taken: 2) { 2_000 + $0 * 900 }
        #expect(!told.isEmpty && Set(told.map(\.severity)) == [.medium])
        let why = try #require(told.first?.why)
        #expect(why.contains("20 messages of many sizes under TLS to servers"), "\(why)")
        #expect(why.contains("for no more than 2 recipients"))
        // It may have been handed in; no server said no; copies of one message; questions about senders.
        #expect(hiddenBurst(taken: 6) { 2_000 + $0 * 900 }.isEmpty)
        #expect(hiddenBurst(taken: 2, refused: -1) { 2_000 + $0 * 900 }.isEmpty)
        #expect(hiddenBurst(taken: 2) { 40_000 + $0 % 7 * 30 }.isEmpty)
        #expect(hiddenBurst(taken: 2, hasData: false) { _ in 0 }.isEmpty)
    }

    @Test("numbers of recipients that no message has overflow nothing")
    func overflow() {
        let start = 31.0 * 86_400
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: webServer)
        let handIn = Scene.ordinary.with { ($0.from, $0.at) = ("<ann@example.org>", start - 120) }
        for _ in 0..<3 {
            var transaction = InferredTransaction(began: Moment(time: handIn.time, sequence: 2))
            (transaction.acceptedRecipients, transaction.refusedRecipients) = (.max, 1)
            (transaction.outcome, transaction.confidence) = (.accepted, 0.9)
            _ = judge.raised(by: .smtp(.inferred(Shared(transaction))), in: handIn)
        }
        let many = burst(28, { "<\($0)@web.example>" }, at: start)
        #expect(judge.alerts(for: many).of("outbound.bot").isEmpty)
    }

    @Test("a list's and a forwarder's copies of what was handed in are no script's")
    func copies() {
        let start = 31.0 * 86_400
        func list(_ count: Int, after seconds: Double = 5) -> [Scene] {
            [taken("<l@x.example>", at: start - seconds)]
                + (0..<count).map {
                    copy(
                        $0,
                        of: "<l@x.example>",
                        from: "<club-bounces@example.org>",
                        at: start + Double($0)
                    )
                }
        }
        #expect(count(webServer + list(12)) == 0)
        #expect(count(webServer + list(12, after: 3_700)) > 0)
        let forwarded = (0..<6).flatMap { number in
            [
                taken("<\(number)@x.example>", at: start + Double(number) * 20),
                copy(
                    number,
                    of: "<\(number)@x.example>",
                    from: "<SRS0=x=y=s\(number).example=n@example.org>",
                    at: start + Double(number) * 20 + 5
                ),
            ]
        }
        #expect(count(webServer + forwarded) == 0)
        // So many copies an hour, and not ever more of them.
        #expect(count(webServer + list(256)) == 0)
        let more = RelayJudge.alerts(for: webServer + list(300)).of("outbound.bot")
        #expect(Set(more.map(\.severity)) == [.medium])
        #expect(
            more.allSatisfy { $0.why.contains("beyond the first 256 of an hour to new domains") }
        )
        #expect(!more.contains { $0.why.contains("within a minute") })
        // Nor by handing in another message for each few.
        let many = (0..<40).flatMap { (part: Int) -> [Scene] in
            let (name, at) = ("<\(part)@x.example>", start + Double(part) * 60)
            return [taken(name, at: at - 5)]
                + (0..<10).map {
                    copy(part * 10 + $0, of: name, from: "<a@example.org>", at: at + Double($0))
                }
        }
        #expect(count(webServer + many) > 0)
    }

    @Test("copies of one message just behind mail that was taken may be a list's: a warning")
    func perhapsList() throws {
        let start = 31.0 * 86_400
        func severities(
            _ identifier: (Int) -> String,
            after seconds: Double,
            growth: UInt64 = 0
        ) -> Set<Severity> {
            let burst = (0..<6).map { number in
                copy(
                    number,
                    of: identifier(number),
                    from: "<club@example.org>",
                    at: start + Double(number) * 30
                )
                .with { $0.octets = 1_090 + growth }
            }
            let scenes = webServer + [taken("<l@x.example>", at: start - seconds)] + burst
            return Set(RelayJudge.alerts(for: scenes).of("outbound.bot").map(\.severity))
        }
        #expect(severities({ _ in "<own@example.org>" }, after: 5) == [.medium])
        #expect(severities({ _ in "<own@example.org>" }, after: 90) == [.high])
        #expect(severities({ "<\($0)@example.org>" }, after: 5) == [.high])
        // Or as large, but for a header, as what was taken within the hour.
        #expect(severities({ _ in "<own@example.org>" }, after: 3_000, growth: 400) == [.medium])
        #expect(severities({ _ in "<own@example.org>" }, after: 3_700, growth: 400) == [.high])
        #expect(severities({ _ in "<own@example.org>" }, after: 3_000, growth: 2_000) == [.high])
        #expect(severities({ "<\($0)@example.org>" }, after: 3_000, growth: 400) == [.high])
    }

    /// What a busy server takes before `end`, a message every so many seconds, of sizes from 1 to 40 KiB.
    private func intake(every step: Double, from start: Double, to end: Double) -> [Scene] {
        stride(from: start, to: end, by: step).enumerated().map { number, at in
            taken("<\(number)@pc.example>", at: at).with {
                $0.octets = 1_000 + UInt64(number * 7_919 % 40_000)
            }
        }
    }

    @Test(
        "on a busy server copies of one message are a script's, unless a list's message came just before"
    )
    func busyServer() {
        let start = 31.0 * 86_400
        func severities(_ octets: UInt64, behind taken: [Scene]) -> Set<Severity> {
            let burst = (0..<8).map { number in
                copy(
                    number,
                    of: "<own@example.org>",
                    from: "<club@example.org>",
                    at: start + Double(number) * 30
                )
                .with { $0.octets = octets }
            }
            let scenes = (webServer + taken + burst).sorted { $0.at < $1.at }
            return Set(RelayJudge.alerts(for: scenes).of("outbound.bot").map(\.severity))
        }
        let busy = intake(every: 11, from: start - 4_000, to: start + 300)
        for octets: UInt64 in [3_500, 9_500, 17_000, 30_500] {
            #expect(severities(octets, behind: busy) == [.high], "\(octets)")
        }
        // The list's own message, of a size of its own, and the copies seconds behind it.
        let post = taken("<l@x.example>", at: start - 4).with { $0.octets = 100_000 }
        #expect(severities(100_600, behind: busy + [post]) == [.medium])
        let early = taken("<l@x.example>", at: start - 1_200).with { $0.octets = 100_000 }
        #expect(severities(100_600, behind: busy + [early]) == [.medium])
        // Of a size that is common the moment tells.
        let common = taken("<l@x.example>", at: start - 4).with { $0.octets = 17_000 }
        #expect(severities(17_500, behind: busy + [common]) == [.medium])
        // A server that takes a message every ten minutes is not busy.
        let quiet = intake(every: 600, from: start - 4_000, to: start - 10)
        let recent = taken("<l@x.example>", at: start - 5)
        #expect(severities(60_000, behind: quiet + [recent]) == [.medium])
        #expect(severities(60_000, behind: quiet) == [.high])
    }

    @Test("what is known of the mail that was taken is bounded")
    func bounds() throws {
        var judge = RelayJudge(configuration: .told)
        func octets() throws -> Int { try JSONEncoder().encode(judge.memory.checkpointed).count }
        let empty = try octets()
        _ = judge.alerts(
            for: (0..<20_000).map { number in
                taken("<\(number)@pc.example>", from: "<a@x.example>", at: 1e5 + Double(number) * 8)
                    .with { $0.octets = UInt64.max / 2 - UInt64(number) }
            }
        )
        // Filters of 168 KiB, 7 KiB of sizes, 4,096 Message-IDs of an hour at 64 octets.
        let grown = try octets() - empty
        let (least, most) = (160 << 10, 495 << 10)
        #expect(grown > least && grown < most, "\(grown)")
    }

    @Test("a flood of hosts takes bounded memory")
    func flood() {
        var judge = RelayJudge(configuration: .told)
        for number in 0..<2_000 {
            let scene = Scene.bot.with { $0.client = "10.0.\(number / 250).\(number % 250)" }
            _ = judge.alerts(for: [scene.to(number, at: Double(number))])
        }
        #expect(judge.memory.entryCount < 4_000)
    }
}

@Suite("Outgoing mail: bounces, refusals and queues")
struct OutboundSymptomTests {
    private func bounce(_ number: Int, at: Double) -> Scene {
        Scene.outgoing.with { $0.from = "<>" }.to(number, at: at)
    }

    /// A stranger whose name stands at that domain has sent mail to our server.
    private func taken(_ number: Int) -> Scene {
        Scene.ordinary.with { $0.from = "<U@D\(number).example>" }
    }

    @Test("bounces to ten domains within an hour, for mail that was taken")
    func backscatter() throws {
        let intake = (0..<14).map(taken)
        func alerts(_ count: Int, step: Double = 300) -> [Alert] {
            let bounces = (0..<count).map { bounce($0, at: 60 + Double($0) * step) }
            return RelayJudge.alerts(for: intake + bounces).of("bounce.backscatter")
        }
        #expect(alerts(9).isEmpty)
        #expect(alerts(10, step: 400).isEmpty)
        let alert = try #require(alerts(10).first)
        #expect(alert.severity == .medium)
        #expect(alert.why.contains("10 domains"))
        #expect(alerts(13, step: 60).last?.why.contains("13 domains") == true)
        var judge = RelayJudge(configuration: .told)
        let flood = (0..<14).map(taken) + (0..<14).map { bounce($0, at: 60 + Double($0)) }
        _ = judge.alerts(for: flood)
        let reports = judge.memory.incidentReports(in: .english)
        #expect(reports.first { $0.kind == .backscatter }?.counts.messages == 14)
        // Not for mail that it never took.
        let foreign = (0..<12).map { bounce(50 + $0, at: 60 + Double($0)) }
        #expect(RelayJudge.alerts(for: intake + foreign).of("bounce.backscatter").isEmpty)
    }

    @Test("less than 2 % of bounces are ordinary")
    func ordinaryBounces() {
        let mails = (0..<500).map { Scene.outgoing.to(100 + $0 % 50, at: Double($0)) }
        let all = (0..<10).map(taken) + mails + (0..<10).map { bounce($0, at: 600 + Double($0)) }
        #expect(RelayJudge.alerts(for: all).of("bounce.backscatter").isEmpty)
    }

    private static let blocked =
        "5.7.1 Service unavailable; client [192.0.2.25] blocked using zen.spamhaus.org; "
        + "https://www.spamhaus.org/query/ip/192.0.2.25"

    private func refused(_ number: Int, _ text: String = blocked, at: Double) -> Scene {
        Scene.outgoing.to(number, code: 554, text: text, at: at)
    }

    @Test("what is said of the server as a whole makes none of its incidents worse")
    func symptom() throws {
        var judge = RelayJudge(configuration: .told)
        let attempt = Scene.refused
        _ = judge.alerts(for: [attempt] + (1...3).map { refused($0, at: 60 * Double($0)) })
        let report = try #require(
            judge.memory.incidentReports(in: .english).first { $0.kind == .relayTest }
        )
        #expect(report.rules.contains("outbound.reputation") && report.level == "low")
    }

    @Test("one server's refusal is information once a day, three within an hour are high")
    func reputation() throws {
        func alerts(_ servers: [Int], step: Double = 60) -> [Alert] {
            RelayJudge.alerts(
                for: servers.enumerated().map { refused($1, at: Double($0) * step) }
            ).of("outbound.reputation")
        }
        #expect(alerts([1, 1, 1, 1, 2]).map(\.severity) == [.low])
        let listed = alerts([1, 2, 3, 4, 5])
        #expect(listed.map(\.severity) == [.low, .high])
        #expect(listed.last?.why.contains("It names zen.spamhaus.org.") == true)
        #expect(
            listed.last?.advice.hasSuffix("https://www.spamhaus.org/query/ip/192.0.2.25") == true
        )
        #expect(alerts([1, 2, 3], step: 1_800).map(\.severity) == [.low])
    }

    @Test(
        "the list is named, not the page about it",
        arguments: [
            ("5.7.1 192.0.2.25 listed at bl.spamcop.net.", "bl.spamcop.net"),
            (
                "5.7.1 blocked using b.barracudacentral.org; see http://x.example/",
                "b.barracudacentral.org"
            ),
            (
                "5.7.1 [192.0.2.25] blocked, see https://www.spamhaus.org/query/ip/192.0.2.25",
                "Spamhaus"
            ),
            (
                "5.7.1 blocked (https://check.blocklist.example/?ip=192.0.2.25)",
                "check.blocklist.example"
            ),
            ("5.7.1 blocked by policy, see https://support.example/mail", nil),
        ]
    )
    func list(text: String, name: String?) throws {
        let alert = try #require(
            RelayJudge.alerts(for: [refused(1, text, at: 0)]).of("outbound.reputation").first
        )
        #expect(alert.why.contains("It names") == (name != nil))
        if let name { #expect(alert.why.contains(" It names \(name).")) }
        #expect(alert.advice.contains("http") == text.contains("http"))
    }

    @Test(
        "refusals about the recipient or about waiting say nothing of the reputation",
        arguments: [
            "5.1.1 user is blocked", "User not listed in the directory",
            "4.2.0 Greylisted by policy",
            "Mailbox blocked", "5.7.1 Relaying blocked", "too busy",
        ]
    )
    func otherRefusals(text: String) {
        let scenes = (0..<5).map { refused($0, text, at: Double($0)) }
        #expect(RelayJudge.alerts(for: scenes).of("outbound.reputation").isEmpty)
    }

    @Test("more than 30 % of twenty mails, for more than one domain, and five times what is usual")
    func refusals() throws {
        func mails(_ refusedCount: Int, servers: Int = 5, of total: Int = 20, at: Double = 0)
            -> [Scene]
        {
            (0..<total).map { number in
                let isRefused = number >= total - refusedCount
                return Scene.outgoing.to(
                    isRefused ? number % servers : 50 + number,
                    code: isRefused ? 451 : 250,
                    text: "4.3.0 try later",
                    at: at + Double(number)
                )
            }
        }
        func alerts(_ scenes: [Scene]) -> [Alert] {
            RelayJudge.alerts(for: scenes).of("outbound.refusals")
        }
        let alert = try #require(alerts(mails(7)).first)
        #expect(alert.severity == .medium)
        #expect(alert.why.contains("7 of 20 messages"))
        #expect(alerts(mails(7)).count == 1)
        #expect(alerts(mails(6)).isEmpty)
        #expect(alerts(mails(7, servers: 1)).isEmpty)
        #expect(alerts(mails(19, of: 19)).isEmpty)
        // One provider has many servers.
        let provider = mails(7).map { mail in
            mail.code == nil
                ? mail.with { $0.recipients[0].address = "<u@provider.example>" } : mail
        }
        #expect(alerts(provider).isEmpty)
        // Those pipelined behind a sender who is put off are told that there is no sender.
        let early = mails(7).map { mail in
            mail.code == nil
                ? mail.with {
                    $0.mailCode = 451
                    ($0.recipients[0].code, $0.recipients[0].text) = (503, "5.5.1 need MAIL")
                } : mail
        }
        #expect(alerts(early).first?.why.contains("\"451\"") ?? false)
        // Where a tenth is usual half is needed.
        let usual = (0..<4).flatMap { mails(2, at: Double($0) * 90_000) }
        #expect(alerts(usual + mails(10, at: 450_000)).isEmpty)
        #expect(alerts(usual + mails(11, at: 450_000)).count == 1)
    }

    @Test("a surge is told whenever its hour begins, with what the servers of each domain said")
    func surge() throws {
        /// A mail each minute and a half, of which some are refused by one or another domain.
        func mails(from start: Double, over step: Double = 90, refused: Range<Int>) -> [Scene] {
            (0..<36).map { number in
                let isRefused = refused.contains(number)
                let domain = isRefused ? number % 3 == 0 ? 1 : 2 : 50 + number
                return Scene.outgoing.to(
                    domain,
                    code: isRefused ? domain == 1 ? 421 : 550 : 250,
                    at: start + Double(number) * step
                )
            }
        }
        // Wherever it stands in the hour that began with the first mail.
        for start in stride(from: 0.0, to: 3_600, by: 600) {
            let first = Scene.outgoing.to(99, at: 0)
            let scenes = [first] + mails(from: start + 1, refused: 18..<36)
            var judge = RelayJudge(configuration: .told)
            var found: [Alert] = []
            for (number, scene) in scenes.enumerated() {
                if number == 20 { judge = try judge.restarted(.told) }
                found += judge.alerts(for: [scene])
            }
            let alerts = found.of("outbound.refusals")
            let alert = try #require(alerts.first)
            #expect(alerts.count == 1)
            let codes = try #require(alert.facts.first { $0.name == "codes" }?.value)
            // The first mail lies within the hour or not.
            let count = start < 1_800 ? 6 : 5
            #expect(codes == "550 × \(count) at d2.example, 421 × 3 at d1.example")
            #expect(alert.why.contains(codes))
        }
        // The same over four hours is none, nor what lies behind an hour of silence.
        let slow = mails(from: 1, over: 400, refused: 18..<36)
        #expect(RelayJudge.alerts(for: slow).of("outbound.refusals").isEmpty)
        let halves = mails(from: 1, over: 10, refused: 30..<36).suffix(16)
        let later = halves.map { scene in scene.with { $0.at += 4_000 } }
        #expect(RelayJudge.alerts(for: halves + later).of("outbound.refusals").isEmpty)
    }

    private func waiting(_ count: Int, at times: [Double]) -> [Scene] {
        times.flatMap { time in
            (0..<count).map { number in
                Scene.outgoing.to(number, code: 450, text: "4.2.0 later", at: time)
                    .with { $0.from = "<n\(number)@example.org>" }
            }
        }
    }

    private func retries(_ scenes: [Scene]) -> [Alert] {
        RelayJudge.alerts(for: scenes).of("queue.retries")
    }

    @Test("more than 100 pairs wait, or one for a day; it is told once a day")
    func queue() throws {
        let times = [0.0, 4_000, 8_000]
        #expect(retries(waiting(100, at: times)).isEmpty)
        let alert = try #require(retries(waiting(101, at: times)).first)
        #expect(alert.severity == .medium)
        #expect(alert.why.contains("101 for less than 4 hours"))
        #expect(retries(waiting(101, at: times + [12_000, 16_000])).count == 1)
        #expect(retries(waiting(3_000, at: times)).count == 1)
        let atMail = waiting(101, at: times).map { mail in
            mail.with { ($0.mailCode, $0.recipients[0].code) = (451, 503) }
        }
        #expect(retries(atMail).count == 1)
        let atData = waiting(101, at: times).map { mail in
            mail.with { ($0.recipients[0].code, $0.dataCode) = (250, 451) }
        }
        #expect(retries(atData).count == 1)
        let day = stride(from: 0.0, through: 86_400, by: 21_600)
        #expect(retries(waiting(1, at: Array(day))).isEmpty)
        #expect(retries(waiting(1, at: Array(day) + [90_000])).count == 1)
    }

    @Test("one that waits is one sender")
    func plural() throws {
        let day = stride(from: 0.0, through: 90_000, by: 21_600)
        let one = waiting(1, at: Array(day) + [90_000])
        let english = try #require(retries(one).first)
        #expect(english.signature.contains(": 1 sender with a recipient, the oldest for"))
        let told = RelayConfiguration.told.with { $0.language = .french }
        let french = RelayJudge.alerts(for: one, told: told).of("queue.retries").first
        #expect(french?.signature.contains("1 expéditeur avec un destinataire") == true)
    }

    @Test("greylisting, and mail that was taken in the end, do not wait")
    func taken() {
        #expect(retries(waiting(150, at: [0, 600, 1_200, 3_000])).isEmpty)
        let delivered = waiting(150, at: [0, 4_000]).map {
            $0.at == 0
                ? $0
                : $0.with {
                    $0.recipients[0].code = 250
                    ($0.code, $0.outcome) = (250, .accepted)
                }
        }
        #expect(retries(delivered + waiting(1, at: [8_000, 12_000])).isEmpty)
    }

    @Test("a restart forgets nothing")
    func restart() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: waiting(101, at: [0, 4_000]))
        judge = try judge.restarted(.told)
        #expect(judge.alerts(for: waiting(101, at: [8_000])).of("queue.retries").count == 1)
        _ = judge.alerts(for: [1, 2].map { refused($0, at: 9_000) })
        judge = try judge.restarted(.told)
        let alerts = judge.alerts(for: [refused(3, at: 9_060)])
        #expect(alerts.of("outbound.reputation").map(\.severity) == [.high])
    }

    @Test("the words are there in French")
    func french() {
        let told = RelayConfiguration.told.with { $0.language = .french }
        func signature(_ rule: String, _ scenes: [Scene]) -> String {
            RelayJudge.alerts(for: scenes, told: told).of(rule).last?.signature ?? ""
        }
        let bots = (0..<3).map { Scene.bot.to($0, at: Double($0)) }
        #expect(signature("outbound.bot", bots).contains("de lui-même"))
        let bot = RelayJudge.alerts(for: bots, told: told.with { $0.servers = [] })
            .of("outbound.bot").last
        #expect(bot?.why.contains("n'en envoie que depuis peu") == true)
        #expect(bot?.why.contains("observe depuis moins d'une semaine") == true)
        let blocked = (0..<3).map { refused($0, at: Double($0)) }
        #expect(signature("outbound.reputation", blocked).contains("réputation"))
        #expect(
            signature("queue.retries", waiting(101, at: [0, 4_000, 8_000])).contains("attend")
        )
        let bounces = (0..<10).map(taken) + (0..<10).map { bounce($0, at: 60) }
        #expect(signature("bounce.backscatter", bounces).contains("Rétrodiffusion"))
    }
}
