import Foundation
import Testing

extension LabTests {
    /// `hubtap check` finds what is wrong, names the fix, and changes nothing.
    @Suite
    struct CheckTests {
        /// One finding of `hubtap check --json`.
        struct Finding: Decodable {
            var severity: String
            var code: String
            var subject: String
            var problem: String
            var fix: String
            var command: String?
        }

        /// What `hubtap check --json` prints.
        struct Report: Decodable {
            var ok: Bool
            var findings: [Finding]

            /// The codes of the mistakes, with what they are about.
            var mistakes: [String] {
                findings.filter { $0.severity == "mistake" }.map { "\($0.subject) \($0.code)" }
            }
        }

        private func check(
            _ lab: Lab,
            _ words: [String] = ["eth0", "eth1"],
            in namespace: Lab.Namespace = .tap
        ) throws -> (outcome: Outcome, report: Report) {
            let command =
                [Lab.hubtap, "check"] + words + ["--config", Lab.configuration, "--json"]
            let outcome = try lab.run(namespace, command, within: 15)
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(outcome.code == (report.ok ? 0 : 3), "\(outcome)")
            return (outcome, report)
        }

        @Test("A ring of headers only is warned of")
        func headersOnly() throws {
            let lab = try Lab()
            try lab.configure(
                replacing: "ring: { path: /run/lab/ring, size: 64MiB, keep: headers }"
            )
            let (_, report) = try check(lab)
            #expect(report.ok)
            #expect(report.findings.contains { $0.code == "ring-headers-only" }, "\(report)")
            try lab.configure(replacing: "ring: { path: /run/lab/ring, keep: tcp prot 25 }")
            let (outcome, refused) = try check(lab)
            #expect(!refused.ok)
            #expect(outcome.output.contains("ring.keep"), "\(outcome)")
        }

        /// Everything about ports and files that a check could touch.
        private func state(_ lab: Lab) throws -> String {
            try lab.shell(
                """
                ip -d -o link; ip -o address; tc qdisc; ls /run /run/netns
                ls -lR --time-style=full-iso /run/hubtap /dev/shm 2>/dev/null || true
                grep -s . /proc/sys/net/ipv[46]/conf/eth?/* || true
                """
            ).output
        }

        @Test("A tap in order passes, in words and as JSON, and stays as it is")
        func inOrder() throws {
            let lab = try Lab()
            try lab.configure()
            let before = try state(lab)
            let (_, report) = try check(lab)
            #expect(report.ok && report.mistakes.isEmpty, "\(report)")
            let text = try lab.succeed(
                .tap,
                [Lab.hubtap, "check", "--config", Lab.configuration]
            )
            #expect(text.output.contains("hubtap can run"), "\(text)")
            for subject in ["configuration", "eth0", "eth1", "ring"] {
                #expect(text.output.contains("ok       \(subject): "), "\(text)")
            }
            #expect(!text.output.contains("\u{1B}"), "\(text)")
            #expect(try state(lab) == before)
        }

        @Test("The mistake of every wrong start that hubtap refuses is found, and no other")
        func agreesWithTheHub() throws {
            for start in BadInputTests.wrongStarts {
                let lab = try Lab()
                try lab.configure(replacing: start.configuration)
                try lab.shell(in: .sandbox, start.fault)
                let before = try state(lab)
                let (outcome, report) = try check(lab, start.ports)
                #expect(report.mistakes.count == 1, "\(start.testDescription): \(outcome)")
                for word in start.words {
                    #expect(outcome.output.contains(word), "\(start.testDescription): \(outcome)")
                }
                #expect(try state(lab) == before)
            }
        }

        @Test("All that is wrong at once is told at once, and its commands put it right")
        func everythingAtOnce() throws {
            let lab = try Lab()
            try lab.configure(replacing: "colour: green")
            try lab.shell(
                """
                ip address add 192.0.2.99/24 dev eth0
                ip link add br0 type bridge
                ip link set eth1 master br0
                ip link set eth1 mtu 1400
                tc qdisc add dev eth1 ingress
                head -c 1M /dev/urandom >/run/lab/foreign
                """
            )
            let words = ["eth0", "eth1", "eth1", "--ring", "/run/lab/foreign"]
            let (_, report) = try check(lab, words)
            let expected = [
                "configuration-unknown-key", "port-twice", "port-has-address", "port-has-master",
                "port-has-filter", "mtu-mismatch", "ring-foreign-file",
            ]
            let codes = report.findings.filter { $0.severity == "mistake" }.map(\.code)
            #expect(codes.sorted() == expected.sorted(), "\(report)")
            #expect(report.findings.allSatisfy { !$0.fix.isEmpty }, "\(report)")
            for finding in report.findings where finding.severity == "mistake" {
                if let command = finding.command { try lab.shell(command) }
            }
            try lab.configure()
            #expect(try check(lab).report.ok)
        }

