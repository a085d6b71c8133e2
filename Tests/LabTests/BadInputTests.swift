import Foundation
import Testing

extension LabTests {
    /// Wrong input is refused with words that help, and nothing half-done stays on the ports.
    @Suite
    struct BadInputTests {
        /// One wrong start of `hubtap run`.
        struct WrongStart: CustomTestStringConvertible, Sendable {
            var testDescription: String
            /// Shell that makes the fault, in the sandbox.
            var fault = ":"
            /// The ports on the command line.
            var ports = ["eth0", "eth1"]
            /// A line that takes the place of `ring:` in the configuration, or is added to it.
            var configuration = ""
            /// The exit code.
            var code: Int32 = 2
            /// Words that standard error must have.
            var words: [String]
        }

        static let wrongStarts = [
            WrongStart(
                testDescription: "no such interface",
                ports: ["eth0", "eth7"],
                words: ["eth7"]
            ),
            WrongStart(
                testDescription: "the same port twice",
                ports: ["eth0", "eth0"],
                words: ["eth0", "twice"]
            ),
            WrongStart(testDescription: "one port only", ports: ["eth0"], words: ["two"]),
            WrongStart(
                testDescription: "a port with an address",
                fault: "ip -n tap address add 192.0.2.99/24 dev eth1",
                words: ["eth1", "192.0.2.99", "--force"]
            ),
            WrongStart(
                testDescription: "a port in a bridge",
                fault: "ip -n tap link add br0 type bridge; ip -n tap link set eth1 master br0",
                words: ["eth1", "br0", "--force"]
            ),
            WrongStart(
                testDescription: "unequal MTUs",
                fault: "ip -n tap link set eth1 mtu 1400",
                words: ["eth1", "1400", "1500", "MTU"]
            ),
            WrongStart(
                testDescription: "a ring in a folder that cannot be written to",
                configuration: "ring: { path: /proc/ring, size: 64MiB }",
                code: 1,
                words: ["/proc/ring"]
            ),
            WrongStart(
                testDescription: "a ring too large for its file system",
                fault: "mkdir -p /run/lab/small; mount -t tmpfs -o size=8m none /run/lab/small",
                configuration: "ring: { path: /run/lab/small/ring, size: 64MiB }",
                words: ["/run/lab/small", "ring.size"]
            ),
            WrongStart(
                testDescription: "a ring file that is no ring",
                fault: "head -c 1M /dev/urandom >/run/lab/foreign",
                configuration: "ring: { path: /run/lab/foreign, size: 64MiB }",
                words: ["/run/lab/foreign"]
            ),
            WrongStart(
                testDescription: "an unknown key",
                configuration: "colour: green",
                words: ["colour", "hubtap.yaml"]
            ),
            WrongStart(
                testDescription: "an unknown key deep inside",
                configuration: "ring: { path: /run/lab/ring, sice: 64MiB }",
                words: ["sice", "size", "hubtap.yaml"]
            ),
            WrongStart(
                testDescription: "a size that is none",
                configuration: "ring: { path: /run/lab/ring, size: many }",
                words: ["many", "size"]
            ),
        ]

        @Test("A wrong start is refused and leaves the ports alone", arguments: wrongStarts)
        func refused(start: WrongStart) throws {
            let lab = try Lab()
            try lab.configure(replacing: start.configuration)
            try lab.shell(in: .sandbox, start.fault)
            let state =
                "ip -d -o link; ip -o address; tc qdisc; grep -s . /proc/sys/net/ipv[46]/conf/eth?/* || true"
            let before = try lab.shell(state).output
            let command = [Lab.hubtap, "run"] + start.ports + ["--config", Lab.configuration]
            let outcome = try lab.run(.tap, command, within: 15)
            #expect(outcome.code == start.code, "\(outcome)")
            for word in start.words {
                #expect(outcome.errors.contains(word), "\(word): \(outcome)")
            }
            #expect(try lab.shell(state).output == before)
            #expect(try lab.processes("hubtap-hub").isEmpty)
        }

