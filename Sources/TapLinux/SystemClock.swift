import CTap
public import SystemPackage

/// The clock that gives frames their times.
public enum SystemClock {
    /// True if a time service keeps it right, as far as the kernel was told.
    public static func isSynchronized() throws(Errno) -> Bool {
        // #syscalls adjtimex
        try Errno.check(ctap_clock_is_synchronized()) == 1
    }
}
