import CNetlink
import Glibc
public import SystemPackage

extension RouteSocket {
    /// Switches an interface on or off, by its number, and changes nothing else on it.
    public func setUp(_ isUp: Bool, of index: Int32) throws(Errno) {
        guard let message = unsafe nlmsg_alloc_simple(CInt(RTM_NEWLINK), 0) else { throw .noMemory }
        var header = ifinfomsg()
        header.ifi_family = UInt8(AF_UNSPEC)
        header.ifi_index = index
        header.ifi_flags = isUp ? UInt32(IFF_UP) : 0
        header.ifi_change = UInt32(IFF_UP)
        let size = MemoryLayout<ifinfomsg>.size
        // SAFETY: the header lives across the call, which copies it.
        let result = unsafe nlmsg_append(message, &header, size, CInt(NLMSG_ALIGNTO))
        guard result >= 0 else {
            unsafe nlmsg_free(message)
            throw Self.error(result)
        }
        // Frees the message, whatever comes of it.
        // #syscalls sendmsg recvmsg
        _ = try Self.check(unsafe nl_send_sync(handle, message))
    }
}
