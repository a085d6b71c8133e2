import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

/// One row of the table: what happened, and which rules fire with which severity.
struct Scenario: Sendable, CustomTestStringConvertible {
    var name: String
    var configuration = RelayConfiguration.told
    var scenes: [Scene]
    var expected: [String]

    var testDescription: String { name }
}

/// Conditions and guards of the rules, with everything configured.
private let conditions: [Scenario] = [
    Scenario(
        name: "a stranger's mail to a stranger",
        scenes: [.relay],
        expected: ["relay.open medium"]
    ),
    Scenario(
        name: "the second in a row is high",
        scenes: [.relay, .relay.with { $0.from = "<y@other.example>" }],
        expected: ["relay.open medium", "relay.open high"]
    ),
    Scenario(
        name: "the second by another client is high too",
        scenes: [
            .relay, .relay.with { ($0.from, $0.client) = ("<y@other.example>", "198.51.100.77") },
        ],
        expected: ["relay.open medium", "relay.open high"]
    ),
    Scenario(
        name: "ordinary mail of honest clients between does not hold the test down",
        scenes: [.relay]
            + Array(repeating: Scene.ordinary.with { $0.client = "198.51.100.1" }, count: 50)
            + [.relay.with { $0.from = "<y@other.example>" }],
        expected: ["relay.open medium", "relay.open high"]
    ),
    Scenario(
        name: "ordinary mail of the same client starts the test again",
        scenes: [.relay]
            + Array(repeating: Scene.ordinary, count: 8)
            + [.relay.with { $0.from = "<y@other.example>" }],
        expected: ["relay.open medium", "relay.open medium"]
    ),
    Scenario(
        name: "a relay of last month is forgotten",
        scenes: [.relay, .relay.with { ($0.from, $0.at) = ("<y@other.example>", 30 * 86_400) }],
        // The client's own walk remembers as little as the server's.
        expected: ["relay.open medium", "relay.open medium"]
    ),
    Scenario(
        name: "the null sender is high at once",
        scenes: [.null],
        expected: ["relay.null high"]
    ),
    Scenario(
        name: "a relay after a null sender's is the second",
        scenes: [.null, .relay],
        expected: ["relay.null high", "relay.open high"]
    ),
    Scenario(
        name: "a failed login is no login",
        scenes: [.relay.with { $0.authentication = .failed }],
        expected: ["relay.open medium"]
    ),
    Scenario(name: "a refused relay", scenes: [.refused], expected: ["relay.attempt low"]),
    Scenario(
        name: "Postfix defers a relay by default",
        scenes: [
            .refused.with {
                $0.recipients = [("<v@elsewhere.example>", 454, "4.7.1 <v>: Relay access denied")]
            }
        ],
        expected: ["relay.attempt low"]
    ),
    Scenario(
        name: "five attempts in ten minutes by one client",
        scenes: (0..<6).map { n in .refused.with { $0.at = Double(n) * 100 } },
        expected: Array(repeating: "relay.attempt low", count: 4)
            + Array(repeating: "relay.attempt medium", count: 2)
    ),
    Scenario(
        name: "five attempts in more than ten minutes",
        scenes: (0..<6).map { n in .refused.with { $0.at = Double(n) * 151 } },
        expected: Array(repeating: "relay.attempt low", count: 6)
    ),
    Scenario(
        name: "five attempts by five clients",
        scenes: (0..<5).map { n in .refused.with { $0.client = "203.0.113.\(n + 10)" } },
        expected: Array(repeating: "relay.attempt low", count: 5)
    ),
    Scenario(
        name: "on the submission port as well",
        scenes: [.relay.with { ($0.dialect, $0.serverTCPPort) = (.submission, 587) }],
        expected: ["relay.open medium", "posture.weak medium"]
    ),
    Scenario(
        name: "BDAT or DATA makes no difference, a gap lowers only the confidence",
        scenes: [.relay.with { $0.isIncomplete = true }],
        expected: ["relay.open medium"]
    ),
    Scenario(
        name: "a foreign address literal",
        scenes: [.relay.with { $0.recipients = [("<v@[203.0.113.200]>", 250, "ok")] }],
        expected: ["relay.form high"]
    ),
    Scenario(
        name: "a route through us to a stranger",
        scenes: [
            .relay.with { $0.recipients = [("<@mail.example.org:v@elsewhere.example>", 250, "ok")] }
        ],
        expected: ["relay.form high"]
    ),
]

