import Foundation
import Synchronization
import SystemPackage
import TapLinux

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
    private let running = Mutex<SpawnedProcess?>(nil)

    /// Prepares to run `executable` with `arguments`.
    init(executable: String, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// Starts the child and returns when it has ended.
    ///
    /// - Parameters:
    ///   - readsOutput: False to let the child write to our own standard output.
    ///   - ready: Called when the child has written to standard output, if `readsOutput` is true.
    /// - Returns: How it ended.
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
        let process: SpawnedProcess
        var output: FileDescriptor?
        do {
            if readsOutput {
                let pipe = try FileDescriptor.pipe()
                defer { try? pipe.writeEnd.close() }
                output = pipe.readEnd
                process = try SpawnedProcess(
                    executable,
                    arguments: arguments,
                    output: pipe.writeEnd
                )
            } else {
                process = try SpawnedProcess(executable, arguments: arguments)
            }
        } catch {
            return .failedToStart("\(executable): \(error)")
        }
        running.withLock { $0 = process }
        if let output {
            let lines = FileHandle(fileDescriptor: output.rawValue, closeOnDealloc: true)
            if !lines.availableData.isEmpty { ready() }
        }
        try? process.waitUntilEnded()
        running.withLock { $0 = nil }
        switch try? process.reap() {
        case .exit(let code): return .exit(code)
        case .signal(let number): return .signal(number)
        case nil: return .exit(1)
        }
    }

    /// Sends `signal` to the child if it runs.
    func send(_ signal: Int32) {
        running.withLock { $0?.send(signal) }
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
