import Foundation

/// A hub program on the first two ports of a lab, killed with this value if it still runs.
final class HubProcess {
    private let process = Process()
    private let lab: LabNamespace

    /// Starts it and returns when frames cross.
    ///
    /// A `runner` runs the program, such as one that takes privileges away.
    init(_ lab: LabNamespace, _ more: [String] = [], runner: [String] = []) throws {
        self.lab = lab
        try FileManager.default.createDirectory(
            atPath: lab.directory,
            withIntermediateDirectories: true
        )
        let ready = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["ip", "netns", "exec", lab.name] + runner
            + [
                PortStateTests.program, "--port", "e0", "--port", "e1",
                "--ring", "\(lab.directory)/ring", "--ring-size", "1048576",
                "--state-directory", "\(lab.directory)/state", "--ready-fd", "1",
            ] + more
        process.standardOutput = ready
        let path = errorPath
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: path)
        try process.run()
        guard ready.fileHandleForReading.availableData == Data("ready\n".utf8) else {
            throw LabFailure("\(PortStateTests.program) did not start")
        }
    }

    deinit { end(SIGKILL) }

    /// What it said, for people.
    var said: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    private var errorPath: String { "\(lab.directory)/hub.err" }

    /// The number of the process.
    var identifier: Int32 { process.processIdentifier }

    /// Ends it by a signal and waits until it is gone.
    func end(_ signal: Int32) {
        guard process.isRunning else { return }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
    }

    /// Puts back what it left.
    func restore() throws {
        let state = "\(lab.directory)/state"
        try lab.run(PortStateTests.program, "--restore", "--state-directory", state)
    }
}
