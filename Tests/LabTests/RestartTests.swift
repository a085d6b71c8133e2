import Foundation
import Testing

extension LabTests {
    /// What dies comes back, and what must not be lost is not.
    @Suite
    struct RestartTests {
        @Test("kill -9 of observe loses no frame on the wire and no transaction in the events")
        func observeKilled() throws {
            let lab = try Lab(mail: true)
            let hubtap = try lab.startHubtap()
            let mail = try lab.start(
                .outside,
                Lab.mailClient + [
                    "--bind", "203.0.113.9", "--from", "probe-{}@example.net",
                    "--to", "alice@example.org", "--sessions", "40", "--messages", "10", "--quiet",
                ]
            )
            let frames = try lab.start(.tap, Lab.frames + ["--count", "20000", "--rate", "4000"])
            for kill in 1...3 {
                try lab.wait(for: "transactions before kill \(kill)") {
                    lab.transactionCounts().count >= 60 * kill
                }
                try lab.kill("hubtap observe", "KILL")
            }
            let crossed = try JSONDecoder().decode(
                [String: FrameCount].self,
                from: Data(try frames.outcome().output.utf8)
            )
            #expect(crossed == ["outside": .all(20_000), "inside": .all(20_000)])
            #expect(try mail.outcome().code == 0)
            try lab.wait(for: "all transactions") { lab.transactionCounts().count >= 400 }
            let wanted = (0..<400).map { String(format: "<probe-%06d@example.net>", $0) }
            #expect(
                lab.transactionCounts() == Dictionary(uniqueKeysWithValues: wanted.map { ($0, 1) })
            )
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test(
            "kill -9 of the hub of a kernel plane loses no frame, neither on the wire nor in the mirror"
        )
        func kernelHubKilled() throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap(plane: "kernel", silently: true)
            let before = try lab.ledger()
            let frames = try lab.start(.tap, Lab.frames + ["--count", "20000", "--rate", "4000"])
            for kill in 1...5 {
                try lab.wait(for: "frames before kill \(kill)") {
                    try lab.ledger()["eth0"]?.received ?? 0 >= UInt64(3000 * kill)
                }
                try lab.kill("hubtap-hub ", "KILL")
            }
            let crossed = try JSONDecoder().decode(
                [String: FrameCount].self,
                from: Data(try frames.outcome().output.utf8)
            )
            #expect(crossed == ["outside": .all(20_000), "inside": .all(20_000)])
            try lab.wait(for: "the ledger") {
                try lab.ledger()["eth1"]?.received == (before["eth1"]?.received ?? 0) + 20_000
            }
            for (name, line) in try lab.ledger() {
                #expect(line.isBalanced)
                #expect(line.received - (before[name]?.received ?? 0) == 20_000)
                #expect(line.forwarded == line.received && line.mirrored == line.received)
            }
            let dump = [
                Lab.hubtap, "dump", "--config", Lab.configuration, "-w", "/run/lab/all.pcapng",
            ]
            #expect(try lab.succeed(.tap, dump).errors.contains("none lost"))
            // What a hub had copied and not yet given back when it died, its successor copies again.
            let held = try lab.generatedFrames(in: "/run/lab/all.pcapng")
            #expect((40_000...40_000 + 5 * 64).contains(held))
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test(
            "kill -9 of a packet plane's hub: it is started again and the ring goes on where it ended"
        )
        func hubKilled() throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap(plane: "packet", silently: true)
            #expect(try lab.crossFrames("--count", "500")["outside"] == .all(500))
            let first = try lab.processes("hubtap-hub")
            try lab.kill("hubtap-hub", "KILL")
            try lab.wait(for: "another hub") {
                let now = try lab.processes("hubtap-hub")
                return now.count == 1 && now != first
            }
            try lab.wait(for: "frames to cross again") {
                try lab.crossFrames("--count", "5", "--settle", "0.3")["outside"] == .all(5)
            }
            #expect(try lab.crossFrames("--count", "500")["inside"] == .all(500))
            // The dump holds frames of before and after the kill.
            let dump = try lab.succeed(
                .tap,
                [Lab.hubtap, "dump", "--config", Lab.configuration, "-w", "/run/lab/all.pcapng"]
            )
            #expect(dump.errors.contains("none lost"), "\(dump)")
            #expect(try lab.generatedFrames(in: "/run/lab/all.pcapng") >= 2_000)
            #expect(try lab.stop(hubtap).code == 0)
        }

        /// The ways in which ports are joined: a plane, and what runs hubtap so that it gets it.
        private static let ways: [(plane: String, starter: [String])] = [
            ("kernel", []), ("kernel", ["setpriv", "--bounding-set", "-bpf,-sys_admin"]),
            ("packet", []),
        ]

        @Test(
            "kill -9 of the supervisor loses no frame, the next run takes over, and a stop restores",
            arguments: ways,
            ["restore", "keep"]
        )
        func supervisorKilled(way: (plane: String, starter: [String]), onExit: String) throws {
            let lab = try Lab()
            func start() throws -> Command {
                try lab.startHubtap(
                    adding: "on-exit: \(onExit)",
                    plane: way.plane,
                    silently: true,
                    by: way.starter
                )
            }
            _ = try start()
            let before = try lab.ledger()
            let frames = try lab.start(.tap, Lab.frames + ["--count", "12000", "--rate", "4000"])
            try lab.wait(for: "frames before the kill") {
                try lab.ledger()["eth0"]?.received ?? 0 >= 3000
            }
            try lab.kill("hubtap run ", "KILL")
            let crossed = try JSONDecoder().decode(
                [String: FrameCount].self,
                from: Data(try frames.outcome().output.utf8)
            )
            #expect(crossed == ["outside": .all(12_000), "inside": .all(12_000)])
            try lab.wait(for: "the observer's end") {
                try lab.processes("hubtap observe").isEmpty
            }
            let next = try start()
            // The next hub's ledger goes on where that of the one before ended.
            try lab.wait(for: "the ledger of the next hub") {
                try lab.processes("hubtap run ").count == 1
                    && lab.processes("hubtap-hub ").count == 1
                    && lab.ledger()["eth0"]?.received ?? 0 > (before["eth0"]?.received ?? 0)
                        + 12_000
            }
            #expect(try lab.crossFrames("--count", "500")["outside"] == .all(500))
            for (_, line) in try lab.ledger() { #expect(line.isBalanced) }
            #expect(try lab.stop(next).code == 0)
            #expect(try lab.processes("hubtap").isEmpty)
            let restored = try lab.succeed(.tap, [Lab.hubtap, "restore"]).output
            #expect(
                restored
                    == (onExit == "keep" ? "restored eth0, eth1\n" : "nothing to restore\n")
            )
            #expect(
                try lab.crossFrames("--count", "20", "--settle", "0.3")["outside"]?.arrived == 0
            )
        }

        @Test("The ring outlives the daemon: dump works when everything was killed")
        func dumpAfterDeath() throws {
            let lab = try Lab()
            _ = try lab.startHubtap(silently: true)
            _ = try lab.crossFrames("--count", "300")
            try lab.killHubtap()
            let dump = [Lab.hubtap, "dump", "--config", Lab.configuration, "--last", "5m"]
            for (name, more) in [("late.pcapng", []), ("late.pcap", ["--format", "pcap"])] {
                try lab.succeed(.tap, dump + ["-w", "/run/lab/\(name)"] + more)
                #expect(try lab.generatedFrames(in: "/run/lab/\(name)") >= 600)
            }
        }
    }
}