        @Test("A ring of another version is left alone by the hub and by readers")
        func otherVersion() throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap()
            #expect(try lab.stop(hubtap).code == 0)
            // The version stands at octet 8; see docs/ring-format.md.
            try lab.shell(
                "printf '\\x63' | dd of=/run/lab/ring bs=1 seek=8 conv=notrunc status=none"
            )
            let before = try lab.shell("sha256sum /run/lab/ring").output
            for command in [["run"], ["dump", "-w", "/run/lab/no.pcapng"], ["status"]] {
                let arguments = command + ["--config", Lab.configuration]
                let outcome = try lab.run(.tap, [Lab.hubtap] + arguments, within: 15)
                #expect(outcome.code == 1 || outcome.code == 2, "\(command): \(outcome)")
                #expect(outcome.errors.contains("version 99"), "\(command): \(outcome)")
            }
            #expect(try lab.shell("sha256sum /run/lab/ring").output == before)
        }

        @Test("--force goes on with a port that has an address")
        func forced() throws {
            let lab = try Lab()
            try lab.shell("ip address add 192.0.2.99/24 dev eth1")
            let hubtap = try lab.startHubtap(options: ["--force"])
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test("Without privilege it says which capability is missing")
        func unprivileged() throws {
            let lab = try Lab()
            try lab.configure()
            let command = [
                "setpriv", "--bounding-set=-net_admin,-net_raw,-bpf", "--inh-caps=-all", Lab.hubtap,
                "run",
                "--config", Lab.configuration,
            ]
            let outcome = try lab.run(.tap, command, within: 15)
            #expect(outcome.code == 1 || outcome.code == 2, "\(outcome)")
            #expect(outcome.errors.contains("CAP_NET_"), "\(outcome)")
        }

        @Test("SIGHUP with a bad file: it is refused, and the old one stays")
        func badReload() throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap()
            try lab.configure(replacing: "colour: green")
            try lab.kill("hubtap run ", "HUP")
            try lab.wait(for: "the refusal") { hubtap.errors.contains("colour") }
            #expect(hubtap.isRunning)
            try lab.configure()
            try lab.succeed(.inside, ["ping", "-c", "1", "-W", "1", "192.0.2.1"])
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test("A filter that libpcap refuses is shown with a caret under the place")
        func badFilter() throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap()
            let outcome = try lab.run(
                .tap,
                [
                    Lab.hubtap, "dump", "--config", Lab.configuration, "-w", "/run/lab/no.pcapng",
                    "port", "25", "and", "gibberish",
                ]
            )
            #expect(outcome.code == 2, "\(outcome)")
            #expect(outcome.errors.contains("port 25 and gibberish"), "\(outcome)")
            #expect(outcome.errors.contains("^"), "\(outcome)")
            #expect(!FileManager.default.fileExists(atPath: lab.file("/run/lab/no.pcapng").path))
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test("Of a capture that is cut off what can be read is read, and said")
        func truncatedCapture() throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap()
            _ = try lab.crossFrames("--count", "20")
            try lab.succeed(
                .tap,
                [Lab.hubtap, "dump", "--config", Lab.configuration, "-w", "/run/lab/whole.pcapng"]
            )
            #expect(try lab.stop(hubtap).code == 0)
            try lab.shell(
                """
                head -c -7 /run/lab/whole.pcapng >/run/lab/cut.pcapng
                echo 'not a capture at all' >/run/lab/foreign.pcapng
                """
            )
            let cut = try lab.run(.tap, [Lab.hubtap, "analyze", "/run/lab/cut.pcapng"])
            #expect(cut.code == 1, "\(cut)")
            #expect(cut.errors.contains("cut.pcapng"), "\(cut)")
            let foreign = try lab.run(.tap, [Lab.hubtap, "analyze", "/run/lab/foreign.pcapng"])
            #expect(foreign.code == 1, "\(foreign)")
            #expect(foreign.errors.contains("foreign.pcapng"), "\(foreign)")
            #expect(foreign.output.isEmpty, "\(foreign)")
        }
    }
}
