import TapWire

/// A TCP connection: two streams and how far each has come.
///
/// Theory of operation. A segment is taken in this order, so that what it makes sure of is told before what it brings:
/// 1. Its acknowledgment: a hole in the other direction that it passes was lost by the tap, not by the receiver;
///    the hole becomes a `gap` and what waited behind it is handed on.
/// 2. Its octets: old ones are compared with what came first and dropped, due ones are handed on without a copy,
///    early ones are held behind the hole.
/// 3. Its FIN, which ends the direction when everything before it was handed on.
/// 4. Its RST, if it stands where the next octet belongs. Of one that only lies inside the window nobody but the
///    receiver knows whether it was obeyed (RFC 5961 section 3): the connection is kept a minute for its sender to go on.
///
/// Where the directions were captured apart and put together, what was answered may come a little behind the answer.
/// Octets, a FIN or a RST whose sender had seen more of the other direction than the tap are held until that has come,
/// or something behind it, or a few milliseconds have passed.
struct Connection: Sendable {
    /// What the connection is doing.
    enum Stage: Sendable {
        /// Segments are taken.
        case open
        /// Closed; kept for a while so that late copies of its frames open no new flow.
        case lingering
    }

    // There may be a hundred thousand of them: in this order the small ones take the room that alignment leaves.

    var flow: Flow
    /// True if side `a` is the first end of the key.
    let isFirstA: Bool
    var stage = Stage.open
    /// False once the receiver said that it wants no more octets.
    var isWanted = true
    /// True if the receiver asked to spare the flow.
    var isValued = false
    /// True once the receiver knows of the flow: not before it is confirmed, or octets came.
    var isAnnounced = false
    /// True once who opened the connection has answered the SYN/ACK, or sent octets.
    var isConfirmed = false
    /// The side whose RST its receiver may have obeyed, as long as it has not gone on since.
    var challenger: Side?
    /// The VLANs that the first frame came in (`VLANStack.word`).
    let homeVLANs: UInt32
    /// Others that frames of it came in; the same if there are none.
    var otherVLANs: UInt32
    /// Where it stood after its last frame.
    var standing = FlowTable.Standing()
    /// The tunnels around it (`Encapsulation.tunnelBits`).
    let tunnels: UInt64
    /// Since when something waits for octets that its sender had seen and the tap has not.
    var missingSince: Timestamp?
    /// When the last frame arrived.
    var lastActive: Timestamp
    /// The streams of `a` and `b`.
    var halves: InlineArray<2, HalfStream> = [HalfStream(), HalfStream()]

    init(tunnels: UInt64, vlans: VLANStack, isFirstA: Bool, flow: Flow) {
        self.tunnels = tunnels
        homeVLANs = vlans.word
        otherVLANs = vlans.word
        self.isFirstA = isFirstA
        self.flow = flow
        lastActive = flow.opened
    }

    /// What tells its segments from those of others.
    var key: FlowKey {
        FlowKey(
            first: isFirstA ? flow.a : flow.b,
            second: isFirstA ? flow.b : flow.a,
            tunnels: tunnels
        )
    }

    /// True if `key` is that of the connection.
    @inline(__always)
    func has(_ key: FlowKey) -> Bool {
        guard tunnels == key.tunnels else { return false }
        return isFirstA
            ? flow.a == key.first && flow.b == key.second
            : flow.b == key.first && flow.a == key.second
    }

    /// Why the connection ends now: perhaps it did long ago.
    func reason(or reason: CloseReason) -> CloseReason {
        let isReset = halves[0].resetSeen != nil || halves[1].resetSeen != nil
        return isReset || challenger != nil ? .reset : reason
    }

    subscript(_ side: Side) -> HalfStream {
        get { halves[Int(side.rawValue)] }
        set { halves[Int(side.rawValue)] = newValue }
    }

    /// The side that sent a segment.
    func side(isFromFirst: Bool) -> Side { isFromFirst == isFirstA ? .a : .b }

    /// How many octets wait behind holes.
    var heldOctets: Int { halves[0].heldOctets &+ halves[1].heldOctets }

    /// How much memory is taken by what was handed on and is not acknowledged.
    var historyCapacity: Int { halves[0].historyCapacity &+ halves[1].historyCapacity }

    /// Copies what is remembered of it by its place in `storage`.
    mutating func copyHistories(from storage: any OctetStore) {
        for index in halves.indices { halves[index].copyHistory(from: storage) }
    }

    /// True if something waits behind a hole.
    var isHolding: Bool { !halves[0].held.isEmpty || !halves[1].held.isEmpty }

    /// True if any frame of `side` was seen.
    func isSeen(_ side: Side) -> Bool {
        switch side {
        case .a: flow.ingressA != nil
        case .b: flow.ingressB != nil
        }
    }

    /// True if the tap has seen as much of `side` as the other one had when it sent something, or never will.
    ///
    /// Mutating, as others that are asked with every frame, only because the compiler copies all of a connection to lend it.
    mutating func hasCome(to seen: Int64, of side: Side) -> Bool {
        let index = Int(side.rawValue)
        let end = halves[index].finOffset ?? .max
        return min(seen, end) <= halves[index].next || !isSeen(side)
    }

    /// True if one side has ended and the other has not.
    var isHalfClosed: Bool { halves[0].hasEnded != halves[1].hasEnded }

    /// True if `number` is that of the SYN of `side`.
    func began(_ side: Side, at number: UInt32) -> Bool {
        halves[Int(side.rawValue)].initialNumber == number
    }

    /// Sets where the stream of `side` begins.
    mutating func begin(_ side: Side, after number: UInt32, windowScale: UInt8?) {
        let index = Int(side.rawValue)
        halves[index].begin(at: number &+ 1)
        halves[index].initialNumber = number
        halves[index].windowScale = windowScale
    }

    /// Sets where the stream of `side` begins, from what the other side expects.
    mutating func begin(_ side: Side, at number: UInt32) {
        halves[Int(side.rawValue)].begin(at: number)
    }

    /// True if `number` is that of the octet which comes next from one side.
    ///
    /// Mutating only because the compiler copies both sides to lend one.
    mutating func expects(_ number: UInt32, isFromFirst: Bool) -> Bool {
        halves[Int(side(isFromFirst: isFromFirst).rawValue)].isNext(number)
    }

    /// True if a segment brings octets of `side` that were not seen before.
    func isNews(_ segment: borrowing TCPSegment, from side: Side) -> Bool {
        let index = Int(side.rawValue)
        let byteCount = segment.payload.count &+ segment.missingByteCount
        guard byteCount > 0 else { return false }
        guard halves[index].isKnown else { return true }
        return halves[index].offset(of: segment.firstNumber) &+ Int64(byteCount)
            > halves[index].next
    }
}
