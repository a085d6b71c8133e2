import CTap
import Glibc
public import SystemPackage

/// A request to end that a loop can wait for: signals of the process, or `raise()` of another thread.
public struct StopSignal: ~Copyable, Sendable {
    /// Becomes readable when the request is there, and stays so.
    public let descriptor: FileDescriptor

    /// A request that only `raise()` makes.
    public init() throws(Errno) {
        // #syscalls eventfd2
        descriptor = FileDescriptor(rawValue: try Errno.check(ctap_event_descriptor()))
    }

    /// A request that any of these signals makes; they are blocked for the calling thread.
    public init(onSignals signals: [CInt]) throws(Errno) {
        let set = signals.reduce(UInt64(0)) { bits, signal in bits | 1 << UInt64(signal) }
        // #syscalls rt_sigprocmask signalfd4
        descriptor = FileDescriptor(rawValue: try Errno.check(ctap_signal_descriptor(set)))
    }

    deinit { try? descriptor.close() }

    /// Makes the request; of no effect on one that signals make.
    public func raise() {
        var one: UInt64 = 1
        // SAFETY: the eight octets live across the call, which only reads them.
        // #syscalls write
        _ = unsafe write(descriptor.rawValue, &one, 8)
    }

    /// True if the request is there.
    public var isRaised: Bool {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        // SAFETY: the entry lives across the call.
        // #syscalls poll
        return unsafe poll(&entry, 1, 0) > 0
    }
}
