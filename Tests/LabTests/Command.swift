import Foundation

/// A command that runs in the lab.
struct Command {
    private let process: Process
    private let lab: Lab
    private let outputPath: String
    private let errorsPath: String

    init(_ process: Process, lab: Lab, output: String, errors: String) {
        self.process = process
        self.lab = lab
        outputPath = output
        errorsPath = errors
    }

    /// What it has written to standard output so far.
    var output: String { lab.contents(of: outputPath) }

    /// What it has written to standard error so far.
    var errors: String { lab.contents(of: errorsPath) }

    /// True until it has ended.
    var isRunning: Bool { process.isRunning }

    /// Waits for its end; throws when it has not ended within `seconds`.
    func outcome(within seconds: Double = 60) throws -> Outcome {
        let name = process.arguments?.suffix(6).joined(separator: " ") ?? ""
        try lab.wait(for: "the end of \(name)", within: seconds) { !process.isRunning }
        process.waitUntilExit()
        return Outcome(code: process.terminationStatus, output: output, errors: errors)
    }
}

/// How a command ended and what it said.
struct Outcome: CustomStringConvertible {
    /// The exit code; 124 if it was ended for taking too long.
    var code: Int32
    /// Standard output.
    var output: String
    /// Standard error.
    var errors: String

    var description: String { "exit code \(code)\n\(output)\n\(errors)" }
}

/// Why the lab cannot go on.
struct LabError: Error, CustomStringConvertible {
    var description: String

    init(_ words: String) { description = words }
}
