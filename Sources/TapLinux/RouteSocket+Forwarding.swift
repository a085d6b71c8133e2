import CNetlink
import Glibc
public import SystemPackage

/// Forwarding by filters and actions, which the kernel allows to whom it allows no programs.
extension RouteSocket {
    /// Sends a copy of every frame that enters an interface out by each of `targets`, and drops the frame itself.
    ///
    /// Takes the place of the filter that does so already; at no moment a frame passes it. Dropping is what the kernel
    /// counts by frames (`entryDrops`): what is redirected it counts by segments.
    ///
    /// - Throws: `.noSuchFileOrDirectory` if the kernel has no such filters or actions.
    public func setForwarding(from index: Int32, to targets: [Int32]) throws(Errno) {
        try unsafe addWordFilter(to: index, at: .ingress, number: 1) { message in
            guard let actions = unsafe nla_nest_start(message, CInt(TCA_U32_ACT)) else {
                return [-NLE_NOMEM]
            }
            var results: [CInt] = []
            for (place, target) in targets.enumerated() {
                let isLast = place == targets.count - 1
                results += unsafe Self.addMirror(
                    to: message,
                    CInt(place + 1),
                    target,
                    isLast ? TC_ACT_SHOT : TC_ACT_PIPE
                )
            }
            return unsafe results + [nla_nest_end(message, actions)]
        }
    }

    /// Lets frames that entered by the interface of that name leave by another one, whatever a filter of the last rank
    /// says; `number` tells those of several interfaces apart.
    public func letPass(from name: String, by index: Int32, number: UInt32) throws(Errno) {
        try unsafe addWordFilter(to: index, at: .egress, number: number) { message in
            unsafe [nla_put_string(message, CInt(TCA_U32_INDEV), name)]
        }
    }

    /// By which interfaces frames of an interface leave, in the order of `setForwarding`; nil if it has no such filter.
    public func forwarding(from index: Int32) throws(Errno) -> [ForwardingTarget]? {
        try wordFilters(of: index, at: .ingress).targets
    }

    /// What there is of our filters at a hook.
    private struct WordFilters {
        let hook: FilterHook
        /// The table that they stand in, which the kernel numbers; nil if there is none yet.
        var table: UInt32?
        var targets: [ForwardingTarget]?
    }

    private func wordFilters(of index: Int32, at hook: FilterHook) throws(Errno) -> WordFilters {
        guard let message = unsafe nlmsg_alloc_simple(CInt(RTM_GETTFILTER), NLM_F_DUMP) else {
            throw .noMemory
        }
        defer { unsafe nlmsg_free(message) }
        var header = Self.header(index, parent: hook.rawValue)
        header.tcm_info = UInt32(FilterRank.middle.rawValue) << 16
        // SAFETY: the header lives across the call, which copies it.
        _ = try Self.check(
            unsafe nlmsg_append(message, &header, MemoryLayout<tcmsg>.size, CInt(NLMSG_ALIGNTO))
        )
        // #syscalls sendmsg
        _ = try Self.check(unsafe nl_send_auto(handle, message))
        guard let callbacks = unsafe nl_cb_alloc(NL_CB_DEFAULT) else { throw .noMemory }
        defer { unsafe nl_cb_put(callbacks) }
        var filters = WordFilters(hook: hook)
        // SAFETY: the library calls back only while it receives, in which `filters` lives.
        let result = unsafe withUnsafeMutablePointer(to: &filters) { filters in
            unsafe nl_cb_set(callbacks, NL_CB_VALID, NL_CB_CUSTOM, Self.note, filters)
            // #syscalls recvmsg
            return unsafe nl_recvmsgs(handle, callbacks)
        }
        _ = try Self.check(result)
        return filters
    }

    private typealias Callback =
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> CInt

    private static let note: Callback = { message, context in
        guard let header = unsafe nlmsg_hdr(message), let context = unsafe context else { return 0 }
        let octets = unsafe UnsafeRawBufferPointer(
            start: header,
            count: Int(header.pointee.nlmsg_len)
        )
        // SAFETY: the message is the library's until this returns; the context is what `wordFilters` passed.
        let filters = unsafe context.assumingMemoryBound(to: WordFilters.self)
        let span = unsafe Span<UInt8>(_bytes: octets.bytes)
        let hook = unsafe filters.pointee.hook
        if let number = ForwardingTarget.filterNumber(span, at: hook) {
            unsafe filters.pointee.table = number & tableMask
        }
        if let targets = ForwardingTarget.read(span) { unsafe filters.pointee.targets = targets }
        return CInt(NL_OK.rawValue)
    }

    /// Adds a filter that compares no word of a frame, and so decides of all, also of those without a word.
    private func addWordFilter(
        to index: Int32,
        at hook: FilterHook,
        number: UInt32,
        _ addOptions: (OpaquePointer) -> [CInt]
    ) throws(Errno) {
        let handle = (try wordFilters(of: index, at: hook).table ?? 0) | number
        try unsafe addFilter(to: index, at: hook, .middle, kind: "u32", handle: handle) { message in
            var selector = tc_u32_sel()
            selector.flags = UInt8(TC_U32_TERMINAL)
            let size = CInt(MemoryLayout<tc_u32_sel>.size)
            // SAFETY: the selector lives across the call, which copies it.
            // By a device itself neither sockets nor counters of ours would see a frame.
            return unsafe [
                nla_put(message, CInt(TCA_U32_SEL), size, &selector),
                nla_put_u32(message, CInt(TCA_U32_FLAGS), UInt32(TCA_CLS_FLAGS_SKIP_HW)),
            ] + addOptions(message)
        }
    }

    private static func addMirror(
        to message: OpaquePointer,
        _ place: CInt,
        _ target: Int32,
        _ verdict: CInt
    ) -> [CInt] {
        guard let action = unsafe nla_nest_start(message, place) else { return [-NLE_NOMEM] }
        let kind = unsafe nla_put_string(message, CInt(TCA_ACT_KIND), "mirred")
        guard let options = unsafe nla_nest_start(message, CInt(TCA_ACT_OPTIONS)) else {
            return [-NLE_NOMEM]
        }
        var parameters = tc_mirred()
        parameters.action = verdict
        parameters.eaction = CInt(TCA_EGRESS_MIRROR)
        parameters.ifindex = UInt32(bitPattern: target)
        let size = CInt(MemoryLayout<tc_mirred>.size)
        // SAFETY: the parameters live across the call, which copies them.
        return unsafe [
            kind, nla_put(message, CInt(TCA_MIRRED_PARMS), size, &parameters),
            nla_nest_end(message, options), nla_nest_end(message, action),
        ]
    }

    private static let tableMask: UInt32 = 0xFFF0_0000
}
