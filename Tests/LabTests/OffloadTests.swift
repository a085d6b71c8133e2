import Testing

extension LabTests {
    /// What ports join before it is mirrored, they join no more where the mirror is to be exact.
    @Suite
    struct OffloadTests {
        /// A lab whose ports join what they receive, and whose servers send no more than a frame at a time.
        private func makeLab() throws -> Lab {
            let lab = try Lab()
            try lab.shell("for port in eth0 eth1; do ethtool -K $port gro on rx-gro-list on; done")
            for side in [Lab.Namespace.outside, .inside] {
                try lab.shell(in: side, "ethtool -K eth0 tso off")
            }
            return lab
        }

        private func features(_ lab: Lab) throws -> String {
            try lab.shell("ethtool -k eth0; ethtool -k eth1").output
        }

        /// Loads a file across the tap, and returns how many frames of the mirror are longer than any on the wire.
        private func superFrames(_ lab: Lab) throws -> Int {
            try lab.shell("head -c 10000000 /dev/urandom >/run/lab/served")
            let server = try lab.start(
                .inside,
                ["python3", "-m", "http.server", "--directory", "/run/lab", "8080"]
            )
            try lab.wait(for: "the web server") {
                try lab.run(.inside, ["bash", "-c", "exec 3<>/dev/tcp/192.0.2.25/8080"]).code == 0
            }
            let download = ["curl", "-sf", "-o", "/run/lab/taken", "http://192.0.2.25:8080/served"]
            try lab.succeed(.outside, download, within: 30)
            try lab.shell("cmp /run/lab/served /run/lab/taken")
            try lab.kill("http.server", "TERM")
            _ = try server.outcome()
            let dump = [
                Lab.hubtap, "dump", "--config", Lab.configuration, "-w", "/run/lab/all.pcapng",
            ]
            try lab.succeed(.tap, dump)
            let long = ["tshark", "-n", "-r", "/run/lab/all.pcapng", "-Y", "frame.len > 1514"]
            return try lab.succeed(.sandbox, long).output.split(separator: "\n").count
        }

        @Test("An exact mirror has no frame that the wire had not", arguments: Lab.planes)
        func exact(plane: String) throws {
            let lab = try makeLab()
            let before = try features(lab)
            let hubtap = try lab.startHubtap(adding: "offloads: exact", plane: plane)
            try lab.wait(for: "the notice") {
                ["eth0", "eth1"].allSatisfy { port in
                    let words = "\(port): switched off generic-receive-offload, rx-gro-list"
                    return hubtap.errors.contains(words)
                }
            }
            #expect(try superFrames(lab) == 0)
            #expect(try lab.stop(hubtap).code == 0)
            #expect(try features(lab) == before)
        }

        @Test("Else the mirror has frames as the kernel joined them", arguments: Lab.planes)
        func keep(plane: String) throws {
            let lab = try makeLab()
            let before = try features(lab)
            let hubtap = try lab.startHubtap(plane: plane)
            #expect(try features(lab) == before)
            #expect(try superFrames(lab) > 0)
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test(
            "After kill -9 of everything hubtap restore puts offloads back exactly",
            arguments: Lab.planes
        )
        func restore(plane: String) throws {
            let lab = try makeLab()
            // One port as it was made, and with another wish.
            try lab.shell("ethtool -K eth1 gro off rx-gro-list off rx-udp-gro-forwarding on")
            let before = try features(lab)
            _ = try lab.startHubtap(plane: plane, options: ["--offloads", "exact"])
            #expect(try features(lab) != before)
            try lab.killHubtap()
            #expect(try features(lab) != before)
            try lab.succeed(.tap, [Lab.hubtap, "restore"])
            #expect(try features(lab) == before)
        }
    }
}
