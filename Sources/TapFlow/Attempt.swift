import TapWire

/// A connection attempt of which only the SYN was seen.
struct Attempt: Sendable {
    /// True if the first end of the key sent the SYN.
    var isFromFirst: Bool
    /// The sequence number of the SYN.
    var number: UInt32
    /// The window scale that the SYN offered.
    var windowScale: UInt8?
    /// The frame of the SYN.
    var moment: Moment
    /// The VLANs and tunnels that it came in.
    var encapsulation: Encapsulation
    /// The port that it entered by.
    var ingress: PortIndex
    /// The octets that came with the SYN (RFC 7413); the other side may take them or not.
    var octets: [UInt8] = []
    /// What the caller expects from the other side, if it has answered a SYN/ACK that was not seen.
    var expected: UInt32?

    /// How many of the octets that came with the SYN the other side has taken, if it acknowledged up to `number`, or the
    /// caller went on there.
    func takenByteCount(upTo number: UInt32) -> Int {
        let count = number &- self.number &- 1
        return count <= 1 << 20 ? min(octets.count, Int(count)) : 0
    }

    /// True if `number` is the first behind the SYN, or behind what came with it.
    func isEnd(_ number: UInt32) -> Bool {
        let count = number &- self.number &- 1
        return count == 0 || count == UInt32(truncatingIfNeeded: octets.count)
    }

    /// True for the SYN/ACK that answers the attempt.
    func isAnswered(by header: TCPHeader, isFromFirst: Bool) -> Bool {
        isFromFirst != self.isFromFirst && header.flags.isSuperset(of: [.syn, .ack])
            && header.acknowledgmentNumber &- number &- 1 <= 65_535
    }

    /// True for segments that belong to the connection that the attempt began.
    func isContinued(by header: TCPHeader, isFromFirst: Bool) -> Bool {
        guard isFromFirst == self.isFromFirst else {
            return header.flags.contains(.ack)
                && header.acknowledgmentNumber &- number &- 1 <= 1 << 20
        }
        return !header.flags.contains(.syn) && header.sequenceNumber &- number &- 1 <= 1 << 20
    }

    /// True if the other side may have spoken before this segment, the first with octets behind the SYN: nothing tells
    /// where its stream began.
    func isJoinedLate(by header: TCPHeader, isFromFirst: Bool) -> Bool {
        guard expected == nil, !header.flags.contains(.syn) else { return false }
        return isFromFirst == self.isFromFirst || !isEnd(header.acknowledgmentNumber)
    }
}
