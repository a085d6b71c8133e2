import CNetlink
import CTap
import Glibc
public import SystemPackage

/// Where a frame meets the filters of an interface.
public enum FilterHook: UInt32, CaseIterable, Sendable {
    /// After packet sockets have seen a frame that entered, before the host's own protocols.
    case ingress = 0xFFFF_FFF2
    /// Before a frame of the host leaves; packet sockets that bypass the discipline pass this by.
    case egress = 0xFFFF_FFF3
}

/// The order in which filters of a hook are asked; the first that decides is the last.
public enum FilterRank: UInt16, Sendable {
    /// Decides of every frame: a program, or dropping.
    case first = 1
    /// Frames that go on.
    case middle = 2
    /// What becomes of the rest.
    case last = 3
}

extension RouteSocket {
    /// The kind of queueing discipline at the entry of an interface: ingress, clsact or none.
    public func ingressDiscipline(of index: Int32) throws(Errno) -> String? {
        var cache: OpaquePointer?
        // #syscalls sendmsg recvmsg
        _ = try Self.check(unsafe rtnl_qdisc_alloc_cache(handle, &cache))
        defer { unsafe nl_cache_free(cache) }
        var kind: String?
        unsafe Self.forEach(in: cache) { discipline in
            guard unsafe rtnl_tc_get_ifindex(discipline) == index,
                unsafe rtnl_tc_get_parent(discipline) == Self.entry,
                let name = unsafe rtnl_tc_get_kind(discipline)
            else { return }
            kind = unsafe String(cString: name)
        }
        return kind
    }

    /// Gives an interface the discipline that filters hang on.
    public func addFilterDiscipline(to index: Int32) throws(Errno) {
        let flags = NLM_F_CREATE | NLM_F_EXCL
        try unsafe request(RTM_NEWQDISC, flags, index, parent: Self.entry, kind: "clsact") { _ in 0
        }
    }

    /// Takes the discipline and all filters on it away.
    public func removeFilterDiscipline(from index: Int32) throws(Errno) {
        try unsafe request(RTM_DELQDISC, 0, index, parent: Self.entry, kind: "clsact") { _ in 0 }
    }

    /// Drops every frame at `hook` that no filter before decides of, so that the host neither hears nor says
    /// anything there.
    ///
    /// A classic BPF program of one instruction, which decides for itself: needs no action module, and
    /// no privilege but CAP_NET_ADMIN.
    /// - Parameters:
    ///   - index: The interface.
    ///   - hook: Where frames are dropped.
    ///   - rank: The filter's place; one of ours there is replaced.
    ///   - isCounted: Whether `entryDrops` counts the frames.
    /// - Throws: What the kernel said.
    public func addDropFilter(
        to index: Int32,
        at hook: FilterHook,
        _ rank: FilterRank = .first,
        isCounted: Bool = true
    ) throws(Errno) {
        let verdict = UInt32(isCounted ? TC_ACT_SHOT : TC_ACT_STOLEN)
        try unsafe addClassifier(to: index, at: hook, rank) { message in
            var program = sock_filter(code: 0x06, jt: 0, jf: 0, k: verdict)
            let size = CInt(MemoryLayout<sock_filter>.size)
            return unsafe [
                nla_put_u16(message, CInt(TCA_BPF_OPS_LEN), 1),
                nla_put(message, CInt(TCA_BPF_OPS), size, &program),
            ]
        }
    }

    /// Runs a program for every frame at `hook`, in the place of the one of ours that is there.
    public func addFilter(
        _ program: borrowing BPFProgram,
        to index: Int32,
        at hook: FilterHook
    ) throws(Errno) {
        let number = UInt32(bitPattern: program.descriptor.rawValue)
        try unsafe addClassifier(to: index, at: hook, .first) { message in
            unsafe [nla_put_u32(message, CInt(TCA_BPF_FD), number)]
        }
    }

    private func addClassifier(
        to index: Int32,
        at hook: FilterHook,
        _ rank: FilterRank,
        _ addProgram: (OpaquePointer) -> [CInt]
    ) throws(Errno) {
        try unsafe addFilter(to: index, at: hook, rank, kind: "bpf", handle: 1) { message in
            unsafe addProgram(message) + [
                nla_put_u32(message, CInt(TCA_BPF_FLAGS), UInt32(TCA_BPF_FLAG_ACT_DIRECT))
            ]
        }
    }

