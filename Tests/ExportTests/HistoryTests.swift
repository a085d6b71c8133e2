import Foundation
import TapTesting
import TapWire
import Testing

extension ExportTests {
    /// What `hubtap observe` has stored, as `hubtap mail` and `hubtap alerts` tell it.
    @Suite("hubtap mail and hubtap alerts")
    struct HistoryTests {
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
            ring.write(
                ring.mail(port: 40_001, from: "a@example.net", to: ["info@example.org"], at: 1)
            )
            ring.write(ring.mail(port: 40_002, from: "", to: ["mark@example.net"], at: 10))
            ring.write(
                session(
                    port: 40_003,
                    at: 20,
                    keywords: ["SIZE 1000"],
                    answer: "554 5.7.1 Relay access denied"
                )
            )
        }

        /// A session of a client at `eth0` with a server at `eth1` that answers so to a stranger's mail for a stranger.
        private func session(
            port: UInt16,
            at seconds: Int,
            keywords: [String],
            answer: String
        ) -> [OwnedFrame] {
            var dialogue = Dialogue()
            dialogue.b("220 mail.example.org ESMTP Postfix\r\n")
            dialogue.a("EHLO eyebox\r\n")
            dialogue.b(
                keywords.indices.reduce("250-mail.example.org\r\n") { text, index in
                    text + (index == keywords.count - 1 ? "250 " : "250-") + keywords[index]
                        + "\r\n"
                }
            )
            dialogue.a("MAIL FROM:<x@stranger.example>\r\n")
            dialogue.b("250 2.1.0 Ok\r\n")
            dialogue.a("RCPT TO:<mark@example.net>\r\n")
            dialogue.b(answer + "\r\n")
            dialogue.a("QUIT\r\n")
            dialogue.b("221 2.0.0 Bye\r\n")
            var settings = TCPConversation.Settings()
            settings.a.port = port
            settings.start = ring.start.advanced(by: .seconds(seconds))
            return dialogue.frames(settings: settings)
        }

        /// Observes what the ring holds until `isDone`, and ends.
        private func observe(_ more: String = "", until isDone: () throws -> Bool) throws {
            let process = Process()
            Program.prepare(
                process,
                for: "cd \(ring.folder); exec hubtap observe --config hubtap.yaml \(more)"
            )
            process.standardError = FileHandle.nullDevice
            try process.run()
            defer { if process.isRunning { process.terminate() } }
            try ring.wait(for: "the store") { try isDone() || !process.isRunning }
            process.interrupt()
            try ring.wait(for: "the end") { !process.isRunning }
            #expect(process.terminationStatus == 0)
        }

        private func ask(_ arguments: String) throws -> Program.Outcome {
            try Program.run("cd \(ring.folder); hubtap \(arguments) --config hubtap.yaml")
        }

