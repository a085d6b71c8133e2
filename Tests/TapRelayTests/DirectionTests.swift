import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

/// Who is inside, told by less and less: servers, domains, addresses, names, habit, nothing.
private let directions: [Scenario] = [
    Scenario(
        name: "servers and domains told: full severity",
        configuration: .told.with { $0.inside = [] },
        scenes: [.null],
        expected: ["relay.null high"]
    ),
    Scenario(
        name: "servers told, our mail goes out",
        configuration: .told.with { $0.inside = [] },
        scenes: [.outgoing, .outgoing.with { $0.from = "<>" }],
        expected: []
    ),
    Scenario(
        name: "another server behind the same port as a told one",
        configuration: .told.with { ($0.inside, $0.networks) = ([], []) },
        scenes: [.ordinary, .null.with { $0.server = "192.0.2.26" }],
        expected: ["relay.null high"]
    ),
    Scenario(
        name: "a foreign server for a client behind the same port as a told one",
        configuration: .told.with { ($0.inside, $0.networks) = ([], []) },
        scenes: [.ordinary, .outgoing.with { ($0.client, $0.from) = ("192.0.2.26", "<>") }],
        expected: []
    ),
    Scenario(
        name: "a private server and a public client",
        configuration: RelayConfiguration(domains: RelayConfiguration.domains("example.org")),
        scenes: [.null.with { $0.server = "192.168.1.25" }],
        expected: ["relay.null high"]
    ),
    Scenario(
        name: "a private client and a public server: ours goes out",
        configuration: RelayConfiguration(domains: RelayConfiguration.domains("example.org")),
        scenes: [.outgoing.with { ($0.client, $0.from) = ("192.168.1.25", "<>") }],
        expected: []
    ),
    Scenario(
        name: "a unique local server",
        configuration: RelayConfiguration(domains: RelayConfiguration.domains("example.org")),
        scenes: [.null.with { ($0.server, $0.client) = ("fd00::25", "2001:db8::9") }],
        expected: ["relay.null high"]
    ),
    Scenario(
        name: "a server among those that may relay",
        configuration: .told.with { ($0.inside, $0.servers) = ([], []) },
        scenes: [.null],
        expected: ["relay.null high"]
    ),
    Scenario(
        name: "a server that goes by a told domain, in a file with one interface",
        configuration: RelayConfiguration(domains: RelayConfiguration.domains("example.org")),
        scenes: [.null.with { $0.serverPort = 0 }],
        expected: ["relay.null high"]
    ),
    Scenario(
        name: "a server that does not, in the same file: our mail goes out",
        configuration: RelayConfiguration(domains: RelayConfiguration.domains("example.org")),
        scenes: [.outgoing.with { ($0.clientPort, $0.from) = (0, "<>") }],
        expected: []
    ),
    Scenario(
        name: "inside told, but the file has one interface of another name",
        configuration: .told.with { $0.networks = [] },
        scenes: [.null.with { $0.serverPort = 0 }],
        expected: ["relay.null high"]
    ),
    Scenario(
        name: "inside told, all on the inside port",
        configuration: .told.with { $0.networks = [] },
        scenes: [.null.with { ($0.clientPort, $0.serverPort) = (1, 1) }],
        expected: []
    ),
    Scenario(
        name: "nothing told, two ports, first contact: nothing can be said",
        configuration: RelayConfiguration(),
        scenes: [.null, .relay],
        expected: []
    ),
    Scenario(
        name: "nothing told, two ports, our mail goes out first",
        configuration: RelayConfiguration(),
        scenes: [.outgoing.with { $0.from = "<>" }]
            + (0..<20).map { n in
                .outgoing.with { ($0.from, $0.server) = ("<>", "198.51.100.\(n + 10)") }
            },
        expected: []
    ),
    Scenario(
        name: "nothing told, a file with one interface, one session: low, and said to be unsure",
        configuration: RelayConfiguration(),
        scenes: [.null.with { $0.serverPort = 0 }],
        expected: ["relay.null low"]
    ),
    Scenario(
        name:
            "nothing told, a file with one interface: a mail server's own users' mail is ordinary",
        configuration: RelayConfiguration(),
        scenes: [.outgoing.with { $0.clientPort = 0 }],
        expected: []
    ),
    Scenario(
        name: "nothing told and no server name: no domain is known to be a stranger's",
        configuration: RelayConfiguration(),
        scenes: [.null.with { ($0.server, $0.serverName, $0.banner) = ("192.168.1.25", nil, nil) }],
        expected: []
    ),
    Scenario(
        name: "nothing told, private server, its name tells the domain: no more than medium",
        configuration: RelayConfiguration(),
        scenes: [
            .null.with { $0.server = "192.168.1.25" },
            .ordinary.with { $0.server = "192.168.1.25" },
            .refused.with { $0.server = "192.168.1.25" },
            // No words about relaying: the domain may be ours after all.
            .refused.with {
                ($0.server, $0.recipients) = (
                    "192.168.1.25", [("<v@b.example>", 550, "No such user")]
                )
            },
        ],
        expected: ["relay.null medium", "relay.attempt low"]
    ),
]