        @Test("A hub that runs is named, and what it left when it was killed")
        func runningAndKilled() throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap()
            let (_, busy) = try check(lab)
            #expect(
                busy.mistakes == [
                    "eth0 port-busy", "eth1 port-busy", "ring /run/lab/ring ring-in-use",
                ]
            )
            try lab.killHubtap()
            _ = try hubtap.outcome()
            let (_, left) = try check(lab)
            #expect(left.ok, "\(left)")
            let journals = left.findings.filter { $0.code == "journal-left" }
            #expect(journals.map(\.subject) == ["eth0", "eth1"])
            #expect(journals.map(\.command) == ["hubtap restore", "hubtap restore"])
            try lab.succeed(.tap, [Lab.hubtap, "restore"])
            #expect(try !check(lab).report.findings.contains { $0.code == "journal-left" })
        }

        @Test("A cable that is out is a warning, with the exit code 0")
        func noCarrier() throws {
            let lab = try Lab()
            try lab.configure()
            try lab.shell("ip link set eth1 up")
            try lab.shell(in: .inside, "ip link set eth0 down")
            try lab.wait(for: "the carrier to go") {
                try lab.shell("ip link show eth1").output.contains("NO-CARRIER")
            }
            let (_, report) = try check(lab)
            #expect(report.ok)
            let finding = try #require(report.findings.first { $0.code == "port-no-carrier" })
            #expect(finding.subject == "eth1" && finding.severity == "warning")
        }

        @Test("Services that manage a port are seen by their files")
        func managed() throws {
            let lab = try Lab()
            try lab.configure()
            // Those services work in the namespace of the first process.
            try lab.shell(
                in: .sandbox,
                """
                ip link add p0 type veth peer name p1
                mkdir -p /run/systemd/netif/links /run/NetworkManager/devices
                printf 'ADMIN_STATE=configured\\nNETWORK_FILE=/etc/systemd/network/x.network\\n' \
                    >/run/systemd/netif/links/$(ip -o link show p0 | cut -d: -f1)
                printf '[device]\\nmanaged=true\\n' \
                    >/run/NetworkManager/devices/$(ip -o link show p1 | cut -d: -f1)
                """
            )
            let (_, report) = try check(lab, ["p0", "p1"], in: .sandbox)
            let managed = report.findings.filter { $0.code == "port-managed" }
            #expect(managed.map(\.subject) == ["p0", "p1"], "\(report)")
            #expect(managed.first?.command?.contains("Unmanaged=yes") == true)
            #expect(managed.last?.command == "nmcli device set p1 managed no")
        }

        @Test("Without privilege it says which capability is missing, and still looks at the rest")
        func unprivileged() throws {
            let lab = try Lab()
            try lab.configure()
            try lab.shell("ip address add 192.0.2.99/24 dev eth1")
            let outcome = try lab.run(
                .tap,
                [
                    "setpriv", "--bounding-set=-all", "--inh-caps=-all", Lab.hubtap, "check",
                    "--json",
                    "--config", Lab.configuration,
                ],
                within: 15
            )
            #expect(outcome.code == 3, "\(outcome)")
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.mistakes == ["hub capability-missing", "eth1 port-has-address"])
            #expect(outcome.output.contains("CAP_NET_ADMIN, CAP_NET_RAW"), "\(outcome)")
            #expect(report.findings.contains { $0.code == "kernel-feature-untried" }, "\(outcome)")
        }

        /// Settings of evidence, what is wrong with the world for them, the finding's code, and the path that it names.
        private static let evidenceFaults = [
            (
                "directory: /run/lab/theirs/evidence", "install -d -o 1000 /run/lab/theirs",
                "evidence-not-writable", "/run/lab/theirs"
            ),
            (
                "directory: /run/lab/file/evidence", "touch /run/lab/file",
                "evidence-not-a-folder", "/run/lab/file"
            ),
            (
                "directory: /run/lab/no/such/evidence", "true", "evidence-parent-missing",
                "/run/lab/no/such"
            ),
            ("key: /run/lab/none.pem", "true", "evidence-key-unreadable", "/run/lab/none.pem"),
            (
                "key: /run/lab/bad.pem", "install -m 600 /dev/null /run/lab/bad.pem",
                "evidence-key-malformed", "/run/lab/bad.pem"
            ),
            (
                "key: /run/lab/key.pem",
                "\(Lab.hubtap) evidence key /run/lab/key.pem && chmod 644 /run/lab/key.pem",
                "evidence-key-exposed", "/run/lab/key.pem"
            ),
        ]

        @Test("Evidence that could not be kept or signed is warned of, with the fix")
        func evidence() throws {
            let lab = try Lab()
            let without = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
            for (setting, fault, code, place) in Self.evidenceFaults {
                try lab.configure(replacing: "evidence: { \(setting) }")
                try lab.shell(in: .sandbox, fault)
                let outcome = try lab.run(
                    .tap,
                    without + [Lab.hubtap, "check", "--config", Lab.configuration, "--json"],
                    within: 15
                )
                let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
                let found = report.findings.filter { $0.code.hasPrefix("evidence-") }
                #expect(found.map(\.code) == [code], "\(setting): \(outcome)")
                #expect(found.allSatisfy { $0.severity != "mistake" && !$0.fix.isEmpty })
                #expect(found.first.map { ($0.subject + $0.problem).contains(place) } == true)
                if let command = found.first?.command { try lab.shell(in: .sandbox, command) }
            }
            // The last one's command has put it right.
            let (outcome, report) = try check(lab)
            #expect(report.ok && !report.findings.contains { $0.code.hasPrefix("evidence-") })
            #expect(
                outcome.output.contains("/run/lab/evidence, 1GiB at most, signed"),
                "\(outcome)"
            )
        }

        @Test("Wrong usage and a file that cannot be read end with 2")
        func wrongUsage() throws {
            let lab = try Lab()
            try lab.configure()
            try lab.shell("printf 'ports: [' >/run/lab/broken.yaml")
            let starts = [
                [], ["eth0", "--no-such-option"], ["--config", "/run/lab/none.yaml"],
                ["--config", "/run/lab/broken.yaml"],
            ]
            for words in starts {
                let outcome = try lab.run(.tap, [Lab.hubtap, "check"] + words, within: 15)
                #expect(outcome.code == 2, "\(words): \(outcome)")
                #expect(outcome.output.isEmpty && !outcome.errors.isEmpty, "\(outcome)")
            }
        }
    }
}
