import Foundation
import Testing

extension LabTests {
    /// The frames of an alert about a real mail server, kept by a process that is killed in between.
    @Suite
    struct EvidenceTests {
        private static let key = "/run/lab/evidence.pem"

        private let abuse =
            Lab.mailClient + [
                "--bind", "203.0.113.9", "--helo", "eyebox", "--from", "",
                "--to", "mark@example.net", "--size", "1117",
            ]

        /// What the first alert says of itself.
        private func alert(_ lab: Lab) throws -> (id: String, file: String?) {
            try lab.wait(for: "an alert") { !lab.alerts().isEmpty }
            let relay = lab.events("alert").first?["relay"] as? [String: Any]
            return (try #require(relay?["id"] as? String), relay?["evidence"] as? String)
        }

        private func hubtap(_ lab: Lab, _ words: String...) throws -> Outcome {
            try lab.run(.tap, [Lab.hubtap] + words + ["--config", Lab.configuration])
        }

        @Test("The dialogue of an open relay is kept, though the observer is killed meanwhile")
        func dialogue() throws {
            let lab = try Lab(mail: true)
            try lab.succeed(.tap, [Lab.hubtap, "evidence", "key", Self.key])
            let service = try lab.startHubtap(adding: "evidence: { after: 2s, key: \(Self.key) }")
            try lab.succeed(.outside, abuse)
            let (id, name) = try alert(lab)
            try lab.kill("hubtap observe", "KILL")
            let file = "/run/lab/evidence/" + (try #require(name))
            try lab.wait(for: "the evidence") { !lab.contents(of: file).isEmpty }
            try checkContent(lab, file, id)
            try checkIntegrity(lab, file)
            try checkDump(lab, file, id)
            let syslog = lab.contents(of: "/run/lab/syslog/var/log/far.log")
            #expect(syslog.contains("evidence=\"\(try #require(name))\""))
            #expect(try lab.stop(service).code == 0)
        }

        private func checkContent(_ lab: Lab, _ file: String, _ id: String) throws {
            let mode = try lab.shell("stat -c %a \(file) /run/lab/evidence").output
            #expect(mode == "640\n750\n")
            let dialogue = try lab.shell("tshark -n -r \(file) -Y smtp 2>/dev/null").output
            for words in [
                "EHLO eyebox", "MAIL FROM:<> SIZE=1117", "RCPT TO:<mark@example.net>", "221",
            ] {
                #expect(dialogue.contains(words), "\(words)")
            }
            let comments = try lab.shell(
                "tshark -n -r \(file) -T fields -e frame.comment -Y frame.comment 2>/dev/null"
            ).output
            #expect(comments.contains("hubtap alert \(id) [relay.null]"))
            #expect(comments.contains("This frame raised it."))
            let summary = try lab.shell("capinfos \(file)").output
            #expect(summary.contains("mail.domains"))
            #expect(summary.contains("eth0") && summary.contains("eth1"))
            // Nothing but the connection.
            let others = try lab.shell(
                "tshark -n -r \(file) -Y '!(tcp.port == 25 && ip.addr == 203.0.113.9)' 2>/dev/null"
            ).output
            #expect(others.isEmpty)
        }

        private func checkIntegrity(_ lab: Lab, _ file: String) throws {
            try lab.shell("cd /run/lab/evidence && sha256sum --strict -c *.sha256")
            let good = try hubtap(
                lab,
                "evidence",
                "verify",
                "--public-key",
                Self.key + ".pub",
                file
            )
            #expect(good.code == 0 && good.output.contains("is signed by the key"))
            try lab.shell("cp -r /run/lab/evidence /run/lab/forged")
            let forged = file.replacing("/evidence/", with: "/forged/")
            try lab.shell("printf x | dd of=\(forged) bs=1 seek=400 conv=notrunc status=none")
            let changed = try hubtap(lab, "evidence", "verify", forged)
            #expect(changed.code == 1 && changed.output.contains("CHANGED"))
            let list = try hubtap(lab, "evidence", "list")
            #expect(list.code == 0 && list.output.contains("written"))
            #expect(list.output.contains(" signed "))
        }

        private func checkDump(_ lab: Lab, _ file: String, _ id: String) throws {
            let copy = "/run/lab/alert.pcapng"
            let dump = ["dump", "--alert", id, "-w", copy]
            let whole = try lab.succeed(.tap, [Lab.hubtap] + dump + config)
            #expect(whole.errors.contains("as it is"))
            try lab.shell("cmp \(file) \(copy)")
            try lab.shell("rm \(file)")
            let rest = try lab.succeed(.tap, [Lab.hubtap] + dump + config)
            #expect(rest.errors.contains("from the ring"))
            #expect(rest.errors.contains("deleted or moved"))
            let comments = try lab.shell(
                "tshark -n -r \(copy) -T fields -e frame.comment -Y frame.comment 2>/dev/null"
            ).output
            #expect(comments.contains("hubtap alert \(id)"))
            let missing = try hubtap(lab, "evidence", "verify", file)
            #expect(missing.code == 1 && missing.output.contains("MISSING"))
            let unknown = try hubtap(lab, "dump", "--alert", "20200101T000000Z-000001", "-w", copy)
            #expect(unknown.code == 2)
            #expect(unknown.errors.contains(id))
        }

        private var config: [String] { ["--config", Lab.configuration] }

        @Test("Where no evidence can be written the alert goes out without, and status says why")
        func notWritable() throws {
            let lab = try Lab(mail: true)
            let service = try lab.startHubtap(adding: "evidence: { directory: /proc/evidence }")
            try lab.succeed(.outside, abuse)
            let (id, name) = try alert(lab)
            #expect(name == nil)
            try lab.wait(for: "the trouble in status") {
                let output = try hubtap(lab, "status").output
                return output.contains(" refused, /proc/evidence: cannot be made")
            }
            let dump = try hubtap(lab, "dump", "--alert", id, "-w", "/run/lab/alert.pcapng")
            #expect(dump.code == 0)
            #expect(dump.errors.contains("/proc/evidence: cannot be made"))
            #expect(try lab.stop(service).code == 0)
            #expect(service.errors.contains("no evidence can be kept"))
        }

        @Test("A full disk is said; the alert goes out all the same")
        func diskFull() throws {
            let lab = try Lab(mail: true)
            try lab.shell(
                in: .sandbox,
                """
                mkdir /run/lab/full
                mount -t tmpfs -o size=16k tmpfs /run/lab/full
                dd if=/dev/zero of=/run/lab/full/zeros bs=4k status=none || true
                """
            )
            let service = try lab.startHubtap(adding: "evidence: { directory: /run/lab/full }")
            try lab.succeed(.outside, abuse)
            let (id, name) = try alert(lab)
            #expect(name == id + ".pcapng")
            try lab.wait(for: "the failure in the events") {
                lab.events("hub").contains { event in
                    let hub = event["hub"] as? [String: Any]
                    let evidence = hub?["evidence"] as? [String: Any]
                    return (evidence?["reason"] as? String)?.contains("the disk is full") == true
                }
            }
            #expect(try lab.stop(service).code == 0)
            #expect(service.errors.contains("evidence was not written"))
        }
    }
}
