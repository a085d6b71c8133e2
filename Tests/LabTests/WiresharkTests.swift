import Foundation
import Testing

extension LabTests {
    /// Wireshark's programs on a ring that a hub is writing.
    @Suite
    struct WiresharkTests {
        private static let port = "15025"

        /// A hub with the ring in the usual place, and tshark with a link to hubtap in its extcap folder.
        private static func start(_ lab: Lab) throws -> Command {
            let hubtap = try lab.startHubtap(
                adding: "ring: { path: /dev/shm/hubtap/ring, size: 64MiB }",
                plane: "packet"
            )
            // What is put into tshark's folder stays in the lab.
            try lab.shell(
                in: .sandbox,
                """
                folder=$(tshark -G folders | sed -n 's/^\\(Global \\)\\?Extcap path:[[:space:]]*//p')
                mkdir -p "$folder"
                mount -t tmpfs lab-extcap "$folder"
                ln -s "$folder" /run/lab/extcap
                """
            )
            try lab.succeed(.tap, [Lab.hubtap, "extcap", "--install"])
            return hubtap
        }

        /// tshark, with no preferences of anyone's.
        private static func tshark(_ arguments: String...) -> [String] {
            [
                "env", "HOME=/run/lab", "TMPDIR=/run/tmp", "tshark", "-n",
            ] + arguments
        }

        /// Sends datagrams from the outside to the inside until the command has ended.
        private static func outcome(
            of command: Command,
            whileSending lab: Lab,
            to port: String = port
        ) throws -> Outcome {
            try lab.wait(for: "tshark to have its frames") {
                try lab.shell(in: .outside, "echo hubtap >/dev/udp/192.0.2.25/\(port)")
                return !command.isRunning
            }
            return try command.outcome()
        }

        @Test("tshark finds the ring among its interfaces, and its options")
        func listing() throws {
            let lab = try Lab()
            let hubtap = try Self.start(lab)
            let list = try lab.succeed(.tap, Self.tshark("-D")).output
            #expect(list.contains("hubtap (hubtap mirror ring /dev/shm/hubtap/ring (eth0, eth1))"))
            let types = try lab.succeed(.tap, Self.tshark("-i", "hubtap", "-L")).output
            #expect(types.contains("EN10MB"))
            let options = try lab.succeed(
                .tap,
                ["/run/lab/extcap/hubtap", "--extcap-config", "--extcap-interface", "hubtap"]
            ).output
            for expected in [
                "{call=--port}", "{value=all}", "{value=eth0}", "{value=eth1}", "{call=--last}",
                "{call=--filter}",
            ] {
                #expect(options.contains(expected))
            }
            #expect(try lab.stop(hubtap).code == 0)
            #expect(try !lab.run(.tap, Self.tshark("-D")).output.contains("mirror ring"))
        }

        @Test("tshark captures live, with a filter and by port, and its end ends hubtap's part")
        func live() throws {
            let lab = try Lab()
            _ = try Self.start(lab)
            let filter = "udp dst port \(Self.port)"
            let all = try lab.start(
                .tap,
                Self.tshark(
                    "-i",
                    "hubtap",
                    "-f",
                    filter,
                    "-c",
                    "5",
                    "-T",
                    "fields",
                    "-e",
                    "frame.interface_name",
                    "-e",
                    "udp.dstport"
                )
            )
            let lines = try Self.outcome(of: all, whileSending: lab)
            #expect(lines.code == 0)
            #expect(
                lines.output == String(repeating: "eth0\t\(Self.port)\n", count: 5),
                "\(lines)"
            )
            let other = try lab.start(
                .tap,
                Self.tshark(
                    "-i",
                    "hubtap",
                    "-o",
                    "extcap.hubtap.port:eth1",
                    "-f",
                    "icmp",
                    "-c",
                    "1",
                    "-T",
                    "fields",
                    "-e",
                    "frame.interface_name",
                    "-e",
                    "icmp.type"
                )
            )
            // A port on which nobody listens: the answer enters by the inside's port.
            let answer = try Self.outcome(of: other, whileSending: lab)
            #expect(answer.output == "eth1\t3\n", "\(answer)")
            try lab.wait(for: "hubtap's part to end") {
                try lab.processes("extcap/hubtap --capture").isEmpty
            }
        }

