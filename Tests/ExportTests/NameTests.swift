import Foundation
import TapTesting
import TapWire
import Testing

extension ExportTests {
    /// The name that a mail server looked up of a client, from the wire to the words.
    @Suite("Names of clients")
    struct NameTests {
        private let ring: RecordedRing

        init() throws {
            ring = try RecordedRing()
            let configuration = """
                mail: { inside: [eth1], domains: [example.org], servers: [192.0.2.25] }
                alerts: { syslog: [], evidence: off, eve: \(ring.folder)/eve.json }
                ring: { path: \(ring.path) }
                store: \(ring.folder)/store.sqlite

                """
            try Data(configuration.utf8).write(to: URL(filePath: ring.folder + "/hubtap.yaml"))
            let mails = [
                ring.mail(port: 40_001, from: "", to: ["mark@example.net"], at: 2),
                ring.mail(port: 40_002, from: "", to: ["ann@example.net"], at: 12),
                ring.mail(port: 40_003, from: "", to: ["eve@example.net"], at: 22),
            ]
            let client = IPAddress(v4: 0xCB00_7109)
            // The first comes unseen, then a name is looked up, and in the end there is none.
            ring.write(
                mixing: mails + [
                    [answer(DNSMessage(reverse: client, name: "mx7.example.net"), at: 8)],
                    [answer(DNSMessage(reverse: client, name: nil), at: 18)],
                ]
            )
        }

        /// The response of a resolver outside to the mail server.
        private func answer(_ message: DNSMessage, at seconds: Int) -> OwnedFrame {
            let octets = FrameBuilder().ip(
                .udp,
                from: IPAddress(v4: 0xC633_6435),
                to: IPAddress(v4: 0xC000_0219),
                message.datagram(from: 53)
            )
            return OwnedFrame(octets: octets, arrival: ring.start.advanced(by: .seconds(seconds)))
        }

        private func run(_ command: String) throws -> Program.Outcome {
            try Program.run("cd \(ring.folder); \(command)")
        }

        /// What the alerts among lines say of the client: "none" where there is no name, "unseen" where the key is missing.
        private func names(of type: String, in part: String, _ lines: [Substring]) throws
            -> [String]
        {
            try lines.compactMap { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                let event = try #require(object as? [String: Any])
                guard event["event_type"] as? String == type else { return nil }
                let relay = try #require(event[part] as? [String: Any])
                guard let name = relay["client_name"] else { return "unseen" }
                return name as? String ?? "none"
            }
        }

        @Test("analyze says them in JSON and in text, and judge says the same again")
        func analyze() throws {
            let dumped = try ring.hubtap("dump", "-w names.pcapng")
            #expect(dumped.code == 0, "\(dumped)")
            let events = try run(
                "hubtap analyze --json --config hubtap.yaml names.pcapng | tee events.json"
            )
            #expect(events.code == 0, "\(events)")
            let expected = ["unseen", "mx7.example.net", "none"]
            #expect(try names(of: "alert", in: "relay", events.lines) == expected)
            #expect(try names(of: "smtp", in: "hub", events.lines) == expected)
            let text = try run("hubtap analyze --config hubtap.yaml names.pcapng")
            #expect(text.code == 0, "\(text)")
            #expect(text.output.contains(" 203.0.113.9 is named mx7.example.net by its network."))
            #expect(text.output.contains(" 203.0.113.9 has no reverse name."))
            #expect(text.output.contains("203.0.113.9 (no reverse name), port 40003"))
            #expect(text.output.contains("2 reverse_names"))
            let again = try run("hubtap judge --json --config hubtap.yaml events.json")
            #expect(try names(of: "alert", in: "relay", again.lines) == expected)
        }

        @Test("a live observer says what analyze says")
        func observe() throws {
            let process = Process()
            Program.prepare(
                process,
                for: "cd \(ring.folder); exec hubtap observe --config hubtap.yaml"
            )
            process.standardError = FileHandle.nullDevice
            try process.run()
            defer { if process.isRunning { process.terminate() } }
            func alerts() throws -> [String] {
                guard
                    let text = try? String(
                        contentsOfFile: ring.folder + "/eve.json",
                        encoding: .utf8
                    )
                else { return [] }
                return try names(of: "alert", in: "relay", text.split(separator: "\n"))
            }
            try ring.wait(for: "the alerts") { try alerts().count == 3 }
            process.interrupt()
            try ring.wait(for: "the end") { !process.isRunning }
            #expect(try alerts() == ["unseen", "mx7.example.net", "none"])
        }
    }
}
