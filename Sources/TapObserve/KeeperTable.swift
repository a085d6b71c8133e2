import TapFlow

/// Who keeps much, in the order in which they began to, and what all of them keep together.
///
/// When that is too much, who began first gives up first; those that are to be spared give up last.
struct KeeperTable {
    /// How a keeper stands in the table; it is taken out of it before it ends.
    struct Standing {
        /// What it was reckoned at last.
        fileprivate(set) var byteCount = 0
        /// Its place; negative for none.
        fileprivate(set) var slot: Int32 = -1

        /// True if it is in the table.
        var isSeated: Bool { slot >= 0 }
    }

    private enum List: Int, CaseIterable { case others, spared }

    private struct Seat {
        unowned let keeper: any Keeper
    }

    /// Octets that all may keep together.
    let limit: Int
    /// How often something was given up.
    private(set) var givenUpCount: UInt64 = 0
    /// Octets that they keep.
    private(set) var byteCount = 0

    private var seats: [Seat?] = []
    private var lists = SlotLists(count: List.allCases.count)
    private var freeSlots: [Int32] = []

    /// Creates an empty table.
    init(limit: Int) { self.limit = max(0, limit) }

    /// Reckons what `keeper` keeps now; it `isSpared` if it holds what must not be lost.
    mutating func settle(_ keeper: some Keeper, isSpared: Bool) {
        let count = keeper.keptByteCount
        guard count > 0 || keeper.standing.slot >= 0 else { return }
        reckon(keeper, count)
        guard keeper.standing.slot >= 0 else { return }
        let slot = Int(keeper.standing.slot)
        let list = isSpared ? List.spared : .others
        if lists.list(of: slot) != list.rawValue { lists.append(slot, to: list.rawValue) }
        makeRoom()
    }

    /// Forgets a keeper, which ends.
    mutating func remove(_ standing: Standing) {
        guard standing.slot >= 0 else { return }
        byteCount &-= standing.byteCount
        lists.remove(Int(standing.slot))
        seats[Int(standing.slot)] = nil
        freeSlots.append(standing.slot)
    }

    private mutating func makeRoom() {
        while byteCount > limit,
            let slot = lists.first(of: List.others.rawValue)
                ?? lists.first(of: List.spared.rawValue),
            let keeper = seats[slot]?.keeper
        {
            keeper.giveUp()
            givenUpCount &+= 1
            // What is left is little.
            reckon(keeper, 0)
        }
    }

    private mutating func reckon(_ keeper: any Keeper, _ count: Int) {
        guard count > 0 else {
            remove(keeper.standing)
            return keeper.standing = Standing()
        }
        byteCount &+= count &- keeper.standing.byteCount
        keeper.standing.byteCount = count
        if keeper.standing.slot < 0 { keeper.standing.slot = seat(keeper) }
    }

    private mutating func seat(_ keeper: any Keeper) -> Int32 {
        if let free = freeSlots.popLast() {
            seats[Int(free)] = Seat(keeper: keeper)
            return free
        }
        seats.append(Seat(keeper: keeper))
        lists.addSlot()
        return Int32(truncatingIfNeeded: seats.count - 1)
    }
}