        @Test("tshark begins in the past")
        func past() throws {
            let lab = try Lab()
            _ = try Self.start(lab)
            try lab.shell(
                in: .outside,
                "for i in 1 2 3; do echo hubtap >/dev/udp/192.0.2.25/\(Self.port); done"
            )
            // Nothing is sent any more: what tshark gets was there before it.
            let found = try lab.run(
                .tap,
                Self.tshark(
                    "-i",
                    "hubtap",
                    "-o",
                    "extcap.hubtap.last:5m",
                    "-f",
                    "udp dst port \(Self.port)",
                    "-c",
                    "3",
                    "-T",
                    "fields",
                    "-e",
                    "udp.dstport"
                )
            )
            #expect(found.output == String(repeating: "\(Self.port)\n", count: 3), "\(found)")
        }

        @Test("What is wrong is said where Wireshark looks for it")
        func mistakes() throws {
            let lab = try Lab()
            let hubtap = try Self.start(lab)
            let verify = ["/run/lab/extcap/hubtap", "--extcap-interface", "hubtap"]
            let good = try lab.run(.tap, verify + ["--extcap-capture-filter", "port 25"])
            #expect(good.code == 0 && good.output.isEmpty, "\(good)")
            let bad = try lab.run(.tap, verify + ["--extcap-capture-filter", "prot 25"])
            #expect(bad.code == 0 && bad.output.contains("prot"), "\(bad)")
            let port = try lab.run(
                .tap,
                verify + ["--capture", "--fifo", "/run/lab/out", "--port", "eth7"]
            )
            #expect(port.code == 2 && port.errors.contains("eth0, eth1"), "\(port)")
            #expect(try lab.stop(hubtap).code == 0)
            let late = try lab.run(.tap, Self.tshark("-i", "hubtap", "-c", "1"))
            #expect(late.code != 0, "\(late)")
        }

        @Test("SIGTERM ends hubtap's part, also while nobody opens or empties the pipe")
        func termination() throws {
            let lab = try Lab()
            _ = try Self.start(lab)
            try lab.shell("mkfifo /run/lab/never /run/lab/slow /run/lab/read")
            _ = try lab.start(.tap, ["bash", "-c", "exec sleep 600 </run/lab/slow"])
            _ = try lab.start(.tap, ["bash", "-c", "exec cat </run/lab/read >/run/lab/got"])
            for (pipe, code) in [("never", 1), ("slow", 1), ("read", 0)] as [(String, Int32)] {
                let part = try lab.start(
                    .tap,
                    [
                        "timeout", "--preserve-status", "--kill-after=2", "1", Lab.hubtap,
                        "--capture", "--extcap-interface", "hubtap", "--last", "1h", "--fifo",
                        "/run/lab/\(pipe)",
                    ]
                )
                // What fills the pipe that is not emptied.
                try lab.succeed(
                    .outside,
                    ["ping", "-q", "-i", "0.001", "-c", "200", "-s", "1400", "192.0.2.25"]
                )
                let outcome = try part.outcome()
                #expect(outcome.code == code, "\(pipe): \(outcome)")
                #expect(outcome.errors.isEmpty == (code == 0), "\(pipe): \(outcome)")
            }
            try lab.succeed(.sandbox, ["capinfos", "/run/lab/got"])
        }

        @Test("follow is a capture for tshark, and ends with its reader though nothing crosses")
        func following() throws {
            let lab = try Lab()
            _ = try Self.start(lab)
            let follow = "\(Lab.hubtap) follow udp dst port \(Self.port)"
            let reader = try lab.start(
                .tap,
                ["bash", "-c", "\(follow) | tshark -n -r - -c 2 -T fields -e udp.dstport"]
            )
            let outcome = try Self.outcome(of: reader, whileSending: lab)
            #expect(outcome.output == "\(Self.port)\n\(Self.port)\n", "\(outcome)")
            let idle = try lab.run(.tap, ["bash", "-c", "\(follow) | head -c 100 | wc -c"])
            #expect(idle.output == "100\n", "\(idle)")
        }
    }
}
