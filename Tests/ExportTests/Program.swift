import Foundation

/// Runs the built `hubtap`, and the tools that read what it writes.
enum Program {
    /// The folder of the programs: `HUBTAP_BIN`, or where the tests themselves were built.
    private static let folder: URL =
        ProcessInfo.processInfo.environment["HUBTAP_BIN"].map { URL(filePath: $0) }
        ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// How a command ended and what it said.
    struct Outcome: CustomStringConvertible {
        /// The exit code.
        var code: Int32
        /// Standard output.
        var output: String
        /// Standard error.
        var errors: String

        var description: String { "exit code \(code)\n\(output)\n\(errors)" }

        /// The lines of standard output.
        var lines: [Substring] { output.split(separator: "\n") }
    }

    /// Runs a command of bash, in which `hubtap` is the built program, to its end.
    static func run(_ command: String) throws -> Outcome {
        let process = Process()
        let output = Pipe()
        let errors = URL(filePath: "/tmp/hubtap-export-\(UUID().uuidString).err")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: errors) }
        prepare(process, for: command)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            code: process.terminationStatus,
            output: String(decoding: said, as: UTF8.self),
            errors: try String(contentsOf: errors, encoding: .utf8)
        )
    }

    /// Sets a process up to run a command of bash with no signal blocked or ignored.
    ///
    /// The threads that tests run on block nearly all of them, and a child inherits that.
    static func prepare(_ process: Process, for command: String) {
        let unblock = """
            import os, signal, sys
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.execvp("bash", ["bash", "-o", "pipefail", "-c", sys.argv[1]])
            """
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", unblock, command]
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = "\(folder.path):/usr/sbin:/usr/bin:/sbin:/bin"
        environment["LC_ALL"] = "C"
        environment["TZ"] = "UTC"
        process.environment = environment
    }
}
