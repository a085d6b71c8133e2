import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

extension Scene {
    /// The relayed message as the server hands it on, four seconds later.
    static let onward = Scene(
        client: "192.0.2.25",
        server: "198.51.100.7",
        clientPort: 1,
        serverPort: 0,
        helo: "mail.example.org",
        from: "<x@stranger.example>",
        octets: 1_490,
        text: "OK",
        serverName: "mx.elsewhere.example",
        banner: "mx.elsewhere.example ESMTP Exim 4.96",
        at: 4
    )

    /// The header of the scene's message, which its server took from `address`.
    func received(
        _ identifier: String? = nil,
        from address: String? = nil,
        queue: String? = nil
    ) -> Scene {
        with { scene in
            var facts = MessageFacts()
            facts.identifier = identifier
            if address != nil || queue != nil {
                facts.hops = [
                    MessageHop(
                        from: "eyebox",
                        address: address.map { Self.address($0) },
                        by: "mail.example.org",
                        identifier: queue
                    )
                ]
            }
            scene.message = facts
        }
    }

    /// The scene as what is inferred of it under TLS, or as a session of which nothing could be.
    func hidden(_ isSession: Bool = false) -> SMTPEvent {
        guard isSession else {
            var transaction = InferredTransaction(began: Moment(time: time, sequence: 2))
            transaction.acceptedRecipients = 1
            transaction.hasData = true
            transaction.outcome = .accepted
            transaction.confidence = 0.9
            transaction.serverName = serverName
            transaction.helo = helo
            transaction.messageOctets = octets.map { OctetRange(Int($0)) }
            return .inferred(Shared(transaction))
        }
        var summary = SMTPSessionSummary(dialect: dialect, client: .a)
        var tls = TLSFacts()
        tls.isEstablished = true
        summary.tls = tls
        (summary.clientOctets, summary.serverOctets) = (octets ?? 1, 900)
        return .session(Shared(summary))
    }
}

extension RelayJudge {
    /// Takes events and returns what was raised, by rule and severity.
    mutating func verdicts(_ events: [(SMTPEvent, Scene)]) -> [String] {
        var verdicts: [String] = []
        for (event, scene) in events {
            evaluate(.smtp(event), in: scene.context) {
                verdicts.append("\($0.rule.id) \($0.severity)")
            }
        }
        return verdicts
    }

    static func verdicts(_ scenes: [Scene], told configuration: RelayConfiguration = .told)
        -> [String]
    {
        alerts(for: scenes, told: configuration).map { "\($0.rule.id) \($0.severity)" }
    }

    /// The incidents that were told since the last call.
    mutating func incidents() -> [IncidentEvent] {
        takeConclusions().compactMap { $0.event as? IncidentEvent }
    }
}

@Suite("Onward: a relay is proven when it leaves")
struct OnwardTests {
    private static let proof = ["relay.open medium", "relay.proven critical"]

