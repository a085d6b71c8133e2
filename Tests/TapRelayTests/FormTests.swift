import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

@Suite("Odd forms of address")
struct FormTests {
    private static func scene(_ address: String, isTaken: Bool = true) -> Scene {
        Scene.relay.with {
            $0.recipients = [(address, 250, "2.1.5 Ok")]
            if !isTaken { ($0.outcome, $0.code, $0.octets, $0.text) = (.reset, nil, nil, "") }
        }
    }

    @Test(
        "each form that leads to a stranger: a warning when accepted, high when taken",
        arguments: [
            ("B1", "<t%d.example@[192.0.2.25]>"), ("B2", "<t%d.example@mail.example.org>"),
            ("B3", "<\"t@d.example\">"), ("B4", "<\"t%d.example\">"),
            ("B5", "<t@d.example@[192.0.2.25]>"), ("B6", "<\"t@d.example\"@[192.0.2.25]>"),
            ("B7", "<t@d.example@mail.example.org>"), ("B8", "<@[192.0.2.25]:t@d.example>"),
            ("B9", "<@mail.example.org:t@d.example>"), ("B10", "<d.example!t>"),
            ("B11", "<d.example!t@[192.0.2.25]>"), ("B12", "<d.example!t@mail.example.org>"),
            ("B13", "<t@d.example@>"), ("B14", "<\"t@d.example\"[192.0.2.25]>"),
            ("B16", "<t%d.example>"), ("B19", "<@mail.example.org,@third.example:t@d.example>"),
            ("B20", "<a!t%d.example@mail.example.org>"), ("C1", "<t@d.example.>"),
            ("C2", "<t@d.example >"), ("C4", "<t@[203.0.113.80]>"),
            ("C8", "<\"t\\@d.example\"@mail.example.org>"),
            ("C10", "<t@d.example,u@mail.example.org>"),
        ]
    )
    func forms(_ form: String, _ address: String) throws {
        let accepted = RelayJudge.alerts(for: [Self.scene(address, isTaken: false)])
        #expect(accepted.map { "\($0.rule.id) \($0.severity)" } == ["relay.form medium"])
        let taken = RelayJudge.alerts(for: [Self.scene(address)])
        #expect(taken.map { "\($0.rule.id) \($0.severity)" } == ["relay.form high"])
        #expect(taken.first?.facts.last == Alert.Fact(name: "form", value: form))
        let refused = Self.scene(address, isTaken: false).with { $0.recipients[0].code = 550 }
        #expect(!RelayJudge.verdicts([refused]).contains { $0.hasPrefix("relay.form") })
    }

    @Test(
        "what only looks odd",
        arguments: [
            "<ann+tag@example.org>", "<ann=home.example@example.org>",
            "<prvs=1234abcdef=ann@example.org>", "<SRS0=abcd=ef=home.example=ann@example.org>",
            "<50%off@example.org>", "<wow!ann@example.org>", "<\"ann smith\"@example.org>",
            "<ann%example.org@mail.example.org>", "<ann@[192.0.2.25]>", "<ann@example.org.>",
            "<@mail.example.org:ann@example.org>", "<\"ann@example.org\"@example.org>",
            "<postmaster>", "<>", "<@>", "<%>", "<!>", "<\"\">", "<\">", "<,@>", "<[@]>",
        ]
    )
    func innocent(_ address: String) {
        #expect(RelayJudge.verdicts([Self.scene(address)]).isEmpty)
        #expect(RelayJudge.verdicts([Self.scene(address, isTaken: false)]).isEmpty)
    }

    @Test("inside, with a login, over LMTP: nothing")
    func allowed() {
        let scene = Self.scene("<t%d.example@mail.example.org>")
        #expect(
            RelayJudge.verdicts([
                scene.with { ($0.client, $0.clientPort) = ("192.0.2.50", 1) },
                scene.with { $0.authentication = .user("ann") },
                scene.with { $0.dialect = .lmtp }, scene.with { $0.serverTCPPort = 24 },
            ]).isEmpty
        )
    }

    @Test("proven when it leaves to where the form leads")
    func proven() throws {
        let onward = Scene.onward.with { $0.recipients = [("<T@d.example>", 250, "ok")] }
        let alerts = RelayJudge.alerts(
            for: [Self.scene("<t%d.example@mail.example.org>"), onward]
        )
        #expect(alerts.map(\.rule.id) == ["relay.form", "relay.proven"])
        #expect(alerts.last?.severity == .critical)
        #expect(try #require(alerts.last).why.contains("an address of form B2."))
    }

    @Test("low, and the incident with it, when the server returns it to its sender")
    func returned() {
        var judge = RelayJudge(configuration: .told)
        let bounce = Scene.onward.with {
            ($0.from, $0.recipients) = ("<>", [("<x@stranger.example>", 250, "ok")])
        }
        let alerts = judge.alerts(for: [Self.scene("<t%d.example@mail.example.org>"), bounce])
        #expect(
            alerts.map { "\($0.rule.id) \($0.severity)" } == ["relay.form high", "relay.form low"]
        )
        // It is told as an alert; the incident has it when it is told next.
        #expect(judge.incidents().map(\.incident.severity) == [.high])
        #expect(judge.memory.incidentReports(in: .english).first?.level == "low")
        // After a plain relay a bounce proves nothing good.
        let plain = RelayJudge.verdicts([.relay, bounce])
        #expect(plain == ["relay.open medium"])
    }

    @Test("in French as in English")
    func french() {
        let french = RelayConfiguration.told.with { $0.language = .french }
        let form = Self.scene("<t%d.example@mail.example.org>")
        let bounce = Scene.onward.with {
            ($0.from, $0.recipients) = ("<>", [("<x@stranger.example>", 250, "ok")])
        }
        let stories: [[Scene]] = [
            [.relay, .onward], [.relay, .onward.received("<1@a>", from: "10.0.0.1")],
            [form, bounce], [Self.scene("<d.example!t>", isTaken: false)],
        ]
        for story in stories {
            let alerts = RelayJudge.alerts(for: story)
            let others = RelayJudge.alerts(for: story, told: french)
            #expect(!alerts.isEmpty && alerts.map(\.id) == others.map(\.id))
            for (alert, other) in zip(alerts, others) {
                #expect(alert.why != other.why && alert.signature != other.signature)
                for text in [other.signature, other.why, other.advice] {
                    #expect(!text.isEmpty && !text.contains("{") && !text.contains("}"))
                }
            }
        }
    }
}
