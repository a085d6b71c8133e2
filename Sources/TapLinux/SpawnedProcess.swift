import CTap
import Glibc
public import SystemPackage

/// A child process, started with nothing of ours but what it is given.
public struct SpawnedProcess: Sendable {
    /// How a process ended.
    public enum Ending: Hashable, Sendable {
        /// It ended by itself with this code.
        case exit(Int32)
        /// It was ended by this signal.
        case signal(Int32)
    }

    /// The kernel's number of the process.
    public let processID: Int32

    /// Starts `executable`.
    ///
    /// It gets a process group of its own, so that a terminal's Ctrl-C reaches only us; signals at their defaults, none
    /// blocked; an empty standard input; our standard error; and no other open descriptor.
    ///
    /// - Parameters:
    ///   - executable: The path of the program.
    ///   - arguments: Its arguments, without its own name.
    ///   - output: What becomes its standard output; ours if nil.
    /// - Throws: Why it could not be started.
    public init(
        _ executable: String,
        arguments: [String],
        output: FileDescriptor? = nil
    ) throws(Errno) {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        // SAFETY: both are initialized here, used by this call alone, and destroyed at its end.
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // SAFETY: the path is copied; the descriptors are numbers.
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if let output {
            unsafe posix_spawn_file_actions_adddup2(&actions, output.rawValue, 1)
        }
        _ = unsafe ctap_close_from(&actions, 3)
        Self.resetSignals(&attributes)

        var strings = unsafe ([executable] + arguments).map { unsafe strdup($0) }
        unsafe strings.append(nil)
        defer { unsafe strings.forEach { unsafe free($0) } }
        var identifier: pid_t = 0
        // #syscalls clone execve
        // SAFETY: the strings and the nil-terminated list of them live across the call.
        let result = unsafe posix_spawn(
            &identifier,
            executable,
            &actions,
            &attributes,
            &strings,
            environ
        )
        guard result == 0 else { throw Errno(rawValue: result) }
        processID = identifier
    }

    private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var all = sigset_t()
        var none = sigset_t()
        // SAFETY: the sets are local and copied into the attributes, which the caller owns.
        unsafe sigfillset(&all)
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    /// Waits until the process has ended; its number stays taken until `reap()`.
    public func waitUntilEnded() throws(Errno) {
        var information = unsafe siginfo_t()
        while true {
            // #syscalls waitid
            // SAFETY: the information lives across the call.
            let result = unsafe waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT)
            if result == 0 { return }
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    /// Gives the number of an ended process back to the kernel.
    public func reap() throws(Errno) -> Ending {
        var status: CInt = 0
        // #syscalls wait4
        // SAFETY: the status lives across the call.
        let result = unsafe waitpid(processID, &status, 0)
        guard result == processID else { throw Errno(rawValue: errno) }
        // wait(2): the low seven bits are the signal, 0 for an exit; the next eight bits the code.
        let signal = status & 0x7F
        return signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
    }

    /// Sends `signal` to the process; only before it is reaped.
    public func send(_ signal: CInt) {
        // #syscalls kill
        _ = kill(processID, signal)
    }
}
