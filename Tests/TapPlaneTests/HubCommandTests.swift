import TapPlane
import Testing

struct HubCommandTests {
    @Test func everyOptionSurvivesTheCommandLine() throws {
        var options = HubOptions(
            plane: PlaneConfiguration(
                plane: .kernel,
                ports: ["eth0", "eth1", "eth2"],
                monitors: ["eth3"],
                keep: .mail,
                mailPorts: [25, 26],
                force: true,
                stateDirectory: "/run/other",
                exitAction: .keep,
                linkFault: .pass,
                offloads: .exact,
                slotCount: 4096,
                batchSize: 32,
                spin: .microseconds(17)
            ),
            ringPath: "/dev/shm/other",
            ringByteCount: 1 << 20,
            snapLength: 128,
            syncMilliseconds: 250,
            replacesRing: true,
            supervisor: 4711,
            readyDescriptor: 3
        )
        #expect(try HubCommand(parsing: options.arguments) == .run(options))
        options = HubOptions(plane: PlaneConfiguration(ports: ["a", "b"]))
        #expect(try HubCommand(parsing: options.arguments) == .run(options))
    }

    @Test func valuesMayStandBehindAnEqualsSign() throws {
        let words = ["--port=a", "--port", "b", "--ring=/x=y"]
        guard case .run(let options) = try HubCommand(parsing: words) else {
            Issue.record("not a run")
            return
        }
        #expect(options.plane.ports == ["a", "b"])
        #expect(options.ringPath == "/x=y")
    }

    @Test func otherCommandsAreKnown() throws {
        #expect(try HubCommand(parsing: ["--version"]) == .version)
        #expect(try HubCommand(parsing: ["--help"]) == .help)
        let restore = ["--restore", "--state-directory", "/s"]
        #expect(try HubCommand(parsing: restore) == .restore(stateDirectory: "/s"))
    }

    @Test(arguments: [
        ([], "two or more ports"),
        (["--port", "a"], "two or more ports"),
        (["a", "b"], "unexpected argument \"a\""),
        (["--prot", "a"], "unknown option --prot"),
        (["--port"], "--port needs a value"),
        (["--port="], "--port needs a value"),
        (["--force=yes", "--port", "a"], "without a value"),
        (["--port", "a", "--port", "b", "--force=yes"], "without a value"),
        (["--ring-size", "12k"], "must be a number"),
        (["--ring-size", "-1"], "must be a number"),
        (["--slots", "1"], "from 64 to 65536"),
        (["--plane", "user"], "auto or kernel or packet"),
        (["--keep", "some"], "all or headers or mail or a compiled filter"),
        (["--mail-port", "0"], "from 1 to 65535"),
        (["--on-exit", "stay"], "restore or keep"),
        (["--link-fault", "yes"], "pass or ignore"),
        (["--offloads", "off"], "exact or keep"),
        (["--ring", "/a", "--ring", "/b"], "given twice"),
        (["--restore", "--force"], "--state-directory only"),
        (["--restore", "--port", "a"], "--state-directory only"),
        (["--\u{1B}[31m"], "unknown option --?[31m"),
    ])
    func wrongUsageIsNamed(_ words: [String], _ expected: String) {
        #expect {
            try HubCommand(parsing: words)
        } throws: { error in
            "\(error)".contains(expected)
        }
    }
}