        private func objects(_ outcome: Program.Outcome) throws -> [[String: Any]] {
            try outcome.lines.map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                return try #require(object as? [String: Any])
            }
        }

        @Test(
            "The history in words and as events, by sender, recipient, outcome, client and number"
        )
        func mail() throws {
            try observe { try ask("mail --json").lines.count == 3 }
            let all = try ask("mail --last 1d")
            #expect(all.code == 0 && all.errors.isEmpty)
            #expect(all.lines.count == 3)
            #expect(
                all.lines.first?.contains("I want to send a message from a@example.net") == true
            )
            #expect(all.lines.last?.contains(#""554 5.7.1 Relay access denied""#) == true)
            func senders(_ arguments: String) throws -> [String?] {
                try objects(ask("mail --json \(arguments)")).map {
                    ($0["smtp"] as? [String: Any])?["mail_from"] as? String
                }
            }
            #expect(try senders("--from '<>'") == ["<>"])
            #expect(try senders("--from @EXAMPLE.net") == ["<a@example.net>"])
            #expect(try senders("--to mark@example.net") == ["<>", "<x@stranger.example>"])
            #expect(try senders("--outcome rejected") == ["<x@stranger.example>"])
            #expect(try senders("--outcome accepted --count 1") == ["<>"])
            #expect(try senders("--client 192.0.2.99") == [])
            #expect(try senders("--last 1s") == [])
            // Octet for octet the event.
            let lines = try ask("mail --json --count 1").lines
            let line = try #require(lines.first)
            #expect(line.contains(#""event_type":"smtp""#) && line.contains(#""community_id":"1:"#))
        }

        @Test("Servers: what they show, and that it was fixed")
        func servers() throws {
            try observe { try ask("mail --json").lines.count == 3 }
            let before = try ask("mail --servers")
            #expect(before.code == 0)
            #expect(before.lines.allSatisfy { $0.count <= 100 })
            #expect(!before.output.contains("\u{1B}"))
            let row = try #require(before.lines.first { $0.hasPrefix("192.0.2.25:25") })
            #expect(
                row.contains("outside") && row.contains("no STARTTLS")
                    && row.contains("refused 554")
            )
            ring.write(
                session(
                    port: 40_004,
                    at: 30,
                    keywords: ["SIZE 1000", "STARTTLS", "AUTH PLAIN"],
                    answer: "554 5.7.1 Relay access denied"
                )
            )
            try observe { try ask("mail --json").lines.count == 4 }
            let reports = try objects(ask("mail --servers --json"))
            let report = try #require(reports.first)
            #expect(reports.count == 1 && report["ours"] as? Bool == true)
            #expect((report["starttls"] as? [String: Any])?["value"] as? String == "offered")
            #expect((report["relay"] as? [String: Any])?["value"] as? String == "refused")
            #expect(report["sessions"] as? Int == 4)
            let after = try ask("mail --servers").output
            #expect(after.contains("STARTTLS offered") && after.contains("in clear: PLAIN"))
        }

        @Test("Over a new ring of the same ports what was learned of servers is not forgotten")
        func newRing() throws {
            try observe { try ask("mail --json").lines.count == 3 }
            let other = try RecordedRing()
            other.write(
                session(port: 40_004, at: 30, keywords: ["STARTTLS"], answer: "554 5.7.1 No")
            )
            try observe("--ring \(other.path)") { try ask("mail --json").lines.count == 4 }
            let report = try #require(try objects(ask("mail --servers --json")).first)
            #expect(report["sessions"] as? Int == 4)
            try ring.wait(for: "the change") {
                let eve = ring.folder + "/eve.json"
                let events = try String(contentsOfFile: eve, encoding: .utf8)
                return events.contains(#""what":"starttls""#)
            }
        }

        @Test("Alerts: the list, one of them, and one that there is not")
        func alerts() throws {
            try observe { try ask("alerts --json").lines.count >= 2 }
            let list = try ask("alerts")
            let first = try #require(list.lines.first { $0.contains("[relay.null]") })
            let id = String(first.prefix { $0 != " " })
            let one = try ask("alerts \(id)")
            #expect(one.code == 0 && one.output.contains("What to do: "))
            #expect(one.output.contains("Client 203.0.113.9:40002, server 192.0.2.25:25"))
            #expect(one.output.contains("Evidence: none was asked for"))
            let object = try #require(try objects(ask("alerts \(id) --json")).first)
            #expect((object["relay"] as? [String: Any])?["id"] as? String == id)
            let unknown = try ask("alerts 20000101T000000Z-000001")
            #expect(unknown.code == 2 && unknown.errors.contains(id))
        }

        @Test("What comes is told as it comes")
        func follow() throws {
            let process = Process()
            let output = ring.folder + "/followed"
            try observe { try ask("mail --json").lines.count == 3 }
            Program.prepare(
                process,
                for:
                    "cd \(ring.folder); exec hubtap mail --follow --json --config hubtap.yaml > followed"
            )
            try process.run()
            func lines() -> Int {
                let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
                return text.split(separator: "\n").count
            }
            try ring.wait(for: "the history") { lines() == 3 }
            ring.write(
                ring.mail(port: 40_009, from: "late@example.net", to: ["info@example.org"], at: 40)
            )
            try observe { lines() == 4 }
            process.interrupt()
            try ring.wait(for: "the end") { !process.isRunning }
            #expect(process.terminationStatus == 0)
            let text = try String(contentsOfFile: output, encoding: .utf8)
            #expect(text.contains("late@example.net"))
        }

        @Test(
            "What is wrong is named, with what would be right",
            arguments: [
                ("mail --from 'no pattern@'", 2, "is no pattern"),
                ("mail --client mail.example", 2, "no IPv4 or IPv6 address"),
                ("mail --outcome lost", 2, "accepted"),
                ("mail --count 0", 2, "1 or more"),
                ("mail --servers --follow", 2, "--servers shows all"),
                ("mail --last soon", 2, "--last"),
                ("alerts ID --follow", 2, "names one alert"),
                ("mail", 1, "there is no such file"),
                ("alerts --store /dev/null", 1, "is not a hubtap store"),
            ]
        )
        func mistakes(_ command: String, _ code: Int, _ words: String) throws {
            let outcome = try ask(command)
            #expect(Int(outcome.code) == code && outcome.errors.contains(words), "\(outcome)")
            #expect(outcome.output.isEmpty)
        }
    }
}
