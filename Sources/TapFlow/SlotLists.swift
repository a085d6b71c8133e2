/// Doubly linked lists over the slots of a table; a slot is in one list at most.
///
/// Appending and removing take constant time and no memory of their own beyond the links.
package struct SlotLists: Sendable {
    private struct Link {
        var previous: Int32 = -1
        var next: Int32 = -1
        /// The list the slot is in; negative for none.
        var list: Int8 = -1
    }

    private var links: [Link] = []
    private var heads: [Int32]
    private var tails: [Int32]
    private var counts: [Int]

    /// Creates empty lists.
    package init(count: Int) {
        heads = Array(repeating: -1, count: count)
        tails = heads
        counts = Array(repeating: 0, count: count)
    }

    /// Makes room for one more slot, in no list.
    package mutating func addSlot() { links.append(Link()) }

    /// The first slot of a list.
    package func first(of list: Int) -> Int? { heads[list] < 0 ? nil : Int(heads[list]) }

    /// How many slots are in a list.
    package func count(of list: Int) -> Int { counts[list] }

    /// The list that a slot is in.
    package func list(of slot: Int) -> Int? { links[slot].list < 0 ? nil : Int(links[slot].list) }

    /// Moves a slot to the end of a list, out of the one it was in.
    package mutating func append(_ slot: Int, to list: Int) {
        guard tails[list] != Int32(truncatingIfNeeded: slot) else { return }
        remove(slot)
        let last = tails[list]
        links[slot] = Link(previous: last, next: -1, list: Int8(truncatingIfNeeded: list))
        if last < 0 {
            heads[list] = Int32(truncatingIfNeeded: slot)
        } else {
            links[Int(last)].next = Int32(truncatingIfNeeded: slot)
        }
        tails[list] = Int32(truncatingIfNeeded: slot)
        counts[list] &+= 1
    }

    /// Puts a slot at the end of the first list, unless it is in one, or takes it out.
    package mutating func set(_ slot: Int, isListed: Bool) {
        if !isListed {
            remove(slot)
        } else if list(of: slot) == nil {
            append(slot, to: 0)
        }
    }

    /// Takes a slot out of its list.
    package mutating func remove(_ slot: Int) {
        let link = links[slot]
        guard link.list >= 0 else { return }
        counts[Int(link.list)] &-= 1
        if link.previous < 0 {
            heads[Int(link.list)] = link.next
        } else {
            links[Int(link.previous)].next = link.next
        }
        if link.next < 0 {
            tails[Int(link.list)] = link.previous
        } else {
            links[Int(link.next)].previous = link.previous
        }
        links[slot] = Link()
    }
}
