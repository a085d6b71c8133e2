import Foundation
import Testing

extension LabTests {
    /// A real Postfix that relays for everybody, from the wire to syslog and back out of the ring.
    @Suite
    struct MailTests {
        @Test("An open relay is named in the events and in syslog; closed, the attempt is")
        func openRelay() throws {
            let lab = try Lab(mail: true)
            let hubtap = try lab.startHubtap()
            let abuse =
                Lab.mailClient + [
                    "--bind", "203.0.113.9", "--helo", "eyebox", "--from", "",
                    "--to", "mark@example.net", "--size", "1117",
                ]
            try lab.succeed(.outside, abuse)
            try lab.wait(for: "relay.null") { lab.alerts().contains("relay.null") }
            let log = "/run/lab/syslog/var/log/alerts.log"
            try lab.wait(for: "rsyslog") { lab.contents(of: log).contains("relay.null") }
            #expect(lab.contents(of: log).contains("203.0.113.9"))
            // By UDP and by TCP, with its facts.
            let far = "/run/lab/syslog/var/log/far.log"
            try lab.wait(for: "both collectors") {
                lab.contents(of: far).components(separatedBy: #"rule="relay.null""#).count == 3
            }
            #expect(lab.contents(of: far).contains("[hubtap@32473 "))
            #expect(lab.contents(of: far).contains(#"client="203.0.113.9""#))

            try lab.script("relay", "off")
            try lab.succeed(.outside, abuse + ["--expect", "refused"])
            try lab.wait(for: "relay.attempt") { lab.alerts().contains("relay.attempt") }
            try lab.wait(for: "rsyslog") { lab.contents(of: log).contains("relay.attempt") }
            try checkDialogue(lab)
            #expect(try lab.stop(hubtap).code == 0)
        }

        /// The dump of the ring shows the abuse to tshark, and `analyze` finds the same in it.
        private func checkDialogue(_ lab: Lab) throws {
            let dump = [
                Lab.hubtap, "dump", "--config", Lab.configuration, "-w", "/run/lab/mail.pcapng",
                "--last", "5m", "port", "25",
            ]
            try lab.succeed(.tap, dump)
            let dialogue = try lab.shell("tshark -n -r /run/lab/mail.pcapng -Y smtp 2>/dev/null")
                .output
            for words in [
                "EHLO eyebox", "MAIL FROM:<> SIZE=1117", "RCPT TO:<mark@example.net>", "554",
            ] {
                #expect(dialogue.contains(words), "\(words)")
            }
            let analysis = try lab.succeed(
                .tap,
                [
                    Lab.hubtap, "analyze", "--json", "--config", Lab.configuration,
                    "/run/lab/mail.pcapng",
                ]
            )
            #expect(analysis.output.contains(#""rule":"relay.null""#))
            #expect(analysis.output.contains(#""rule":"relay.attempt""#))
        }

        @Test("Is it fixed? A relay is closed, STARTTLS and AUTH come: events and the table say so")
        func posture() throws {
            let lab = try Lab(mail: true)
            try lab.script("protect", "off")
            let hubtap = try lab.startHubtap()
            let stranger =
                Lab.mailClient + [
                    "--bind", "203.0.113.9", "--helo", "eyebox", "--from", "",
                    "--to", "mark@example.net", "--quiet",
                ]
            func table() throws -> String {
                let look = [Lab.hubtap, "mail", "--servers", "--config", Lab.configuration]
                return try lab.run(.tap, look).output
            }
            try lab.succeed(.outside, stranger)
            // The answer stands there with the mail, the keywords once the connection has ended.
            try lab.wait(for: "an open relay without STARTTLS") {
                let table = try table()
                return table.contains("ACCEPTED 250") && table.contains("no STARTTLS")
            }
            #expect(lab.events("posture").isEmpty)

            try lab.script("protect", "on")
            try lab.script("relay", "off")
            try lab.succeed(.outside, stranger + ["--expect", "refused"])
            try lab.wait(for: "a closed one with logins") {
                let table = try table()
                return table.contains("refused 554") && table.contains("in clear: LOGIN PLAIN")
            }
            let changes = lab.events("posture").compactMap { $0["posture"] as? [String: Any] }
            let words = changes.map { change in
                ["what", "from", "to", "meaning"].map { "\(change[$0] ?? "")" }
                    .joined(separator: " ")
            }
            for change in [
                "relay accepted 250 refused 554 fixed", "starttls none offered strengthened",
                "auth none LOGIN, PLAIN strengthened",
            ] {
                #expect(words.contains(change), "\(words)")
            }

            try lab.shell(
                in: .outside,
                "echo QUIT | openssl s_client -quiet -starttls smtp -connect 192.0.2.25:25"
            )
            try lab.wait(for: "TLS") { try table().contains("TLS 1.3") }
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test("Ordinary mail, in, out and logged in, raises nothing")
        func ordinaryMail() throws {
            let lab = try Lab(mail: true)
            let hubtap = try lab.startHubtap()
            try lab.script("relay", "off")
            let client = Lab.mailClient + ["--quiet"]
            try lab.succeed(
                .outside,
                client + ["--from", "bob@example.net", "--to", "alice@example.org"]
            )
            try lab.succeed(
                .inside,
                client + [
                    "--bind", "192.0.2.50", "--from", "alice@example.org", "--to",
                    "bob@example.net",
                ]
            )
            try lab.succeed(
                .outside,
                client + [
                    "--bind", "203.0.113.77", "--auth", "alice@mail.example.org:a-lab-password",
                    "--from", "alice@example.org", "--to", "bob@example.net",
                ]
            )
            // In, out for the desk, in and out for the traveller.
            try lab.wait(for: "four transactions") { lab.events("smtp").count >= 4 }
            // The lab's server takes passwords in clear text, and the traveller sends his so: that is said.
            let said: Set = ["posture.weak", "account.cleartext"]
            #expect(said.isSuperset(of: lab.alerts()))
            #expect(lab.contents(of: Lab.events).contains("alice@mail.example.org"))
            #expect(!lab.contents(of: Lab.events).contains("a-lab-password"))
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test("A collector that is down loses no alert: all come, in order, when it is back")
        func collectorDown() throws {
            let lab = try Lab(mail: true)
            let hubtap = try lab.startHubtap()
            try lab.succeed(.sandbox, ["pkill", "-KILL", "rsyslogd"])
            try lab.succeed(
                .outside,
                Lab.mailClient + [
                    "--bind", "203.0.113.9", "--from", "", "--to", "victim-{}@example.net",
                    "--sessions", "3", "--quiet",
                ]
            )
            try lab.wait(for: "three alerts") { lab.alerts().count >= 3 }
            // The daemon may even die in between.
            try lab.kill("hubtap observe", "KILL")
            try lab.script("start_rsyslog")
            let far = "/run/lab/syslog/var/log/far.log"
            let wanted = (0..<3).map { String(format: "victim-%06d@example.net", $0) }
            try lab.wait(for: "three messages by TCP", within: 40) {
                wanted.allSatisfy { lab.contents(of: far).contains($0) }
            }
            let order = wanted.compactMap { lab.contents(of: far).range(of: $0)?.lowerBound }
            #expect(order == order.sorted())
            #expect(try lab.stop(hubtap).code == 0)
        }
    }
}
