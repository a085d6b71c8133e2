import HeapModule
import TapWire

/// The connections that are followed, and the orders in which they are given up.
struct FlowTable: ~Copyable {
    /// What a connection waits for, in the order in which connections make room.
    enum Waiting: UInt8, CaseIterable {
        /// Closed; late frames may come.
        case lingering
        /// Nobody wants its octets: a time-out of its own.
        case unwanted
        /// Not confirmed by who opened it.
        case unconfirmed
        /// Half closed, or perhaps reset.
        case halfClosed
        /// Established: the idle time-out.
        case idle
        /// The same two, of those that are to be spared.
        case valuedHalfClosed, valuedIdle
    }

    /// What a table has to know of a connection after each of its frames, and when that was: in one word, as it is
    /// compared with every frame.
    struct Standing: Equatable, Sendable {
        private let word: UInt32

        /// Where a connection stands of which no frame was taken: nowhere else.
        init() { word = .max }

        fileprivate init(
            _ waiting: Waiting,
            isLive: Bool,
            isHolding: Bool,
            isMissing: Bool,
            tick: UInt16
        ) {
            word =
                UInt32(waiting.rawValue) | (isLive ? 1 << 8 : 0) | (isHolding ? 1 << 9 : 0)
                | (isMissing ? 1 << 10 : 0) | UInt32(tick) << 16
        }

        /// The number of what it waits for.
        fileprivate var waiting: Int { Int(word & 0xFF) }
        /// True if it is open and wanted.
        fileprivate var isLive: Bool { word & 1 << 8 != 0 }
        /// True if something waits behind a hole.
        fileprivate var isHolding: Bool { word & 1 << 9 != 0 }
        /// True if it waits for octets that who sent it had seen.
        fileprivate var isMissing: Bool { word & 1 << 10 != 0 }
    }

    private struct FirstFrame: Comparable {
        var sequence: UInt64
        var slot: Int32
        var generation: UInt32

        static func < (lhs: Self, rhs: Self) -> Bool { lhs.sequence < rhs.sequence }
    }

    private let secret = HashSecret()
    private var slots = SlotIndex()
    /// The connections by slot; the contents of free slots are left over.
    var connections: [Connection] = []
    private var generations: [UInt32] = []
    private var freeSlots: [Int32] = []
    private var timers = SlotLists(count: Waiting.allCases.count)
    /// Connections with octets behind holes, in the order in which they began to hold some.
    private var holding = SlotLists(count: 1)
    /// Connections that wait for octets that one side has and the tap has not, in the order in which they began to.
    private var missing = SlotLists(count: 1)
    /// First frames of connections; of those that are gone or unwanted too, until they come up.
    private var firstFrames = Heap<FirstFrame>()
    /// Connections that hold back the oldest live sequence.
    private var liveCount = 0
    private var isLive: [Bool] = []

    /// How many connections there are, closed ones that linger included.
    var count: Int { slots.count }

    /// The slot of a connection with `key`; hardly ever are there several.
    ///
    /// Mutating only because the compiler copies all of a table to lend it.
    mutating func slot(of key: FlowKey) -> Int? {
        slots.slot(hash: key.hash(with: secret)) { connections[$0].has(key) }
    }

    /// The slot of the connection with `key` that the segment at `place` belongs to.
    mutating func slot(of key: FlowKey, owning place: SegmentPlace) -> Int? {
        slots.slot(hash: key.hash(with: secret)) {
            connections[$0].has(key) && connections[$0].owns(place)
        }
    }

