import TapWire

extension Connection {
    /// How long after a frame its copy may come by another port or in another VLAN.
    private static let copyInterval: Int64 = 5_000_000

    /// Notes where a segment came from and how far it may still go, and counts what is odd in that.
    @inline(__always)
    mutating func look(
        at segment: borrowing TCPSegment,
        from side: Side,
        by ingress: PortIndex,
        in context: inout StreamContext
    ) {
        let index = Int(side.rawValue)
        if segment.encapsulation.tunnelCount > 0 { context.statistics.tunnelledSegments &+= 1 }
        let trace = SegmentTrace(segment, by: ingress, at: context.moment.time)
        if trace.isCopy(of: halves[index].lastTrace, within: Self.copyInterval) {
            context.statistics.copiedSegments &+= 1
        }
        if halves[index].hopLimit == 0 { halves[index].hopLimit = segment.hopLimit }
        if segment.payload.count > 0, segment.hopLimit != halves[index].hopLimit {
            context.statistics.oddHopLimits &+= 1
        }
        halves[index].lastTrace = trace
    }
}

/// What tells a segment from others of its side.
struct SegmentTrace: Sendable, BitwiseCopyable {
    private let time: Int64
    private let number: UInt32
    private let acknowledgment: UInt32
    private let byteCount: Int32
    private let flags: UInt8
    private let ingress: UInt8
    /// The outer VLAN, and how many there are.
    private let outerVLAN: UInt16

    /// The trace of no segment.
    init() {
        time = .min
        number = 0
        acknowledgment = 0
        byteCount = -1
        flags = 0
        ingress = 0
        outerVLAN = 0
    }

    init(_ segment: borrowing TCPSegment, by ingress: PortIndex, at time: Timestamp) {
        self.time = time.nanoseconds
        number = segment.header.sequenceNumber
        acknowledgment = segment.header.acknowledgmentNumber
        byteCount = Int32(truncatingIfNeeded: segment.payload.count &+ segment.missingByteCount)
        flags = segment.header.flags.rawValue
        self.ingress = ingress.rawValue
        outerVLAN = UInt16(truncatingIfNeeded: segment.encapsulation.vlans.word)
    }

    /// True for the same segment by another port or in another VLAN, not later than `interval` nanoseconds.
    func isCopy(of earlier: SegmentTrace, within interval: Int64) -> Bool {
        number == earlier.number && byteCount == earlier.byteCount
            && (ingress != earlier.ingress || outerVLAN != earlier.outerVLAN)
            && acknowledgment == earlier.acknowledgment && flags == earlier.flags
            && time &- earlier.time >= 0 && time &- earlier.time <= interval
    }
}
