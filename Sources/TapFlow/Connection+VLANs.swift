import TapWire

/// Where a segment stands: in which VLANs, and by which numbers.
struct SegmentPlace: Sendable, BitwiseCopyable {
    /// `VLANStack.word` of its VLANs.
    let vlans: UInt32
    let isFromFirst: Bool
    let number: UInt32
    /// Nil if it acknowledges nothing.
    let acknowledgment: UInt32?

    init(_ segment: borrowing TCPSegment, isFromFirst: Bool) {
        vlans = segment.encapsulation.vlans.word
        self.isFromFirst = isFromFirst
        number = segment.firstNumber
        acknowledgment =
            segment.header.flags.contains(.ack) ? segment.header.acknowledgmentNumber : nil
    }
}

extension Connection {
    /// How far from what is expected a number may lie, in octets beyond the window.
    private static let slack: Int64 = 1 << 20

    /// True if frames of the connection came in these VLANs.
    func isKnown(in vlans: UInt32) -> Bool { vlans == homeVLANs || vlans == otherVLANs }

    /// False for a segment with the ends of this connection that belongs to another one, in another VLAN.
    func owns(_ place: SegmentPlace) -> Bool { isKnown(in: place.vlans) || fits(place) }

    /// True if both numbers of a segment lie near what is expected: those of a connection between other hosts do so once
    /// in ten thousand times.
    func fits(_ place: SegmentPlace) -> Bool {
        let side = side(isFromFirst: place.isFromFirst)
        guard isNear(place.number, of: side) else { return false }
        return place.acknowledgment.map { isNear($0, of: side.opposite) } ?? true
    }

    /// True if `number` lies where octets of `side` may be sent or sent again.
    private func isNear(_ number: UInt32, of side: Side) -> Bool {
        let index = Int(side.rawValue)
        guard halves[index].isKnown else { return true }
        let window = halves[Int(side.opposite.rawValue)].receiveWindow(
            isMidstream: flow.isMidstream
        )
        let reach = window &+ Self.slack
        let offset = halves[index].offset(of: number)
        return halves[index].next &- reach <= offset && offset <= halves[index].farthest &+ reach
    }
}
