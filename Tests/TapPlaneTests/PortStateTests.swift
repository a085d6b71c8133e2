import Foundation
import TapPlane
import Testing

/// Whatever the hub changes on a port is put back, by itself or by another process.
@Suite(.serialized)
struct PortStateTests {
    /// The privileged program, built beside these tests.
    static let program: String = {
        let folders =
            CommandLine.arguments.map { URL(filePath: $0) } + [
                URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            ]
        for folder in folders {
            let candidate = folder.deletingLastPathComponent().appending(path: "hubtap-hub").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        return ProcessInfo.processInfo.environment["HUBTAP_HUB"] ?? "hubtap-hub"
    }()

    private func arguments(
        _ lab: LabNamespace,
        _ more: [String] = [],
        runner: [String] = []
    ) -> [String] {
        ["ip", "netns", "exec", lab.name] + runner
            + [
                Self.program, "--port", "e0", "--port", "e1",
                "--ring", "\(lab.directory)/ring", "--ring-size", "1048576",
                "--state-directory", "\(lab.directory)/state",
            ] + more
    }

    /// Starts the hub and returns when frames cross.
    private func start(
        _ lab: LabNamespace,
        _ more: [String] = [],
        runner: [String] = []
    ) throws -> Process {
        let ready = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments(
            lab,
            ["--ready-fd", "1"] + more,
            runner: runner
        )
        process.standardOutput = ready
        process.standardError = FileHandle.nullDevice
        try process.run()
        let word = ready.fileHandleForReading.availableData
        guard word == Data("ready\n".utf8) else {
            throw LabFailure("\(Self.program) did not start")
        }
        return process
    }

    private func end(_ process: Process, _ signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }

    private func restore(_ lab: LabNamespace) throws -> Shell.Outcome {
        try Shell.run([
            "ip", "netns", "exec", lab.name, Self.program, "--restore", "--state-directory",
            "\(lab.directory)/state",
        ])
    }

    private func makeLab() throws -> LabNamespace {
        let lab = try LabNamespace()
        // One port is up, the other never was.
        try lab.ip("link", "set", "e0", "up")
        return lab
    }

    /// The state once the kernel has stopped changing it by itself.
    private func settledState(_ lab: LabNamespace) throws -> String {
        try lab.state(of: ["e0", "e1"])
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aCleanStopPutsPortsBack(_ signal: Int32) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let hub = try start(lab)
        #expect(try settledState(lab) != before)
        #expect(end(hub, signal) == 0)
        #expect(try settledState(lab) == before)
    }

    @Test func theNextHubPutsItsProgramsInThePlaceOfThoseThatWereLeft() throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab), SIGKILL)
        let left = try lab.programs(of: "e0")
        let hub = try start(lab)
        let now = try lab.programs(of: "e0")
        #expect(left.map(\.count) == now.map(\.count) && left != now)
        #expect(end(hub, SIGTERM) == 0)
        #expect(try settledState(lab) == before)
    }

    /// What a hub does where it may not load programs, as on kernels that have none.
    @Test func withoutProgramsThePortsAreFilteredByADiscipline() throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let hub = try start(lab, runner: ["setpriv", "--bounding-set", "-bpf,-sys_admin"])
        let state = try settledState(lab)
        #expect(state.contains("qdisc clsact") && state.contains("direct-action"))
        #expect(try lab.programs(of: "e0") == [[], []])
        #expect(end(hub, SIGTERM) == 0)
        #expect(try settledState(lab) == before)
    }

    @Test func anotherProcessPutsPortsBackAfterAKill() throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab), SIGKILL)
        #expect(try settledState(lab) != before)
        let outcome = try restore(lab)
        #expect(outcome.status == 0 && outcome.text == "restored e0, e1\n")
        #expect(try settledState(lab) == before)
        let again = try restore(lab)
        #expect(again.status == 0 && again.text == "nothing to restore\n")
    }

    @Test func theNextHubTakesOverAndGivesTheFirstStateBack() throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab), SIGKILL)
        _ = end(try start(lab), SIGKILL)
        #expect(end(try start(lab), SIGTERM) == 0)
        #expect(try settledState(lab) == before)
    }

    @Test func portsStayPreparedIfAskedTo() throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let hub = try start(lab, ["--on-exit", "keep"])
        let during = try settledState(lab)
        #expect(end(hub, SIGTERM) == 0)
        #expect(try settledState(lab) == during)
        #expect(try restore(lab).status == 0)
        #expect(try settledState(lab) == before)
    }

    @Test func aPortThatVanishedIsNoHindranceToRestoring() throws {
        let lab = try makeLab()
        _ = end(try start(lab), SIGKILL)
        try lab.ip("link", "del", "e1")
        #expect(try restore(lab).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(lab.directory)/state") == [])
    }

    @Test func aPortThatWasRenamedIsPutBackUnderItsNewName() throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab), SIGKILL)
        // The names change places: the interface is known by its number.
        for (old, new) in [("e0", "spare"), ("e1", "e0"), ("spare", "e1")] {
            try lab.ip("link", "set", old, "down")
            try lab.ip("link", "set", old, "name", new)
        }
        let outcome = try restore(lab)
        #expect(outcome.status == 0 && outcome.text == "restored e0, e1\n")
        for (old, new) in [("e0", "spare"), ("e1", "e0"), ("spare", "e1")] {
            try lab.ip("link", "set", old, "down")
            try lab.ip("link", "set", old, "name", new)
        }
        try lab.ip("link", "set", "e0", "up")
        #expect(try settledState(lab) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(lab.directory)/state") == [])
    }

    @Test func aPortThatIsRenamedWhileTheHubRunsIsPutBack() throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let hub = try start(lab)
        try lab.ip("link", "set", "e0", "name", "wan0")
        try lab.ip("link", "set", "e1", "name", "lan0")
        #expect(end(hub, SIGTERM) == 0)
        try lab.ip("link", "set", "wan0", "down")
        try lab.ip("link", "set", "wan0", "name", "e0")
        try lab.ip("link", "set", "e0", "up")
        try lab.ip("link", "set", "lan0", "name", "e1")
        #expect(try settledState(lab) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(lab.directory)/state") == [])
    }

    @Test func portsInUseAreNeitherTakenNorRestored() throws {
        let lab = try makeLab()
        let hub = try start(lab)
        let second = try Shell.run(arguments(lab))
        #expect(second.status == 1)
        #expect(second.text.contains("e0: already a port of the hub of process"))
        #expect(try restore(lab).status == 1)
        #expect(end(hub, SIGTERM) == 0)
    }

    /// Starts a hub that passes link faults on, pulls one cable, and returns when the other port is down.
    private func startWithFault(
        _ lab: LabNamespace,
        pulling far: String,
        takesDown port: String,
        _ more: [String] = []
    ) throws -> Process {
        let hub = try start(lab, ["--link-fault", "pass"] + more)
        // A carrier that is not there yet cannot be lost.
        try Shell.wait(for: "carriers") {
            try ["e0", "e1"].allSatisfy { try lab.ip("link", "show", $0).contains("state UP") }
        }
        try lab.ip("link", "set", far, "down")
        try Shell.wait(for: "\(port) to be taken down") { try !isUp(lab, port) }
        return hub
    }

    private func isUp(_ lab: LabNamespace, _ port: String) throws -> Bool {
        try lab.ip("link", "show", "dev", port).contains(/[<,]UP[,>]/)
    }

    private func expectState(_ before: String, _ lab: LabNamespace) throws {
        var now = ""
        try? Shell.wait(for: "the state") {
            now = try settledState(lab)
            return now == before
        }
        #expect(now == before)
    }

    @Test(arguments: [("c0", "e1"), ("c1", "e0")])
    func whatALinkFaultTookDownIsPutBackByAnybody(_ far: String, _ port: String) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        // By the hub itself, by the next hub, and by another process.
        for signal in [SIGTERM, SIGKILL, SIGKILL] {
            let hub = try startWithFault(lab, pulling: far, takesDown: port)
            _ = end(hub, signal)
            if signal == SIGKILL { #expect(try !isUp(lab, port)) }
            try lab.ip("link", "set", far, "up")
            if signal == SIGTERM { try expectState(before, lab) }
        }
        #expect(try restore(lab).status == 0)
        try expectState(before, lab)
    }

    @Test func aPortThatWasTakenDownIsUpWhenPortsAreKeptPrepared() throws {
        let lab = try makeLab()
        let more = ["--on-exit", "keep"]
        let hub = try startWithFault(lab, pulling: "c0", takesDown: "e1", more)
        #expect(end(hub, SIGTERM) == 0)
        #expect(try isUp(lab, "e1"))
        #expect(try restore(lab).status == 0)
    }

    @Test func aFailedStartLeavesNothingBehind() throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        // The second port's journal cannot be begun.
        let state = "\(lab.directory)/state"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        let namespace = try lab.run("stat", "-Lc", "%i", "/proc/self/ns/net")
            .trimmingCharacters(in: .newlines)
        let index = try lab.run("cat", "/sys/class/net/e1/ifindex")
            .trimmingCharacters(in: .newlines)
        let obstacle = "\(state)/\(namespace)-\(index).journal.new"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: true)
        let outcome = try Shell.run(arguments(lab))
        #expect(outcome.status == 1)
        #expect(outcome.text.contains("e1"))
        #expect(try settledState(lab) == before)
    }

    @Test func withoutCapabilitiesTheMissingOnesAreNamed() throws {
        let lab = try makeLab()
        var words = arguments(lab)
        words.insert(
            contentsOf: ["setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"],
            at: 4
        )
        let outcome = try Shell.run(words)
        #expect(outcome.status == 1)
        #expect(outcome.text.contains("CAP_NET_RAW"))
        #expect(!outcome.text.contains("CAP_NET_ADMIN"))
    }
}
