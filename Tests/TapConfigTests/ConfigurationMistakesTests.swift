import TapConfig
import TapRing
import Testing

@Suite("Every mistake in the configuration file")
struct ConfigurationMistakesTests {
    private func reading(
        _ yaml: String
    ) throws -> (settings: HubtapConfiguration, mistakes: [ConfigurationError]) {
        try HubtapConfiguration.reading(yaml: yaml, file: "hubtap.yaml")
    }

    @Test("A file that is right has none, and gives what it says")
    func right() throws {
        let (settings, mistakes) = try reading("ports: [eth0, eth1]\nring: { size: 1GiB }\n")
        #expect(mistakes.isEmpty)
        #expect(settings.ports == ["eth0", "eth1"])
        #expect(settings.ring.byteCount == 1 << 30)
        #expect(try reading("").mistakes.isEmpty)
    }

    @Test("All are told with line and key, and the rest of the file counts")
    func several() throws {
        let (settings, mistakes) = try reading(
            """
            colour: green
            ports: [eth0, eth1, "no/port"]
            ring:
              sice: 1GiB
              path: /run/x/ring
            mail:
              ports: [25, many, 587]
              servers: [192.0.2.25, nowhere]
              domains: [example.org]
            rules:
              relay.open: { enabled: perhaps, severity: medium }
              relay.opn: {}
            """
        )
        #expect(
            mistakes.map { "\($0.line ?? 0) \($0.key)" } == [
                "1 colour", "2 ports[2]", "4 ring.sice", "7 mail.ports[1]", "8 mail.servers[1]",
                "12 rules.relay.opn", "11 rules.relay.open.enabled",
            ]
        )
        #expect(mistakes[2].remedy == "did you mean \"size\"?")
        #expect(settings.ports == ["eth0", "eth1"])
        #expect(settings.ring.path == "/run/x/ring")
        #expect(settings.mail.ports == [25, 587])
        #expect(settings.mail.servers.count == 1)
        #expect(settings.mail.domains.count == 1)
    }

    @Test("The first of them is the one that stops every other command")
    func first() throws {
        let yaml = "ports: [eth0, eth1]\nstore: [a]\nring: { snaplen: -1 }\n"
        let first = #expect(throws: ConfigurationError.self) {
            try HubtapConfiguration(yaml: yaml, file: "hubtap.yaml")
        }
        let (_, mistakes) = try reading(yaml)
        #expect(mistakes.count == 2 && mistakes.first == first)
    }

    @Test("A mistake about a whole file ends the list")
    func whole() throws {
        #expect(try reading("just words").mistakes.count == 1)
        #expect(throws: ConfigurationError.self) { try reading("ports: [") }
        #expect(throws: ConfigurationError.self) {
            try HubtapConfiguration.reading("/nonexistent/hubtap.yaml")
        }
    }

    @Test("No more are told than anybody would read")
    func many() throws {
        let yaml = (0..<200).map { "key\($0): 1\n" }.joined()
        #expect(try reading(yaml).mistakes.count == 64)
    }
}
