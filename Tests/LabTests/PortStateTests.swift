import Testing

extension LabTests {
    /// Whatever hubtap changes on a port it puts back.
    @Suite
    struct PortStateTests {
        /// Everything of the ports that hubtap could have changed.
        private func portState(_ lab: Lab) throws -> String {
            try lab.shell(
                """
                for port in eth0 eth1; do
                    ip -d -o link show $port
                    ip address show $port | grep inet || true
                    tc qdisc show dev $port
                    tc filter show dev $port ingress 2>&1 || true
                    tc filter show dev $port egress 2>&1 || true
                    ethtool -k $port
                    grep -s . /proc/sys/net/ipv[46]/conf/$port/* || true
                done
                """
            ).output
        }

        /// The state with one port up, once carrier and addresses have come to rest.
        private func settledState(_ lab: Lab, up port: String) throws -> String {
            try lab.shell("ip link set \(port) up")
            try lab.wait(for: "\(port) to settle") {
                let state = try portState(lab)
                return state.contains("inet6") && !state.contains("tentative")
                    && state.contains("state UP")
            }
            return try portState(lab)
        }

        /// The ports come to be as they were; carrier and addresses take the kernel a moment.
        private func expectState(_ before: String, _ lab: Lab) throws {
            var now = ""
            try? lab.wait(for: "the ports to settle", within: 5) {
                now = try portState(lab)
                return now == before
            }
            let lines = Set(before.split(separator: "\n"))
            let changed = now.split(separator: "\n").filter { !lines.contains($0) }
            #expect(now == before, "\(changed.joined(separator: "\n"))")
        }

        @Test("A clean stop puts the ports back exactly", arguments: Lab.planes, ["TERM", "INT"])
        func cleanStop(plane: String, signal: String) throws {
            let lab = try Lab()
            // One port is up and one is down; both must end as they began.
            let before = try settledState(lab, up: "eth1")
            let hubtap = try lab.startHubtap(plane: plane)
            #expect(try portState(lab) != before)
            try lab.kill("hubtap run ", signal)
            #expect(try hubtap.outcome().code == 0)
            try expectState(before, lab)
        }

        @Test(
            "After kill -9 of everything hubtap restore puts the ports back exactly",
            arguments: Lab.planes
        )
        func restore(plane: String) throws {
            let lab = try Lab()
            let before = try settledState(lab, up: "eth0")
            _ = try lab.startHubtap(plane: plane)
            try lab.killHubtap()
            try lab.succeed(.tap, [Lab.hubtap, "restore"])
            try expectState(before, lab)
        }

        @Test(
            "The tap's host stays silent: no frame of its own leaves a port",
            arguments: Lab.planes
        )
        func silence(plane: String) throws {
            let lab = try Lab()
            let capture = try lab.start(
                .outside,
                ["tcpdump", "-ni", "eth0", "-Q", "in", "-w", "/run/lab/in.pcap", "-U"]
            )
            try lab.wait(for: "tcpdump") { capture.errors.contains("listening on") }
            let hubtap = try lab.startHubtap(plane: plane, silently: true)
            // A question that the tap's host would answer if it listened.
            _ = try lab.crossFrames("--count", "50")
            #expect(try lab.stop(hubtap).code == 0)
            try lab.shell("pkill -INT tcpdump")
            _ = try capture.outcome()
            let foreign = try lab.shell(
                """
                tshark -n -r /run/lab/in.pcap -Y '!(frame contains "hubtapLAB")' 2>/dev/null
                """
            )
            #expect(foreign.output.isEmpty)
        }
    }
}
