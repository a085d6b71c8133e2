import DequeModule
import TapWire

/// How the octets of a side are cut.
extension Connection {
    /// Segments of so many octets are small: no command of mail with its argument fits in.
    private static let smallByteCount = 8
    /// Up to this place in the stream there is a dialogue; then messages may be, whose last segment is often small.
    private static let dialogueEnd: Int64 = 2_048

    /// Counts a segment of `a` that no sender would cut or order like that: small, new, and neither due nor next behind what
    /// waits.
    ///
    /// A sender that waits for acknowledgments has no two small segments under way (RFC 896), a hand at the keyboard few, and
    /// those only change places where the network does it.
    mutating func countCut(_ byteCount: Int, at offset: Int64) {
        let index = Int(Side.a.rawValue)
        let (next, end) = (halves[index].next, offset &+ Int64(byteCount))
        guard byteCount > 0, byteCount <= Self.smallByteCount, offset < Self.dialogueEnd,
            end > next, offset != next, flow.oddSegments < .max
        else { return }
        if offset < next {
            // Sent again with what came up meanwhile.
            guard offset != halves[index].acknowledged else { return }
        } else {
            guard offset != halves[index].held.last?.end else { return }
            for piece in halves[index].held where piece.offset <= offset && piece.end >= end {
                return
            }
        }
        flow.oddSegments += 1
    }
}
