public import TapCapture
import TapFlow
public import TapWire

/// Where evidence takes frames from: a reader of a ring.
public protocol EvidenceSource: ~Copyable {
    /// The identity of the ring.
    var identity: [UInt8] { get }
    /// The ports of the tap.
    var interfaces: [CaptureInterface] { get }
    /// The number of the frame that comes next.
    var nextSequence: UInt64 { get }
    /// Frames that never reached the ring since the hub was started, one number a port; empty if that is unknown.
    var unmirrored: [UInt64] { get }

    /// When the oldest frame that is held arrived; nil if there is none.
    func oldest() throws -> Timestamp?

    /// Goes to another place.
    mutating func go(to place: EvidencePlace) throws

    /// When the frame with this number arrived; nil if it is gone or has not come. The place is lost.
    mutating func arrival(of sequence: UInt64) throws -> Timestamp?

    /// Reads on.
    ///
    /// - Parameters:
    ///   - count: The most entries.
    ///   - end: Frames from this number on are left.
    ///   - wants: Asked with the first octets of each frame.
    ///   - take: Given the frames that are wanted, whole.
    ///   - lose: Given the numbers of frames that are gone.
    /// - Returns: False if there is nothing more at present, or the end is reached.
    /// - Throws: Why the ring cannot be read any more.
    mutating func read(
        atMost count: Int,
        before end: UInt64,
        wants: (borrowing Frame) -> Bool,
        take: (borrowing Frame) -> Void,
        lose: (Range<UInt64>) -> Void
    ) throws -> Bool

    /// Waits until there is something to read, at most for `limit`.
    ///
    /// - Returns: False if nothing more can come: a new ring took the place of this one.
    mutating func wait(upTo limit: Duration) throws -> Bool
}

/// Where a source begins to read.
public enum EvidencePlace: Hashable, Sendable {
    /// Behind the newest frame.
    case newest
    /// At the frame with this number, or where the ring begins now.
    case sequence(UInt64)
    /// At the first frame that arrived at this time or later.
    case time(Timestamp)
}

extension EvidenceSource where Self: ~Copyable {
    /// Goes to where the frames of `request` begin: `before` ahead of the first frame that an alert is about.
    ///
    /// - Returns: What the ring does not have any more.
    mutating func goToStart(
        of request: EvidenceRequest,
        before: Duration
    ) throws -> EvidenceLosses {
        let first = request.first
        let arrival = try arrival(of: first.sequence) ?? first.time
        let wanted = min(arrival, first.time).advanced(by: .zero - before)
        var losses = EvidenceLosses()
        losses.wanted = wanted
        if let oldest = try oldest(), oldest > wanted { losses.ringBegan = oldest }
        try go(to: .time(wanted))
        return losses
    }
}
