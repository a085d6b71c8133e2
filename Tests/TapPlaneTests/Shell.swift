import Foundation

/// Commands of the system that tests are built from.
enum Shell {
    struct Outcome {
        var status: Int32
        /// Standard output and standard error, as they came.
        var text: String
    }

    /// Runs a command and waits for its end.
    static func run(_ words: String...) throws -> Outcome { try run(words) }

    static func run(_ words: [String]) throws -> Outcome {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, text: text)
    }

    /// Runs a command that must succeed, and returns what it said.
    @discardableResult
    static func succeed(_ words: String...) throws -> String { try succeed(words) }

    @discardableResult
    static func succeed(_ words: [String]) throws -> String {
        let outcome = try run(words)
        guard outcome.status == 0 else {
            throw LabFailure("\(words.joined(separator: " ")): \(outcome.text)")
        }
        return outcome.text
    }

    /// Waits until `condition` holds; throws when it does not within a minute.
    ///
    /// Longer than anything takes: a hub that did not see a carrier before it went waits ten seconds for it.
    static func wait(for what: String, _ condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !condition() {
            guard ContinuousClock.now < deadline else {
                throw LabFailure("waited in vain for \(what)")
            }
            sched_yield()
        }
    }
}
