import Glibc
public import SystemPackage

extension ProcessControl {
    /// Makes another program of this process; open descriptors that are not close-on-exec stay open.
    ///
    /// - Parameters:
    ///   - executable: The path of the program.
    ///   - arguments: Its arguments, without its own name.
    /// - Returns: Why it could not be done: this returns only then.
    public static func replace(with executable: String, arguments: [String]) -> Errno {
        var strings = unsafe ([executable] + arguments).map { unsafe strdup($0) }
        unsafe strings.append(nil)
        defer { unsafe strings.forEach { unsafe free($0) } }
        // #syscalls execve
        // SAFETY: the strings and the nil-terminated list of them live across the call.
        _ = unsafe execv(executable, &strings)
        return Errno(rawValue: errno)
    }
}
