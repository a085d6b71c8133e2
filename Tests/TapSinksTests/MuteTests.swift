import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapSinks
import TapStore
import TapWire
import Testing

@Suite("Muted things and incidents in syslog")
struct MuteTests {
    private let encoder = EVEEncoder(portNames: ["eth0", "eth1"])
    private let udp = SyslogDestination.udp(host: "192.0.2.1", port: 514)

    private func group() throws -> SinkGroup {
        try SinkGroup(
            SinksConfiguration(syslog: [udp], hostName: "tap", processID: 42),
            store: try Store.inMemory(),
            now: noon
        )
    }

    /// What follows from a relayed mail with this sender: the alert and the incident that is opened.
    private func relayed(from sender: String) -> [Finding] {
        var configuration = RelayConfiguration()
        configuration.inside = [PortIndex(rawValue: 1)]
        configuration.domains = [MailDomain("example.org")].compactMap(\.self)
        var judge = RelayJudge(configuration: configuration)
        var transaction = SMTPTransaction(
            number: 0,
            client: .a,
            began: EventContext.sample().moment
        )
        transaction.mailFrom = sender
        transaction.recipients = [
            SMTPRecipient(
                address: "<v@elsewhere.example>",
                code: 250,
                text: "ok",
                time: EventContext.sample().moment.time
            )
        ]
        (transaction.code, transaction.text, transaction.outcome) = (250, "queued", .accepted)
        var findings: [Finding] = []
        judge.evaluate(.smtp(.transaction(Shared(transaction))), in: .sample()) {
            findings.append(.alert($0))
        }
        return findings
            + judge.takeConclusions().filter { $0.event is IncidentEvent }.map(Finding.event)
    }

    private func batch(_ findings: [Finding], _ notes: [Note] = []) throws -> Batch {
        let group = try group()
        group.mute(MuteList(notes))
        var batch = Batch()
        for finding in findings { group.record(finding, with: encoder, into: &batch) }
        return batch
    }

    @Test("the opening of an incident is a message of its own, whole within 1,024 octets")
    func incident() throws {
        let findings = relayed(from: "<\(String(repeating: "x", count: 600))@stranger.example>")
        let payloads = try batch(findings).outgoing.map(\.payload)
        #expect(payloads.count == 2 && payloads.allSatisfy { $0.count <= 1_024 })
        let fields = try #require(SyslogReader.read(Array(payloads[1])))
        #expect(fields["rule"] == "incident" && fields["class"] == "open-relay")
        #expect(fields["state"] == "opened" && fields["server"] == "192.0.2.25")
        #expect(fields["events"] == "1" && fields["id"]?.hasPrefix("incident-") == true)
        let alert = try #require(SyslogReader.read(Array(payloads[0])))
        #expect(alert["incident"] == fields["id"])
    }

    @Test("what is muted is recorded and says so, but goes to no collector; the mute ends")
    func muted() throws {
        let findings = relayed(from: "<>")
        guard case .alert(let alert)? = findings.first else {
            Issue.record("no alert")
            return
        }
        let now = alert.context.moment.time
        func mute(_ id: String, for duration: Duration, rule: String? = nil) -> Note {
            Note(
                id: id,
                kind: .muted,
                time: now,
                words: "test",
                until: now.advanced(by: duration),
                rule: rule,
                server: rule == nil ? nil : "192.0.2.25"
            )
        }
        let incident = try #require(alert.incident)
        let silent = try batch(findings, [mute(incident, for: .seconds(1))])
        #expect(silent.outgoing.isEmpty && silent.alerts.count == 1 && silent.events.count == 1)
        #expect(silent.alerts.allSatisfy { $0.json.contains(#""muted":true"#) })
        #expect(silent.events.allSatisfy { $0.json.contains(#""muted":true"#) })
        let other = mute("another", for: .seconds(1), rule: "relay.null")
        #expect(try batch(findings, [other]).outgoing.count == 1)
        #expect(try batch(findings, [mute(incident, for: .zero)]).outgoing.count == 2)
        let seen = Note(id: incident, kind: .acknowledged, time: now, words: "")
        #expect(try batch(findings, [seen]).outgoing.count == 2)
    }

    @Test("an alert about a host that sends is muted for that host, whichever server it calls")
    func sender() {
        func alert(about host: String) -> Alert {
            .sample(facts: [Alert.Fact(name: "server", value: host)])
        }
        func isCovered(_ alert: Alert, by server: String) -> Bool {
            let now = alert.context.moment.time
            let note = Note(
                id: "another",
                kind: .muted,
                time: now,
                words: "test",
                until: now.advanced(by: .seconds(1)),
                rule: alert.rule.id,
                server: server
            )
            return MuteList([note]).covers(alert)
        }
        #expect(isCovered(alert(about: "192.0.2.77"), by: "192.0.2.77"))
        #expect(!isCovered(alert(about: "192.0.2.77"), by: "192.0.2.25"))
        #expect(isCovered(.sample(), by: "192.0.2.25"))
    }
}
