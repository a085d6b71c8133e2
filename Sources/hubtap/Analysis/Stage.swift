import DequeModule
import Dispatch
import Synchronization

/// Work that is done on a thread of its own, item by item in their order.
///
/// Few items wait; then whoever hands one over does. An item comes back when it is done, so that the room it takes is
/// used again and what was learned from it reaches its sender: always that of the same earlier item.
final class Stage<Item: Sendable>: Sendable {
    /// How many items are under way at most.
    static var depth: Int { 4 }

    private struct Items {
        var waiting: Deque<Item> = []
        var done: Deque<Item> = []
        /// How many were handed over and did not come back.
        var underWay = 0
        var failure: (any Error)?
    }

    private let items = Mutex(Items())
    private let doneCount = DispatchSemaphore(value: 0)
    private let queue: DispatchQueue
    private let work: @Sendable (inout Item) throws -> Void

    /// Creates a stage that does `work` with each item.
    ///
    /// - Parameters:
    ///   - label: Its name, for a debugger.
    ///   - work: Changes an item; runs for one item at a time.
    init(_ label: String, work: @escaping @Sendable (inout Item) throws -> Void) {
        queue = DispatchQueue(label: label)
        self.work = work
    }

    /// Hands an item over, and puts another in its place: the one that was handed over `depth` items earlier, done, or
    /// `fresh` for the first ones.
    ///
    /// - Throws: What went wrong with an earlier item. No item is worked on any more then.
    func exchange(_ item: inout Item, for fresh: @autoclosure () -> Item) throws {
        let isFull = items.withLock { $0.underWay >= Self.depth }
        let other = isFull ? try takeDone() ?? fresh() : fresh()
        var sent: Item? = item
        item = other
        // Moved on: nobody else may hold it, or its room is not used again but copied.
        items.withLock { items in
            guard let next = sent.take() else { return }
            items.waiting.append(next)
            items.underWay += 1
        }
        queue.async { [self] in workOnNext() }
    }

    /// Waits until everything that was handed over is done.
    ///
    /// - Throws: What went wrong with an item.
    func finish() throws {
        while items.withLock({ $0.underWay }) > 0 { _ = try takeDone() }
    }

    private func takeDone() throws -> Item? {
        doneCount.wait()
        return try items.withLock { items in
            items.underWay -= 1
            if let failure = items.failure { throw failure }
            return items.done.popFirst()
        }
    }

    private func workOnNext() {
        defer { doneCount.signal() }
        var next = items.withLock { $0.waiting.popFirst() }
        let hasFailed = items.withLock { $0.failure != nil }
        // Moved: a second holder of its arrays would have them copied.
        guard var item = next.take() else { return }
        do {
            if !hasFailed { try work(&item) }
        } catch {
            items.withLock { $0.failure = error }
        }
        items.withLock { $0.done.append(item) }
    }
}
