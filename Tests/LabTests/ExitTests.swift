import Testing

extension LabTests {
    /// What an end leaves on the ports, by default and as told, and that it is said.
    @Suite
    struct ExitTests {
        private static let service = ["env", "INVOCATION_ID=0123456789abcdef0123456789abcdef"]

        private func crosses(_ lab: Lab) throws -> Bool {
            try lab.crossFrames("--count", "20", "--settle", "0.3")["outside"] == .all(20)
        }

        /// Starts hubtap, stops it, and returns the hub's last words.
        private func lastWords(
            _ lab: Lab,
            adding line: String = "",
            plane: String = "kernel",
            options: [String] = [],
            by starter: [String] = []
        ) throws -> Substring {
            let hubtap = try lab.startHubtap(
                adding: line,
                plane: plane,
                options: options,
                silently: true,
                by: starter
            )
            let outcome = try lab.stop(hubtap)
            #expect(outcome.code == 0, "\(outcome)")
            return outcome.errors.split(separator: "\n").last { $0.hasPrefix("hubtap-hub: ") } ?? ""
        }

        @Test("Started by hand it puts the ports back", arguments: Lab.planes)
        func byHand(plane: String) throws {
            let lab = try Lab()
            let words = try lastWords(lab, plane: plane)
            #expect(words == "hubtap-hub: eth0, eth1: as they were before")
            #expect(try !crosses(lab))
            #expect(
                try lab.succeed(.tap, [Lab.hubtap, "restore"]).output == "nothing to restore\n"
            )
        }

        @Test("Started by a service manager it keeps them joined, until hubtap restore")
        func asService() throws {
            let lab = try Lab()
            let words = try lastWords(lab, by: Self.service)
            #expect(
                words
                    == "hubtap-hub: eth0, eth1: stay joined, frames go on crossing in the kernel; "
                    + "`hubtap restore` ends that and puts them back"
            )
            #expect(try crosses(lab))
            #expect(
                try lab.succeed(.tap, [Lab.hubtap, "restore"]).output == "restored eth0, eth1\n"
            )
            #expect(try !crosses(lab))
        }

        @Test("Frames that cross in user space stop with it, and it says so")
        func asServiceInUserSpace() throws {
            let lab = try Lab()
            let words = try lastWords(lab, plane: "packet", by: Self.service)
            #expect(
                words
                    == "hubtap-hub: eth0, eth1: stay prepared, nothing crosses until there is a hub "
                    + "again; `hubtap restore` puts them back"
            )
            #expect(try !crosses(lab))
            #expect(
                try lab.succeed(.tap, [Lab.hubtap, "restore"]).output == "restored eth0, eth1\n"
            )
        }

        @Test("The file wins over how it was started, and the command line over the file")
        func told() throws {
            let lab = try Lab()
            let restored = try lastWords(lab, adding: "on-exit: restore", by: Self.service)
            #expect(restored.hasSuffix("as they were before"))
            let kept = try lastWords(
                lab,
                adding: "on-exit: restore",
                options: ["--on-exit", "keep"]
            )
            #expect(kept.contains("stay joined"))
            #expect(try crosses(lab))
        }

        /// A root shell of a desktop's terminal has the number of the terminal's own service.
        @Test("At a terminal it puts the ports back, whatever the environment says")
        func atATerminal() throws {
            let lab = try Lab()
            let words = try lastWords(lab, by: Self.service + Self.terminal)
            #expect(words.hasSuffix("as they were before"))
        }

        /// Runs a command with a terminal for standard input, and all else as it is.
        private static let terminal = [
            "python3", "-c",
            """
            import os, pty, sys
            ours, theirs = pty.openpty()
            os.dup2(theirs, 0)
            os.set_inheritable(ours, True)
            os.execvp(sys.argv[1], sys.argv[1:])
            """,
        ]
    }
}
