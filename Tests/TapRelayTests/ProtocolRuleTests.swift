import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

@Suite("Rules on ends of data and STARTTLS")
struct ProtocolRuleTests {
    private func alerts(
        _ kind: SMTPAnomaly.Kind,
        verbs: [String] = [],
        octets: Int = 0,
        isIncomplete: Bool = false,
        scene: Scene = .relay,
        told configuration: RelayConfiguration = .told
    ) -> [Alert] {
        var judge = RelayJudge(configuration: configuration)
        let event = scene.anomaly(
            kind,
            verbs: verbs,
            octets: octets,
            isIncomplete: isIncomplete
        )
        return judge.raised(by: event, in: scene)
    }

    @Test("an odd end that the server took is high, a second envelope behind it critical")
    func smuggling() {
        let plain = alerts(.oddEndOfData)
        #expect(plain.map(\.rule.id) == ["smtp.smuggling"])
        #expect(plain.map(\.severity) == [.high])
        let commands = alerts(.smuggling, verbs: ["RSET", "NOOP"], octets: 12)
        #expect(commands.map(\.severity) == [.high])
        for kind in [SMTPAnomaly.Kind.oddEndOfData, .smuggling] {
            let second = alerts(kind, verbs: ["MAIL", "RCPT"], octets: 60)
            #expect(second.map(\.severity) == [.critical])
            #expect(second.first?.why.contains("MAIL, RCPT") == true)
        }
    }

    /// The verdict of the incident that an anomaly opens.
    private func verdict(
        _ kind: SMTPAnomaly.Kind,
        verbs: [String] = [],
        octets: Int = 0
    ) throws -> String {
        var judge = RelayJudge(configuration: .told)
        let event = Scene.relay.anomaly(kind, verbs: verbs, octets: octets)
        _ = judge.raised(by: event, in: .relay)
        return try #require(judge.memory.incidentReports(in: .english).first).verdict
    }

    @Test("the work order has the server's own setting, and no name that was not seen")
    func workOrder() throws {
        for verbs in [[], ["MAIL", "RCPT"]] {
            var judge = RelayJudge(configuration: .told)
            _ = judge.alerts(for: [.ordinary])
            let octets = verbs.count * 30
            let event = Scene.relay.anomaly(.oddEndOfData, verbs: verbs, octets: octets)
            _ = judge.raised(by: event, in: .relay)
            let report = try #require(judge.memory.incidentReports(in: .english).first)
            #expect(report.advice.contains("smtpd_forbid_bare_newline = normalize"))
            #expect(report.advice.contains("who did not send it") == !verbs.isEmpty)
            #expect(!report.why.contains("gave no name"), "\(report.why)")
        }
    }

    @Test("the incident says what was seen and no more: nothing behind the end, or TLS over it")
    func verdicts() throws {
        #expect(try verdict(.oddEndOfData).hasSuffix("with nothing behind it."))
        let second = try verdict(.smuggling, verbs: ["MAIL", "RCPT"], octets: 60)
        #expect(second.contains("slipped something past"))
        let commands = try verdict(.commandsBehindSTARTTLS, verbs: ["MAIL"], octets: 30)
        #expect(commands.hasSuffix("TLS hides whether the server obeyed them."))
        var judge = RelayJudge(configuration: .told)
        for kind in [SMTPAnomaly.Kind.oddEndOfData, .commandsBehindSTARTTLS, .oddEndOfData] {
            _ = judge.raised(by: Scene.relay.anomaly(kind, verbs: ["MAIL"]), in: .relay)
        }
        let both = try #require(judge.memory.incidentReports(in: .english).first).verdict
        #expect(both.hasSuffix("nothing was seen to get through."))
    }

    @Test("one octet is one")
    func oneOctet() {
        let odd = alerts(.smuggling, verbs: ["?"], octets: 1)
        #expect(odd.first?.why.contains("Behind it stood 1 octet.") == true)
        let early = alerts(.commandsBehindSTARTTLS, verbs: ["?"], octets: 1)
        #expect(early.first?.why.contains("sent 1 octet in the clear") == true)
    }

    @Test("plain text in front of TLS is high", arguments: [true, false])
    func injection(isByServer: Bool) {
        let alerts = alerts(
            isByServer ? .replyBehindSTARTTLS : .commandsBehindSTARTTLS,
            verbs: isByServer ? [] : ["MAIL", "?"],
            octets: isByServer ? 0 : 30
        )
        #expect(alerts.map(\.rule.id) == ["tls.injection"])
        #expect(alerts.map(\.severity) == [.high])
        #expect(alerts.first?.why.contains("MAIL, ?") == !isByServer)
    }

    @Test(
        "of a session that was not seen whole nothing is said",
        arguments: [
            SMTPAnomaly.Kind.oddEndOfData, .smuggling, .commandsBehindSTARTTLS,
            .replyBehindSTARTTLS,
        ]
    )
    func incomplete(kind: SMTPAnomaly.Kind) {
        #expect(alerts(kind, verbs: ["MAIL"], octets: 9, isIncomplete: true).isEmpty)
    }

