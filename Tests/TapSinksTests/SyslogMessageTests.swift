import Foundation
import TapObserve
import TapSinks
import TapTesting
import TapWire
import Testing

@Suite("Syslog messages")
struct SyslogMessageTests {
    private let utc = TimeZone(secondsFromGMT: 0) ?? .current

    @Test("RFC 5424 with structured data")
    func structured() {
        let expected = """
            <162>1 2026-11-23T12:00:00.000001+00:00 tap.example.org hubtap 42 relay.open \
            [hubtap@32473 rule="relay.open" id="20261123T120000Z-000001" client="203.0.113.9" \
            server="192.0.2.25" from="<>" to="<a@example.net>"] Open relay: mail.example.org accepted \
            mail from a stranger for a stranger. 203.0.113.9 has not logged in.
            """
        #expect(String(decoding: SyslogMessage.sample().structured, as: UTF8.self) == expected)
    }

    @Test("The traditional form, in local time")
    func traditional() {
        let expected = """
            <162>Nov 23 12:00:00 hubtap[42]: Open relay: mail.example.org accepted mail from a stranger \
            for a stranger. 203.0.113.9 has not logged in. [relay.open 20261123T120000Z-000001]
            """
        var message = SyslogMessage.sample()
        #expect(String(decoding: message.traditional(in: utc), as: UTF8.self) == expected)
        message.time = Timestamp(nanoseconds: 1_767_300_000_000_000_000)
        let zone = TimeZone(secondsFromGMT: -5 * 3_600) ?? utc
        let text = String(decoding: message.traditional(in: zone), as: UTF8.self)
        #expect(text.hasPrefix("<162>Jan  1 15:40:00 hubtap[42]: "))
    }

    @Test("Facility and severity make the priority")
    func priority() {
        var message = SyslogMessage.sample()
        message.facility = .mail
        message.severity = SyslogSeverity(.medium)
        #expect(message.structured.starts(with: "<20>1 ".utf8))
        message.severity = SyslogSeverity(.low)
        #expect(message.structured.starts(with: "<21>1 ".utf8))
        #expect(SyslogFacility.allCases.map(\.code) == Array(0...23))
    }

    @Test("Facts of the rule come once, in its words")
    func facts() throws {
        let facts = ["rule", "id", "client", "from"].map { Alert.Fact(name: $0, value: "fact") }
        let reading = try #require(
            SyslogReader.read(SyslogMessage.sample(.sample(facts: facts)).structured)
        )
        #expect(reading.parameters.map(\.name) == ["rule", "id", "server", "client", "from"])
        #expect(reading["client"] == "fact")
        #expect(reading["rule"] == "relay.open")
    }

    @Test("The name of the client is a field, and the message stays whole within its octets")
    func names() throws {
        let name = String(repeating: "a", count: 63) + "." + String(repeating: "b", count: 60)
        let long = String(repeating: "x", count: 900)
        let facts = [
            Alert.Fact(name: "to", value: long), Alert.Fact(name: "client_name", value: name),
        ]
        let message = SyslogMessage.sample(.sample(facts: facts))
        #expect(message.structured.count <= SyslogMessage.maximumOctets)
        let reading = try #require(SyslogReader.read(message.structured))
        #expect(reading["client_name"] == name)
    }

    @Test("Escapes and control characters")
    func escapes() throws {
        let facts = [Alert.Fact(name: "from", value: "<\"a\\b\"]\n\u{1B}\u{85}é>")]
        let alert = Alert.sample(
            signature: "Line\nfeed",
            why: "bell \u{7} \u{202E} é",
            facts: facts
        )
        let message = SyslogMessage.sample(alert)
        let reading = try #require(SyslogReader.read(message.structured))
        #expect(reading["from"] == "<\"a\\b\"]\\x0A\\x1B\\xC2\\x85é>")
        #expect(reading.text == "Line\\x0Afeed. bell \\x07 \\xE2\\x80\\xAE é")
        let traditional = String(decoding: message.traditional(in: utc), as: UTF8.self)
        #expect(traditional.contains("Line\\x0Afeed. bell \\x07"))
    }

    @Test("Long fields are shortened to one length, short ones stay whole")
    func shortening() throws {
        let long = "<" + String(repeating: "x", count: 900) + "@example.net>"
        let facts = [
            Alert.Fact(name: "from", value: "<short@example.org>"),
            Alert.Fact(name: "to", value: long),
        ]
        let message = SyslogMessage.sample(
            .sample(why: String(repeating: "why ", count: 300), facts: facts)
        )
        let octets = message.structured
        #expect((1_020...1_024).contains(octets.count))
        let reading = try #require(SyslogReader.read(octets))
        #expect(reading["from"] == "<short@example.org>")
        let to = try #require(reading["to"])
        #expect(to.hasSuffix("…") && long.hasPrefix(to.dropLast()))
        #expect(reading.text.hasSuffix("…"))
        #expect(abs(to.utf8.count - reading.text.utf8.count) <= 1)
        let traditional = message.traditional(in: utc)
        #expect(traditional.count <= 1_024)
        #expect(
            String(decoding: traditional, as: UTF8.self).hasSuffix(
                "… [relay.open 20261123T120000Z-000001]"
            )
        )
    }

    @Test("Whatever stands in an alert, its message can be read and is whole", arguments: 0..<100)
    func hostile(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func text(upTo count: Int) -> String {
            let pieces = [
                "\"", "\\", "]", "[", "é", "😀", "\n", "\u{0}", "\u{9F}", "x", "…", " ", "=",
            ]
            let length = Int.random(in: 0...count, using: &random)
            return (0..<length).reduce(into: "") { text, _ in
                text += pieces.randomElement(using: &random) ?? ""
            }
        }
        let factCount = Int.random(in: 0...20, using: &random)
        let reach = [5, 60, 1_200].randomElement(using: &random) ?? 60
        let facts = (0..<factCount).map { _ in
            Alert.Fact(name: text(upTo: 40), value: text(upTo: reach))
        }
        let alert = Alert.sample(
            id: text(upTo: 90),
            signature: text(upTo: reach),
            why: text(upTo: reach),
            facts: facts
        )
        let message = SyslogMessage.sample(alert, host: text(upTo: 400))
        let octets = message.structured
        #expect(octets.count <= 1_024)
        let reading = try #require(SyslogReader.read(octets))
        #expect(reading.priority == 162 && reading["rule"] == "relay.open")
        #expect(reading.dataID == "hubtap@32473")
        #expect(reading.parameters.count >= min(factCount + 2, 4))
        for value in reading.parameters.map(\.value) + [reading.text] {
            #expect(!value.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
        let traditional = message.traditional(in: utc)
        #expect(traditional.count <= 1_024)
        #expect(String(validating: traditional, as: UTF8.self) != nil)
        #expect(!traditional.contains { $0 < 0x20 || $0 == 0x7F })
    }
}
