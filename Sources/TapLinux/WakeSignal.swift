import CTap
import Glibc
public import SystemPackage

/// What one thread wakes another by; a wake-up that nobody waits for is kept.
public struct WakeSignal: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// A signal that was not given yet.
    public init() throws(Errno) {
        // #syscalls eventfd2
        descriptor = FileDescriptor(rawValue: try Errno.check(ctap_event_descriptor()))
    }

    deinit { try? descriptor.close() }

    /// Wakes the one who waits, or the next who will; never waits itself.
    public func raise() {
        var one: UInt64 = 1
        // SAFETY: the eight octets live across the call, which only reads them.
        // #syscalls write
        _ = unsafe write(descriptor.rawValue, &one, 8)
    }

    /// Waits until the signal is given, at most for `milliseconds`; it counts as taken then.
    public func wait(milliseconds: Int32) {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        // SAFETY: the entry lives across the call.
        // #syscalls poll
        guard unsafe poll(&entry, 1, milliseconds) > 0 else { return }
        var count: UInt64 = 0
        // SAFETY: the eight octets live across the call, which fills them in.
        // #syscalls read
        _ = unsafe read(descriptor.rawValue, &count, 8)
    }
}
