/// Block types of pcapng (draft-ietf-opsawg-pcapng section 4).
enum PcapngBlock {
    static let sectionHeader: UInt32 = 0x0A0D_0D0A
    static let interfaceDescription: UInt32 = 1
    static let packet: UInt32 = 2
    static let simplePacket: UInt32 = 3
    static let nameResolution: UInt32 = 4
    static let interfaceStatistics: UInt32 = 5
    static let enhancedPacket: UInt32 = 6

    /// Type, length, and the length again at the end.
    static let minimumByteCount = 12
}

/// Record types of a name resolution block (draft-ietf-opsawg-pcapng section 4.5).
enum PcapngNameRecord {
    static let end: UInt16 = 0
    static let ipv4: UInt16 = 1
    static let ipv6: UInt16 = 2
}

/// Option codes of pcapng (draft-ietf-opsawg-pcapng sections 3.5 and 4).
enum PcapngOption {
    static let end: UInt16 = 0
    static let comment: UInt16 = 1

    static let sectionHardware: UInt16 = 2
    static let sectionOperatingSystem: UInt16 = 3
    static let sectionApplication: UInt16 = 4

    static let interfaceName: UInt16 = 2
    static let interfaceDescription: UInt16 = 3
    static let interfaceMACAddress: UInt16 = 6
    static let interfaceSpeed: UInt16 = 8
    static let interfaceTimeResolution: UInt16 = 9
    static let interfaceFilter: UInt16 = 11
    static let interfaceOperatingSystem: UInt16 = 12
    static let interfaceCheckSequenceLength: UInt16 = 13
    static let interfaceTimeOffset: UInt16 = 14
    static let interfaceHardware: UInt16 = 15

    static let packetFlags: UInt16 = 2
    static let packetDropCount: UInt16 = 4
    static let packetIdentifier: UInt16 = 5

    static let statisticsStart: UInt16 = 2
    static let statisticsEnd: UInt16 = 3
    static let statisticsReceived: UInt16 = 4
    static let statisticsDropped: UInt16 = 5
    static let statisticsAccepted: UInt16 = 6
    static let statisticsDroppedBySystem: UInt16 = 7
    static let statisticsDelivered: UInt16 = 8
}

/// Bits of the flags word of an enhanced packet block (draft-ietf-opsawg-pcapng section 4.3.1).
struct PcapngPacketFlags: OptionSet {
    var rawValue: UInt32

    static let inbound = PcapngPacketFlags(rawValue: 1)
    static let outbound = PcapngPacketFlags(rawValue: 2)
    /// The NIC was to finish the checksum.
    static let checksumNotReady = PcapngPacketFlags(rawValue: 1 << 9)
    /// The NIC was to cut the segment up.
    static let segmentationOffloaded = PcapngPacketFlags(rawValue: 1 << 11)

    /// Octets of frame check sequence behind the frame; 0 if the interface says it.
    var checkSequenceByteCount: Int { Int(rawValue >> 5 & 0xF) }
}
