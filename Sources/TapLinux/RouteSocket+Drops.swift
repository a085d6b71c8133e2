import CNetlink
import Glibc
public import SystemPackage

extension RouteSocket {
    /// Frames that the queue before an interface did not pass on, since it exists.
    ///
    /// Of the root alone: what hangs below it is counted there, too.
    public func queueDrops(of index: Int32) throws(Errno) -> UInt64 {
        var cache: OpaquePointer?
        // #syscalls sendmsg recvmsg
        _ = try Self.check(unsafe rtnl_qdisc_alloc_cache(handle, &cache))
        defer { unsafe nl_cache_free(cache) }
        var drops: UInt64 = 0
        unsafe Self.forEach(in: cache) { discipline in
            guard unsafe rtnl_tc_get_ifindex(discipline) == index,
                unsafe rtnl_tc_get_parent(discipline) == UInt32.max
            else { return }
            drops = unsafe rtnl_tc_get_stat(discipline, RTNL_TC_DROPS)
        }
        return drops
    }

    /// Frames that filters dropped where they entered an interface, by its number; the kernel counts to 2^32.
    ///
    /// Joined segments are one frame, unlike in most of what traffic control counts.
    public func entryDrops() throws(Errno) -> [Int32: UInt32] {
        var cache: OpaquePointer?
        // #syscalls sendmsg recvmsg
        _ = try Self.check(unsafe rtnl_qdisc_alloc_cache(handle, &cache))
        defer { unsafe nl_cache_free(cache) }
        var drops: [Int32: UInt32] = [:]
        unsafe Self.forEach(in: cache) { discipline in
            guard unsafe rtnl_tc_get_parent(discipline) == Self.entry else { return }
            drops[unsafe rtnl_tc_get_ifindex(discipline)] = UInt32(
                truncatingIfNeeded: unsafe rtnl_tc_get_stat(discipline, RTNL_TC_DROPS)
            )
        }
        return drops
    }
}
