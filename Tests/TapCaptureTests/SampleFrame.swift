import TapCapture
import TapWire

/// Frames and captures that the tests write.
enum SampleFrame {
    /// An Ethernet frame with IPv4 and TCP from 192.0.2.1 to 192.0.2.25, behind `tags`.
    static func tcp(
        from source: UInt16 = 40_000,
        to destination: UInt16 = 25,
        tags: [UInt32] = [],
        payload: [UInt8] = []
    ) -> [UInt8] {
        var octets: [UInt8] = [0x02, 0, 0, 0, 0, 0x19, 0x02, 0, 0, 0, 0, 0x01]
        for tag in tags { octets += bigEndian(tag) }
        octets += [0x08, 0x00, 0x45, 0x00] + bigEndian(UInt16(40 + payload.count))
        octets += [0, 1, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 25]
        octets += bigEndian(source) + bigEndian(destination)
        octets += [0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 0x20, 0, 0, 0, 0, 0]
        return octets + payload
    }

    /// An 802.1Q tag of VLAN `identifier`.
    static func tag(_ identifier: UInt32, protocolIdentifier: UInt32 = 0x8100) -> UInt32 {
        protocolIdentifier << 16 | identifier
    }

    /// The octets of `value`, the highest first.
    static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: value.bitWidth - 8, through: 0, by: -8)
            .map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// Metadata for a whole frame of `count` octets.
    static func metadata(
        _ sequence: UInt64 = 0,
        count: Int,
        at nanoseconds: Int64 = 1_700_000_000_123_456_789,
        port: UInt8 = 0,
        flags: FrameFlags = []
    ) -> FrameMetadata {
        FrameMetadata(
            arrival: Timestamp(nanoseconds: nanoseconds),
            sequence: sequence,
            wireLength: UInt32(count),
            ingress: PortIndex(rawValue: port),
            flags: flags
        )
    }
}

/// The same numbers on every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// `count` octets.
    mutating func octets(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}
