import Testing

extension LabTests {
    /// Frames cross, all of them, once, unchanged.
    @Suite
    struct ForwardingTests {
        @Test(
            "Awkward frames cross in both directions, each exactly once, and the ledger agrees",
            arguments: Lab.planes
        )
        func crossing(plane: String) throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap(plane: plane, silently: true)
            let before = try lab.ledger()
            let counts = try lab.crossFrames("--count", "10000")
            #expect(counts == ["outside": .all(10_000), "inside": .all(10_000)])
            let after = try lab.ledger()
            for port in ["eth0", "eth1"] {
                let old = try #require(before[port])
                let new = try #require(after[port])
                #expect(new.received - old.received == 10_000)
                #expect(new.forwarded - old.forwarded == 10_000)
                #expect(new.mirrored - old.mirrored == 10_000)
                #expect(new.isBalanced)
            }
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test("TCP with every offload left on crosses unchanged", arguments: Lab.planes)
        func offloads(plane: String) throws {
            let lab = try Lab()
            _ = try lab.startHubtap(plane: plane)
            try lab.shell("head -c 30000000 /dev/urandom >/run/lab/served")
            _ = try lab.start(
                .inside,
                ["python3", "-m", "http.server", "--directory", "/run/lab", "8080"]
            )
            let download = ["curl", "-sf", "-o", "/run/lab/taken", "http://192.0.2.25:8080/served"]
            try lab.wait(for: "the web server") {
                try lab.run(.inside, ["bash", "-c", "exec 3<>/dev/tcp/192.0.2.25/8080"]).code == 0
            }
            try lab.succeed(.outside, download, within: 30)
            try lab.shell("cmp /run/lab/served /run/lab/taken")
            for port in try lab.ledger().values { #expect(port.isBalanced) }
        }

        @Test("A monitor port gets every frame and may send none", arguments: Lab.planes)
        func monitor(plane: String) throws {
            let lab = try Lab()
            try lab.addWatcher()
            let hubtap = try lab.startHubtap(
                adding: "monitor: [eth2]",
                plane: plane,
                silently: true
            )
            let seen = try lab.crossFrames(
                "--sides",
                "outside",
                "watcher",
                "--count",
                "500",
                "--one-way"
            )
            #expect(seen["outside"] == .all(500))
            let held = try lab.crossFrames(
                "--sides",
                "watcher",
                "outside",
                "--count",
                "500",
                "--one-way",
                "--settle",
                "0.5"
            )
            #expect(held["watcher"]?.arrived == 0)
            let ledger = try #require(lab.ledger()["eth2"])
            #expect(ledger.isBalanced)
            #expect(ledger.forwarded == 0)
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test("A third port takes part like the others", arguments: Lab.planes)
        func thirdPort(plane: String) throws {
            let lab = try Lab()
            try lab.addWatcher()
            let hubtap = try lab.startHubtap(
                adding: "ports: [eth0, eth1, eth2]",
                plane: plane,
                silently: true
            )
            for far in ["inside", "watcher"] {
                let counts = try lab.crossFrames("--sides", "outside", far, "--count", "500")
                #expect(counts == ["outside": .all(500), far: .all(500)])
            }
            for port in try lab.ledger().values { #expect(port.isBalanced, "\(port)") }
            #expect(try lab.stop(hubtap).code == 0)
        }
    }
}
