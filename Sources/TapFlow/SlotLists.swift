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

    private struct List {
        var head: Int32 = -1
        var tail: Int32 = -1
        var count = 0
    }

    private var links: [Link] = []
    private var lists: [List]

    /// Creates empty lists.
    package init(count: Int) { lists = Array(repeating: List(), count: count) }

    /// Makes room for one more slot, in no list.
    package mutating func addSlot() { links.append(Link()) }

    /// The first slot of a list.
    package func first(of list: Int) -> Int? {
        lists[list].head < 0 ? nil : Int(lists[list].head)
    }

    /// How many slots are in a list.
    package func count(of list: Int) -> Int { lists[list].count }

    /// The list that a slot is in.
    package func list(of slot: Int) -> Int? { links[slot].list < 0 ? nil : Int(links[slot].list) }

    /// Moves a slot to the end of a list, out of the one it was in.
    package mutating func append(_ slot: Int, to list: Int) {
        let place = Int32(truncatingIfNeeded: slot)
        guard lists[list].tail != place else { return }
        remove(slot)
        Self.append(slot, to: &lists[list], at: list, &links)
    }

    /// Puts a slot at the end of the first list, unless it is in one, or takes it out.
    package mutating func set(_ slot: Int, isListed: Bool) {
        guard isListed != (links[slot].list >= 0) else { return }
        if isListed { append(slot, to: 0) } else { remove(slot) }
    }

    /// Takes a slot out of its list.
    package mutating func remove(_ slot: Int) {
        let list = Int(links[slot].list)
        guard list >= 0 else { return }
        Self.remove(slot, from: &lists[list], &links)
    }

    // Asked with every frame: through spans, so that not each change asks whether anybody else has the links.

    private static func append(
        _ slot: Int,
        to list: inout List,
        at index: Int,
        _ links: inout [Link]
    ) {
        var links = links.mutableSpan
        let place = Int32(truncatingIfNeeded: slot)
        links[slot] = Link(previous: list.tail, list: Int8(truncatingIfNeeded: index))
        if list.tail < 0 {
            list.head = place
        } else {
            links[Int(list.tail)].next = place
        }
        list.tail = place
        list.count &+= 1
    }

    private static func remove(_ slot: Int, from list: inout List, _ links: inout [Link]) {
        var links = links.mutableSpan
        let link = links[slot]
        if link.previous < 0 {
            list.head = link.next
        } else {
            links[Int(link.previous)].next = link.next
        }
        if link.next < 0 {
            list.tail = link.previous
        } else {
            links[Int(link.next)].previous = link.previous
        }
        links[slot] = Link()
        list.count &-= 1
    }
}
