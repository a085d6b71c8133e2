/// Links that no port of a hub has, and that captures of others come from.
extension LinkHeader {
    /// Reads the headers of a link that is neither Ethernet nor one of those that a host captures on itself.
    mutating func takeRareLink(_ bytes: Span<UInt8>, _ linkType: LinkType) throws(DecodeError) {
        switch linkType {
        case .ppp: try takePPP(bytes)
        case .pppWithDirection, .pppd:
            try require(1, of: bytes, .link)
            offset &+= 1
            try takePPP(bytes)
        case .pppSerial: try takeSerial(bytes)
        case .pppEthernet: etherType = .pppoeSession
        case .ciscoHDLC: try takeCiscoHDLC(bytes)
        case .wireless: try takeWireless(bytes)
        case .radiotap: try takeRadiotap(bytes)
        case .prism, .avs: try takePrism(bytes)
        case .perPacketInformation: try takePacketInformation(bytes)
        case .netfilterLog: try takeNetfilterLog(bytes)
        case .pflog: try takePFLog(bytes)
        case .encapsulated: try takeEncapsulated(bytes)
        default: return
        }
    }

    // MARK: Serial lines

    /// PPP (RFC 1661), with address and control of HDLC before it or without (RFC 1662).
    private mutating func takePPP(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(2, of: bytes, .link)
        if bytes.uint16(at: offset) == 0xFF03 {
            offset &+= 2
            try require(2, of: bytes, .link)
        }
        // An odd first octet is the only one (RFC 1661 section 6.5).
        if bytes[offset] & 1 == 1 {
            let carried = UInt16(bytes[offset])
            offset &+= 1
            return try takePPP(carried, in: bytes)
        }
        let carried = bytes.uint16(at: offset)
        offset &+= 2
        try takePPP(carried, in: bytes)
    }

    /// The first octet tells PPP's framing from Cisco's (RFC 1547 section 4.3.1).
    private mutating func takeSerial(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(4, of: bytes, .link)
        switch bytes[offset] {
        case 0x0F, 0x8F: try takeCiscoHDLC(bytes)
        default: try takePPP(bytes)
        }
    }

    private mutating func takeCiscoHDLC(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(4, of: bytes, .link)
        etherType = EtherType(rawValue: bytes.uint16(at: offset &+ 2))
        offset &+= 4
    }

    // MARK: 802.11

    /// A data frame of IEEE 802.11 that is neither encrypted nor several in one leads to LLC; all others to nothing.
    ///
    /// `isPadded` if the header is filled up to a multiple of four octets.
    private mutating func takeWireless(_ bytes: Span<UInt8>, isPadded: Bool = false)
        throws(DecodeError)
    {
        try require(24, of: bytes, .link)
        let control = bytes.uint16(at: offset).byteSwapped
        // Type 2 is data, bit 6 a frame without any, bit 14 encryption.
        guard control >> 2 & 3 == 2, control & 0x0040 == 0, control & 0x4000 == 0 else { return }
        var length = control & 0x0300 == 0x0300 ? 30 : 24
        if control & 0x0080 != 0 {
            try require(length &+ 2, of: bytes, .link)
            guard bytes[offset &+ length] & 0x80 == 0 else { return }
            length &+= control & 0x8000 == 0 ? 2 : 6
        }
        if isPadded { length = (length &+ 3) & ~3 }
        try require(length, of: bytes, .link)
        offset &+= length
        takeLLC(bytes)
    }

    /// What an adapter noted of the frame, in little endian (radiotap.org).
    private mutating func takeRadiotap(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(8, of: bytes, .link)
        let length = Int(bytes.uint16(at: offset &+ 2).byteSwapped)
        let isPadded = Self.hasPaddedHeader(radiotap: bytes, at: offset)
        guard length >= 8 else { return }
        try require(length, of: bytes, .link)
        offset &+= length
        try takeWireless(bytes, isPadded: isPadded)
    }

    /// The field of flags stands first, or behind the time of eight octets on a multiple of eight.
    private static func hasPaddedHeader(radiotap bytes: Span<UInt8>, at start: Int) -> Bool {
        var end = start &+ 4
        let present = bytes.uint32(at: end).byteSwapped
        guard present & 2 != 0 else { return false }
        var word = present
        while word & 0x8000_0000 != 0 {
            end &+= 4
            guard bytes.count &- end >= 4 else { return false }
            word = bytes.uint32(at: end).byteSwapped
        }
        var place = end &+ 4
        if present & 1 != 0 { place = start &+ ((place &- start &+ 7) & ~7) &+ 8 }
        return place < bytes.count && bytes[place] & 0x20 != 0
    }

    /// Prism's header in its writer's byte order, or AVS's in big endian, both with their length behind the first word.
    private mutating func takePrism(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(8, of: bytes, .link)
        let isAVS = bytes.uint32(at: offset) >> 12 == 0x8_0211
        let word = bytes.uint32(at: offset &+ 4)
        let length = isAVS || word <= 0xFFFF ? word : word.byteSwapped
        guard length >= 8, length <= 0xFFFF else { return }
        try require(Int(length), of: bytes, .link)
        offset &+= Int(length)
        try takeWireless(bytes)
    }

    /// CACE's header, in little endian, says which link type follows it.
    private mutating func takePacketInformation(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(8, of: bytes, .link)
        let length = Int(bytes.uint16(at: offset &+ 2).byteSwapped)
        let carried = bytes.uint32(at: offset &+ 4).byteSwapped
        guard length >= 8, let number = UInt16(exactly: carried) else { return }
        let inner = LinkType(rawValue: number)
        guard inner != .perPacketInformation else { return }
        try require(length, of: bytes, .link)
        offset &+= length
        if inner == .ethernet {
            try takeEthernet(bytes)
        } else {
            try takeLink(bytes, inner)
        }
    }

    // MARK: Packets that a firewall logs

    /// Linux's NFLOG: fields of type, length and value on multiples of four octets, one of which is the packet.
    private mutating func takeNetfilterLog(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(4, of: bytes, .link)
        var place = offset &+ 4
        // Length and type are in the writer's byte order; no writer is known that has the upper octet first.
        while bytes.count &- place >= 4 {
            let length = Int(bytes.uint16(at: place).byteSwapped)
            guard length >= 4 else { return }
            if bytes.uint16(at: place &+ 2).byteSwapped == Self.netfilterPayload {
                offset = place &+ 4
                return try takeRaw(bytes)
            }
            place &+= (length &+ 3) & ~3
        }
    }

    /// NFULA_PAYLOAD.
    private static let netfilterPayload: UInt16 = 9

    /// BSD's pf: the first octet is the length of the header without what fills it up to a multiple of four.
    private mutating func takePFLog(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(1, of: bytes, .link)
        let length = (Int(bytes[offset]) &+ 3) & ~3
        guard length >= 48 else { return }
        try require(length, of: bytes, .link)
        offset &+= length
        try takeRaw(bytes)
    }

    /// BSD's enc: packets as IPsec has seen them, behind twelve octets.
    private mutating func takeEncapsulated(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(12, of: bytes, .link)
        offset &+= 12
        try takeRaw(bytes)
    }
}
