import CTap
import Glibc
public import SystemPackage

extension NetworkNamespace {
    /// Whether this thread is in the network namespace of the first process; nil if that cannot be seen.
    static var isThatOfInit: Bool? {
        var facts = stat()
        // SAFETY: `facts` lives across the call, which fills it in.
        // #syscalls newfstatat
        guard unsafe stat("/proc/1/ns/net", &facts) == 0, let own = try? identity() else {
            return nil
        }
        return UInt64(facts.st_ino) == own
    }

    /// Does something on a thread of its own, in a new network namespace that goes when it is done.
    ///
    /// Nothing but a loopback interface is in it, with the number 1, and nobody else sees it.
    /// - Throws: `.notPermitted` without CAP_SYS_ADMIN, or what the kernel said.
    public static func throwaway<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) throws(Errno) -> Value {
        let errand = Errand<Value>()
        let begin = ThreadStart {
            // #syscalls unshare
            let result = ctap_leave_network()
            errand.outcome = result < 0 ? .failure(Errno(rawValue: -result)) : .success(body())
        }
        try begin.run()
        guard let outcome = errand.outcome else { preconditionFailure("a thread without outcome") }
        return try outcome.get()
    }

    /// What comes of the thread: written by it, read after its end.
    private final class Errand<Value> {
        var outcome: Result<Value, Errno>?
    }
}

/// A thread that is waited for.
private final class ThreadStart {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }

    /// Runs the body on a new thread to its end.
    func run() throws(Errno) {
        var thread = pthread_t()
        // SAFETY: this object is kept until the thread has ended, which is waited for below; nobody
        // looks at what the body changes meanwhile.
        // #syscalls clone3 mmap mprotect munmap futex
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let error = unsafe pthread_create(&thread, nil, Self.main, context)
        guard error == 0 else { throw Errno(rawValue: error) }
        _ = withExtendedLifetime(self) { pthread_join(thread, nil) }
    }

    private typealias Main =
        @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?

    private static let main: Main = { context in
        // SAFETY: the context is the object that `run` keeps.
        if let context = unsafe context {
            unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeUnretainedValue().body()
        }
        return nil
    }
}
