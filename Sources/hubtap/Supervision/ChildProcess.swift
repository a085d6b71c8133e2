import Foundation
import Synchronization

/// A program that this one started and watches.
///
/// The thread that starts the child lives as long as the child does: the kernel ties a parent-death
/// signal to the thread that forked, not to the process (prctl(2), PR_SET_PDEATHSIG).
final class ChildProcess: Sendable {
    /// How a child ended.
    enum Ending: Sendable, Equatable {
        case exit(Int32)
        case signal(Int32)
        /// It could not be started at all.
        case failedToStart(String)

        /// The ending in words.
        var words: String {
            switch self {
            case .exit(let code): "ended with exit code \(code)"
            case .signal(let number): "was ended by signal \(number)"
            case .failedToStart(let reason): "could not be started: \(reason)"
            }
        }
    }

    private let executable: String
    private let arguments: [String]
    private let identifier = Mutex<pid_t?>(nil)

    /// Prepares to run `executable` with `arguments`.
    init(executable: String, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// The child's process id while it runs.
    var processIdentifier: pid_t? { identifier.withLock { $0 } }

    /// Starts the child and returns when it has ended.
    ///
    /// - Parameter ready: called once when the child has written its first line to standard output, if
    ///   `readsOutput` is true; otherwise standard output is inherited.
    func run(readsOutput: Bool = false, ready: @escaping @Sendable () -> Void = {}) async -> Ending
    {
        await withCheckedContinuation { continuation in
            let thread = Thread { [self] in
                continuation.resume(
                    returning: runOnThisThread(readsOutput: readsOutput, ready: ready)
                )
            }
            thread.name = "child"
            thread.start()
        }
    }

    private func runOnThisThread(readsOutput: Bool, ready: @Sendable () -> Void) -> Ending {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        if readsOutput { process.standardOutput = output }
        do {
            try process.run()
        } catch {
            return .failedToStart("\(executable): \(error.localizedDescription)")
        }
        identifier.withLock { $0 = process.processIdentifier }
        if readsOutput, !output.fileHandleForReading.availableData.isEmpty { ready() }
        process.waitUntilExit()
        identifier.withLock { $0 = nil }
        switch process.terminationReason {
        case .exit: return .exit(process.terminationStatus)
        case .uncaughtSignal: return .signal(process.terminationStatus)
        @unknown default: return .exit(process.terminationStatus)
        }
    }

    /// Sends `signal` to the child if it runs.
    func send(_ signal: Int32) {
        identifier.withLock { if let pid = $0 { _ = kill(pid, signal) } }
    }
}

/// Where the programs of hubtap are.
enum Programs {
    /// The program that is running.
    static var own: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "hubtap"
    }

    /// `hubtap-hub`: beside this program, or where the package installs it.
    static func hub() throws(Failure) -> String {
        let folder = URL(fileURLWithPath: own).deletingLastPathComponent()
        let places = [
            folder.appendingPathComponent("hubtap-hub").path,
            folder.appendingPathComponent("../libexec/hubtap/hubtap-hub").path,
            "/usr/libexec/hubtap/hubtap-hub",
        ]
        for place in places where FileManager.default.isExecutableFile(atPath: place) {
            return place
        }
        throw .failed(
            "the program hubtap-hub is missing; it is looked for in \(places.joined(separator: ", "))"
        )
    }
}