    /// Adds a filter, in the place of the one of that handle if there is one: no frame meets neither.
    func addFilter(
        to index: Int32,
        at hook: FilterHook,
        _ rank: FilterRank,
        kind: String,
        handle: UInt32,
        _ addOptions: (OpaquePointer) -> [CInt]
    ) throws(Errno) {
        try unsafe request(
            RTM_NEWTFILTER,
            NLM_F_CREATE,
            index,
            parent: hook.rawValue,
            handle: handle,
            info: Self.info(rank),
            kind: kind
        ) { message in
            let options = unsafe nla_nest_start(message, CInt(TCA_OPTIONS))
            guard let options = unsafe options else { return -NLE_NOMEM }
            let results = unsafe addOptions(message) + [nla_nest_end(message, options)]
            return results.min() ?? 0
        }
    }

    /// Takes all filters of a rank off a hook of an interface; none is as good.
    public func removeFilters(
        from index: Int32,
        at hook: FilterHook,
        _ rank: FilterRank
    ) throws(Errno) {
        do throws(Errno) {
            let info = Self.info(rank)
            try unsafe request(RTM_DELTFILTER, 0, index, parent: hook.rawValue, info: info) { _ in 0
            }
        } catch .noSuchFileOrDirectory {
        } catch .invalidArgument {
            // There is no discipline for them to hang on.
        }
    }

    private static func info(_ rank: FilterRank) -> UInt32 {
        UInt32(rank.rawValue) << 16 | UInt32(UInt16(ETH_P_ALL).bigEndian)
    }

    /// Takes the discipline that the kernel gave an interface when it came up off one that is down again.
    ///
    /// The kernel refuses to delete its own choice, but deletes one of ours put in its place.
    public func resetRootDiscipline(of index: Int32) throws(Errno) {
        let flags = NLM_F_CREATE | NLM_F_REPLACE
        let root: UInt32 = 0xFFFF_FFFF
        try unsafe request(RTM_NEWQDISC, flags, index, parent: root, kind: "pfifo") { _ in 0 }
        try unsafe request(RTM_DELQDISC, 0, index, parent: root, kind: "pfifo") { _ in 0 }
    }

    /// Sends one request about traffic control and waits for the kernel's answer.
    private func request(
        _ type: some BinaryInteger,
        _ flags: CInt,
        _ index: Int32,
        parent: UInt32,
        handle: UInt32 = 0,
        info: UInt32 = 0,
        kind: String? = nil,
        _ addOptions: (OpaquePointer) -> CInt
    ) throws(Errno) {
        guard let message = unsafe nlmsg_alloc_simple(CInt(type), flags) else { throw .noMemory }
        var header = Self.header(index, parent: parent)
        header.tcm_handle = kind.flatMap { Self.disciplines[$0] } ?? handle
        header.tcm_info = info
        // SAFETY: the header and the name live across the calls, which copy them.
        let results = unsafe [
            nlmsg_append(message, &header, MemoryLayout<tcmsg>.size, CInt(NLMSG_ALIGNTO)),
            kind.map { unsafe nla_put_string(message, CInt(TCA_KIND), $0) } ?? 0,
            addOptions(message),
        ]
        if let failed = results.first(where: { $0 < 0 }) {
            unsafe nlmsg_free(message)
            throw Self.error(failed)
        }
        // Frees the message, whatever comes of it.
        // #syscalls sendmsg recvmsg
        _ = try Self.check(unsafe nl_send_sync(self.handle, message))
    }

    static func header(_ index: Int32, parent: UInt32) -> tcmsg {
        var header = tcmsg()
        header.tcm_family = UInt8(AF_UNSPEC)
        header.tcm_ifindex = index
        header.tcm_parent = parent
        return header
    }

    // By the numbers that are theirs.
    private static let disciplines: [String: UInt32] = ["clsact": 0xFFFF_0000, "pfifo": 1 << 16]

    // TC_H_CLSACT, linux/pkt_sched.h
    static let entry: UInt32 = 0xFFFF_FFF1
}
