import Foundation
import TapConfig
import TapFlow
import TapMail
import TapObserve
import TapPlaces
import TapPlane
import TapRelay
import TapRing
import TapSinks
import TapTesting
import TapWire
import Testing

@Suite("The configuration file")
struct ConfigurationTests {
    private func read(_ yaml: String) throws -> HubtapConfiguration {
        try HubtapConfiguration(yaml: yaml, file: "hubtap.yaml")
    }

    private func mistake(in yaml: String) -> ConfigurationError? {
        do {
            _ = try HubtapConfiguration(yaml: yaml, file: "hubtap.yaml")
            return nil
        } catch {
            return error
        }
    }

    @Test("An empty file, or one of comments, gives the defaults")
    func empty() throws {
        for yaml in ["", "# nothing\n", "---\n"] {
            let settings = try read(yaml)
            #expect(settings.ports.isEmpty)
            #expect(settings.onExit == nil)
            #expect(settings.offloads == .keep)
            #expect(settings.ring.byteCount == 256 << 20)
            #expect(settings.mail.ports == [25, 465, 587, 2525])
        }
    }

    @Test("Every key is read")
    func everything() throws {
        let settings = try read(
            """
            ports: [eth0, eth1]
            monitor: eth2
            plane: packet
            on-exit: keep
            link-fault: pass
            language: fr
            offloads: exact
            ring: { path: /run/x/ring, size: 1GiB, snaplen: 256, sync: 250ms, keep: all }
            mail:
              ports: [25, 587]
              inside: [eth1]
              servers: [192.0.2.25, "2001:db8::25"]
              domains: [Example.ORG]
              networks: [192.0.2.0/24]
              overlaps: { linux: [192.0.2.25], last: ["2001:db8::/32", 192.0.2.0/24] }
            rules:
              relay.open: { enabled: false }
              relay.null: { severity: medium }
            alerts:
              syslog: ["unix:/dev/log", "udp://192.0.2.10:514"]
              eve: /var/log/x.json
              evidence: { directory: /srv/x, before: 1m, after: 500ms, keep: 2GiB, key: /etc/x.pem }
            store: /var/lib/x.sqlite
            """
        )
        #expect(settings.ports == ["eth0", "eth1"])
        #expect(settings.monitor == ["eth2"])
        #expect(settings.plane == .packet)
        #expect(settings.onExit == .keep)
        #expect(settings.linkFault == .pass)
        #expect(settings.offloads == .exact)
        #expect(settings.ring.path == "/run/x/ring")
        #expect(settings.ring.byteCount == 1 << 30)
        #expect(settings.ring.snapLength == 256)
        #expect(settings.ring.syncInterval == .milliseconds(250))
        #expect(settings.mail.ports == [25, 587])
        #expect(settings.mail.inside == ["eth1"])
        #expect(settings.mail.servers.map(\.description) == ["192.0.2.25/32", "2001:db8::25/128"])
        #expect(settings.mail.domains.map(\.name) == ["example.org"])
        let policies = settings.mail.overlaps.rules.map { "\($0.network) \($0.policy)" }
        #expect(policies == ["192.0.2.25/32 linux", "2001:db8::/32 last", "192.0.2.0/24 last"])
        #expect(settings.rules.settings(of: "relay.open")?.isEnabled == false)
        #expect(settings.rules.settings(of: "relay.null")?.severity == .medium)
        #expect(settings.sinks.syslog.count == 2)
        #expect(settings.sinks.eve?.description == "/var/log/x.json")
        #expect(settings.storePath == "/var/lib/x.sqlite")
        #expect(settings.rules.language == .french)
        let evidence = EvidenceConfiguration(
            directory: "/srv/x",
            before: .seconds(60),
            after: .milliseconds(500),
            keep: 2 << 30,
            key: "/etc/x.pem"
        )
        #expect(settings.evidenceSettings == evidence)
    }

    @Test("Evidence is kept beside the store unless another folder is named, or none is")
    func evidence() throws {
        let usual = try #require(try read("").evidenceSettings)
        #expect(usual == EvidenceConfiguration(directory: "/var/lib/hubtap/evidence"))
        #expect(usual.before == .seconds(30) && usual.after == .seconds(10))
        #expect(usual.keep == 1 << 30 && usual.key == nil)
        let moved = try read("store: /srv/h.sqlite\nalerts: { evidence: { keep: 5MiB } }")
        #expect(moved.evidenceSettings?.directory == "/srv/evidence")
        #expect(moved.evidenceSettings?.keep == 5 << 20)
        #expect(try read("alerts: { evidence: off }").evidenceSettings == nil)
    }

