import Foundation
import TapLinux
import TapPlane
import Testing

/// Whatever the hub changes on a port is put back, by itself or by another process.
@Suite(.serialized)
struct PortStateTests {
    typealias Choice = PlaneConfiguration.Choice

    /// A plane, and how a hub gets it.
    enum Way: CaseIterable {
        case kernel, actions, packet

        var plane: Choice { self == .packet ? .packet : .kernel }
        var runner: [String] { self == .actions ? withoutPrograms : [] }
    }

    /// Runs a program that may not load programs into the kernel.
    static let withoutPrograms = ["setpriv", "--bounding-set", "-bpf,-sys_admin"]

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
        _ way: Way,
        _ more: [String] = [],
        plane: Choice? = nil
    ) -> [String] {
        ["ip", "netns", "exec", lab.name] + way.runner
            + [
                Self.program, "--plane", (plane ?? way.plane).rawValue, "--port", "e0", "--port",
                "e1",
                "--ring", "\(lab.directory)/ring", "--ring-size", "1048576",
                "--state-directory", "\(lab.directory)/state",
            ] + more
    }

    /// Starts the hub and returns when frames cross.
    private func start(
        _ lab: LabNamespace,
        _ way: Way,
        _ more: [String] = [],
        plane: Choice? = nil
    ) throws -> Process {
        let ready = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments(
            lab,
            way,
            ["--ready-fd", "1"] + more,
            plane: plane
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

    @Test(arguments: Way.allCases, [SIGTERM, SIGINT])
    func aCleanStopPutsPortsBack(_ way: Way, _ signal: Int32) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let hub = try start(lab, way)
        #expect(try settledState(lab) != before)
        #expect(end(hub, signal) == 0)
        #expect(try settledState(lab) == before)
    }

    @Test(arguments: [Way.kernel, .packet])
    func theNextHubPutsItsProgramsInThePlaceOfThoseThatWereLeft(_ way: Way) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab, way), SIGKILL)
        let left = try lab.programs(of: "e0")
        let hub = try start(lab, way)
        let now = try lab.programs(of: "e0")
        #expect(left.map(\.count) == now.map(\.count) && left != now)
        #expect(end(hub, SIGTERM) == 0)
        #expect(try settledState(lab) == before)
    }

    /// What a hub does where it may not load programs, as on kernels that have none.
    @Test(arguments: [Choice.auto, .kernel, .packet])
    func withoutProgramsThePortsAreFilteredByADiscipline(_ plane: Choice) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let hub = try start(lab, .actions, plane: plane)
        let state = try settledState(lab)
        #expect(state.contains("qdisc clsact") && state.contains("direct-action"))
        #expect(state.contains("mirred (Egress Mirror to device e1) drop") == (plane != .packet))
        #expect(try lab.programs(of: "e0") == [[], []])
        #expect(end(hub, SIGTERM) == 0)
        #expect(try settledState(lab) == before)
        #expect(try !lab.run("tc", "actions", "list", "action", "mirred").contains("mirred"))
    }

    /// Whatever joined the ports before, what joins them now does so alone.
    @Test(arguments: Way.allCases, Way.allCases)
    func aHubTakesOverFromOneOfAnotherKind(_ first: Way, _ second: Way) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab, first), SIGKILL)
        let hub = try start(lab, second)
        for (source, target) in [("c0", "c1"), ("c1", "c0")] {
            let frames = (0..<20).map { OutgoingFrame([UInt8](repeating: UInt8($0), count: 60)) }
            let received = try Station(lab, source).send(frames, to: target)
            #expect(received.map(\.octets) == frames.map(\.octets))
        }
        #expect(end(hub, SIGTERM) == 0)
        #expect(try settledState(lab) == before)
    }

    @Test(arguments: Way.allCases)
    func anotherProcessPutsPortsBackAfterAKill(_ way: Way) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab, way), SIGKILL)
        #expect(try settledState(lab) != before)
        let outcome = try restore(lab)
        #expect(outcome.status == 0 && outcome.text == "restored e0, e1\n")
        #expect(try settledState(lab) == before)
        let again = try restore(lab)
        #expect(again.status == 0 && again.text == "nothing to restore\n")
    }

    @Test(arguments: Way.allCases)
    func theNextHubTakesOverAndGivesTheFirstStateBack(_ way: Way) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab, way), SIGKILL)
        _ = end(try start(lab, way), SIGKILL)
        #expect(end(try start(lab, way), SIGTERM) == 0)
        #expect(try settledState(lab) == before)
    }

    @Test(arguments: Way.allCases)
    func portsStayPreparedIfAskedTo(_ way: Way) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let hub = try start(lab, way, ["--on-exit", "keep"])
        let during = try settledState(lab)
        #expect(end(hub, SIGTERM) == 0)
        #expect(try settledState(lab) == during)
        #expect(try restore(lab).status == 0)
        #expect(try settledState(lab) == before)
    }

    @Test(
        arguments: [
            (Choice.kernel, "keep", "stay joined, frames go on crossing in the kernel"),
            (.packet, "keep", "stay prepared, nothing crosses until there is a hub again"),
            (.kernel, "restore", "as they were before"),
            (.packet, "restore", "as they were before"),
        ]
    )
    func theLastWordsAreWhatIsLeft(_ plane: Choice, _ action: String, _ words: String) throws {
        let lab = try makeLab()
        let hub = try HubProcess(lab, ["--plane", plane.rawValue, "--on-exit", action])
        hub.end(SIGTERM)
        let last = try #require(hub.said.split(separator: "\n").last)
        #expect(last.hasPrefix("hubtap-hub: e0, e1: \(words)"), "\(last)")
        let command = "`hubtap restore --state-directory \(lab.directory)/state`"
        #expect(last.contains(command) == (action == "keep"), "\(last)")
        if (plane, action) == (.kernel, "keep") {
            let frames = (0..<20).map { OutgoingFrame([UInt8](repeating: UInt8($0), count: 60)) }
            let received = try Station(lab, "c0").send(frames, to: "c1")
            #expect(received.map(\.octets) == frames.map(\.octets))
        }
        try hub.restore()
    }

    @Test(arguments: Way.allCases)
    func aPortThatVanishedIsNoHindranceToRestoring(_ way: Way) throws {
        let lab = try makeLab()
        _ = end(try start(lab, way), SIGKILL)
        try lab.ip("link", "del", "e1")
        #expect(try restore(lab).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(lab.directory)/state") == [])
    }

    @Test(arguments: Way.allCases)
    func aPortThatWasRenamedIsPutBackUnderItsNewName(_ way: Way) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab, way), SIGKILL)
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

    @Test(arguments: Way.allCases)
    func aPortThatIsRenamedWhileTheHubRunsIsPutBack(_ way: Way) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let hub = try start(lab, way)
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

    @Test(arguments: Way.allCases)
    func portsInUseAreNeitherTakenNorRestored(_ way: Way) throws {
        let lab = try makeLab()
        let hub = try start(lab, way)
        let second = try Shell.run(arguments(lab, way))
        #expect(second.status == 1)
        #expect(second.text.contains("e0: already a port of the hub of process"))
        #expect(try restore(lab).status == 1)
        #expect(end(hub, SIGTERM) == 0)
    }

    @Test(arguments: Way.allCases)
    func aHubIsStartedOnlyForASupervisorThatLives(_ way: Way) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let ended = try Shell.run("sh", "-c", "echo $$").text.trimmingCharacters(in: .newlines)
        let outcome = try Shell.run(arguments(lab, way, ["--supervisor", ended]))
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try settledState(lab) == before)
    }

    @Test(arguments: Way.allCases)
    func aHubGoesOnThoughNobodyWaitsForIt(_ way: Way) throws {
        let lab = try makeLab()
        let nobody = Pipe()
        try nobody.fileHandleForReading.close()
        let hub = Process()
        hub.executableURL = URL(filePath: "/usr/bin/env")
        hub.arguments = arguments(lab, way, ["--ready-fd", "1"])
        hub.standardOutput = nobody
        hub.standardError = FileHandle.nullDevice
        try hub.run()
        try Shell.wait(for: "frames to cross") { try crosses(lab, within: 100) }
        #expect(end(hub, SIGTERM) == 0)
    }

    @Test(arguments: Way.allCases)
    func aHubWhoseSupervisorLivesIsNotAskedToHandOver(_ way: Way) throws {
        let lab = try makeLab()
        let hub = try start(lab, way, ["--supervisor", "\(getpid())"])
        #expect(try Shell.run(arguments(lab, way)).status == 1)
        #expect(try restore(lab).status == 1)
        #expect(hub.isRunning)
        #expect(end(hub, SIGTERM) == 0)
    }

    /// Starts a hub as the child of a program, kills that, and returns the number of the hub.
    private func orphan(_ lab: LabNamespace, _ way: Way) throws -> Int32 {
        // The hub gets no descriptor but the three standard ones: it would hold what tells of its parent's end.
        let program = """
            import os, subprocess, sys
            subprocess.run(sys.argv[1:] + ["--supervisor", str(os.getpid())])
            """
        let supervisor = try HubProcess(
            lab,
            ["--plane", way.plane.rawValue],
            runner: way.runner + ["python3", "-c", program]
        )
        let hub = try lab.inside { InterfaceLock.owner(ofInterface: "e0") }
        supervisor.end(SIGKILL)
        return try #require(hub)
    }

    private func crosses(_ lab: LabNamespace, within milliseconds: Int32 = 5000) throws -> Bool {
        let frames = (0..<20).map { OutgoingFrame([UInt8](repeating: UInt8($0), count: 60)) }
        let received = try Station(lab, "c0").send(frames, to: "c1", within: milliseconds)
        return received.map(\.octets) == frames.map(\.octets)
    }

    /// By the next hub, by another process, and by a signal.
    @Test(arguments: Way.allCases, ["hub", "restore", "signal"])
    func anOrphanedHubCutsNoWireUntilItIsToldTo(_ way: Way, _ end: String) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        let orphan = try orphan(lab, way)
        let isLeft = {
            try lab.inside { InterfaceLock.owner(ofInterface: "e0") == orphan }
        }
        defer { if (try? isLeft()) == true { kill(orphan, SIGKILL) } }
        if way != .packet { try Shell.wait(for: "the hub's end") { try !isLeft() } }
        #expect(try crosses(lab))
        switch end {
        case "hub":
            let hub = try start(lab, way)
            #expect(try crosses(lab))
            #expect(self.end(hub, SIGTERM) == 0)
        case "signal" where way == .packet:
            kill(orphan, SIGTERM)
        default:
            let outcome = try restore(lab)
            #expect(outcome.status == 0 && outcome.text == "restored e0, e1\n", "\(outcome)")
        }
        try Shell.wait(for: "the hub's end") { try !isLeft() }
        #expect(try settledState(lab) == before)
    }

    /// Nobody is left who would set it up when the cable is in again.
    @Test(arguments: Way.allCases)
    func aPortThatWasTakenDownIsUpWhenTheHubIsHandedOver(_ way: Way) throws {
        let lab = try makeLab()
        let hub = try startWithFault(lab, way, pulling: "c0", takesDown: "e1")
        #expect(end(hub, HubCommand.handOverSignal) == 0)
        #expect(try isUp(lab, "e1"))
        #expect(try restore(lab).status == 0)
    }

    /// Starts a hub that passes link faults on, pulls one cable, and returns when the other port is down.
    private func startWithFault(
        _ lab: LabNamespace,
        _ way: Way,
        pulling far: String,
        takesDown port: String,
        _ more: [String] = []
    ) throws -> Process {
        let hub = try start(lab, way, ["--link-fault", "pass"] + more)
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

    @Test(arguments: Way.allCases, [("c0", "e1"), ("c1", "e0")])
    func whatALinkFaultTookDownIsPutBackByAnybody(_ way: Way, _ ends: (String, String)) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        // By the hub itself, by the next hub, and by another process.
        for signal in [SIGTERM, SIGKILL, SIGKILL] {
            let hub = try startWithFault(lab, way, pulling: ends.0, takesDown: ends.1)
            _ = end(hub, signal)
            if signal == SIGKILL { #expect(try !isUp(lab, ends.1)) }
            try lab.ip("link", "set", ends.0, "up")
            if signal == SIGTERM { try expectState(before, lab) }
        }
        #expect(try restore(lab).status == 0)
        try expectState(before, lab)
    }

    @Test(arguments: Way.allCases)
    func aPortThatWasTakenDownIsUpWhenPortsAreKeptPrepared(_ way: Way) throws {
        let lab = try makeLab()
        let more = ["--on-exit", "keep"]
        let hub = try startWithFault(lab, way, pulling: "c0", takesDown: "e1", more)
        #expect(end(hub, SIGTERM) == 0)
        #expect(try isUp(lab, "e1"))
        #expect(try restore(lab).status == 0)
    }

    @Test(arguments: Way.allCases)
    func aFailedStartLeavesNothingBehind(_ way: Way) throws {
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
        let outcome = try Shell.run(arguments(lab, way))
        #expect(outcome.status == 1)
        #expect(outcome.text.contains("e1"))
        #expect(try settledState(lab) == before)
    }

    /// What a hub left is replaced by the next one, whatever that may do: no frame crosses twice, or not at all.
    @Test(arguments: [true, false])
    func aHubThatMayLoadProgramsAndOneThatMayNotFollowEachOther(_ mayFirst: Bool) throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab, mayFirst ? .kernel : .actions), SIGKILL)
        let hub = try start(lab, mayFirst ? .actions : .kernel)
        let frames = (0..<50).map { OutgoingFrame([UInt8](repeating: UInt8($0), count: 60)) }
        for (source, target) in [("c0", "c1"), ("c1", "c0")] {
            let received = try Station(lab, source).send(frames, to: target)
            #expect(received.map(\.octets) == frames.map(\.octets))
        }
        #expect(end(hub, SIGTERM) == 0)
        #expect(try settledState(lab) == before)
    }

    @Test func aFailedTakeOverLeavesTheWireAsItIs() throws {
        let lab = try makeLab()
        let before = try settledState(lab)
        _ = end(try start(lab, .kernel), SIGKILL)
        let left = try settledState(lab)
        // No ring can be made there, which is found out after the ports were claimed.
        let ring = ["--ring", "/proc/nowhere/ring"]
        var words = arguments(lab, .kernel)
        let place = try #require(words.firstIndex(of: "--ring"))
        words.replaceSubrange(place...place + 1, with: ring)
        #expect(try Shell.run(words).status == 1)
        #expect(try settledState(lab) == left)
        // Nor can the second port's journal be continued, which is found out after the first was taken over.
        let journal = try #require(
            FileManager.default.contentsOfDirectory(atPath: "\(lab.directory)/state").sorted().last
        )
        let path = "\(lab.directory)/state/\(journal)"
        try Shell.succeed("mv", path, "\(path).away")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(try Shell.run(arguments(lab, .kernel)).status == 1)
        let frames = (0..<50).map { OutgoingFrame([UInt8](repeating: UInt8($0), count: 60)) }
        let received = try Station(lab, "c0").send(frames, to: "c1")
        #expect(received.map(\.octets) == frames.map(\.octets))
        try FileManager.default.removeItem(atPath: path)
        try Shell.succeed("mv", "\(path).away", path)
        #expect(try restore(lab).status == 0)
        #expect(try settledState(lab) == before)
    }

    @Test(arguments: Way.allCases)
    func aPortThatReturnsIsTakenByAHubWithoutRoot(_ way: Way) throws {
        let lab = try makeLab()
        let hub = try start(lab, way)
        let frames = (0..<50).map { OutgoingFrame([UInt8](repeating: UInt8($0), count: 60)) }
        for _ in 0..<3 {
            try lab.ip("link", "del", "e1")
            try lab.ip("link", "add", "e1", "type", "veth", "peer", "name", "c1")
            try lab.run("sysctl", "-qw", "net.ipv6.conf.c1.disable_ipv6=1")
            try lab.ip("link", "set", "c1", "up")
            try Shell.wait(for: "the port's return") {
                try lab.ip("link", "show", "e1").contains("state UP")
            }
            try Shell.wait(for: "frames to cross") {
                try Station(lab, "c0").send([frames[0]], to: "c1", within: 100).count == 1
            }
            let received = try Station(lab, "c1").send(frames, to: "c0")
            #expect(received.map(\.octets) == frames.map(\.octets))
        }
        #expect(end(hub, SIGTERM) == 0)
    }

    @Test(arguments: [Way.kernel, .actions])
    func filtersOfOthersAreKeptAndFramesCrossInUserSpace(_ way: Way) throws {
        let lab = try makeLab()
        try lab.run("tc", "qdisc", "add", "dev", "e0", "clsact")
        let before = try settledState(lab)
        let refused = try Shell.run(arguments(lab, way, ["--force"]))
        #expect(refused.status == 1)
        #expect(refused.text.contains("e0") && refused.text.contains("--plane packet"))
        #expect(try settledState(lab) == before)
        let hub = try start(lab, way, ["--force"], plane: .auto)
        let frames = (0..<20).map { OutgoingFrame([UInt8](repeating: UInt8($0), count: 60)) }
        let received = try Station(lab, "c0").send(frames, to: "c1")
        #expect(received.map(\.octets) == frames.map(\.octets))
        #expect(end(hub, SIGTERM) == 0)
        #expect(try settledState(lab) == before)
    }

    @Test(arguments: [Way.kernel, .packet])
    func withoutCapabilitiesTheMissingOnesAreNamed(_ way: Way) throws {
        let lab = try makeLab()
        var words = arguments(lab, way)
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
