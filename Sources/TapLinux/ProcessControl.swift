import CTap
import Glibc
public import SystemPackage

/// What a process says about itself to the kernel.
public enum ProcessControl {
    /// Whether this process still has the parent that started it.
    public static func isChild(of parent: Int32) -> Bool {
        // #syscalls getppid
        getppid() == parent
    }

    /// Lets this process get a signal when its parent ends, or now if that has ended already.
    ///
    /// The kernel takes the thread that started this process for the parent.
    /// - Parameters:
    ///   - signal: The signal.
    ///   - parent: The process that started this one. To ask the kernel who that is would be too late, if it is gone.
    /// - Throws: What the kernel refused.
    public static func signal(_ signal: CInt, atEndOf parent: Int32) throws(Errno) {
        // #syscalls prctl
        _ = try Errno.check(ctap_signal_with_parent(signal))
        if !isChild(of: parent) { send(signal, to: getpid()) }
    }

    /// Lets these signals pass without effect.
    public static func ignore(signals: [CInt]) {
        for number in signals {
            // #syscalls rt_sigaction
            _ = Glibc.signal(number, SIG_IGN)
        }
    }
}
