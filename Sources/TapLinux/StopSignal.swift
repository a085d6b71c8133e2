import CTap
import Glibc
public import SystemPackage

/// A request to end that a loop can wait for: signals of the process, or `raise()` of another thread.
public struct StopSignal: ~Copyable, Sendable {
    /// Becomes readable when the request is there, and stays so.
    public let descriptor: FileDescriptor
    /// Becomes readable when it is not only to hand over; nil if it never is.
    private let endDescriptor: FileDescriptor?

    /// A request that only `raise()` makes.
    public init() throws(Errno) {
        // #syscalls eventfd2
        descriptor = FileDescriptor(rawValue: try Errno.check(ctap_event_descriptor()))
        endDescriptor = nil
    }

    /// A request that any of these signals makes; they are blocked for the calling thread.
    ///
    /// - Parameters:
    ///   - signals: Those that ask to end.
    ///   - handOver: The one that asks to end and leave everything to a successor.
    /// - Throws: What the kernel refused.
    public init(onSignals signals: [CInt], handOver: CInt) throws(Errno) {
        let end = FileDescriptor(rawValue: try Self.descriptor(of: signals))
        var all: CInt = -1
        endDescriptor = try end.closedOnFailure { _ throws(Errno) in
            all = try Self.descriptor(of: signals + [handOver])
        }
        descriptor = FileDescriptor(rawValue: all)
    }

    private static func descriptor(of signals: [CInt]) throws(Errno) -> CInt {
        let set = signals.reduce(UInt64(0)) { bits, signal in bits | 1 << UInt64(signal) }
        // #syscalls rt_sigprocmask signalfd4
        return try Errno.check(ctap_signal_descriptor(set))
    }

    deinit {
        try? descriptor.close()
        try? endDescriptor?.close()
    }

    /// Makes the request; of no effect on one that signals make.
    public func raise() {
        var one: UInt64 = 1
        // SAFETY: the eight octets live across the call, which only reads them.
        // #syscalls write
        _ = unsafe write(descriptor.rawValue, &one, 8)
    }

    /// True if the request is there.
    public var isRaised: Bool { Self.isReadable(descriptor) }

    /// True if the request is there, and only that of one who wants everything left to a successor.
    public var isHandOver: Bool {
        guard let endDescriptor else { return false }
        return isRaised && !Self.isReadable(endDescriptor)
    }

    private static func isReadable(_ descriptor: FileDescriptor) -> Bool {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        // SAFETY: the entry lives across the call.
        // #syscalls poll
        return unsafe poll(&entry, 1, 0) > 0
    }
}