@Suite("Which way a session went")
struct DirectionTests {
    @Test("told by less and less", arguments: directions)
    func judge(_ scenario: Scenario) {
        let alerts = RelayJudge.alerts(for: scenario.scenes, told: scenario.configuration)
        #expect(alerts.map { "\($0.rule.id) \($0.severity)" } == scenario.expected)
    }

    @Test("a private client's mail to a public server is never accused")
    func privateClient() {
        for configuration in [
            RelayConfiguration(),
            RelayConfiguration(domains: RelayConfiguration.domains("example.org")),
        ] {
            let scenes = (0..<30).map { n in
                Scene.outgoing.with {
                    ($0.client, $0.from, $0.server) = ("192.168.1.25", "<>", "198.51.100.\(n)")
                }
            }
            #expect(RelayJudge.alerts(for: scenes, told: configuration).isEmpty)
        }
    }

    @Test(
        "two ports and no configuration: learned from where the hosts are, and never the foreign server"
    )
    func learnedPorts() throws {
        var judge = RelayJudge()
        var scenes: [Scene] = [.null]
        // The server delivers onward, others come and go: the outside shows by its number of hosts.
        scenes += (0..<6).map { n in
            .outgoing.with { ($0.from, $0.server, $0.at) = ("<>", "198.51.100.\(n)", Double(n)) }
        }
        #expect(judge.alerts(for: scenes).isEmpty)
        let later = judge.alerts(for: [
            .null.with { ($0.at, $0.recipients) = (9, [("<w@far.example>", 250, "ok")]) }
        ])
        let alert = try #require(later.first)
        #expect(alert.rule.id == "relay.null" && alert.severity == .medium)
        #expect(alert.confidence < 0.6 && alert.why.contains("learned from the traffic"))
    }

    @Test(
        "one interface and no configuration: the one with many partners is ours, as server and as client"
    )
    func learnedPartners() throws {
        var judge = RelayJudge()
        let oneWay = (0..<12).map { n in
            Scene.ordinary.with { ($0.client, $0.serverPort) = ("198.51.100.\(n)", 0) }
        }
        #expect(judge.alerts(for: oneWay).isEmpty)
        let alert = try #require(judge.alerts(for: [.null.with { $0.serverPort = 0 }]).first)
        #expect(alert.severity == .medium && alert.why.contains("learned from the traffic"))
        let out = Scene.outgoing.with { ($0.clientPort, $0.from) = (0, "<>") }
        // That the message leaves proves the relay, and is none of its own.
        #expect(judge.alerts(for: [out]).map(\.rule.id) == ["relay.proven"])
    }

    @Test("what cannot be told is said, and relay.open is never high then")
    func unclear() throws {
        let scenes = (0..<9).map { n in
            Scene.relay.with {
                ($0.serverPort, $0.recipients) = (0, [("<v@d\(n).example>", 250, "ok")])
            }
        }
        let alerts = RelayJudge.alerts(
            for: scenes,
            told: RelayConfiguration(alertSuppression: AlertSuppression(limit: 30))
        )
        #expect(
            alerts.count == 9 && alerts.allSatisfy { $0.severity == .low && $0.confidence < 0.3 }
        )
        let first = try #require(alerts.first)
        #expect(first.why.contains("cannot be told") && first.why.contains("mail.domains"))
        #expect(first.signature.hasPrefix("Perhaps an open relay"))
        #expect(!first.why.contains("came from outside"))
    }

    @Test("confidence goes down with what is not told")
    func confidence() throws {
        let configurations: [RelayConfiguration] = [
            .told,
            .told.with { $0.inside = [] },
            RelayConfiguration(domains: RelayConfiguration.domains("example.org")),
        ]
        let confidences = configurations.compactMap {
            RelayJudge.alerts(for: [.null], told: $0).first?.confidence
        }
        #expect(confidences == [0.99, 0.96, 0.84])
    }

    @Test("a domain that is only guessed to be a stranger's is asked about once a day")
    func guessedDomains() {
        let scenes = [0.0, 10, 86_000, 87_000].flatMap { at in
            ["a.example", "b.example"].map { domain in
                Scene.relay.with {
                    ($0.server, $0.at, $0.from) = ("192.168.1.25", at, "<x\(at)@stranger.example>")
                    $0.recipients = [("<v@\(domain)>", 250, "ok")]
                }
            }
        }
        let alerts = RelayJudge.alerts(for: scenes, told: RelayConfiguration())
        #expect(alerts.count == 4 && alerts.allSatisfy { $0.severity == .medium })
    }

    @Test("sessions inside TLS teach the server's name and software too")
    func sessions() throws {
        var judge = RelayJudge(configuration: .told)
        var summary = SMTPSessionSummary(dialect: .smtp, client: .a)
        summary.banner = "mail.example.org ESMTP Exim 4.96 ready"
        (summary.clientOctets, summary.serverOctets) = (10, 10)
        judge.evaluate(.smtp(.session(Shared(summary))), in: Scene.relay.context) { _ in
            Issue.record("raised")
        }
        let scene = Scene.null.with {
            ($0.banner, $0.serverName, $0.text) = (nil, nil, "OK id=1rABCd-0001Xy-2Z")
        }
        let alert = try #require(judge.alerts(for: [scene]).first)
        #expect(alert.signature.contains("mail.example.org"))
        #expect(alert.advice.contains("exim -Mf 1rABCd-0001Xy-2Z"))
    }
}