/// Benign things that look like abuse, each with its guard.
private let guards: [Scenario] = [
    Scenario(name: "ordinary mail", scenes: [.ordinary], expected: []),
    Scenario(
        name: "a bounce to a local user",
        scenes: [.ordinary.with { $0.from = "<>" }],
        expected: []
    ),
    Scenario(
        name: "local domains in other letters, below, with a dot, tagged, or without a domain",
        scenes: [
            "<a@EXAMPLE.ORG>", "<a@lists.example.org>", "<a@example.org.>", "<a@mail.example.org>",
            "<postmaster>",
            "<a+tag@example.org>", "<prvs=123=a@example.org>",
            "<SRS0=x=y=elsewhere.example=b@example.org>",
            "<@a.example,@b.example:a@example.org>",
            "<a@[192.0.2.25]>", "a@example.org", "<a@localhost>",
            "<a@[10.1.1.1]>",
        ].map { address in .relay.with { $0.recipients = [(address, 250, "ok")] } },
        expected: []
    ),
    Scenario(
        name: "no domain that could be one",
        scenes: ["<a@>", "<a@..>", "<>", "<a@[nonsense]>", "<a@b c.example>", "<a@intranet>"].map {
            address in
            .relay.with { $0.recipients = [(address, 250, "ok")] }
        },
        expected: []
    ),
    Scenario(
        name: "our mail goes out, bounces and all, and is refused elsewhere",
        scenes: [
            .outgoing, .outgoing.with { $0.from = "<>" },
            .outgoing.with {
                ($0.recipients, $0.code, $0.outcome) = (
                    [("<v@elsewhere.example>", 550, "5.1.1 relay")], nil, .reset
                )
            },
        ],
        expected: []
    ),
    Scenario(
        name: "backscatter: bounces to ten strangers from our server",
        scenes: (0..<10).map { n in
            .outgoing.with { ($0.from, $0.recipients) = ("<>", [("<v@d\(n).example>", 250, "ok")]) }
        },
        expected: []
    ),
    Scenario(
        name: "a client on the inside port",
        scenes: [.relay.with { ($0.client, $0.clientPort) = ("198.51.100.9", 1) }],
        expected: []
    ),
    Scenario(
        name: "a client that may relay, though it came in by the outside port",
        scenes: [.relay.with { $0.client = "10.9.9.9" }, .null.with { $0.client = "192.0.2.77" }],
        expected: []
    ),
    Scenario(
        name: "two foreign servers that talk through the hub",
        scenes: [.relay.with { ($0.server, $0.serverPort) = ("198.51.100.7", 2) }],
        expected: []
    ),
    Scenario(
        name: "a client that logged in, with a name or without",
        scenes: [
            .relay.with { $0.authentication = .user("ann") },
            .null.with { $0.authentication = .user(nil) },
        ],
        expected: []
    ),
    Scenario(
        name: "a login that may have gone unseen",
        scenes: [
            .relay.with { $0.authentication = .unknown },
            .refused.with { $0.authentication = .unknown },
        ],
        expected: []
    ),
    Scenario(
        name: "accepted recipient, then nothing: a probe",
        scenes: [
            .null.with { ($0.octets, $0.code, $0.outcome) = (nil, nil, .reset) },
            .relay.with { ($0.octets, $0.code, $0.outcome) = (nil, nil, .aborted) },
        ],
        expected: []
    ),
    Scenario(
        name: "message refused or put off at its end",
        scenes: [
            .relay.with { ($0.code, $0.outcome) = (554, .rejected) },
            .relay.with { ($0.code, $0.outcome) = (451, .rejected) },
        ],
        expected: []
    ),
    Scenario(
        name: "codes that were not seen",
        scenes: [
            .relay.with { ($0.code, $0.outcome, $0.isIncomplete) = (nil, .unfinished, true) },
            .relay.with {
                ($0.recipients, $0.isIncomplete) = ([("<v@elsewhere.example>", nil, "")], true)
            },
            .relay.with {
                ($0.serverPort, $0.code, $0.outcome, $0.isIncomplete) = (
                    nil, nil, .unfinished, true
                )
            },
        ],
        expected: []
    ),
    Scenario(
        name: "greylisted",
        scenes: [
            .refused.with {
                $0.recipients = [("<v@elsewhere.example>", 450, "4.2.0 Greylisted, try later")]
            }
        ],
        expected: []
    ),
    Scenario(
        name: "a deferred relay tried again is told once",
        scenes: (0..<4).map { n in
            .refused.with {
                $0.recipients = [("<v@elsewhere.example>", 454, "4.7.1 Relay access denied")]
                $0.at = Double(n) * 300
            }
        },
        expected: ["relay.attempt low"]
    ),
    Scenario(
        name: "the same message accepted again within the hour is one",
        scenes: (0..<5).map { n in .relay.with { $0.at = Double(n) * 700 } },
        expected: ["relay.open medium"]
    ),
    Scenario(
        name: "messages of one size are none, where each has a Message-ID of its own",
        scenes: (0..<2).map { n in
            var message = MessageFacts()
            message.identifier = "<\(n)@sender.example>"
            return .relay.with { ($0.at, $0.message) = (Double(n) * 700, message) }
        },
        expected: ["relay.open medium", "relay.open high"]
    ),
    Scenario(
        name: "LMTP, by its dialect and by its port",
        scenes: [.relay.with { $0.dialect = .lmtp }, .relay.with { $0.serverTCPPort = 24 }],
        expected: []
    ),
    Scenario(name: "inside TLS", scenes: [.relay.with { $0.isEncrypted = true }], expected: []),
    Scenario(
        name: "our own relay test, refused six times",
        scenes: (0..<6).map { _ in
            .refused.with {
                ($0.helo, $0.from) = ("relaytest.hubtap.invalid", "<hubtap-probe-1@hubtap.invalid>")
            }
        },
        expected: Array(repeating: "relay.attempt low", count: 6)
    ),
]

