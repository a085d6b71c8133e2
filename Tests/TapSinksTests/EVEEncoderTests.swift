import Foundation
import TapFlow
import TapObserve
import TapRelay
import TapSinks
import TapStore
import TapTesting
import TapWire
import Testing

@Suite("EVE")
struct EVEEncoderTests {
    private let encoder = EVEEncoder(portNames: ["eth0", "eth1"])

    private func line(_ event: SampleEvent, _ flow: Flow = .sample) throws -> String {
        try encoder.line(for: .event(EventRecord(context: .sample(flow), event: event)))
    }

    private func object(_ line: String) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(value as? [String: Any])
    }

    @Test("An event: common keys beside its own, sorted, the frame's time in microseconds")
    func event() throws {
        let expected = """
            {"community_id":"1:K5dXNrV/+A/CR9PlnuxagvmXSKs=","dest_ip":"192.0.2.25","dest_port":25,\
            "event_type":"smtp","flow_id":123456789012,\
            "hub":{"first":123,"last":160,"opened":"2026-11-23T11:59:59.000000+00:00","out_iface":"eth1"},\
            "in_iface":"eth0","proto":"TCP",\
            "smtp":{"mail_code":null,"mail_from":"<>","weight":1.5},"src_ip":"203.0.113.9",\
            "src_port":40000,"timestamp":"2026-11-23T12:00:00.000001+00:00","tx_id":0}
            """
        #expect(try line(SampleEvent()) == expected)
        #expect(try line(SampleEvent()) == expected)
    }

    @Test("The name of a client: a text, null where there is none, and no key where none was seen")
    func names() throws {
        let client = Flow.sample.a.address
        for (name, expected) in [
            (ReverseName(address: client, name: "mx7.example.net"), #""mx7.example.net""#),
            (ReverseName(address: client, name: nil), "null"), (nil, nil),
        ] {
            var context = EventContext.sample()
            context.clientName = name
            let record = EventRecord(context: context, event: SampleEvent())
            var alert = Alert.sample()
            alert.clientName = name
            for line in [
                try encoder.line(for: .event(record)), try encoder.line(for: .alert(alert)),
            ] {
                #expect(line.contains("client_name") == (expected != nil))
                if let expected { #expect(line.contains(#""client_name":\#(expected)"#)) }
            }
        }
    }

    @Test("What the tap says of itself has no host and no connection")
    func tap() throws {
        let context = EventContext.ofTap(at: EventContext.sample().moment)
        let condition = TapCondition(.portDown, count: 1, ports: ["eth0"])
        let record = EventRecord(context: context, event: condition)
        let line = try EVEEncoder(portNames: ["eth0", "eth1"]).line(for: .event(record))
        let expected = """
            {"event_type":"tap","hub":{"first":160,"last":160},\
            "tap":{"count":1,"kind":"port_down","over":false,"ports":["eth0"]},\
            "timestamp":"2026-11-23T12:00:00.000001+00:00"}
            """
        #expect(line == expected)
        var judge = RelayJudge()
        var alerts: [Alert] = []
        judge.note(condition, at: context.moment) { alerts.append($0) }
        let alert = try #require(alerts.first)
        let told = try EVEEncoder(portNames: []).line(for: .alert(alert))
        #expect(!told.contains("src_ip") && !told.contains("0.0.0.0"))
        let syslog = SyslogMessage(alert, facility: .local4, hostName: "tap", processID: 1)
        #expect(!syslog.facts.contains { ["client", "server"].contains($0.name) })
        let entry = AlertEntry(alert, json: told)
        #expect(entry.server.isEmpty && entry.client.isEmpty)
        let incident = try #require(
            judge.takeConclusions().first { $0.event is IncidentEvent }
        )
        let work = try EVEEncoder(portNames: []).line(for: .event(incident))
        #expect(work.contains(#""server":null"#) && !work.contains("src_ip"))
        #expect(!work.contains("0.0.0.0"))
    }

    @Test("The source is the client, also where the flow was picked up the wrong way round")
    func client() throws {
        var flow = Flow.sample
        (flow.a, flow.b) = (flow.b, flow.a)
        flow.isMidstream = true
        let object = try object(line(SampleEvent(client: .b), flow))
        #expect(object["src_ip"] as? String == "203.0.113.9")
        #expect(object["dest_port"] as? Int == 25)
        #expect(object["in_iface"] as? String == "eth1")
        #expect(object["community_id"] as? String == "1:K5dXNrV/+A/CR9PlnuxagvmXSKs=")
    }

    @Test("VLANs are listed; a port that was never seen or has no name is left out")
    func optionalKeys() throws {
        var flow = Flow.sample
        flow.vlans = [100, 7]
        flow.ingressA = nil
        let tagged = try object(line(SampleEvent(), flow))
        #expect(tagged["vlan"] as? [Int] == [100, 7])
        #expect(tagged["in_iface"] == nil)
        flow.ingressA = PortIndex(rawValue: 9)
        #expect(try object(line(SampleEvent(), flow))["in_iface"] == nil)
    }

    @Test("A tunnel is told with its depth, and its network where it has one")
    func tunnel() throws {
        var flow = Flow.sample
        #expect(try object(line(SampleEvent(), flow))["tunnel"] == nil)
        flow.tunnel = Flow.Tunnel(depth: 2, network: 42)
        let inside = try object(line(SampleEvent(), flow))
        #expect(inside["tunnel"] as? [String: Int] == ["depth": 2, "vni": 42])
        flow.tunnel = Flow.Tunnel(depth: 1)
        let plain = try object(line(SampleEvent(), flow))
        #expect(plain["tunnel"] as? [String: Int] == ["depth": 1])
    }

    @Test("Community IDs of version 1, seed 0")
    func communityID() throws {
        let cases = [
            ("128.232.110.120:34855", "66.35.250.204:80", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
            ("66.35.250.204:80", "128.232.110.120:34855", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
            ("[2001:db8::9]:40000", "[2001:db8::25]:25", "1:XFpCjawxM3iUQGHHowC3+OvcRQs="),
            ("192.0.2.1:2500", "192.0.2.1:25", "1:Orugh/a9x6afr10dQIBcmQ8RR+Q="),
        ]
        for (a, b, expected) in cases {
            var flow = Flow.sample
            flow.a = try #require(Endpoint(a))
            flow.b = try #require(Endpoint(b))
            let object = try object(line(SampleEvent(), flow))
            #expect(object["community_id"] as? String == expected)
        }
    }

    @Test("An alert: what EVE readers know, what hubtap knows, and the keys of its cause")
    func alert() throws {
        let expected = """
            {"alert":{"action":"allowed","category":"Mail relay abuse","gid":1,"rev":1,"severity":1,\
            "signature":"Open relay: mail.example.org accepted mail from a stranger for a stranger",\
            "signature_id":9100001},"community_id":"1:K5dXNrV/+A/CR9PlnuxagvmXSKs=",\
            "dest_ip":"192.0.2.25","dest_port":25,"event_type":"alert","flow_id":123456789012,\
            "in_iface":"eth0","proto":"TCP","relay":{"advice":"Close it.","confidence":0.99,\
            "frames":{"first":123,"last":160},"id":"20261123T120000Z-000001","rule":"relay.open",\
            "server":"192.0.2.25","why":"203.0.113.9 has not logged in."},"smtp":{"mail_code":null,"mail_from":"<>",\
            "weight":1.5},"src_ip":"203.0.113.9","src_port":40000,\
            "timestamp":"2026-11-23T12:00:00.000001+00:00","tx_id":0}
            """
        #expect(try encoder.line(for: .alert(.sample())) == expected)
    }

    @Test("Where an alert's client is, as far as that is known; nothing if it is not")
    func place() throws {
        var (alert, place) = (Alert.sample(), Place())
        #expect(try !encoder.line(for: .alert(alert)).contains("client_place"))
        alert.clientPlace = place
        #expect(try !encoder.line(for: .alert(alert)).contains("client_place"))
        place.country = CountryCode("DE")
        place.countryName = Place.Name("Germany", french: "Allemagne")
        alert.clientPlace = place
        #expect(
            try encoder.line(for: .alert(alert)).contains(#""client_place":{"country":"DE"},"#)
        )
        place.city = Place.Name("Berlin")
        place.operator = Place.Operator(number: 64_496, name: "Example Telecom")
        alert.clientPlace = place
        #expect(
            try encoder.line(for: .alert(alert)).contains(
                #""client_place":{"asn":64496,"city":"Berlin","country":"DE","operator":"Example Telecom"},"#
            )
        )
    }

    @Test("What the mirror leaves out is an event, and part of an alert of that time")
    func shedding() throws {
        let spell = Shedding(began: noon(), level: .bulk, frames: 3, octets: 4158)
        let words =
            #"{"bytes":4158,"frames":3,"level":"shed_bulk","since":"2026-11-23T12:00:00.000001+00:00"}"#
        let line = try encoder.line(for: .began(spell), at: noon())
        #expect(
            line == #"{"event_type":"hub","hub":{"shedding":"# + words
                + #","state":"began"},"timestamp":"2026-11-23T12:00:00.000001+00:00"}"#
        )
        var alert = Alert.sample()
        alert.note(spell)
        let text = try encoder.line(for: .alert(alert))
        #expect(text.contains(#""server":"192.0.2.25","shedding":"# + words))
        #expect(
            text.contains("has not logged in. The mirror could not keep up at the time: payload")
        )
        #expect(alert.facts.last == Alert.Fact(name: "shedding", value: "shed_bulk"))
    }

    @Test("Counters: every cause is there, and the ledger of the line balances")
    func stats() throws {
        var ledger = PortLedger()
        ledger.isUp = true
        ledger.rxFrames = 10
        ledger.rxOctets = 640
        ledger.forwarded = 8
        ledger.notForwarded[.oversize] = 2
        ledger.mirrored = 9
        ledger.mirrorLost[.receiveOverflow] = 1
        ledger.mirrorCut[.bulk] = 1
        ledger.mirrorCutOctets[.bulk] = 1386
        var outbox = OutboxLedger(sink: "eve:-")
        outbox.queued = 3
        outbox.pending = 1
        outbox.delivered = 2
        let report = StatsReport(
            time: noon(),
            plane: "packet",
            ports: [StatsReport.Port(name: "eth0", ledger: ledger)],
            ring: StatsReport.Ring(
                path: "/r",
                size: 4_096,
                used: 1_024,
                held: ["eth0": 8],
                firstSequence: 1,
                nextSequence: 9,
                sync: .init(interval: .seconds(1), synced: noon(), failures: 0)
            ),
            observers: [StatsReport.Observer(name: "smtp", frames: 9, lag: 1)],
            sinks: [outbox]
        )
        let expected = """
            {"event_type":"stats","hub":{"observers":[{"alerts":0,"events":0,"flows":0,"frames":9,\
            "lag":1,"missed":0,"name":"smtp"}],"plane":"packet","ports":[{"forwarded":8,\
            "mirror_cut":{"asked":{"bytes":0,"frames":0},"shed_bulk":{"bytes":1386,"frames":1},\
            "shed_other":{"bytes":0,"frames":0},"shed_whole":{"bytes":0,"frames":0}},\
            "mirror_lost":{"monitor":0,"no_hub":0,"not_kept":0,"oversize":0,"queue_full":0,"receive_overflow":1,"shed":0},"mirrored":9,\
            "monitor":false,"name":"eth0","not_forwarded":{"link_down":0,"monitor":0,"oversize":2,\
            "receive_overflow":0,"transmit_error":0,"transmit_full":0,"truncated":0},"rx_bytes":640,\
            "rx_frames":10,"state":"up","tx_bytes":0,"tx_frames":0,"up":true}],"ring":{"first_sequence":1,\
            "held_frames":{"eth0":8},"newest":null,"next_sequence":9,"oldest":null,"path":"/r","size":4096,\
            "span_seconds":0,"sync":{"failures":0,"interval_ms":1000,"synced":"2026-11-23T12:00:00.000001+00:00"},\
            "used":1024},\
            "sinks":[{"delivered":2,"dropped":{"outbox_entries":0,"outbox_octets":0,"refused":0},\
            "name":"eve:-","pending":1,"queued":3}]},\
            "timestamp":"2026-11-23T12:00:00.000001+00:00"}
            """
        #expect(try encoder.line(for: report) == expected)
    }

    @Test(
        "Controls and marks of reading order come out escaped, and mean the same",
        arguments: 0..<50
    )
    func hostileText(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var text = "\u{0}\u{1B}[2J\r\n\u{7F}\u{85}\u{9B}\u{202E}\u{2028}\u{FEFF}\"\\/é😀"
        text += String(decoding: random.octets(64), as: UTF8.self)
        let line = try line(SampleEvent(from: text))
        for scalar in line.unicodeScalars {
            #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
            #expect(!(0x2028...0x202E).contains(scalar.value))
        }
        let smtp = try #require(try object(line)["smtp"] as? [String: Any])
        #expect(smtp["mail_from"] as? String == text)
    }

    @Test("Numbers that JSON does not have are no reason to lose an event")
    func oddNumbers() throws {
        let smtp = try #require(
            try object(line(SampleEvent(weight: .nan)))["smtp"] as? [String: Any]
        )
        #expect(smtp["weight"] as? String == "nan")
    }
}
