import CTap
import Glibc
public import SystemPackage

/// The network namespace of the calling thread.
public enum NetworkNamespace {
    /// A number that no other namespace has while this one exists.
    public static func identity() throws(Errno) -> UInt64 {
        var facts = stat()
        // SAFETY: `facts` lives across the call, which fills it in.
        // #syscalls newfstatat
        guard unsafe stat("/proc/thread-self/ns/net", &facts) == 0 else { throw .latest }
        return UInt64(facts.st_ino)
    }

    /// Moves the calling thread, and no other, into the namespace that the file at `path` stands for.
    public static func enter(_ path: FilePath) throws(Errno) {
        let file = try withErrno { () throws in
            try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        }
        defer { try? file.close() }
        // #syscalls setns
        _ = try Errno.check(ctap_enter_namespace(file.rawValue))
    }
}
