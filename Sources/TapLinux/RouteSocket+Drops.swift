import CNetlink
import Glibc
public import SystemPackage

extension RouteSocket {
    /// Frames that an interface, or the queue before it, was given and did not send, since it exists.
    public func sendDrops(of index: Int32) throws(Errno) -> UInt64 {
        var link: OpaquePointer?
        // SAFETY: the link found is the caller's to put back.
        // #syscalls sendmsg recvmsg
        _ = try Self.check(unsafe rtnl_link_get_kernel(handle, index, nil, &link))
        defer { unsafe rtnl_link_put(link) }
        return unsafe rtnl_link_get_stat(link, RTNL_LINK_TX_DROPPED)
            &+ rtnl_link_get_stat(link, RTNL_LINK_TX_ERRORS) &+ (try queueDrops(of: index))
    }

    // The root alone: what hangs below it is counted there, too.
    private func queueDrops(of index: Int32) throws(Errno) -> UInt64 {
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
}
