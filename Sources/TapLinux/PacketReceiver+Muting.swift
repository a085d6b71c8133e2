import CNetlink
import Glibc
public import SystemPackage

extension PacketReceiver {
    /// Lets no frame in, or all again, from this moment on; what the ring holds stays.
    public func setMuted(_ isMuted: Bool) throws(Errno) { try Self.mute(descriptor, isMuted) }

    static func mute(_ socket: FileDescriptor, _ isMuted: Bool) throws(Errno) {
        guard isMuted else {
            try PacketSocket.set(socket, SOL_SOCKET, SO_DETACH_FILTER, 0)
            return
        }
        // One instruction: keep no octet of any frame.
        var instruction = sock_filter(code: 0x06, jt: 0, jf: 0, k: 0)
        let result = unsafe withUnsafeMutablePointer(to: &instruction) { pointer in
            let program = unsafe sock_fprog(len: 1, filter: pointer)
            let size = unsafe socklen_t(MemoryLayout<sock_fprog>.size)
            return unsafe withUnsafePointer(to: program) { program in
                // SAFETY: program and instruction live across the call, which copies them.
                // #syscalls setsockopt
                unsafe setsockopt(socket.rawValue, SOL_SOCKET, SO_ATTACH_FILTER, program, size)
            }
        }
        guard result == 0 else { throw .latest }
    }
}