    @Test(
        "an old client of the house that ends its messages so is a warning, unless something follows"
    )
    func inside() {
        let printer = Scene.relay.with {
            $0.client = "192.0.2.77"
            $0.clientPort = 1
        }
        #expect(alerts(.oddEndOfData, scene: printer).map(\.severity) == [.medium])
        let second = alerts(.oddEndOfData, verbs: ["MAIL"], octets: 9, scene: printer)
        #expect(second.map(\.severity) == [.critical])
    }

    @Test("an incident of a reply in front of TLS blames no client")
    func injectedReply() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.raised(by: Scene.relay.anomaly(.replyBehindSTARTTLS), in: .relay)
        let opened = judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
        let report = try #require(opened.first?.report)
        #expect(report.verdict.hasPrefix("A reply was put in front of TLS in sessions with "))
        #expect(report.advice.contains("between 203.0.113.9 and "))
        #expect(!report.advice.contains("bare_newline"))
        #expect(report.refute.contains("a command that the tap has missed"))
    }

    @Test("what a client of ours does at another's server is that server's incident")
    func smuggledOutward() throws {
        let going = Scene.relay.with {
            $0.client = "10.0.0.1"
            $0.clientPort = 1
            $0.server = "198.51.100.25"
        }
        var judge = RelayJudge(configuration: RelayConfiguration())
        _ = judge.raised(by: going.anomaly(.commandsBehindSTARTTLS), in: going)
        let opened = judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
        #expect(opened.map(\.incident.server.description) == ["198.51.100.25"])
    }

    @Test("all of a server are one incident of smuggling, which a restart does not forget")
    func incident() throws {
        var judge = RelayJudge(configuration: .told)
        _ = judge.raised(by: Scene.relay.anomaly(.oddEndOfData), in: .relay)
        let opened = judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
        #expect(opened.map(\.incident.kind) == [.smuggling])
        #expect(opened.map(\.incident.server.description) == ["192.0.2.25"])
        judge = try judge.restarted(.told)
        _ = judge.raised(by: Scene.relay.anomaly(.commandsBehindSTARTTLS), in: .relay)
        #expect(judge.takeConclusions().isEmpty)
    }

    @Test("what was hidden behind a message and relayed is smuggling, and no relay")
    func smuggledRelay() throws {
        func verdicts(_ kind: SMTPAnomaly.Kind, _ scenes: [Scene]) throws -> [String] {
            var judge = RelayJudge(configuration: .told)
            let anomaly = Scene.relay.anomaly(kind, verbs: ["MAIL", "RCPT", "DATA"], octets: 90)
            var alerts = judge.raised(by: anomaly, in: .relay)
            judge = try judge.restarted(.told)
            alerts += judge.alerts(for: scenes)
            return alerts.map(\.rule.id)
        }
        let later = Scene.relay.with { $0.at = 1 }
        #expect(try verdicts(.smuggling, [later]) == ["smtp.smuggling"])
        // The message in front of it ends after the anomaly was told.
        #expect(try verdicts(.oddEndOfData, [.ordinary, later]) == ["smtp.smuggling"])
        #expect(try verdicts(.oddEndOfData, [later]) == ["smtp.smuggling", "relay.open"])
        let other = later.with { $0.client = "203.0.113.77" }
        #expect(try verdicts(.smuggling, [other]) == ["smtp.smuggling", "relay.open"])
    }

    @Test("the words are there in French", arguments: [true, false])
    func french(isSmuggling: Bool) throws {
        let told = RelayConfiguration.told.with { $0.language = .french }
        let alert = try #require(
            alerts(
                isSmuggling ? .smuggling : .commandsBehindSTARTTLS,
                verbs: ["MAIL"],
                octets: 9,
                told: told
            ).first
        )
        #expect(alert.signature.contains(isSmuggling ? "dans le texte" : "devant TLS"))
        #expect(alert.why.contains("MAIL"))
        #expect(alert.advice.contains("jour") || alert.advice.contains("Vérifiez"))
    }

    @Test("how the server is mended is said in its own words")
    func advice() {
        for (banner, word) in [
            ("mail.example.org ESMTP Postfix", "smtpd_forbid_bare_newline"),
            ("mail.example.org ESMTP Exim 4.96", "4.97.1"),
            ("mail.example.org ESMTP Sendmail 8.15", "8.18.1"), ("mail.example.org", "CRLF"),
        ] {
            var judge = RelayJudge(configuration: .told)
            let scene = Scene.ordinary.with {
                $0.banner = banner; $0.text = "ok"
            }
            _ = judge.alerts(for: [scene])
            let alerts = judge.raised(by: scene.anomaly(.oddEndOfData), in: scene)
            #expect(alerts.first?.advice.contains(word) == true, "\(banner)")
        }
    }
}
