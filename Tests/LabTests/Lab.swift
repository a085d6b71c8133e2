import Foundation
import Testing

/// Network namespaces with hubtap's place in the middle, gone when the value is.
///
///     outside                 tap                    inside
///     198.51.100.25    eth0 [ hubtap ] eth1       192.0.2.25
///     203.0.113.9 ...     no addresses            192.0.2.50
///
/// The lab lives in a sandbox of `scripts/lab.sh`: with this process, or with the value, the kernel
/// ends every process in it and takes links and mounts apart. Commands go in by nsenter(1).
final class Lab {
    /// Where a command runs.
    enum Namespace: String {
        case outside, tap, inside
        /// The sandbox itself, where namespaces are made and processes are looked for.
        case sandbox
    }

    /// Where the checkout is.
    static let project = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of the programs: `HUBTAP_BIN`, or where the tests themselves were built.
    static let programs: URL =
        ProcessInfo.processInfo.environment["HUBTAP_BIN"].map { URL(filePath: $0) }
        ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// The `hubtap` program.
    static let hubtap = programs.appending(path: "hubtap").path

    private let holder = Process()
    private let input = Pipe()
    private let process: Int32
    private var outputs = 0

    /// Raises the lab; with `mail`, its servers too.
    init(mail: Bool = false) throws {
        guard geteuid() == 0 else {
            throw LabError("the lab tests need root, for network namespaces: sudo scripts/test.sh")
        }
        guard FileManager.default.isExecutableFile(atPath: Lab.hubtap) else {
            throw LabError("no program at \(Lab.hubtap); build it, or set HUBTAP_BIN")
        }
        let output = Pipe()
        let script = Lab.project.appending(path: "scripts/lab.sh").path
        Lab.prepare(holder, for: [script, "hold"] + (mail ? ["--mail"] : []))
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        // The lab says one line when it stands, and its output ends if it falls.
        var said = ""
        while !said.contains("\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw LabError("the lab did not come up: \(said)") }
            said += String(decoding: more, as: UTF8.self)
        }
        guard let number = said.split(whereSeparator: \.isWhitespace).last.flatMap({ Int32($0) })
        else {
            throw LabError("the lab said: \(said)")
        }
        process = number
    }

    deinit {
        try? input.fileHandleForWriting.close()
        holder.waitUntilExit()
    }

    /// Sets a process up to run a command with no signal blocked.
    ///
    /// The threads that tests run on block nearly all of them, and a child inherits that.
    private static func prepare(_ process: Process, for command: [String]) {
        let unblock = """
            import os, signal, sys
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.execvp(sys.argv[1], sys.argv[1:])
            """
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", unblock] + command
    }

    /// Where a file of the lab lies as seen from here.
    func file(_ path: String) -> URL { URL(filePath: "/proc/\(process)/root\(path)") }

    /// What a file of the lab holds; empty if it is not there.
    func contents(of path: String) -> String {
        (try? String(decoding: Data(contentsOf: file(path)), as: UTF8.self)) ?? ""
    }

    /// Starts a command and leaves it running.
    func start(_ namespace: Namespace = .tap, _ command: [String]) throws -> Command {
        outputs += 1
        let paths = ["out", "err"].map { "/run/lab/command-\(outputs).\($0)" }
        let handles = try paths.map { path in
            try Data().write(to: file(path))
            return try FileHandle(forWritingTo: file(path))
        }
        let child = Process()
        let entry = ["nsenter", "--target", "\(process)", "--mount", "--pid", "--uts", "--net"]
        let place = namespace == .sandbox ? [] : ["ip", "netns", "exec", namespace.rawValue]
        Lab.prepare(child, for: entry + ["--wdns=/run/lab", "--"] + place + command)
        var environment = ProcessInfo.processInfo.environment
        environment["NO_COLOR"] = "1"
        // Whoever runs the tests may be a service, what they start is none.
        environment["INVOCATION_ID"] = nil
        environment["TMPDIR"] = "/run/tmp"
        child.environment = environment
        child.standardInput = FileHandle.nullDevice
        child.standardOutput = handles[0]
        child.standardError = handles[1]
        try child.run()
        return Command(child, lab: self, output: paths[0], errors: paths[1])
    }

    /// Runs a command to its end; one that does not end within `seconds` is killed.
    @discardableResult
    func run(
        _ namespace: Namespace = .tap,
        _ command: [String],
        within seconds: Int = 60
    ) throws -> Outcome {
        try start(namespace, ["timeout", "--kill-after=1", "\(seconds)"] + command)
            .outcome(within: Double(seconds) + 10)
    }

    /// Runs a command that must succeed.
    @discardableResult
    func succeed(
        _ namespace: Namespace = .tap,
        _ command: [String],
        within seconds: Int = 60
    ) throws -> Outcome {
        let outcome = try run(namespace, command, within: seconds)
        guard outcome.code == 0 else {
            throw LabError("\(command.joined(separator: " ")): \(outcome)")
        }
        return outcome
    }

    /// A line of shell that must succeed, in the tap's namespace if not said otherwise.
    @discardableResult
    func shell(in namespace: Namespace = .tap, _ line: String) throws -> Outcome {
        try succeed(namespace, ["bash", "-euc", line])
    }

    /// A command of `scripts/lab.sh`, such as `relay off`.
    func script(_ arguments: String...) throws {
        try succeed(.sandbox, [Lab.project.appending(path: "scripts/lab.sh").path] + arguments)
    }

    /// The processes of the lab whose command line matches the pattern.
    func processes(_ pattern: String) throws -> [Int] {
        // Not under timeout(1), whose own command line would match.
        try start(.sandbox, ["pgrep", "-f", "--", pattern]).outcome().output.split(separator: "\n")
            .compactMap {
                Int($0)
            }
    }

    /// Sends a signal to the one process whose command line matches the pattern.
    ///
    /// Waits for it to be there: what was killed just now may not have been started again yet.
    func kill(_ pattern: String, _ signal: String) throws {
        var found: [Int] = []
        try wait(for: "one process that matches \(pattern)") {
            found = try processes(pattern)
            return found.count == 1
        }
        for target in found { try succeed(.sandbox, ["kill", "-\(signal)", "\(target)"]) }
    }

    /// Waits until a condition holds; throws, naming it, when it does not within `seconds`.
    func wait(
        for what: String,
        within seconds: Double = 20,
        until holds: () throws -> Bool
    ) throws {
        let deadline = Date.now.addingTimeInterval(seconds)
        let never = DispatchSemaphore(value: 0)
        while try !holds() {
            guard Date.now < deadline else { throw LabError("waited in vain for \(what)") }
            _ = never.wait(timeout: .now() + .milliseconds(20))
        }
    }
}
