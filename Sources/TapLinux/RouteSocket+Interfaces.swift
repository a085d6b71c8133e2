import CNetlink
import Glibc
public import SystemPackage
import TapWire

extension RouteSocket {
    /// What the kernel says of the interface of that name; nil if there is none.
    ///
    /// `speedMegabits` is left at 0: netlink does not have it.
    public func facts(of name: String) throws(Errno) -> InterfaceFacts? {
        guard let link = unsafe try link(0, name) else { return nil }
        defer { unsafe rtnl_link_put(link) }
        let index = unsafe rtnl_link_get_ifindex(link)
        return InterfaceFacts(
            name: name,
            index: index,
            flags: InterfaceFlags(
                rawValue: Int32(truncatingIfNeeded: unsafe rtnl_link_get_flags(link))
            ),
            hardwareType: unsafe rtnl_link_get_arptype(link),
            mac: unsafe Self.mac(link),
            mtu: Int(unsafe rtnl_link_get_mtu(link)),
            master: try master(unsafe rtnl_link_get_master(link)),
            addresses: try addresses(of: index),
            ingressDiscipline: try ingressDiscipline(of: index),
            ingressPrograms: try Self.ingressPrograms(of: index),
            rootDiscipline: unsafe rtnl_link_get_qdisc(link).map { unsafe String(cString: $0) }
        )
    }

    /// The names of all interfaces but loopback, sorted.
    public func interfaceNames() throws(Errno) -> [String] {
        var cache: OpaquePointer?
        // #syscalls sendmsg recvmsg
        _ = try Self.check(unsafe rtnl_link_alloc_cache(handle, AF_UNSPEC, &cache))
        defer { unsafe nl_cache_free(cache) }
        var names: [String] = []
        unsafe Self.forEach(in: cache) { link in
            let flags = Int32(truncatingIfNeeded: unsafe rtnl_link_get_flags(link))
            guard !InterfaceFlags(rawValue: flags).contains(.loopback) else { return }
            if let name = unsafe rtnl_link_get_name(link) {
                names.append(unsafe String(cString: name))
            }
        }
        return names.sorted()
    }

    // Only who may change them is told of programs; others are refused for that before.
    private static func ingressPrograms(of index: Int32) throws(Errno) -> [UInt32] {
        do throws(Errno) {
            return try BPFProgram.attached(to: index, at: .ingress).identifiers
        } catch .notPermitted {
            return []
        }
    }

    private func link(_ index: Int32, _ name: String?) throws(Errno) -> OpaquePointer? {
        var link: OpaquePointer?
        // SAFETY: the name lives across the call; the link found is the caller's to put back.
        // #syscalls sendmsg recvmsg
        let result = unsafe rtnl_link_get_kernel(handle, index, name, &link)
        guard result < 0 else { return unsafe link }
        guard [NLE_NODEV, NLE_OBJ_NOTFOUND, NLE_RANGE].contains(-result) else {
            throw Self.error(result)
        }
        return nil
    }

    private func master(_ index: Int32) throws(Errno) -> String? {
        guard index > 0 else { return nil }
        guard let link = unsafe try link(index, nil) else { return "interface \(index)" }
        defer { unsafe rtnl_link_put(link) }
        return unsafe rtnl_link_get_name(link).map { unsafe String(cString: $0) }
    }

    private static func mac(_ link: OpaquePointer) -> MACAddress {
        guard let address = unsafe rtnl_link_get_addr(link), unsafe nl_addr_get_len(address) == 6,
            let octets = unsafe nl_addr_get_binary_addr(address)
        else { return MACAddress(bits: 0) }
        var bits: UInt64 = 0
        for index in 0..<6 {
            bits = bits << 8 | UInt64(unsafe octets.load(fromByteOffset: index, as: UInt8.self))
        }
        return MACAddress(bits: bits)
    }

    /// Addresses that people gave: not the link-local ones of IPv6, which every port that is up has.
    private func addresses(of index: Int32) throws(Errno) -> [String] {
        var cache: OpaquePointer?
        // #syscalls sendmsg recvmsg
        _ = try Self.check(unsafe rtnl_addr_alloc_cache(handle, &cache))
        defer { unsafe nl_cache_free(cache) }
        var addresses: [String] = []
        unsafe Self.forEach(in: cache) { address in
            guard unsafe rtnl_addr_get_ifindex(address) == index else { return }
            let family = unsafe rtnl_addr_get_family(address)
            let isLinkLocal = unsafe rtnl_addr_get_scope(address) == CInt(RT_SCOPE_LINK.rawValue)
            guard family == AF_INET || family == AF_INET6 && !isLinkLocal else { return }
            addresses.append(unsafe Self.text(rtnl_addr_get_local(address)))
        }
        return addresses
    }

    private static func text(_ address: OpaquePointer?) -> String {
        guard let address = unsafe address else { return "" }
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            // SAFETY: the library writes at most the buffer and ends it with a zero.
            guard let start = buffer.baseAddress,
                let text = unsafe nl_addr2str(address, start, buffer.count)
            else { return "" }
            return unsafe String(cString: text)
        }
    }

    static func forEach(in cache: OpaquePointer?, _ body: (OpaquePointer) -> Void) {
        var object = unsafe nl_cache_get_first(cache)
        while let current = unsafe object {
            unsafe body(current)
            unsafe object = unsafe nl_cache_get_next(current)
        }
    }
}
