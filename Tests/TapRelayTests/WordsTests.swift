import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

@Suite("The words of an alert")
struct WordsTests {
    @Test("what the admin reads of the story's mail")
    func story() throws {
        let alert = try #require(RelayJudge.alerts(for: [.null]).first)
        #expect(
            alert.signature
                == "Open relay: mail.example.org accepted mail from nobody for a stranger"
        )
        #expect(
            alert.why == """
                203.0.113.9 (calls itself eyebox) came from outside, did not log in, and sent 1,090 octets from \
                nobody (<>) to strangers: <victim@elsewhere.example> ("250 2.1.5 Ok"). The server took the message: \
                "250 2.0.0 Ok: queued as 4XyZ12abCD".
                """
        )
        #expect(
            alert.advice.hasPrefix(
                "Stop this message on the server: postsuper -h 4XyZ12abCD. Look at: postconf"
            )
        )
        #expect(
            alert.advice.contains("smtpd_relay_restrictions") && alert.advice.contains("mynetworks")
        )
        #expect(alert.advice.contains("hubtap relaytest 192.0.2.25."))
        #expect(alert.confidence == 0.99)
        #expect(
            alert.facts == [
                Alert.Fact(name: "rule", value: "relay.null"),
                Alert.Fact(name: "id", value: alert.id),
                Alert.Fact(name: "client", value: "203.0.113.9"),
                Alert.Fact(name: "server", value: "192.0.2.25"),
                Alert.Fact(name: "from", value: "<>"),
                Alert.Fact(name: "to", value: "<victim@elsewhere.example>"),
                Alert.Fact(name: "helo", value: "eyebox"),
                Alert.Fact(name: "queue_id", value: "4XyZ12abCD"),
            ]
        )
    }

    @Test(
        "thousands stand apart in sentences",
        arguments: [
            (RelayLanguage.english, 999, "999 octets"), (.english, 1_000, " 1,000 octets"),
            (.english, 1_234_567, "1,234,567 octets"), (.french, 999, "999 octets"),
            (.french, 10_090, "10\u{202F}090 octets"),
            (.french, 1_234_567, "1\u{202F}234\u{202F}567 octets"),
        ]
    )
    func thousands(language: RelayLanguage, octets: UInt64, words: String) {
        let configuration = RelayConfiguration.told.with { $0.language = language }
        let scene = Scene.null.with { ($0.octets, $0.serverTCPPort) = (octets, 2_525) }
        var judge = RelayJudge(configuration: configuration)
        let alert = judge.alerts(for: [scene]).first
        #expect(alert?.why.contains(words) == true, "\(alert?.why ?? "")")
        let report = judge.memory.incidentReports(in: language).first
        #expect(report?.why.contains(words) == true)
        // What is no number of things stands as it is.
        #expect(report?.why.contains("port 40000") == true)
    }

    @Test("a stranger for a stranger, a refusal, and many refusals")
    func signatures() {
        let scenes = [Scene.relay] + (0..<7).map { n in .refused.with { $0.at = Double(n) } }
        let alerts = RelayJudge.alerts(for: scenes)
        // As many as there were, not as many as the rule looks for.
        #expect(alerts[7].signature.hasSuffix("turned away 203.0.113.9 7 times"))
        #expect(alerts[7].why.contains("attempt number 7 of this client"))
        #expect(
            alerts[0].signature
                == "Open relay: mail.example.org accepted mail from a stranger for a stranger"
        )
        #expect(
            alerts[1].signature
                == "Relay refused: mail.example.org turned away a stranger's mail for a stranger"
        )
        #expect(
            alerts[5].signature
                == "Relay tried again and again: mail.example.org turned away 203.0.113.9 5 times"
        )
        #expect(
            alerts[1].why.contains("554 5.7.1") && alerts[1].why.contains("Nothing was relayed.")
        )
        #expect(alerts[1].facts.contains { $0.name == "queue_id" } == false)
    }

    @Test("what was not seen is not made up")
    func unseen() throws {
        let scene = Scene.relay.with {
            ($0.helo, $0.from, $0.size, $0.octets, $0.isIncomplete) = (nil, nil, nil, nil, true)
            ($0.serverName, $0.banner, $0.text) = (nil, nil, "Ok")
            $0.authentication = .failed
        }
        let alert = try #require(RelayJudge.alerts(for: [scene]).first)
        #expect(alert.signature.contains("192.0.2.25"))
        for words in [
            "gave no name", "failed to log in", "unknown size", "a sender that was not seen",
            "not seen.",
        ] {
            #expect(alert.why.contains(words))
        }
        #expect(!alert.advice.contains("Stop"))
        #expect(alert.confidence == 0.84)
    }

    @Test(
        "the advice is for the server's software",
        arguments: [
            (
                "mail.example.org ESMTP Postfix (Debian/GNU)", "Ok: queued as 4AB",
                "smtpd_relay_restrictions", false
            ),
            ("mail.example.org", "2.0.0 Ok: queued as 4XyZ12abCD", "postsuper -h 4XyZ12abCD", true),
            (
                "mail.example.org ESMTP Exim 4.96", "OK id=1rABCd-0001Xy-2Z",
                "exim -Mf 1rABCd-0001Xy-2Z", true
            ),
            ("mail.example.org", "OK id=1rABCd-0001Xy-2Z", "relay_from_hosts", true),
            (
                "mail.example.org ESMTP Sendmail 8.17.1",
                "2.0.0 3AN5r0Zs012345 Message accepted for delivery",
                "sendmail -Qrelay -qI3AN5r0Zs012345", true
            ),
            (
                "mail.example.org", "2.0.0 3AN5r0Zs012345 Message accepted for delivery",
                "promiscuous_relay", true
            ),
            (
                "mail.example.org ESMTP OpenSMTPD", "2.0.0 7bd7d9d5 Message accepted for delivery",
                "smtpctl pause envelope 7bd7d9d5", true
            ),
            (
                "mail.example.org", "2.0.0 7bd7d9d5 Message accepted for delivery",
                "match from any auth", true
            ),
            (
                "mail.example.org Microsoft ESMTP MAIL Service ready",
                "2.6.0 <x@y> [InternalId=12345678, Hostname=a.b] Queued mail for delivery",
                "Get-ReceiveConnector", true
            ),
            ("mail.example.org ESMTP", "Ok", "own domains", false),
        ]
    )
    func advice(banner: String, reply: String, expected: String, isHeld: Bool) throws {
        let scene = Scene.relay.with { ($0.banner, $0.text) = (banner, reply) }
        let alert = try #require(RelayJudge.alerts(for: [scene]).first)
        #expect(alert.advice.contains(expected))
        #expect(alert.advice.hasPrefix("Stop") == isHeld)
    }

    @Test(
        "a queue id is harmless in a shell or not taken",
        arguments: [
            "queued as $(reboot)", "queued as ;reboot", "queued as -rf", "queued as `id`",
            "queued as", "queued as ABC",
            "queued as " + String(repeating: "A", count: 41),
        ]
    )
    func queueIDs(reply: String) {
        #expect(QueueID(in: reply, of: .postfix) == nil)
    }

    @Test("hubtap's own relay test is named, accepted or not")
    func ownTest() {
        let marked = [Scene.relay, .refused].map { scene in
            scene.with { $0.from = "<hubtap-probe-77@hubtap.invalid>" }
        }
        let alerts = RelayJudge.alerts(
            for: marked + [.relay.with { $0.helo = "RelayTest.hubtap.INVALID" }]
        )
        #expect(
            alerts.count == 3 && alerts.allSatisfy { $0.why.contains("hubtap's own relay test") }
        )
    }

    @Test("many recipients are named up to five and then counted")
    func manyRecipients() throws {
        let scene = Scene.relay.with {
            $0.recipients = (0..<300).map { ("<v\($0)@elsewhere.example>", 250, "ok") }
        }
        let alert = try #require(RelayJudge.alerts(for: [scene]).first)
        #expect(
            alert.why.contains("v4@") && !alert.why.contains("v5@")
                && alert.why.contains("and 295 more")
        )
    }

    @Test("nothing raw from the wire in any word, and nothing endless")
    func hostileText() throws {
        let evil =
            "a\u{1B}[31m\r\n\u{0}\u{202E}{server}%s]\"" + String(repeating: "A", count: 5_000)
        let scenes = [true, false].map { isAccepted in
            Scene.relay.with {
                ($0.helo, $0.from, $0.text, $0.banner) = (
                    evil, "<\(evil)@evil.example>", evil, evil
                )
                $0.serverName = evil
                $0.recipients = (0..<50).map {
                    ("<\(evil)\($0)@elsewhere.example>", isAccepted ? 250 : 550, evil)
                }
            }
        }
        let alerts = RelayJudge.alerts(for: scenes)
        #expect(alerts.map(\.rule.id) == ["relay.open", "relay.attempt"])
        for alert in alerts {
            let words = [alert.signature, alert.why, alert.advice] + alert.facts.map(\.value)
            for text in words {
                #expect(
                    text.unicodeScalars.allSatisfy {
                        $0.value >= 0x20 && $0.value != 0x202E && $0.value != 0x7F
                    }
                )
                #expect(text.utf8.count < 3_000)
            }
            // What an attacker wrote is not taken for a gap of the catalogue.
            #expect(alert.why.contains("{server}"))
        }
    }

    @Test("in French as in English: every fact, no gap left open", arguments: Story.allCases)
    func french(_ story: Story) throws {
        let english = RelayJudge.alerts(for: story.scenes)
        let french = RelayJudge.alerts(
            for: story.scenes,
            told: .told.with { $0.language = .french }
        )
        #expect(english.map(\.id) == french.map(\.id) && !english.isEmpty)
        for (one, other) in zip(english, french) {
            #expect(one.signature != other.signature && one.why != other.why)
            #expect(one.advice != other.advice && one.facts == other.facts)
            for text in [other.signature, other.why, other.advice] {
                #expect(!text.isEmpty && !text.contains("{") && !text.contains("}"))
            }
        }
    }

    @Test("a period in French agrees with its unit")
    func frenchPeriod() {
        let patient = (0..<8).map { n in
            Scene.relay.with {
                $0.from = "<s\(n)@stranger.example>"
                $0.at = Double(n) * 3 * 86_400
            }
        }
        let told = RelayConfiguration.told.with { $0.language = .french }
        let alert = RelayJudge.alerts(for: patient, told: told).last {
            $0.rule.id == "relay.periodic"
        }
        #expect(alert?.signature.hasSuffix("à 3 jours d'intervalle") == true)
    }

    enum Story: CaseIterable {
        case relay, null, refused, refusedOften, rhythm, ownTest

        var scenes: [Scene] {
            switch self {
            case .relay: [.relay]
            case .null: [.null]
            case .refused: [.refused]
            case .refusedOften: (0..<6).map { n in .refused.with { $0.at = Double(n) } }
            case .rhythm:
                (0..<8).map { n in
                    .relay.with {
                        $0.from = "<s\(n)@stranger.example>"
                        $0.at = Double(n) * 600
                    }
                }
            case .ownTest: [.refused.with { $0.helo = "relaytest.hubtap.invalid" }]
            }
        }
    }
}