    @Test("An unknown key names the file, the line, the key and the nearest one")
    func unknownKey() {
        let error = mistake(in: "ports: [a, b]\nmail:\n  prots: [25]\n")
        #expect(error?.code == .unknownKey)
        #expect(error?.line == 3)
        #expect(
            error?.description
                == "hubtap.yaml:3: mail.prots: is not a known key; did you mean \"ports\"?"
        )
    }

    @Test("A key that is like no other lists those there are")
    func farKey() {
        let error = mistake(in: "colour: red\n")
        #expect(error?.description.contains("known here: alerts, language, link-fault,") == true)
    }

    @Test(
        "A wrong value says what would be right",
        arguments: [
            ("ring: { size: lots }", "ring.size", "256MiB"),
            ("ring: { size: 1KiB }", "ring.size", "128KiB"),
            ("ring: { keep: tcp prot 25 }", "ring.keep", "all, headers, mail or a filter"),
            ("mail: { ports: [] }", "mail.ports", "1 to 64"),
            ("ring: { sync: soon }", "ring.sync", "such as 1s, or 0"),
            ("ring: { sync: 2h }", "ring.sync", "up to an hour"),
            ("ring: { snaplen: -1 }", "ring.snaplen", "whole number from 0"),
            ("mail: { ports: [70000] }", "mail.ports[0]", "65535"),
            ("mail: { servers: [mail.example.org] }", "mail.servers[0]", "192.0.2.25"),
            ("mail: { networks: [192.0.2.0/33] }", "mail.networks[0]", "192.0.2.0/24"),
            ("mail: { domains: ['a b'] }", "mail.domains[0]", "example.org"),
            ("mail: { overlaps: { linus: [] } }", "mail.overlaps.linus", "linux"),
            ("mail: { overlaps: { bsd: [x] } }", "mail.overlaps.bsd[0]", "192.0.2.0/24"),
            ("ports: [this-name-is-too-long]", "ports[0]", "15 characters"),
            ("ports: { a: b }", "ports", "list"),
            ("mail: 7", "mail", "keys with values"),
            ("plane: quick", "plane", "auto, kernel, packet"),
            ("link-fault: yes", "link-fault", "pass, ignore"),
            ("language: de", "language", "en, fr"),
            ("on-exit: stay", "on-exit", "restore, keep"),
            ("offloads: off", "offloads", "exact, keep"),
            (
                "rules: { relay.open: { enabled: maybe } }", "rules.relay.open.enabled",
                "true or false"
            ),
            ("rules: { relay.none: {} }", "rules.relay.none", "relay.open"),
            (
                "rules: { account.stollen: {} }", "rules.account.stollen",
                "did you mean \"account.stolen\"?"
            ),
            (
                "rules: { harvest.directry: {} }", "rules.harvest.directry",
                "did you mean \"harvest.directory\"?"
            ),
            ("rules: { pop3.teft: {} }", "rules.pop3.teft", "did you mean \"pop3.theft\"?"),
            (
                "rules: { account.volume: { factors: 3 } }", "rules.account.volume.factors",
                "did you mean \"factor\"?"
            ),
            (
                "rules: { account.stolen: { networks: 11 } }", "rules.account.stolen.networks",
                "is \"11\"; a whole number from 2 to 10 is expected here"
            ),
            (
                "rules: { account.stolen: { networks: 2.5 } }", "rules.account.stolen.networks",
                "is \"2.5\"; a whole number from 2 to 10"
            ),
            (
                "rules: { account.stolen: { theta0: 0.6 } }", "rules.account.stolen.theta0",
                "is \"0.6\"; a number from 0.001 to 0.5 is expected here"
            ),
            (
                "rules: { pop3.theft: { messages: few } }", "rules.pop3.theft.messages",
                "is \"few\"; a whole number from 5 to 65000"
            ),
            ("alerts: { syslog: [loghost] }", "alerts.syslog[0]", "udp://"),
            ("alerts: { evidence: { before: 30 } }", "alerts.evidence.before", "30s"),
            ("alerts: { evidence: { after: 2h } }", "alerts.evidence.after", "up to an hour"),
            ("alerts: { evidence: { keep: 1000 } }", "alerts.evidence.keep", "1GiB"),
            ("alerts: { evidence: { directory: x } }", "alerts.evidence.directory", "root"),
            ("alerts: { evidence: { key: key.pem } }", "alerts.evidence.key", "root"),
            ("alerts: { evidence: { folder: /x } }", "alerts.evidence.folder", "known here"),
            ("alerts: { evidence: 7 }", "alerts.evidence", "keys with values"),
        ]
    )
    func badValue(yaml: String, key: String, remedy: String) throws {
        let error = try #require(mistake(in: yaml))
        #expect(error.key == key)
        #expect(error.line == 1)
        #expect(error.description.contains(remedy), "\(error)")
    }

    @Test(
        "What this version cannot do is refused, never ignored",
        arguments: [
            "metrics: 127.0.0.1:9477"
        ]
    )
    func unsupported(yaml: String) {
        #expect(mistake(in: yaml)?.code == .unsupported)
    }

    @Test(
        "What is not YAML is refused with its line",
        arguments: [
            "ports: [a\nmail: {", "a: b: c", "ports: [a]\nports: [b]", "\tports: x", "? [a]: b",
        ]
    )
    func syntax(yaml: String) {
        #expect(mistake(in: yaml) != nil)
    }

    @Test("Contacts are read, bad lines named by number, a missing file refused")
    func contacts() throws {
        let path = NSTemporaryDirectory() + "contacts-\(UUID().uuidString).txt"
        try "ann@partner.example\nnonsense here\n@list.example\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = try HubtapConfiguration(yaml: "mail: { contacts: \(path) }", file: "x")
        #expect(settings.mail.contacts.count == 2 && settings.mail.contactsPath == path)
        #expect(settings.mail.contactMistakes.map(\.line) == [2])
        #expect(
            settings.mail.contactNotice
                == "1 line of \(path) is no address and no domain and is left out: 2"
        )
        let error = mistake(in: "mail: { contacts: /nowhere/at/all }")
        #expect(error?.description.contains("/nowhere/at/all") ?? false)
    }

    @Test("Tables of addresses are named by the file and opened by who asks them")
    func tables() throws {
        let path = NSTemporaryDirectory() + "places-\(UUID().uuidString).mmdb"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var writer = AddressTableWriter()
        let network = try #require(IPNetwork("203.0.113.0/24"))
        writer.insert(network, ["country": ["iso_code": "DE"]])
        try Data(writer.octets).write(to: URL(fileURLWithPath: path))
        let settings = try read("mail: { geoip: [\(path), \(path)] }")
        #expect(settings.mail.geoip.map(\.path) == [path, path] && settings.mail.places == nil)
        let places = try #require(try settings.opened().mail.places)
        #expect(places.tables.count == 2)
        #expect(places.place(of: network.address)?.country == CountryCode("DE"))
        #expect(try read("mail: { geoip: \(path) }").mail.geoip.map(\.path) == [path])
        #expect(try read("mail: { geoip: }").opened().mail.places == nil)
        #expect(try read("").opened().mail.places == nil)
        let many = mistake(in: "mail: { geoip: [a, b, c, d, e] }")
        #expect(many?.key == "mail.geoip" && many?.problem == "names 5 files")
        #expect(mistake(in: "mail: { geoip: [[a]] }")?.key == "mail.geoip[0]")
    }

    @Test("A table that cannot be used is refused with its place in the file")
    func badTables() throws {
        let path = NSTemporaryDirectory() + "places-\(UUID().uuidString).mmdb"
        defer { try? FileManager.default.removeItem(atPath: path) }
        func mistake(in yaml: String) throws -> ConfigurationError? {
            let settings = try read(yaml)
            do throws(ConfigurationError) {
                _ = try settings.opened()
                return nil
            } catch {
                return error
            }
        }
        let missing = try #require(try mistake(in: "mail:\n  geoip: [/nowhere/at/all.mmdb]"))
        #expect(
            missing.description == """
                hubtap.yaml:2: mail.geoip[0]: names a file that cannot be used: /nowhere/at/all.mmdb cannot be read: \
                No such file or directory; a readable .mmdb file of countries, cities or operators is expected
                """
        )
        try Data("no table".utf8).write(to: URL(fileURLWithPath: path))
        let other = try #require(try mistake(in: "mail: { geoip: [\(path)] }"))
        #expect(other.problem.contains("\(path) is no table in MaxMind's DB format"))
        var writer = AddressTableWriter()
        writer.insert(try #require(IPNetwork("203.0.113.0/24")), ["user_count": .uint32(1)])
        try Data(writer.octets).write(to: URL(fileURLWithPath: path))
        let useless = try #require(try mistake(in: "mail: { geoip: [\(path)] }"))
        #expect(useless.problem.contains("neither countries nor cities nor operators"))
    }

    @Test("inside must be a port")
    func inside() {
        let error = mistake(in: "ports: [a, b]\nmail: { inside: [c] }")
        #expect(error?.description.contains("\"c\"") == true)
    }

    @Test("Random octets never trap")
    func hostile() {
        var generator = Splitmix(state: 7)
        let alphabet = Array("ports:[]{}&*!|>'\"%@`#-?, \n\t0aé".unicodeScalars)
        for _ in 0..<2_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<60, using: &generator) {
                if let scalar = alphabet.randomElement(using: &generator) { text.append(scalar) }
            }
            _ = mistake(in: String(text))
        }
    }
}

@Suite("Sizes")
struct ByteSizeTests {
    @Test(
        "Sizes as people write them",
        arguments: [
            ("256MiB", 256 << 20), ("1GiB", 1 << 30), ("64 KiB", 65_536), ("4096", 4096),
            ("2k", 2048),
            ("1MB", 1_000_000), ("0", 0),
        ]
    )
    func reads(text: String, octets: Int) { #expect(ByteSize(text)?.octets == octets) }

    @Test("No sizes", arguments: ["", "MiB", "-1", "1.5GiB", "9999999999TiB", "12 parsecs"])
    func refuses(text: String) { #expect(ByteSize(text) == nil) }

    @Test("A size is described so that it reads back the same")
    func roundTrip() {
        for octets in [0, 1, 1023, 1024, 4096, 1 << 20, 3 << 30, (1 << 20) + 1] {
            #expect(ByteSize(ByteSize(octets: octets).description)?.octets == octets)
        }
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct Splitmix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
