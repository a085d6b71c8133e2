import CTap
import Glibc
public import SystemPackage

/// The right of one process to use an interface as its port, given back with its owner or its death.
///
/// It is an abstract AF_UNIX address, which the kernel keeps apart by network namespace.
public struct InterfaceLock: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// How often it is tried to take what this process itself has only just given back.
    private static let patience = 500
    private static let napNanoseconds: Int64 = 1_000_000

    /// Takes the right, or throws `.addressInUse` when it is taken.
    ///
    /// A child that was forked and has not become another program yet holds what its parent has given back, for a
    /// moment: where this process itself seems to have the right, that is waited for, at most half a second.
    public init(interface name: String) throws(Errno) {
        var attempts = 0
        while true {
            do throws(Errno) {
                self = try Self.take(name)
                return
            } catch {
                attempts += 1
                guard error == .addressInUse, attempts < Self.patience,
                    Self.owner(ofInterface: name) ?? getpid() == getpid()
                else { throw error }
                FileMappingClock.pause(nanoseconds: Self.napNanoseconds)
            }
        }
    }

    private init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    private static func take(_ name: String) throws(Errno) -> InterfaceLock {
        // #syscalls socket
        let number = socket(AF_UNIX, CTAP_SOCK_STREAM | CTAP_SOCK_CLOEXEC, 0)
        guard number >= 0 else { throw .latest }
        let descriptor = FileDescriptor(rawValue: number)
        return InterfaceLock(
            try descriptor.closedOnFailure { socket throws(Errno) in
                // SAFETY: the name lives across the call, which copies it.
                // #syscalls bind listen
                _ = try Errno.check(unsafe ctap_bind_abstract(socket.rawValue, address(name)))
            }
        )
    }

    deinit { try? descriptor.close() }

    /// The process that has the right now, or nil if none has.
    ///
    /// 0 is a process that cannot be seen from here.
    public static func owner(ofInterface name: String) -> Int32? {
        var process: Int32 = 0
        // SAFETY: both arguments live across the call.
        // #syscalls socket connect getsockopt
        let result = unsafe ctap_abstract_owner(address(name), &process)
        return result == -ECONNREFUSED ? nil : process
    }

    private static func address(_ name: String) -> String { "hubtap/port/\(name)" }
}
