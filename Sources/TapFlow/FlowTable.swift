import HeapModule
import TapWire

/// The connections that are followed, and the orders in which they are given up.
struct FlowTable: ~Copyable {
    /// What a connection waits for.
    enum Waiting: Int, CaseIterable {
        /// Established: the idle time-out.
        case idle
        /// Half closed, or not confirmed.
        case halfClosed
        /// Closed; late frames may come.
        case lingering
    }

    private struct FirstFrame: Comparable {
        var sequence: UInt64
        var slot: Int32
        var generation: UInt32

        static func < (lhs: Self, rhs: Self) -> Bool { lhs.sequence < rhs.sequence }
    }

    private var slots: [FlowKey: Int32] = [:]
    /// The connections by slot; the contents of free slots are left over.
    var connections: [Connection] = []
    private var generations: [UInt32] = []
    private var freeSlots: [Int32] = []
    private var timers = SlotLists(count: Waiting.allCases.count)
    /// Connections with octets behind holes, in the order in which they began to hold some.
    private var holding = SlotLists(count: 1)
    /// First frames of connections; of those that are gone or unwanted too, until they come up.
    private var firstFrames = Heap<FirstFrame>()
    /// Connections that hold back the oldest live sequence.
    private var liveCount = 0
    private var isLive: [Bool] = []

    /// How many connections there are, closed ones that linger included.
    var count: Int { slots.count }

    /// The slot of the connection with `key`.
    func slot(of key: FlowKey) -> Int? { slots[key].map(Int.init) }

    /// Adds a connection; there must be none with its key.
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
        }
        slots[connection.key] = Int32(truncatingIfNeeded: slot)
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
        slots.removeValue(forKey: connections[slot].key)
        timers.remove(slot)
        holding.remove(slot)
        setNotLive(slot)
        freeSlots.append(Int32(truncatingIfNeeded: slot))
    }

    /// Puts a connection where it belongs after a frame of it was taken.
    mutating func settle(_ slot: Int) {
        let waiting: Waiting =
            if connections[slot].stage == .lingering {
                .lingering
            } else if connections[slot].isHalfClosed || !connections[slot].isConfirmed {
                .halfClosed
            } else {
                .idle
            }
        timers.append(slot, to: waiting.rawValue)
        if connections[slot].stage == .lingering || !connections[slot].isWanted { setNotLive(slot) }
        guard connections[slot].isHolding else { return holding.remove(slot) }
        if holding.list(of: slot) == nil { holding.append(slot, to: 0) }
    }

    /// The connection that has waited longest for `waiting`.
    func first(waitingFor waiting: Waiting) -> Int? { timers.first(of: waiting.rawValue) }

    /// The connection that has held octets behind holes for longest.
    var firstHolding: Int? { holding.first(of: 0) }

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
