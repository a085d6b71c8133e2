import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

extension Scene {
    /// The session of the scene, whose server offers `keywords`, with some of it changed.
    fileprivate func offering(
        _ keywords: String...,
        change: (inout SMTPSessionSummary) -> Void = { _ in }
    ) -> MailEvent {
        var summary = SMTPSessionSummary(dialect: dialect, client: .a)
        summary.banner = banner
        summary.bannerCode = 220
        summary.offer = ServerOffer(keywords: keywords, at: context.moment)
        (summary.clientOctets, summary.serverOctets) = (100, 100)
        change(&summary)
        return .smtp(.session(Shared(summary)))
    }

    /// A client of the house at the same server.
    fileprivate static let inside = Scene.ordinary.with {
        $0.client = "192.0.2.77"
        $0.clientPort = 1
    }
}

extension RelayJudge {
    /// The alerts of one rule.
    fileprivate mutating func raised(
        _ rule: String,
        by event: MailEvent,
        in scene: Scene
    ) -> [Alert] {
        raised(by: event, in: scene).filter { $0.rule.id == rule }
    }
}

@Suite("Rules on what servers show")
struct PostureRuleTests {
    private let outside = Scene.ordinary

    private func later(_ scene: Scene, _ seconds: Double) -> Scene {
        scene.with { $0.at = seconds }
    }

