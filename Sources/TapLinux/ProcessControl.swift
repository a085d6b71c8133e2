import CTap
import Glibc
public import SystemPackage

/// What a process says about itself to the kernel.
public enum ProcessControl {
    /// Asks for SIGTERM when the parent ends.
    ///
    /// The kernel takes the thread that started this process for the parent.
    /// - Returns: false when the parent has ended already and the signal will never come.
    public static func endWithParent() throws(Errno) -> Bool {
        let parent = getppid()
        // #syscalls prctl getppid
        _ = try Errno.check(ctap_end_with_parent(SIGTERM))
        return getppid() == parent
    }

    /// Lets these signals pass without effect.
    public static func ignore(signals: [CInt]) {
        for number in signals {
            // #syscalls rt_sigaction
            _ = signal(number, SIG_IGN)
        }
    }
}