    @Test("by the recipient: both sessions are named, and the incident is critical")
    func recipient() throws {
        var judge = RelayJudge(configuration: .told)
        let alert = try #require(judge.alerts(for: [.relay, .onward]).last)
        #expect(alert.rule.id == "relay.proven" && alert.severity == .critical)
        #expect(
            alert.signature
                == "Open relay proven: mail.example.org handed a stranger's mail on to mx.elsewhere.example"
        )
        #expect(
            alert.why == """
                203.0.113.9 gave mail.example.org a message for <victim@elsewhere.example> without a login; 4 seconds \
                later mail.example.org handed it to mx.elsewhere.example, which said "250 OK". Both sessions name the \
                same recipient. It has grown by 400 octets, as a message does that a server takes and hands on.
                """
        )
        #expect(alert.advice.hasPrefix("Stop this message on the server: postsuper -h 4XyZ12abCD."))
        #expect(alert.facts.contains(Alert.Fact(name: "client", value: "203.0.113.9")))
        #expect(alert.facts.contains(Alert.Fact(name: "server", value: "192.0.2.25")))
        #expect(alert.facts.contains(Alert.Fact(name: "destination", value: "198.51.100.7:25")))
        #expect(alert.facts.contains(Alert.Fact(name: "match", value: "recipient")))
        let incident = try #require(judge.incidents().last?.incident)
        #expect(incident.server.description == "192.0.2.25" && incident.kind == .openRelay)
        let later = Scene.relay.with { ($0.at, $0.from) = (90_000, "<other@stranger.example>") }
        _ = judge.alerts(for: [later.with { $0.at = 200_000 }])
        let grown = try #require(judge.incidents().last?.incident)
        #expect(grown.severity == .critical && grown.tally.messages == 2)
    }

    @Test("a message that leaves before it was taken is proven when it is taken")
    func cutThrough() throws {
        let relay = Scene.relay.with { $0.at = 6 }
        func alerts(_ change: (inout Scene) -> Void, began: Double = 1) throws -> [Alert] {
            var judge = RelayJudge(configuration: .told)
            let onward = Scene.onward.with(change)
            var transaction = onward.transaction
            transaction.began.time = Scene.start.advanced(by: .seconds(began))
            var alerts = judge.raised(by: .smtp(.transaction(Shared(transaction))), in: onward)
            judge = try judge.restarted(.told)
            var taken = relay.transaction
            taken.began.time = Scene.start
            alerts += judge.raised(by: .smtp(.transaction(Shared(taken))), in: relay)
            alerts += judge.raised(by: .smtp(.transaction(Shared(taken))), in: relay)
            return alerts
        }
        let told = try alerts { $0.at = 4 }
        #expect(told.map { "\($0.rule.id) \($0.severity)" } == Self.proof)
        let proof = try #require(told.last)
        #expect(proof.why.contains("handed it on before it said that it took it"))
        #expect(proof.facts.contains(Alert.Fact(name: "destination", value: "198.51.100.7:25")))
        // Not what was begun before, nor what another server sent, nor for somebody else.
        #expect(try alerts({ $0.at = 4 }, began: -1).count == 1)
        #expect(try alerts { ($0.at, $0.client) = (4, "192.0.2.26") }.count == 1)
        #expect(
            try alerts { ($0.at, $0.recipients[0].address) = (4, "<b@elsewhere.example>") }.count
                == 1
        )
    }

    @Test("a proof of hubtap's own test says so")
    func ownTest() throws {
        let tag = "<hubtap-probe-1@stranger.example>"
        let own = [Scene.relay, .onward].map { $0.with { $0.from = tag } }
        let alert = try #require(RelayJudge.alerts(for: own).last)
        #expect(alert.rule.id == "relay.proven" && alert.why.contains("hubtap's own relay test"))
    }

    @Test("by Message-ID, by queue id, and not by neither")
    func keys() {
        let other = Scene.onward.with {
            $0.recipients = [("<somebody@elsewhere.example>", 250, "ok")]
        }
        let relay = Scene.relay.received("<one@stranger.example>")
        #expect(
            RelayJudge.verdicts([relay, other.received("<one@stranger.example>")]) == Self.proof
        )
        #expect(RelayJudge.verdicts([relay, other.received(queue: "4XyZ12abCD")]) == Self.proof)
        #expect(
            RelayJudge.verdicts([relay, other.received("<two@stranger.example>", queue: "4XyZ")])
                == ["relay.open medium"]
        )
    }

    @Test("the surest of two messages is the pair, and each is proven once")
    func pairs() throws {
        let first = Scene.relay.received("<one@stranger.example>")
        let second = Scene.relay.received("<two@stranger.example>").with {
            ($0.client, $0.from, $0.at) = ("203.0.113.77", "<y@other.example>", 1)
        }
        let alerts = RelayJudge.alerts(
            for: [
                first, second, Scene.onward.received("<one@stranger.example>"),
                Scene.onward.received("<two@stranger.example>").with { $0.at = 5 },
                Scene.onward.received("<two@stranger.example>").with { $0.at = 6 },
            ]
        ).filter { $0.rule.id == "relay.proven" }
        // The last one is the first message again by its recipient: it was proven already.
        #expect(
            alerts.map { $0.facts.first { $0.name == "client" }?.value } == [
                "203.0.113.9", "203.0.113.77",
            ]
        )
    }

    @Test("within an hour and not a second later, and not before", arguments: [3_600.0, 3_600.1])
    func window(_ delay: Double) {
        let verdicts = RelayJudge.verdicts([.relay, .onward.with { $0.at = delay }])
        #expect(verdicts == (delay <= 3_600 ? Self.proof : ["relay.open medium"]))
        #expect(
            RelayJudge.verdicts([.relay.with { $0.at = 10 }, .onward]) == ["relay.open medium"]
        )
    }

    @Test("what was for own recipients and is forwarded is no relay, nor what a user sends")
    func innocent() {
        let forwarded = Scene.onward.with { $0.recipients = [("<ann@home.example>", 250, "ok")] }
        #expect(RelayJudge.verdicts([.ordinary, forwarded]).isEmpty)
        #expect(
            RelayJudge.verdicts([.relay.with { $0.authentication = .user("ann") }, .onward]).isEmpty
        )
        #expect(RelayJudge.verdicts([.onward]).isEmpty)
        // A mixed message: only the copy for the stranger proves it.
        let mixed = Scene.relay.with {
            $0.recipients += [("<info@example.org>", 250, "ok")]
        }
        let copy = Scene.onward.with { $0.recipients = [("<info@example.org>", 250, "ok")] }
        #expect(RelayJudge.verdicts([mixed, copy]) == ["relay.open medium"])
        // Handing it to a server inside is delivery.
        let inner = Scene.onward.with { ($0.server, $0.serverPort) = ("192.0.2.30", 1) }
        #expect(RelayJudge.verdicts([.relay, inner]) == ["relay.open medium"])
    }

    @Test("domains that are only guessed carry no more than a warning")
    func guessed() {
        let configuration = RelayConfiguration.told.with { $0.domains = [] }
        #expect(
            RelayJudge.verdicts([.relay, .onward], told: configuration) == [
                "relay.open medium", "relay.proven medium",
            ]
        )
    }

    @Test("under TLS by size, to a server that was not called in the hour before")
    func hidden() {
        func verdicts(_ octets: UInt64, calledBefore: Double? = nil, isSession: Bool = false)
            -> [String]
        {
            var judge = RelayJudge(configuration: .told)
            let onward = Scene.onward.with { $0.octets = octets }
            var events: [(SMTPEvent, Scene)] = []
            if let calledBefore {
                let earlier = Scene.onward.with {
                    ($0.at, $0.octets, $0.flow) = (4 - calledBefore, 90_000, 3)
                }
                events.append((earlier.hidden(), earlier))
            }
            events.append((.transaction(Shared(Scene.relay.transaction)), .relay))
            events.append((onward.hidden(isSession), onward))
            return judge.verdicts(events)
        }
        for octets: UInt64 in [1_140, 2_590] {
            #expect(verdicts(octets) == Self.proof)
            #expect(verdicts(octets, isSession: true) == Self.proof)
            #expect(verdicts(octets, calledBefore: 3_600) == ["relay.open medium"])
            #expect(verdicts(octets, calledBefore: 3_601) == Self.proof)
        }
        #expect(verdicts(1_139) == ["relay.open medium"])
        #expect(verdicts(2_591) == ["relay.open medium"])
    }

    @Test("behind NAT the server goes out by another address, which size alone does not show")
    func otherAddress() {
        let other = Scene.onward.with { $0.client = "192.0.2.99" }
        #expect(RelayJudge.verdicts([.relay, other]) == Self.proof)
        var judge = RelayJudge(configuration: .told)
        #expect(
            judge.verdicts([
                (.transaction(Shared(Scene.relay.transaction)), .relay), (other.hidden(), other),
            ]) == ["relay.open medium"]
        )
        // Without ports that tell the sides only the same address will do.
        let configuration = RelayConfiguration.told.with { $0.inside = [] }
        #expect(RelayJudge.verdicts([.relay, other], told: configuration) == ["relay.open medium"])
    }

    @Test("the server takes the gateway for the client: the incident changes its class")
    func natted() throws {
        var judge = RelayJudge(configuration: .told)
        let onward = Scene.onward.received(from: "10.0.0.1", queue: "4XyZ12abCD")
        let alert = try #require(judge.alerts(for: [.relay, onward]).last)
        #expect(alert.rule.id == "relay.natted" && alert.severity == .critical)
        #expect(
            alert.signature
                == "Relay by NAT: mail.example.org takes 10.0.0.1 for the stranger 203.0.113.9 and relays"
        )
        #expect(alert.advice.hasPrefix("Take 10.0.0.1 out of the addresses"))
        let told = judge.incidents()
        #expect(told.map(\.incident.state) == [.opened, .reclassified])
        #expect(told.last?.incident.kind == .natBlindedRelay)
        #expect(told.last?.incident.earlierKind == .openRelay)
        for seen in ["203.0.113.9", "198.51.100.200"] {
            #expect(RelayJudge.verdicts([.relay, .onward.received(from: seen)]) == Self.proof)
        }
        // A provider's own NAT, who may relay, and the gateway in the server's own network.
        for (seen, queue, networks) in [
            ("100.64.0.1", nil, []), ("198.51.100.200", nil, ["198.51.100.0/24"]),
            ("192.0.2.1", "4XyZ12abCD", []),
        ] as [(String, String?, [String])] {
            let told = RelayConfiguration.told.with {
                $0.networks = networks.compactMap { IPNetwork($0) }
            }
            let scene = Scene.onward.received(from: seen, queue: queue)
            #expect(
                RelayJudge.verdicts([.relay, scene], told: told).contains("relay.natted critical")
            )
        }
        let untold = RelayConfiguration.told.with { $0.networks = [] }
        for (seen, queue) in [("192.0.2.1", nil), ("198.51.100.200", "4XyZ12abCD")]
            as [(String, String?)]
        {
            let scene = Scene.onward.received(from: seen, queue: queue)
            #expect(RelayJudge.verdicts([.relay, scene], told: untold) == Self.proof)
        }
        let elsewhere = Scene.onward.received(from: "10.0.0.1").with {
            $0.message?.hops[0].by = "mx.before.example"
        }
        #expect(RelayJudge.verdicts([.relay, elsewhere]) == Self.proof)
        // Exchange writes another name than it greets with; its queue id tells that it wrote the field.
        let inner = onward.with { $0.message?.hops[0].by = "ex01.corp.example" }
        #expect(RelayJudge.verdicts([.relay, inner]).contains("relay.natted critical"))
        // A content filter hands the message back: the server knows the stranger.
        let filter = MessageHop(
            from: "localhost",
            address: Scene.address("127.0.0.1"),
            by: "mail.example.org",
            identifier: "4XyZ13abCD"
        )
        let filtered = Scene.onward.received(from: "203.0.113.9", queue: "4XyZ12abCD").with {
            $0.message?.hops.insert(filter, at: 0)
        }
        #expect(!RelayJudge.verdicts([.relay, filtered]).contains { $0.hasPrefix("relay.natted") })
    }

    @Test("without clear text onward NAT is only a hint: another client was refused")
    func hint() throws {
        let refused = Scene.refused.with { ($0.client, $0.at) = ("203.0.113.200", -60) }
        let alert = try #require(RelayJudge.alerts(for: [refused, .relay]).last)
        #expect(alert.rule.id == "relay.open" && alert.why.contains("It refused 203.0.113.200"))
        let same = try #require(
            RelayJudge.alerts(for: [refused.with { $0.client = "203.0.113.9" }, .relay]).last
        )
        #expect(!same.why.contains("It refused"))
    }

    @Test("a restart between both sessions forgets nothing, and a flood pushes nothing endless")
    func restart() throws {
        var first = RelayJudge(configuration: .told)
        var verdicts = first.verdicts([(.transaction(Shared(Scene.relay.transaction)), .relay)])
        var second = RelayJudge(configuration: .told)
        second.memory = try JSONDecoder().decode(
            RelayMemory.self,
            from: try JSONEncoder().encode(first.memory)
        )
        verdicts += second.verdicts([(.transaction(Shared(Scene.onward.transaction)), .onward)])
        #expect(verdicts == Self.proof)
        for number in 0..<500 {
            let relay = Scene.relay.with {
                $0.from = "<s\(number)@x\(number).example>"
                $0.recipients = (0..<40).map { ("<v\($0)@y\(number).example>", 250, "ok") }
                $0.at = 10 + Double(number)
            }
            _ = second.verdicts([(.transaction(Shared(relay.transaction)), relay)])
        }
        #expect(try JSONEncoder().encode(second.memory).count < 512 * 1_024)
    }

    @Test("a server from which nothing leaves for a day may only keep: the incident says so")
    func sink() throws {
        func report(_ scenes: [Scene]) throws -> IncidentReport {
            var judge = RelayJudge(configuration: .told)
            _ = judge.alerts(for: scenes)
            return try #require(judge.memory.incidentReports(in: .english).first)
        }
        let more = Scene.relay.with { ($0.at, $0.from) = (40_000, "<y@other.example>") }
        let later = Scene.ordinary.with { $0.at = 86_401 }
        let kept = try report([.relay, more, later])
        #expect(kept.level == "medium" && kept.why.contains("keeps what it takes"))
        for scenes in [
            [.relay, more, later.with { $0.at = 86_399 }], [.relay, .onward, more, later],
        ] {
            #expect(try !report(scenes).why.contains("keeps what it takes"))
        }
        var judge = RelayJudge(configuration: .told)
        let own = Scene.outgoing.with { $0.recipients = [("<p@partner.example>", 250, "")] }
        let again = Scene.relay.with { ($0.at, $0.from) = (90_000, "<z@other.example>") }
        _ = judge.alerts(for: [own, .relay, more, later, again])
        #expect(judge.memory.incidentReports(in: .english).first?.level == "medium")
        let onward = Scene.onward.with { ($0.at, $0.from) = (90_004, "<z@other.example>") }
        _ = judge.alerts(for: [onward])
        #expect(judge.memory.incidentReports(in: .english).first?.level == "critical")
    }

    @Test(
        "what a server takes that never sends anything is low from the second day, until something leaves"
    )
    func keeping() {
        let scenes = [0, 40_000, 90_000, 90_100].map { at in
            Scene.relay.with { ($0.at, $0.from) = (at, "<x\(Int(at))@stranger.example>") }
        }
        let other = Scene.outgoing.with { $0.client = "192.0.2.26" }
        let verdicts = RelayJudge.verdicts([other] + scenes)
        #expect(verdicts.first == "relay.open medium" && verdicts.last == "relay.open low")
        // A server that sends mail is no such one, though none of this was seen to leave.
        #expect(RelayJudge.verdicts([other, .outgoing] + scenes).last == "relay.open high")
        // Where nothing at all is seen to leave that tells nothing.
        #expect(RelayJudge.verdicts(scenes).last == "relay.open high")
        let onward = Scene.onward.with { ($0.at, $0.from) = (90_104, "<x90100@stranger.example>") }
        let again = Scene.relay.with { ($0.at, $0.from) = (90_200, "<z@stranger.example>") }
        #expect(
            RelayJudge.verdicts([other] + scenes + [onward, again]).suffix(2) == [
                "relay.proven critical", "relay.open high",
            ]
        )
    }

    @Test("the server is put right: its incident is fixed")
    func fixed() {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: [.relay, .onward, .refused.with { $0.at = 600 }])
        let told = judge.incidents().filter { $0.incident.kind == .openRelay }
        #expect(told.map(\.incident.state) == [.opened, .grown, .fixed])
        #expect(told.last?.time == Scene.start.advanced(by: .seconds(600)))
    }
}
