import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

/// The words follow what is known now, and say no more than was seen.
@Suite("How sure the words are")
struct CertaintyTests {
    /// The work order of the relay that stands at the end of scenes.
    private func report(
        _ scenes: [Scene],
        in language: RelayLanguage = .english,
        until end: Double? = nil
    ) throws -> IncidentReport {
        var judge = RelayJudge(configuration: .told.with { $0.language = language })
        _ = judge.alerts(for: scenes)
        if let end { judge.advance(to: Scene.start.advanced(by: .seconds(end))) { _ in } }
        return try #require(
            judge.memory.incidentReports(in: language).first { $0.kind == .openRelay }
        )
    }

    private static let form = Scene.relay.with {
        $0.recipients = [("<t%d.example@mail.example.org>", 250, "2.1.5 Ok")]
    }
    private static let bounce = Scene.onward.with {
        ($0.from, $0.recipients) = ("<>", [("<x@stranger.example>", 250, "ok")])
    }

    @Test("a server that was put right was an open relay, and is told what remains")
    func putRight() throws {
        let shut = try report([.relay, .onward, .refused.with { $0.at = 600 }])
        #expect(shut.state == .fixed)
        #expect(
            shut.verdict.hasPrefix(
                """
                mail.example.org was an open relay until 2026-11-23T12:00:04.000000+00:00 and has refused since \
                2026-11-23T12:10:00.000000+00:00: it accepted mail from 203.0.113.9
                """
            ),
            "\(shut.verdict)"
        )
        #expect(!shut.advice.contains("smtpd_relay_restrictions"))
        for words in ["queue", "block lists", "hubtap relaytest 192.0.2.25"] {
            #expect(shut.advice.contains(words), "\(shut.advice)")
        }
        let french = try report([.relay, .refused.with { $0.at = 600 }], in: .french)
        #expect(french.verdict.hasPrefix("mail.example.org a été un relais ouvert jusqu'à"))
        #expect(!french.advice.contains("smtpd_relay_restrictions"))
        // Over a week later it is over, and still no open relay.
        let over = try report([.relay, .onward, .refused.with { $0.at = 600 }], until: 800_000)
        #expect(over.state == .closed && over.verdict.contains("was an open relay until"))
        // And it is one again when it relays again.
        let again = Scene.relay.with {
            ($0.at, $0.client) = (7_200, "203.0.113.77")
            $0.recipients = [("<w@other.example>", 250, "2.1.5 Ok")]
        }
        let anew = try report([.relay, .refused.with { $0.at = 600 }, again])
        #expect(anew.verdict.hasPrefix("mail.example.org is an open relay: "))
        #expect(anew.advice.contains("smtpd_relay_restrictions"))
    }

    @Test("an odd form is perhaps a relay, proven when it leaves, and none when it comes back")
    func oddForm() throws {
        let taken = try report([Self.form])
        #expect(
            taken.verdict.hasPrefix("mail.example.org may be a relay by an odd form of address:")
        )
        #expect(taken.advice.contains("allow_percent_hack"))
        #expect(!taken.advice.contains("smtpd_relay_restrictions"))
        let onward = Scene.onward.with { $0.recipients = [("<t@d.example>", 250, "ok")] }
        let proven = try report([Self.form, onward])
        #expect(proven.verdict.hasPrefix("mail.example.org is a relay by an odd form of address:"))
        let returned = try report([Self.form, Self.bounce])
        #expect(
            returned.verdict.hasPrefix(
                "mail.example.org took an odd address for its own and returned the mail"
            ),
            "\(returned.verdict)"
        )
        #expect(!returned.advice.contains("Hold what waits"))
        #expect(returned.advice.contains("bounce"))
        // Plain relaying makes it an open relay again.
        let plain = Scene.relay.with { $0.at = 60 }
        let both = try report([Self.form, Self.bounce, plain])
        #expect(both.verdict.hasPrefix("mail.example.org is an open relay: "))
    }

    @Test("what only keeps is not told to relay")
    func keeping() throws {
        let sent = Scene.outgoing.with { $0.at = -60 }
        let kept = try report([sent, .relay], until: 90_000)
        #expect(
            kept.verdict.hasPrefix("mail.example.org takes mail for anybody, and none was seen to"),
            "\(kept.verdict)"
        )
        #expect(kept.advice.contains("honeypot"))
        #expect(kept.refute.contains("another way"))
    }

    @Test("what is not sure seems so")
    func seems() throws {
        let doubtful = RelayConfiguration.told.with { $0.domains = [] }
        var judge = RelayJudge(configuration: doubtful)
        _ = judge.alerts(for: [.relay])
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.confidence < 0.8)
        #expect(report.verdict.contains("seems to be an open relay"), "\(report.verdict)")
    }

    @Test("what the next server did not take was not handed on")
    func notTaken() throws {
        let refused = Scene.onward.with {
            $0.recipients = [("<victim@elsewhere.example>", 550, "5.7.1 Blocked")]
            ($0.code, $0.text, $0.outcome) = (nil, "", .rejected)
        }
        let alert = try #require(
            RelayJudge.alerts(for: [.relay, refused]).first { $0.rule.id == "relay.proven" }
        )
        #expect(
            alert.signature
                == """
                Open relay proven: mail.example.org wanted to hand a stranger's mail on to mx.elsewhere.example, which \
                did not take it
                """
        )
        #expect(alert.why.contains("offered it to mx.elsewhere.example, which said \"550"))
        let told = try report([.relay, refused])
        #expect(
            told.verdict.contains(
                "and offered it to mx.elsewhere.example 4 seconds later, which did not take it"
            )
        )
        let silent = Scene.onward.with { ($0.code, $0.text, $0.outcome) = (nil, "", .unfinished) }
        #expect(
            try report([.relay, silent]).verdict.contains(
                "and handed it on to mx.elsewhere.example 4 seconds later"
            )
        )
    }

    @Test("a script on a mail server is no host to be taken off the net")
    func script() throws {
        func scenes(_ banner: String) -> [Scene] {
            let known = (0..<60).map { n in
                Scene.outgoing.with {
                    ($0.at, $0.flow) = (Double(n) * 43_200, UInt64(n))
                    $0.recipients = [("<v@known.example>", 250, "ok")]
                }
            }
            let taken = Scene.ordinary.with { ($0.at, $0.banner) = (2_550_000, banner) }
            let sudden = (0..<4).map { n in
                Scene.outgoing.with {
                    ($0.at, $0.flow) = (2_600_000 + Double(n) * 60, UInt64(100 + n))
                    $0.recipients = [("<v@new\(n).example>", n == 1 ? 550 : 250, "5.7.1 no")]
                    if n == 1 { ($0.code, $0.octets, $0.outcome) = (nil, nil, .rejected) }
                }
            }
            return known + [taken] + sudden
        }
        for (banner, words) in [
            ("mail.example.org ESMTP Postfix", "postqueue -p"),
            ("mail.example.org ESMTP Exim 4.96", "exim -bp"),
            ("mail.example.org Microsoft ESMTP", "uid of the web server"),
        ] {
            var judge = RelayJudge(configuration: .told)
            let alerts = judge.alerts(for: scenes(banner))
            let alert = try #require(alerts.last { $0.rule.id == "outbound.bot" })
            let report = try #require(
                judge.memory.incidentReports(in: .english).first { $0.kind == .infectedClient }
            )
            #expect(report.verdict.contains("writes mail by itself, it seems"), "\(report.verdict)")
            for text in [report.advice, alert.advice] {
                #expect(text.contains("X-PHP-Originating-Script"), "\(text)")
                #expect(!text.contains("off the net") && !text.contains("mail.servers"))
            }
            #expect(report.advice.contains(words), "\(report.advice)")
            #expect(!report.refute.contains("mail.servers"))
        }
    }
}
