import CNetlink
import CTap
import Glibc
import SystemPackage

extension RouteSocket {
    /// Adds a filter that compares no word of a frame and so takes all of them, at the entry.
    func tryWordFilter(on index: Int32) throws(Errno) {
        try unsafe addWordFilter(on: index, priority: 10) { _ in 0 }
    }

    /// Adds such a filter that sends every frame out on the interface it came from.
    func tryRedirection(on index: Int32) throws(Errno) {
        try unsafe addWordFilter(on: index, priority: 11) { filter in
            guard let action = unsafe rtnl_act_alloc() else { return -NLE_NOMEM }
            defer { unsafe rtnl_act_put(action) }
            // Sets up what the other calls fill in.
            let kind = unsafe rtnl_tc_set_kind(action, "mirred")
            guard kind >= 0 else { return kind }
            return unsafe [
                rtnl_mirred_set_action(action, CInt(TCA_EGRESS_REDIR)),
                rtnl_mirred_set_ifindex(action, UInt32(index)),
                rtnl_mirred_set_policy(action, CInt(TC_ACT_STOLEN)),
                rtnl_u32_add_action(filter, action),
            ].min() ?? 0
        }
    }

    private func addWordFilter(
        on index: Int32,
        priority: UInt16,
        _ addActions: (OpaquePointer) -> CInt
    ) throws(Errno) {
        guard let filter = unsafe rtnl_cls_alloc() else { throw .noMemory }
        defer { unsafe rtnl_cls_put(filter) }
        unsafe rtnl_tc_set_ifindex(filter, index)
        unsafe rtnl_tc_set_parent(filter, FilterHook.ingress.rawValue)
        unsafe rtnl_cls_set_prio(filter, priority)
        unsafe rtnl_cls_set_protocol(filter, UInt16(ETH_P_ALL))
        _ = try Self.check(unsafe rtnl_tc_set_kind(filter, "u32"))
        _ = try Self.check(unsafe rtnl_u32_add_key_uint32(filter, 0, 0, 0, 0))
        _ = try Self.check(unsafe rtnl_u32_set_cls_terminal(filter))
        _ = try Self.check(unsafe addActions(filter))
        // #syscalls sendmsg recvmsg
        _ = try Self.check(unsafe rtnl_cls_add(handle, filter, NLM_F_CREATE))
    }
}
