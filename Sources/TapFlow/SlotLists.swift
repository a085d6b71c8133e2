/// Doubly linked lists over the slots of a table; a slot is in one list at most.
///
/// Appending and removing take constant time and no memory of their own beyond the links, which lie close to each other
/// whatever the slots hold.
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

    /// Takes a slot away, out of its list; the last one gets its number.
    package mutating func removeSlot(_ slot: Int) {
        Self.remove(slot, from: &lists, &links)
        let link = links.removeLast()
        guard slot < links.count else { return }
        links[slot] = link
        guard link.list >= 0 else { return }
        let (list, place) = (Int(link.list), Int32(truncatingIfNeeded: slot))
        if link.previous < 0 {
            lists[list].head = place
        } else {
            links[Int(link.previous)].next = place
        }
        if link.next < 0 {
            lists[list].tail = place
        } else {
            links[Int(link.next)].previous = place
        }
    }

    /// The first slot of a list.
    package func first(of list: Int) -> Int? { Self.slot(lists[list].head) }

    /// The last slot of a list.
    package func last(of list: Int) -> Int? { Self.slot(lists[list].tail) }

    /// The slot behind another in its list.
    package func slot(after slot: Int) -> Int? { Self.slot(links[slot].next) }

    /// The slot before another in its list.
    package func slot(before slot: Int) -> Int? { Self.slot(links[slot].previous) }

    private static func slot(_ place: Int32) -> Int? { place < 0 ? nil : Int(place) }

    /// How many slots are in a list.
    package func count(of list: Int) -> Int { lists[list].count }

    /// The list that a slot is in.
    package func list(of slot: Int) -> Int? { links[slot].list < 0 ? nil : Int(links[slot].list) }

    /// Moves a slot to the end of a list, out of the one it was in.
    package mutating func append(_ slot: Int, to list: Int) {
        Self.append(slot, to: list, of: &lists, &links)
    }

    /// Puts a slot at the end of the first list, unless it is in one, or takes it out.
    @inline(__always)
    package mutating func set(_ slot: Int, isListed: Bool) {
        guard isListed != (links[slot].list >= 0) else { return }
        if isListed { append(slot, to: 0) } else { remove(slot) }
    }

    /// Takes a slot out of its list.
    package mutating func remove(_ slot: Int) { Self.remove(slot, from: &lists, &links) }

    // Asked with every frame: through spans, so that not each change asks whether anybody else has the links.

    private static func append(
        _ slot: Int,
        to list: Int,
        of lists: inout [List],
        _ links: inout [Link]
    ) {
        var lists = lists.mutableSpan
        let place = Int32(truncatingIfNeeded: slot)
        guard lists[list].tail != place else { return }
        var links = links.mutableSpan
        unlink(slot, from: &lists, &links)
        let tail = lists[list].tail
        links[slot] = Link(previous: tail, list: Int8(truncatingIfNeeded: list))
        if tail < 0 {
            lists[list].head = place
        } else {
            links[Int(tail)].next = place
        }
        lists[list].tail = place
        lists[list].count &+= 1
    }

    private static func remove(_ slot: Int, from lists: inout [List], _ links: inout [Link]) {
        var lists = lists.mutableSpan
        var links = links.mutableSpan
        unlink(slot, from: &lists, &links)
    }

    @inline(__always)
    private static func unlink(
        _ slot: Int,
        from lists: inout MutableSpan<List>,
        _ links: inout MutableSpan<Link>
    ) {
        let link = links[slot]
        let list = Int(link.list)
        guard list >= 0 else { return }
        if link.previous < 0 {
            lists[list].head = link.next
        } else {
            links[Int(link.previous)].next = link.next
        }
        if link.next < 0 {
            lists[list].tail = link.previous
        } else {
            links[Int(link.next)].previous = link.previous
        }
        links[slot] = Link()
        lists[list].count &-= 1
    }
}
