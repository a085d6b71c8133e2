import Testing

extension LabTests {
    /// What happens to one side's link is noticed on the other, and told.
    @Suite
    struct LinkFaultTests {
        /// Whether an end of a cable has a carrier.
        private func hasCarrier(_ lab: Lab, _ side: Lab.Namespace) throws -> Bool {
            try lab.run(side, ["ip", "link", "show", "dev", "eth0"]).output.contains("LOWER_UP")
        }

        private func linkWords(_ lab: Lab) throws -> String {
            try lab.succeed(.tap, [Lab.hubtap, "status", "--config", Lab.configuration]).output
        }

        @Test(
            "A cable that is pulled on one side takes the other side's carrier, and gives it back",
            arguments: Lab.planes
        )
        func pulledCable(plane: String) throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap(adding: "link-fault: pass", plane: plane)
            try lab.shell(in: .outside, "ip link set eth0 down")
            try lab.wait(for: "the far end") { try !hasCarrier(lab, .inside) }
            try lab.wait(for: "the status") {
                try linkWords(lab).contains(/eth1 +down \(link fault\)/)
                    && linkWords(lab).contains(/eth0 +no carrier/)
            }
            #expect(hubtap.errors.contains("eth0: no carrier"))
            #expect(
                hubtap.errors.contains("eth1: taken down for a link fault, as eth0 has no carrier")
            )
            // A crash in the middle of it: the next hub sets the port up.
            try lab.kill("hubtap-hub ", "KILL")
            try lab.shell(
                in: .outside,
                "ip link set eth0 up; ip route replace 192.0.2.0/24 dev eth0"
            )
            try lab.wait(for: "both ends") {
                try hasCarrier(lab, .inside) && hasCarrier(lab, .outside)
            }
            try lab.wait(for: "the status") {
                try linkWords(lab).contains(/eth0 +up/) && linkWords(lab).contains(/eth1 +up/)
            }
            #expect(try lab.stop(hubtap).code == 0)
        }

        @Test(
            "A port that is renamed goes on without a frame lost, and is restored under its new name",
            arguments: Lab.planes
        )
        func renamed(plane: String) throws {
            let lab = try Lab()
            let hubtap = try lab.startHubtap(plane: plane, silently: true)
            let before = try lab.ledger()
            try lab.shell("ip link set eth0 name wan0")
            try lab.wait(for: "the notice") { hubtap.errors.contains("eth0: is called wan0 now") }
            let counts = try lab.crossFrames("--count", "2000")
            #expect(counts == ["outside": .all(2000), "inside": .all(2000)])
            let port = try #require(try lab.ledger()["eth0"])
            #expect(port.received - (before["eth0"]?.received ?? 0) == 2000)
            try lab.killHubtap()
            #expect(
                try lab.succeed(.tap, [Lab.hubtap, "restore"]).output == "restored eth1, wan0\n"
            )
            #expect(!(try lab.shell("ip -d link show wan0").output.contains("PROMISC")))
        }
    }
}
