import TapWire

extension LinkMessage {
    /// The messages in what a route netlink socket received, or nil if it is not understood.
    ///
    /// Total: any octets give messages or nil. Messages about other things are passed over.
    package static func read(_ octets: Span<UInt8>) -> [LinkMessage]? {
        var messages: [LinkMessage] = []
        var offset = 0
        while offset < octets.count {
            let rest = octets.count &- offset
            guard rest >= headerByteCount else { return nil }
            let length = Int(octets.littleEndianUInt32(at: offset))
            guard length >= headerByteCount, length <= rest else { return nil }
            let type = octets.littleEndianUInt16(at: offset &+ 4)
            let body = octets.extracting((offset &+ headerByteCount)..<(offset &+ length))
            switch type {
            case linkNew, linkGone:
                guard readLink(body, isGone: type == linkGone, into: &messages) else { return nil }
            case addressNew, addressGone:
                let isGone = type == addressGone
                guard readAddress(body, isGone: isGone, into: &messages) else { return nil }
            case overrun: return nil
            default: break
            }
            offset &+= Span<UInt8>.alignedForNetlink(length)
        }
        return messages
    }

    // struct ifinfomsg, then attributes.
    private static func readLink(
        _ body: Span<UInt8>,
        isGone: Bool,
        into messages: inout [LinkMessage]
    ) -> Bool {
        guard body.count >= 16 else { return false }
        // A port that leaves a bridge is "gone" in the bridge's family only.
        guard body[0] == familyUnspecified else { return true }
        let index = Int32(truncatingIfNeeded: body.littleEndianUInt32(at: 4))
        let flags = body.littleEndianUInt32(at: 8)
        var state = LinkState(index: index, name: "")
        let isWhole = body.forEachAttribute(from: 16) { type, value in
            switch type {
            case attributeName: state.name = text(value)
            case attributeMTU where value.count >= 4:
                state.mtu = Int(value.littleEndianUInt32(at: 0))
            case attributeMaster where value.count >= 4:
                state.master = Int32(truncatingIfNeeded: value.littleEndianUInt32(at: 0))
            default: break
            }
        }
        guard isWhole, isGone || !state.name.isEmpty else { return false }
        let set = InterfaceFlags(rawValue: Int32(truncatingIfNeeded: flags))
        state.isUp = set.contains(.up)
        state.isRunning = set.isSuperset(of: [.up, .running])
        messages.append(isGone ? .removed(index: index) : .state(state))
        return true
    }

    // struct ifaddrmsg, then attributes.
    private static func readAddress(
        _ body: Span<UInt8>,
        isGone: Bool,
        into messages: inout [LinkMessage]
    ) -> Bool {
        guard body.count >= 8 else { return false }
        let prefixLength = body[1]
        let isLinkLocal = body[3] == scopeLink
        let index = Int32(truncatingIfNeeded: body.littleEndianUInt32(at: 4))
        var address: IPAddress?
        var local: IPAddress?
        let isWhole = body.forEachAttribute(from: 8) { type, value in
            switch type {
            case attributeAddress: address = self.address(value)
            case attributeLocal: local = self.address(value)
            default: break
            }
        }
        guard isWhole else { return false }
        // On a link from point to point the other one is the far end's.
        guard let own = local ?? address, !(own.isIPv6 && isLinkLocal) else { return true }
        messages.append(
            isGone
                ? .addressRemoved(index: index, address: own, prefixLength: prefixLength)
                : .address(index: index, address: own, prefixLength: prefixLength)
        )
        return true
    }

    private static func text(_ value: Span<UInt8>) -> String {
        var octets: [UInt8] = []
        for index in value.indices {
            guard value[index] != 0 else { break }
            octets.append(value[index])
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func address(_ value: Span<UInt8>) -> IPAddress? {
        switch value.count {
        case 4: IPAddress(v4: value.uint32(at: 0))
        case 16: IPAddress(v6High: value.uint64(at: 0), low: value.uint64(at: 8))
        default: nil
        }
    }

    // struct nlmsghdr and the types in linux/netlink.h and linux/rtnetlink.h. hubtap runs on
    // little-endian machines only, as its ring does.
    private static let headerByteCount = 16
    private static let overrun: UInt16 = 4
    private static let linkNew: UInt16 = 16
    private static let linkGone: UInt16 = 17
    private static let addressNew: UInt16 = 20
    private static let addressGone: UInt16 = 21
    // IFLA_IFNAME, IFLA_MTU, IFLA_MASTER; IFA_ADDRESS, IFA_LOCAL.
    private static let attributeName: UInt16 = 3
    private static let attributeMTU: UInt16 = 4
    private static let attributeMaster: UInt16 = 10
    private static let attributeAddress: UInt16 = 1
    private static let attributeLocal: UInt16 = 2
    private static let familyUnspecified: UInt8 = 0
    private static let scopeLink: UInt8 = 253
}