@Suite("Scenarios with everything configured")
struct ScenarioTests {
    @Test("conditions and guards", arguments: conditions + guards)
    func judge(_ scenario: Scenario) {
        let alerts = RelayJudge.alerts(for: scenario.scenes, told: scenario.configuration)
        #expect(alerts.map { "\($0.rule.id) \($0.severity)" } == scenario.expected)
    }

    @Test("ids, signature numbers and categories are those of the contract")
    func identities() {
        let rules = RelayConfiguration.ruleDescriptions.map(\.identity)
        let contract: [Int: String] = [
            9_100_001: "relay.open", 9_100_002: "relay.null", 9_100_003: "relay.proven",
            9_100_004: "relay.form", 9_100_005: "relay.natted", 9_100_006: "relay.periodic",
            9_100_007: "relay.hunter", 9_100_008: "relay.churn", 9_100_009: "relay.inferred",
            9_100_010: "relay.test",
            9_100_011: "account.stolen", 9_100_012: "account.bruteforce",
            9_100_013: "account.cleartext", 9_100_014: "account.spoofing",
            9_100_015: "account.volume", 9_100_016: "harvest.directory",
            9_100_029: "pop3.theft", 9_100_031: "relay.attempt", 9_100_032: "account.flapping",
        ]
        let known = rules.filter { contract[$0.signatureID] != nil }
        #expect(known.count == contract.count)
        #expect(known.allSatisfy { $0.id == contract[$0.signatureID] })
        #expect(rules.map(\.signatureID) == rules.map(\.signatureID).sorted())
        #expect(rules.allSatisfy { $0.category == "Mail relay abuse" && $0.revision == 1 })
    }

    @Test("the raw values of severities are EVE's")
    func severities() {
        let alerts = RelayJudge.alerts(for: [.null, .refused])
        #expect(alerts.map(\.severity.rawValue) == [1, 3])
    }

    @Test("alert ids are the frame's time and a running number")
    func ids() {
        var judge = RelayJudge(configuration: .told)
        let first = judge.alerts(for: [.relay, .refused.with { $0.at = 61 }])
        #expect(first.map(\.id) == ["20261123T120000Z-000001", "20261123T120101Z-000002"])
        let memory = judge.memory
        var restarted = RelayJudge(configuration: .told)
        restarted.memory = memory
        #expect(restarted.alerts(for: [.null]).map(\.id) == ["20261123T120000Z-000003"])
    }

    @Test("mixed recipients: only the strangers' are named")
    func mixedRecipients() throws {
        let scene = Scene.relay.with {
            $0.recipients = [
                ("<info@example.org>", 250, "mine"), ("<v@elsewhere.example>", 250, "yours"),
                ("<w@elsewhere.example>", 554, "Relay access denied"),
            ]
        }
        let alert = try #require(RelayJudge.alerts(for: [scene]).first)
        #expect(alert.rule.id == "relay.open")
        #expect(alert.why.contains("v@elsewhere.example"))
        #expect(
            !alert.why.contains("info@example.org") && !alert.why.contains("w@elsewhere.example")
        )
        #expect(alert.facts.first { $0.name == "to" }?.value == "<v@elsewhere.example>")
    }

    @Test("the same event in the dialogue view changes nothing")
    func exchangesAreIgnored() {
        var judge = RelayJudge(configuration: .told)
        let exchange = SMTPExchange(
            client: .a,
            verb: "RCPT",
            argument: "TO:<v@elsewhere.example>",
            code: 250,
            text: ""
        )
        judge.evaluate(.smtp(.exchange(exchange)), in: Scene.relay.context) { _ in
            Issue.record("raised")
        }
        #expect(judge.memory.entryCount == 0)
    }
}
