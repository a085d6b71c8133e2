import CTap
import Glibc
public import SystemPackage

/// A thread of its own that runs one function; its owner waits for its end.
@safe public struct WorkerThread: ~Copyable, Sendable {
    private final class Task {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    private let thread: pthread_t

    /// Starts the thread; it has the privileges, signal mask and priority of the one that starts it.
    ///
    /// - Parameters:
    ///   - name: What it is called in lists of threads; 15 octets are kept.
    ///   - body: What it does.
    /// - Throws: What the kernel said if there can be no further thread.
    public init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
        let task = unsafe Unmanaged.passRetained(Task(name, body))
        var created = pthread_t()
        // SAFETY: the new thread takes over the reference; if there is none, it is taken back here.
        // #syscalls clone3
        let result = unsafe pthread_create(&created, nil, Self.main, task.toOpaque())
        guard result == 0 else {
            unsafe task.release()
            throw Errno(rawValue: result)
        }
        thread = created
    }

    // #syscalls futex
    deinit { _ = pthread_join(thread, nil) }

    /// Waits until the function has returned.
    public consuming func join() {}

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        {
            argument in
            guard let argument = unsafe argument else { return nil }
            // SAFETY: the reference that the initialiser gave away, taken once.
            let task = unsafe Unmanaged<Task>.fromOpaque(argument).takeRetainedValue()
            // SAFETY: the name lives across the call, which only reads it.
            // #syscalls prctl
            unsafe ctap_name_thread(task.name)
            task.body()
            return nil
        }
}