    /// Adds a connection.
    mutating func insert(_ connection: Connection) -> Int {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = Int(free)
            connections[slot] = connection
            generations[slot] &+= 1
        } else {
            slot = connections.count
            connections.append(connection)
            generations.append(0)
            isLive.append(false)
            timers.addSlot()
            holding.addSlot()
            missing.addSlot()
        }
        slots.insert(slot, hash: connection.key.hash(with: secret))
        isLive[slot] = true
        liveCount &+= 1
        let first = FirstFrame(
            sequence: connection.flow.firstSequence,
            slot: Int32(truncatingIfNeeded: slot),
            generation: generations[slot]
        )
        firstFrames.insert(first)
        return slot
    }

    /// Frees a slot.
    mutating func remove(_ slot: Int) {
        slots.remove(slot, hash: connections[slot].key.hash(with: secret))
        timers.remove(slot)
        holding.remove(slot)
        missing.remove(slot)
        setNotLive(slot)
        freeSlots.append(Int32(truncatingIfNeeded: slot))
    }

    /// Changes a connection, keeps account of what it takes, and puts it where it then belongs.
    @inline(__always)
    mutating func change(
        _ slot: Int,
        in context: inout StreamContext,
        _ body: (inout Connection, inout StreamContext) -> Void
    ) {
        // Most frames change nothing in that, and then nothing more is looked at.
        guard let standing = connections[slot].change(in: &context, body) else { return }
        timers.append(slot, to: standing.waiting)
        if !standing.isLive { setNotLive(slot) }
        holding.set(slot, isListed: standing.isHolding)
        missing.set(slot, isListed: standing.isMissing)
    }

    /// Copies what all connections remember by its place in the storage, which goes.
    mutating func copyHistories(in context: inout StreamContext) {
        for slot in connections.indices {
            let before = connections[slot].historyCapacity
            connections[slot].copyHistories(from: context.storage)
            context.historyOctets &+= connections[slot].historyCapacity &- before
        }
    }

    /// The connection that has waited longest for `waiting`.
    func first(waitingFor waiting: Waiting) -> Int? { timers.first(of: Int(waiting.rawValue)) }

    /// The connection that has held octets behind holes for longest.
    var firstHolding: Int? { holding.first(of: 0) }

    /// The connection that has waited longest for octets that one side has.
    var firstMissing: Int? { missing.first(of: 0) }

    /// True if a connection waits for octets that one side has.
    var isAnyMissing: Bool { missing.count(of: 0) > 0 }

    /// How many connections wait for `waiting`.
    func count(waitingFor waiting: Waiting) -> Int { timers.count(of: Int(waiting.rawValue)) }

    /// The connection that makes room first.
    func firstToMakeRoom() -> Int? {
        for waiting in Waiting.allCases {
            if let slot = first(waitingFor: waiting) { return slot }
        }
        return nil
    }

    /// How many connections are open and wanted.
    var wantedCount: Int { liveCount }

    /// The number of the first frame of the oldest connection that is open and wanted.
    mutating func oldestFirstSequence() -> UInt64? {
        while let first = firstFrames.min {
            let slot = Int(first.slot)
            if isLive[slot], generations[slot] == first.generation { return first.sequence }
            firstFrames.removeMin()
        }
        return nil
    }

    /// The flows that are open and wanted.
    var openFlows: [FlowID] {
        connections.indices.filter { isLive[$0] }.map { connections[$0].flow.id }
    }

    private mutating func setNotLive(_ slot: Int) {
        guard isLive[slot] else { return }
        isLive[slot] = false
        liveCount &-= 1
        // One old connection on top would keep all that came after it in the heap.
        guard firstFrames.count > 64, firstFrames.count > 4 * liveCount else { return }
        let live = firstFrames.unordered.filter {
            isLive[Int($0.slot)] && generations[Int($0.slot)] == $0.generation
        }
        firstFrames = Heap(live)
    }
}

extension Timestamp {
    /// A number that changes about every eighth of a second: so exactly the connections stand in order.
    fileprivate var tick: UInt16 { UInt16(truncatingIfNeeded: nanoseconds >> 27) }
}

extension Connection {
    /// Changes the connection where it lies, and keeps account of what it takes.
    ///
    /// - Returns: Where it stands now; nil if that is where it stood before.
    @inline(__always)
    fileprivate mutating func change(
        in context: inout StreamContext,
        _ body: (inout Connection, inout StreamContext) -> Void
    ) -> FlowTable.Standing? {
        let (held, history) = (heldOctets, historyCapacity)
        body(&self, &context)
        context.heldOctets &+= heldOctets &- held
        context.historyOctets &+= historyCapacity &- history
        let isLive = stage == .open && isWanted
        let now = FlowTable.Standing(
            waiting,
            isLive: isLive,
            isHolding: isHolding,
            isMissing: isLive && missingSince != nil,
            tick: context.moment.time.tick
        )
        guard now != standing else { return nil }
        standing = now
        return now
    }

    /// What the connection waits for.
    ///
    /// Mutating only because the compiler copies all of a connection to lend it.
    private var waiting: FlowTable.Waiting {
        @inline(__always)
        mutating get {
            guard stage == .open else { return .lingering }
            guard isConfirmed else { return .unconfirmed }
            let isEnding = isHalfClosed || challenger != nil
            guard isWanted else { return isEnding ? .halfClosed : .unwanted }
            if isValued { return isEnding ? .valuedHalfClosed : .valuedIdle }
            return isEnding ? .halfClosed : .idle
        }
    }
}