    @Test("a change is information, a loss a warning, a repair good news; none opens an incident")
    func changed() throws {
        var judge = RelayJudge(configuration: .told)
        #expect(judge.raised(by: outside.offering("SIZE", "STARTTLS"), in: outside).isEmpty)
        #expect(judge.raised(by: outside.offering("SIZE", "STARTTLS"), in: outside).isEmpty)
        let next = later(outside, 60)
        let keywords = judge.raised(by: next.offering("STARTTLS"), in: next)
        #expect(keywords.map(\.rule.id) == ["posture.changed"])
        #expect(keywords.map(\.severity) == [.low])
        #expect(keywords.first?.signature.contains("keywords before TLS") == true)
        let lost = later(outside, 120)
        let alert = try #require(
            judge.raised("posture.changed", by: lost.offering("SIZE"), in: lost).first {
                $0.signature.contains("less protected")
            }
        )
        #expect(alert.severity == .medium)
        #expect(alert.why.contains("\"none\"") && alert.why.contains("\"offered\""))
        let french = RelayConfiguration.told.with { $0.language = .french }
        var inFrench = RelayJudge(configuration: french)
        _ = inFrench.raised(
            "posture.changed",
            by: outside.offering("STARTTLS", "SIZE"),
            in: outside
        )
        let lostInFrench = inFrench.raised("posture.changed", by: lost.offering("SIZE"), in: lost)
        #expect(
            lostInFrench.contains { $0.why.contains("\"aucun\"") && $0.why.contains("\"offert\"") }
        )

        var relaying = RelayJudge(configuration: .told)
        _ = relaying.alerts(for: [.relay])
        let repaired = relaying.alerts(for: [later(.refused, 600)])
        #expect(repaired.first { $0.rule.id == "posture.changed" }?.severity == .low)
        #expect(repaired.contains { $0.signature.hasPrefix("Good news") })
        let incidents = relaying.takeConclusions().compactMap { $0.event as? IncidentEvent }
        #expect(!incidents.contains { $0.incident.kind == .weakPosture })
    }

    @Test("what a server outside changes is its own business")
    func foreign() {
        var judge = RelayJudge(configuration: .told)
        let first = Scene.outgoing
        _ = judge.raised(by: first.offering("STARTTLS"), in: first)
        let next = later(first, 60)
        #expect(judge.raised(by: next.offering("SIZE"), in: next).isEmpty)
    }

    @Test("a keyword crossed out is high at once, and told once a day")
    func crossedOut() {
        var judge = RelayJudge(configuration: .told)
        let rule = "tls.stripped"
        let first = judge.raised(rule, by: outside.offering("SIZE", "XXXXXXXA"), in: outside)
        #expect(first.map(\.severity) == [.high])
        #expect(first.first?.why.contains("XXXXXXXA") == true)
        let soon = later(outside, 86_399)
        #expect(judge.raised(rule, by: soon.offering("XXXXXXXA"), in: soon).isEmpty)
        let next = later(outside, 86_400)
        #expect(judge.raised(rule, by: next.offering("XXXXXXXA"), in: next).count == 1)
        // Abroad it is a warning: their firewall, our mail.
        let abroad = Scene.outgoing
        let alerts = judge.raised(rule, by: abroad.offering("XXXXXXXA"), in: abroad)
        #expect(alerts.map(\.severity) == [.medium])
    }

    @Test("what was offered before is told keyword by keyword, whatever stands in them")
    func keywordsBefore() throws {
        var judge = RelayJudge(configuration: .told)
        let offered = ["STARTTLS", "XLIST a, b,c", "none", "SIZE"]
        for seconds in [0.0, 60] {
            let scene = later(outside, seconds)
            let event = scene.offering { $0.offer?.keywords = offered }
            _ = judge.raised(by: event, in: scene)
        }
        let next = later(outside, 120)
        let alert = try #require(
            judge.raised("tls.stripped", by: next.offering("8BITMIME"), in: next).first
        )
        let before = alert.facts.first { $0.name == "ehlo_before" }?.value
        #expect(before?.contains("XLIST a, b,c") == true, "\(before ?? "")")
    }

    @Test("STARTTLS that only one side is offered is high, a restart in between or not")
    func otherSide() throws {
        var judge = RelayJudge(configuration: .told)
        let rule = "tls.stripped"
        _ = judge.raised(by: Scene.inside.offering("STARTTLS"), in: .inside)
        judge = try judge.restarted(.told)
        let alerts = judge.raised(rule, by: outside.offering("SIZE"), in: outside)
        #expect(alerts.map(\.severity) == [.high])
        #expect(alerts.first?.why.contains("other side") == true)
        // More than 30 days ago it tells nothing.
        var old = RelayJudge(configuration: .told)
        _ = old.raised(by: Scene.inside.offering("STARTTLS"), in: .inside)
        let late = later(outside, 31 * 86_400)
        #expect(old.raised(rule, by: late.offering("SIZE"), in: late).isEmpty)
    }

    @Test("STARTTLS that is gone on all sides may be a change: a warning")
    func gone() {
        var judge = RelayJudge(configuration: .told)
        _ = judge.raised(by: outside.offering("STARTTLS"), in: outside)
        let next = later(outside, 3_600)
        let alerts = judge.raised("tls.stripped", by: next.offering("SIZE"), in: next)
        #expect(alerts.map(\.severity) == [.medium])
        // A server that never offered it is no news, nor is a session with holes.
        var plain = RelayJudge(configuration: .told)
        #expect(plain.raised(by: outside.offering("SIZE"), in: outside).isEmpty)
        _ = plain.raised(by: next.offering("STARTTLS"), in: next)
        let holes = later(outside, 7_200)
        let event = holes.offering("SIZE") { $0.gaps = 1 }
        #expect(plain.raised("tls.stripped", by: event, in: holes).isEmpty)
    }

    @Test("both sets of keywords are told, of the other side or of before, and in the work order")
    func bothOffers() throws {
        func told(_ before: Scene, _ offer: MailEvent, _ now: String...) throws -> (
            facts: [String: String], why: String, report: IncidentReport
        ) {
            var judge = RelayJudge(configuration: .told)
            _ = judge.raised(by: offer, in: before)
            let next = later(outside, 60)
            let event = next.offering("SIZE") { summary in
                summary.offer = ServerOffer(keywords: now, at: next.context.moment)
            }
            let alert = try #require(judge.raised("tls.stripped", by: event, in: next).first)
            let facts = Dictionary(alert.facts.map { ($0.name, $0.value) }) { first, _ in first }
            return (
                facts, alert.why,
                try #require(judge.memory.incidentReports(in: .english).first)
            )
        }
        let full = ["SIZE", "AUTH CRAM-MD5", "STARTTLS", "PIPELINING"]
        func offering(_ scene: Scene) -> MailEvent {
            scene.offering("SIZE") { summary in
                summary.offer = ServerOffer(keywords: full, at: scene.context.moment)
            }
        }
        for isInside in [true, false] {
            let scene = isInside ? Scene.inside : outside
            for now in ["SIZE", "XXXXXXXA"] {
                let found = try told(scene, offering(scene), now, "PIPELINING")
                let before = found.facts[isInside ? "ehlo_other_side" : "ehlo_before"]
                #expect(before == "STARTTLS, AUTH CRAM-MD5, PIPELINING, SIZE")
                #expect(found.facts["ehlo_now"] == "\(now), PIPELINING")
                let reason = try #require(found.report.reasons.first).words
                for words in [found.why, reason] {
                    #expect(words.contains("\(now), PIPELINING"))
                    #expect(words.contains(": STARTTLS, AUTH CRAM-MD5, PIPELINING, SIZE (last"))
                }
            }
        }
    }

    @Test("each kind of weakness has an incident in its words, several are named, three of them")
    func aspects() throws {
        func verdict(_ events: [MailEvent]) throws -> String {
            var judge = RelayJudge(configuration: .told)
            for event in events { _ = judge.raised(by: event, in: outside) }
            return try #require(judge.memory.incidentReports(in: .english).first).verdict
        }
        let crossed = outside.offering("XXXXXXXA")
        let plain = outside.offering("STARTTLS", "AUTH PLAIN")
        #expect(try verdict([crossed]).contains("takes STARTTLS away"))
        let offers = "offers AUTH PLAIN without TLS (port 25)"
        #expect(try verdict([plain]) == "mail.example.org \(offers).")
        let loses = "loses its STARTTLS on the way (port 25)"
        #expect(try verdict([crossed, plain]) == "mail.example.org \(loses) and \(offers).")
        let old = outside.offering("STARTTLS") { summary in
            var facts = TLSFacts()
            (facts.versionNumber, facts.isEstablished) = (0x0301, true)
            summary.tls = facts
        }
        let three = "mail.example.org \(loses), \(offers) and accepts TLS 1.0 (port 25)."
        #expect(try verdict([crossed, plain, old]) == three)
        let users = outside.with { ($0.serverTCPPort, $0.dialect) = (587, .submission) }
        var judge = RelayJudge(configuration: .told)
        for event in [crossed, plain, old] { _ = judge.raised(by: event, in: outside) }
        _ = judge.raised(by: users.offering("SIZE"), in: users)
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        let four = "mail.example.org \(loses), \(offers), accepts TLS 1.0 (port 25) and 1 more."
        #expect(report.verdict == four)
        // What is no more told is weak no more.
        _ = judge.raised(by: users.offering("SIZE"), in: later(users, 3 * 86_400))
        #expect(
            judge.memory.incidentReports(in: .english).first?.verdict
                == "mail.example.org offers users no login on port 587, which must ask for one."
        )
    }

    @Test("a port for users that takes mail without a login is told with what it must do")
    func submission() throws {
        let users = Scene.inside.with { ($0.serverTCPPort, $0.dialect) = (587, .submission) }
        var judge = RelayJudge(configuration: .told)
        _ = judge.raised(by: .smtp(.transaction(Shared(users.transaction))), in: users)
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(
            report.verdict == """
                mail.example.org takes mail without a login on port 587, which is for users and must ask for one.
                """
        )
    }

    @Test("logins in the clear, old TLS, and mail of users without a login; once a day each")
    func weak() {
        var judge = RelayJudge(configuration: .told)
        func findings(_ event: MailEvent, _ scene: Scene) -> [String] {
            judge.raised("posture.weak", by: event, in: scene).flatMap { alert in
                alert.facts.filter { $0.name == "finding" }.map(\.value)
            }
        }
        let offering = outside.offering("AUTH PLAIN LOGIN", "STARTTLS")
        #expect(findings(offering, outside) == ["login_without_tls"])
        #expect(findings(offering, later(outside, 60)).isEmpty)
        #expect(findings(offering, later(outside, 86_400)) == ["login_without_tls"])
        let digest = outside.offering("AUTH CRAM-MD5", "STARTTLS")
        #expect(findings(digest, later(outside, 2 * 86_400)).isEmpty)

        func tls(_ version: UInt16, isEstablished: Bool = true) -> MailEvent {
            outside.offering("STARTTLS") { summary in
                var facts = TLSFacts()
                facts.versionNumber = version
                facts.isEstablished = isEstablished
                summary.tls = facts
            }
        }
        #expect(findings(tls(0x0303), outside).isEmpty)
        #expect(findings(tls(0x0302, isEstablished: false), outside).isEmpty)
        #expect(findings(tls(0x0302), outside) == ["old_tls"])

        let users = Scene.inside.with {
            $0.serverTCPPort = 587
            $0.dialect = .submission
        }
        #expect(findings(users.offering("SIZE", "STARTTLS"), users).isEmpty)
        #expect(findings(users.offering("SIZE"), users) == ["submission_without_login"])
        let mail = MailEvent.smtp(.transaction(Shared(users.transaction)))
        #expect(findings(mail, later(users, 60)).isEmpty)
        #expect(findings(mail, later(users, 90_000)) == ["submission_without_login"])
        let known = users.with { $0.authentication = .user("ann") }
        let login = MailEvent.smtp(.transaction(Shared(known.transaction)))
        #expect(findings(login, later(known, 200_000)).isEmpty)
    }

    @Test(
        "a certificate is told of in its last two weeks and after its end",
        arguments: [
            ("2026-12-07T12:00:00Z", [String]()), ("2026-12-07T11:59:59Z", ["certificate_expires"]),
            ("2026-11-23T12:00:00Z", ["certificate_expires"]),
            ("2026-11-23T11:59:59Z", ["certificate_expired"]),
        ]
    )
    func certificate(end: String, findings: [String]) {
        var judge = RelayJudge(configuration: .told)
        let event = outside.offering("STARTTLS") { summary in
            var facts = TLSFacts()
            facts.versionNumber = 0x0303
            facts.certificates = [
                CertificateFacts(
                    subject: "CN=m",
                    issuer: "CN=m",
                    names: [],
                    furtherNames: 0,
                    notBefore: "2026-01-01T00:00:00Z",
                    notAfter: end,
                    serialNumber: "01",
                    fingerprint: "ab",
                    keyType: "P-256",
                    keyBits: 256,
                    signatureAlgorithm: "ecdsa-with-SHA256",
                    isSelfSigned: true
                )
            ]
            summary.tls = facts
        }
        let alerts = judge.raised("posture.weak", by: event, in: outside)
        #expect(alerts.flatMap(\.facts).filter { $0.name == "finding" }.map(\.value) == findings)
        let reports = judge.memory.incidentReports(in: .english)
        #expect(reports.allSatisfy { $0.verdict.hasPrefix("The certificate of mail.example.org") })
        #expect(reports.count == findings.count)
    }

    @Test("their incident is one of weak posture, and the words are there in French")
    func incident() {
        let told = RelayConfiguration.told.with { $0.language = .french }
        var judge = RelayJudge(configuration: told)
        let alerts = judge.raised(by: outside.offering("AUTH PLAIN"), in: outside)
        #expect(
            alerts.first?.signature == "mail.example.org offre l'authentification en clair (PLAIN)"
        )
        let incidents = judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
        #expect(incidents.map(\.incident.kind) == [.weakPosture])
        #expect(incidents.first?.report.why.contains("1 événement de") ?? false)
        #expect(!(incidents.first?.report.why.contains("message") ?? true))
        let stripped = later(outside, 60)
        let words = judge.raised(by: stripped.offering("XXXXXXXA"), in: stripped)
        #expect(words.contains { $0.signature.contains("a été retiré") })
    }

    @Test("a session that was seen whole did not log in unseen")
    func noLogin() throws {
        var judge = RelayJudge(configuration: .told)
        let outside = Scene.ordinary
        let alerts = judge.raised(by: outside.offering("AUTH PLAIN"), in: outside)
        #expect(alerts.map(\.rule.id).contains("posture.weak"))
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.why.contains("did not log in"))
    }

    @Test("what to set is told for the server's own software")
    func software() {
        for (banner, words) in [
            ("mail.example.org ESMTP Postfix", "smtpd_tls_auth_only"),
            ("mail.example.org ESMTP Exim 4.97", "auth_advertise_hosts"),
            ("mail.example.org ESMTP Sendmail 8.18", "confAUTH_OPTIONS"),
            ("mail.example.org ESMTP OpenSMTPD", "tls-require"),
        ] {
            var judge = RelayJudge(configuration: .told)
            let scene = Scene.ordinary.with { $0.banner = banner }
            let alerts = judge.raised(by: scene.offering("AUTH PLAIN"), in: scene)
            #expect(alerts.contains { $0.advice.contains(words) }, "\(banner)")
        }
    }

    @Test("what passes meanwhile is ordinary mail: no command to remove it")
    func ordinaryMail() throws {
        var judge = RelayJudge(configuration: .told)
        let scene = Scene.ordinary.with { ($0.serverTCPPort, $0.dialect) = (587, .submission) }
        _ = judge.alerts(for: [scene])
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.kind == .weakPosture && report.counts.messages == 1)
        #expect(report.queueIDs == nil && report.commands == nil)
        // Told once a day, it has the rhythm of that.
        _ = judge.alerts(for: (1..<10).map { day in scene.with { $0.at = Double(day) * 86_400 } })
        let later = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(later.counts.events > 8 && !later.why.contains("machine"))
    }

    @Test("findings of ever new servers take bounded memory")
    func flood() {
        var judge = RelayJudge(configuration: .told)
        for number in 0..<3_000 {
            let scene = outside.with { $0.server = "10.1.\(number / 250).\(number % 250)" }
            _ = judge.raised(by: scene.offering("AUTH PLAIN"), in: scene)
        }
        #expect(judge.memory.entryCount < 4_000)
    }
}
