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
            let rows = try objects(ask("mail --servers --json"))
            let reports = rows.filter { $0["server"] != nil }
            let report = try #require(reports.first)
            let learned = rows.compactMap { $0["learned"] as? [String: String] }
            #expect(learned.count == rows.count - 1)
            #expect(learned.allSatisfy { $0["why"]?.isEmpty == false && $0["role"] != nil })
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
            #expect(one.code == 0 && one.output.contains("    -> "))
            #expect(one.output.contains("Client 203.0.113.9:40002, server 192.0.2.25:25"))
            #expect(one.output.contains("Evidence: none was asked for"))
            let object = try #require(try objects(ask("alerts \(id) --json")).first)
            #expect((object["relay"] as? [String: Any])?["id"] as? String == id)
            let unknown = try ask("alerts 20000101T000000Z-000001")
            #expect(unknown.code == 2 && unknown.errors.contains(id))
        }

        /// The names of the incidents of a class, as `hubtap alerts --incidents` lists them.
        private func incidents(_ kind: String) throws -> [String] {
            try ask("alerts --incidents").lines.filter { $0.contains("  \(kind)  ") }
                .map { String($0.prefix { $0 != " " }) }
        }

        @Test("Incidents: the list with the verdicts, and one as a work order")
        func workOrder() throws {
            try observe { try incidents("open-relay").count == 1 }
            let list = try ask("alerts")
            let line = try #require(list.lines.first { $0.contains("open-relay") })
            #expect(
                line.contains(
                    "mail.example.org was an open relay until 20"
                )
            )
            let id = try #require(try incidents("open-relay").first)
            let one = try ask("alerts \(id)")
            #expect(one.code == 0)
            for words in [
                "What the rules said:", "First dialogue:", "C: MAIL FROM:<>", "What to do:",
                "Confidence:", "What would refute it:", "What may be missing:",
            ] {
                #expect(one.output.contains(words), "\(one.output)")
            }
            let object = try #require(try objects(ask("alerts \(id) --json")).first)
            let incident = try #require(object["incident"] as? [String: Any])
            #expect(object["event_type"] as? String == "incident")
            #expect(incident["id"] as? String == id && incident["state"] as? String == "fixed")
            let alert = try #require(
                try objects(ask("alerts --json")).first { $0["event_type"] as? String == "alert" }
            )
            #expect((alert["relay"] as? [String: Any])?["incident"] as? String == id)
            let unknown = try ask("alerts incident-20000101T000000Z-000001")
            #expect(unknown.code == 2 && unknown.errors.contains(id))
        }

        @Test("An incident goes on over restarts; acknowledged and muted things stay and say so")
        func notes() throws {
            try observe { try incidents("open-relay").count == 1 }
            let id = try #require(try incidents("open-relay").first)
            #expect(try ask("alerts --ack \(id) --note 'closed by Ann'").code == 0)
            #expect(try ask("alerts --mute \(id) --reason 'our test' --until 7d").code == 0)
            let listed = try #require(
                try ask("alerts").lines.first { $0.hasPrefix(id) }
            )
            #expect(listed.contains("[acknowledged]") && listed.contains("[muted]"))
            let whole = try ask("alerts \(id)").output
            #expect(whole.contains(": closed by Ann") && whole.contains(": our test"))
            for number in 0..<10 {
                ring.write(
                    ring.mail(
                        port: UInt16(41_000 + number),
                        from: "",
                        to: ["v\(number)@example.net"],
                        at: 60 + number
                    )
                )
            }
            try observe { try ask("mail --json").lines.count == 13 }
            #expect(try incidents("open-relay") == [id])
            let object = try #require(try objects(ask("alerts \(id) --json")).first)
            let incident = try #require(object["incident"] as? [String: Any])
            #expect((incident["counts"] as? [String: Any])?["events"] as? Int == 11)
            let eve = try String(contentsOfFile: ring.folder + "/eve.json", encoding: .utf8)
            let grown = eve.split(separator: "\n").filter { $0.contains(#""state":"grown""#) }
            #expect(grown.count == 1 && grown.allSatisfy { $0.contains(#""muted":true"#) })
            let unknown = try ask("alerts --mute nothing --reason x --until 1d")
            #expect(unknown.code == 2 && unknown.errors.contains("no alert or incident nothing"))
        }

        @Test("Recorded events are judged again, from a file, a pipe and the store")
        func judge() throws {
            try observe { try incidents("open-relay").count == 1 }
            let same = try ask("judge eve.json")
            #expect(same.code == 0)
            #expect(same.output.contains("relay.null: 1, recorded 1: as recorded"), "\(same)")
            #expect(same.output.contains("incident open-relay: 1, recorded 1: as recorded"))
            let piped = try Program.run(
                "cd \(ring.folder); (echo '{'; cat eve.json) | hubtap judge - --json --config hubtap.yaml"
            )
            #expect(piped.code == 0 && piped.errors.contains("-: line 1: "))
            #expect(piped.errors.contains("1 line could not be read"))
            #expect(try objects(piped).contains { $0["event_type"] as? String == "incident" })
            let configuration = try String(
                contentsOfFile: ring.folder + "/hubtap.yaml",
                encoding: .utf8
            )
            let other = configuration + "rules: { relay.null: { enabled: false } }\n"
            try Data(other.utf8).write(to: URL(filePath: ring.folder + "/other.yaml"))
            let stored = try Program.run(
                "cd \(ring.folder); hubtap judge --last 3650d --config other.yaml"
            )
            #expect(stored.code == 0)
            #expect(stored.output.contains("relay.null: 0, recorded 1: 1 fewer"), "\(stored)")
            #expect(stored.output.contains("relay.open: 1, recorded 0: 1 more"))
            // The events of an alert are forgotten before it is.
            let forget = """
                import sqlite3, sys
                store = sqlite3.connect(sys.argv[1])
                relay = "SELECT max(time) FROM alert WHERE rule = 'relay.null'"
                store.execute(f"DELETE FROM event WHERE time <= ({relay})")
                store.commit()
                """
            try Data(forget.utf8).write(to: URL(filePath: ring.folder + "/forget.py"))
            let forgot = try Program.run("cd \(ring.folder); python3 forget.py store.sqlite")
            #expect(forgot.code == 0, "\(forgot)")
            let kept = try ask("judge --last 3650d")
            #expect(kept.code == 0 && !kept.output.contains("relay.null"), "\(kept)")
            #expect(kept.errors.contains("1 alert from before that cannot be compared"), "\(kept)")
        }

        @Test("What the tap itself missed is judged again as well")
        func judgeTap() throws {
            try observe { try incidents("open-relay").count == 1 }
            let path = ring.folder + "/eve.json"
            let eve = try String(contentsOfFile: path, encoding: .utf8)
            let mail = try #require(
                eve.split(separator: "\n").last { $0.contains(#""event_type":"smtp""#) }
            )
            let facts = #""tap":{"kind":"port_down","over":false,"count":1,"ports":["eth1"]}"#
            let tap = mail.replacing(
                #""event_type":"smtp""#,
                with: #"\#(facts),"event_type":"tap""#
            )
            let alert = #"{"event_type":"alert","relay":{"rule":"tap.blind"}}"#
            try Data("\(eve)\(tap)\n\(alert)\n".utf8).write(to: URL(filePath: path))
            let judged = try ask("judge eve.json")
            #expect(judged.code == 0 && judged.errors.isEmpty, "\(judged)")
            #expect(judged.output.contains("tap.blind: 1, recorded 1: as recorded"), "\(judged)")
        }

        /// Mail that a host inside, which is no server, sends to three servers outside.
        private func botMail(_ number: UInt32, at seconds: Int) -> [OwnedFrame] {
            var dialogue = Dialogue()
            dialogue.b("220 mx\(number).example ESMTP\r\n")
            dialogue.a("EHLO pc\r\n")
            dialogue.b("250 mx\(number).example\r\n")
            dialogue.a("MAIL FROM:<x@bulk.example>\r\n")
            dialogue.b("250 2.1.0 Ok\r\n")
            dialogue.a("RCPT TO:<v@target\(number).example>\r\n")
            dialogue.b("250 2.1.5 Ok\r\n")
            dialogue.a("DATA\r\n")
            dialogue.b("354 Go ahead\r\n")
            dialogue.a("Subject: \(number)\r\n\r\nBuy.\r\n.\r\n")
            dialogue.b("250 2.0.0 Ok\r\n")
            return frames(of: dialogue, port: 40_100, at: seconds) {
                $0.a.address = IPAddress(v4: 0xC000_024D)
                $0.b.address = IPAddress(v4: 0xC633_6400 + number)
                swap(&$0.ingressA, &$0.ingressB)
            }
        }

        @Test("A mute of an alert about a host that sends holds whatever server it calls")
        func muteSender() throws {
            for number in 1...3 { ring.write(botMail(UInt32(number), at: 20 + number)) }
            func bots() throws -> [[String: Any]] {
                try objects(ask("alerts --json")).compactMap { $0["relay"] as? [String: Any] }
                    .filter { $0["rule"] as? String == "outbound.bot" }
            }
            try observe { try bots().count == 1 }
            let id = try #require(bots().first?["id"] as? String)
            let whole = try ask("alerts \(id)")
            #expect(whole.output.contains("    About 192.0.2.77\n"), "\(whole)")
            let mute = try ask("alerts --mute \(id) --reason 'a test' --until 1d")
            let covered = "\(id), and all of outbound.bot about 192.0.2.77, is muted"
            #expect(mute.code == 0 && mute.errors.contains(covered), "\(mute)")
            ring.write(botMail(4, at: 30))
            try observe { try bots().count == 2 }
            #expect(try bots().map { $0["muted"] as? Bool } == [nil, true])
            // Both are muted, and say so.
            let listed = try ask("alerts").lines.filter { $0.contains("[outbound.bot]") }
            #expect(listed.count == 2 && listed.allSatisfy { $0.hasSuffix("  [muted]") })
            let second = try #require(bots().last?["id"] as? String)
            #expect(try ask("alerts \(second)").output.contains("    Muted with \(id) until "))
        }

        /// A session with `count` logins as one user, all refused, from a client of its own.
        private func guesses(_ count: Int, port: UInt16, at seconds: Int) -> [OwnedFrame] {
            var dialogue = Dialogue()
            dialogue.b("220 mail.example.org ESMTP Postfix\r\n")
            dialogue.a("EHLO guesser\r\n")
            dialogue.b("250-mail.example.org\r\n250 AUTH PLAIN LOGIN\r\n")
            for number in 0..<count {
                let password = Data("\0ann@example.org\0guess\(number)".utf8).base64EncodedString()
                dialogue.a("AUTH PLAIN \(password)\r\n")
                dialogue.b("535 5.7.8 authentication failed\r\n")
            }
            return frames(of: dialogue, port: port, at: seconds)
        }

        /// The dialogue with its end, from a client of its own.
        private func frames(
            of dialogue: Dialogue,
            port: UInt16,
            at seconds: Int,
            bye: String = "221 2.0.0 Bye",
            change: (inout TCPConversation.Settings) -> Void = { _ in }
        ) -> [OwnedFrame] {
            var dialogue = dialogue
            dialogue.a("QUIT\r\n")
            dialogue.b(bye + "\r\n")
            var settings = TCPConversation.Settings()
            settings.a.port = port
            settings.start = ring.start.advanced(by: .seconds(seconds))
            change(&settings)
            return dialogue.frames(settings: settings)
        }

        /// A message of one who has logged in, from the network of this number.
        private func sent(from network: UInt32, at seconds: Int) -> [OwnedFrame] {
            var dialogue = Dialogue()
            dialogue.b("220 mail.example.org ESMTP Postfix\r\n")
            dialogue.a("EHLO telephone\r\n")
            dialogue.b("250-mail.example.org\r\n250 AUTH PLAIN LOGIN\r\n")
            let password = Data("\0bea@example.org\0secret".utf8).base64EncodedString()
            dialogue.a("AUTH PLAIN \(password)\r\n")
            dialogue.b("235 2.7.0 Authentication successful\r\n")
            dialogue.a("MAIL FROM:<bea@example.org>\r\n")
            dialogue.b("250 2.1.0 Ok\r\n")
            dialogue.a("RCPT TO:<friend@example.net>\r\n")
            dialogue.b("250 2.1.5 Ok\r\n")
            dialogue.a("DATA\r\n")
            dialogue.b("354 Go ahead\r\n")
            dialogue.a("Subject: \(network)\r\n\r\nHello.\r\n.\r\n")
            dialogue.b("250 2.0.0 Ok: queued as 4XyZ12abC\(network)\r\n")
            return frames(of: dialogue, port: 40_020, at: seconds) {
                $0.a.address = IPAddress(v4: 0xCB00_0007 | network << 16)
                $0.b.port = 587
            }
        }

        /// A mailbox of which so many messages are read, from the network of this number.
        private func read(_ count: Int, from network: UInt32, at seconds: Int) -> [OwnedFrame] {
            var dialogue = Dialogue()
            dialogue.b("+OK POP3 ready\r\n")
            dialogue.a("USER cid@example.org\r\n")
            dialogue.b("+OK\r\n")
            dialogue.a("PASS secret\r\n")
            dialogue.b("+OK 9 messages\r\n")
            for number in 0..<count {
                dialogue.a("RETR \(number + 1)\r\n")
                dialogue.b("+OK\r\nSubject: \(number)\r\n\r\nHello.\r\n.\r\n")
            }
            return frames(of: dialogue, port: 40_021, at: seconds, bye: "+OK Bye") {
                $0.a.address = IPAddress(v4: 0xCB00_0008 | network << 16)
                $0.b.port = 110
            }
        }

        /// One envelope in which so many recipients are unknown.
        private func harvest(_ count: Int, port: UInt16, at seconds: Int) -> [OwnedFrame] {
            var dialogue = Dialogue()
            dialogue.b("220 mail.example.org ESMTP Postfix\r\n")
            dialogue.a("EHLO asker\r\n")
            dialogue.b("250 mail.example.org\r\n")
            dialogue.a("MAIL FROM:<x@stranger.example>\r\n")
            dialogue.b("250 2.1.0 Ok\r\n")
            for number in 0..<count {
                dialogue.a("RCPT TO:<name\(number)@example.org>\r\n")
                dialogue.b("550 5.1.1 User unknown\r\n")
            }
            return frames(of: dialogue, port: port, at: seconds)
        }

        @Test("Other thresholds of the rules for accounts change what they say of recorded events")
        func judgeAccounts() throws {
            ring.write(guesses(5, port: 40_010, at: 22))
            ring.write(harvest(4, port: 40_011, at: 25))
            for number in 0..<3 { ring.write(sent(from: 11 + UInt32(number), at: 30 + number)) }
            ring.write(read(0, from: 21, at: 35) + read(5, from: 22, at: 36))
            try observe {
                let eve = try? String(contentsOfFile: ring.folder + "/eve.json", encoding: .utf8)
                let lines = eve?.split(separator: "\n") ?? []
                return lines.contains { $0.contains("authentication") || $0.contains("ann@") }
                    && lines.contains { $0.contains("name3@example.org") }
                    && lines.contains { $0.contains("queued as 4XyZ12abC13") }
                    && lines.contains { $0.contains("\"retrieved\":5") }
            }
            let same = try ask("judge eve.json")
            #expect(same.code == 0, "\(same)")
            for rule in ["account.bruteforce", "harvest.directory", "account.stolen", "pop3.theft"]
            {
                #expect(!same.output.contains(rule), "\(same)")
            }
            let configuration = try String(
                contentsOfFile: ring.folder + "/hubtap.yaml",
                encoding: .utf8
            )
            func judge(_ rules: String) throws -> Program.Outcome {
                try Data((configuration + "rules: { \(rules) }\n").utf8)
                    .write(to: URL(filePath: ring.folder + "/other.yaml"))
                return try Program.run(
                    "cd \(ring.folder); hubtap judge eve.json --config other.yaml"
                )
            }
            let guessed = try judge("account.bruteforce: { failures: 5 }")
            #expect(
                guessed.output.contains("account.bruteforce: 1, recorded 0: 1 more"),
                "\(guessed)"
            )
            #expect(try !judge("account.bruteforce: { failures: 6 }").output.contains("bruteforce"))
            let asked = try judge("harvest.directory: { session_refusals: 4 }")
            #expect(asked.output.contains("harvest.directory: 1, recorded 0: 1 more"), "\(asked)")
            #expect(
                try !judge("harvest.directory: { session_refusals: 5 }").output.contains("harvest")
            )
            for (rule, obeyed, tooFew) in [
                ("account.stolen", "networks: 2", "networks: 3"),
                ("pop3.theft", "learning: 0, networks: 2", "learning: 0, networks: 3"),
                ("pop3.theft", "learning: 0, messages: 5", "learning: 0, messages: 6"),
                ("pop3.theft", "learning: 0, networks: 2", "learning: 3600, networks: 2"),
            ] {
                let told = try judge("\(rule): { \(obeyed) }")
                #expect(told.output.contains("\(rule): 1, recorded 0: 1 more"), "\(told)")
                #expect(try !judge("\(rule): { \(tooFew) }").output.contains(rule))
            }
            for (rules, words) in [
                ("account.stollen: {}", "did you mean \"account.stolen\"?"),
                (
                    "harvest.directory: { session_refusals: 0 }",
                    "rules.harvest.directory.session_refusals: is \"0\""
                ),
                ("pop3.theft: { messages: 1 }", "a whole number from 5 to 65000"),
            ] {
                let refused = try judge(rules)
                #expect(refused.code == 2 && refused.output.isEmpty, "\(refused)")
                #expect(refused.errors.contains(words), "\(refused)")
            }
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
                ("alerts --mute ID --reason x", 2, "--until"),
                ("alerts --mute ID --until 7d", 2, "--reason"),
                ("alerts --mute ID --reason ' ' --until 7d", 2, "--reason"),
                ("alerts --mute ID --reason x --until soon", 2, "is no end"),
                ("alerts --ack ID --mute ID --reason x --until 7d", 2, "one of ID"),
                ("alerts ID --note x", 2, "--note belongs to --ack"),
                ("alerts --ack ID", 1, "there is no such file. Name"),
                ("alerts --ack ID --last 1d", 2, "--ack and --mute list nothing"),
                ("alerts --ack ID --json", 2, "--ack and --mute list nothing"),
                ("alerts --store .", 1, "is not a hubtap store (it is a folder)"),
                ("judge", 2, "--last SPAN"),
                ("judge eve.json --last 1d", 2, "--last SPAN"),
                ("judge missing.json", 2, "missing.json cannot be opened"),
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
