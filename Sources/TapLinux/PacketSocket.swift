import CTap
import Glibc
import SystemPackage

/// The steps that every packet socket takes (packet(7)).
enum PacketSocket {
    /// Opens a packet socket that is bound to nothing yet.
    static func open() throws(Errno) -> FileDescriptor {
        let type = CTAP_SOCK_RAW | CTAP_SOCK_CLOEXEC | CTAP_SOCK_NONBLOCK
        // #syscalls socket
        let number = socket(AF_PACKET, type, 0)
        guard number >= 0 else { throw .latest }
        return FileDescriptor(rawValue: number)
    }

    /// Sets an option whose value is one number.
    static func set(
        _ socket: FileDescriptor,
        _ level: CInt,
        _ option: CInt,
        _ value: CInt
    ) throws(Errno) {
        var value = value
        // SAFETY: the value lives across the call, which only reads it.
        // #syscalls setsockopt
        let result = unsafe setsockopt(
            socket.rawValue,
            level,
            option,
            &value,
            socklen_t(MemoryLayout<CInt>.size)
        )
        guard result == 0 else { throw .latest }
    }

    /// Binds a packet socket to an interface; `etherType` 0 receives nothing.
    static func bind(
        _ socket: FileDescriptor,
        interface index: Int32,
        etherType: Int32
    ) throws(Errno) {
        var address = sockaddr_ll()
        address.sll_family = UInt16(AF_PACKET)
        address.sll_protocol = UInt16(truncatingIfNeeded: etherType).bigEndian
        address.sll_ifindex = index
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            // SAFETY: the address lives across the call, which only reads it; a sockaddr_ll is a
            // sockaddr of the family it names.
            // #syscalls bind
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.bind(
                    socket.rawValue,
                    address,
                    socklen_t(MemoryLayout<sockaddr_ll>.size)
                )
            }
        }
        guard result == 0 else { throw .latest }
    }

    /// Takes the error that waits on a socket, so that it is readable and writable again.
    static func clearError(_ socket: FileDescriptor) {
        var error: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        // SAFETY: both live across the call, which fills them in.
        // #syscalls getsockopt
        _ = unsafe getsockopt(socket.rawValue, SOL_SOCKET, SO_ERROR, &error, &size)
    }
}
