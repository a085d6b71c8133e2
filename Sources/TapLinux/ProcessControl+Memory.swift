import CTap
public import SystemPackage

extension ProcessControl {
    /// Lets this process lock as much memory as it likes; needs CAP_SYS_RESOURCE.
    public static func liftMemoryLockLimit() throws(Errno) {
        // #syscalls prlimit64
        _ = try Errno.check(ctap_lift_memory_lock_limit())
    }
}
