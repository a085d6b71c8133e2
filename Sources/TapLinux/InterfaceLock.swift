import CTap
import Glibc
public import SystemPackage

/// The right of one process to use an interface as its port, given back with its owner or its death.
///
/// It is an abstract AF_UNIX address, which the kernel keeps apart by network namespace.
public struct InterfaceLock: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Takes the right, or throws `.addressInUse` when another process has it.
    public init(interface name: String) throws(Errno) {
        // #syscalls socket
        let number = socket(AF_UNIX, CTAP_SOCK_STREAM | CTAP_SOCK_CLOEXEC, 0)
        guard number >= 0 else { throw .latest }
        descriptor = try FileDescriptor(rawValue: number).closedOnFailure { socket throws(Errno) in
            // SAFETY: the name lives across the call, which copies it.
            // #syscalls bind listen
            _ = try Errno.check(unsafe ctap_bind_abstract(socket.rawValue, Self.address(name)))
        }
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
