import DequeModule
import Dispatch
import Synchronization

/// Work that is done on a thread of its own, item by item in their order.
///
/// Few items wait; then whoever hands one over does. An item comes back when it is done, so that the room it takes is
/// used again and what was learned from it reaches its sender: always that of the same earlier item.
///
/// Who waits is woken for several items at a time: on a machine with few cores a thread that sleeps and wakes with each
/// item costs as much as many frames.
final class Stage<Item: Sendable>: Sendable {
    /// How many items are under way at most.
    static var depth: Int { 8 }
    /// For how many items a thread is woken.
    private static var burst: Int { depth / 2 }

    private struct Items {
        var waiting: Deque<Item> = []
        var done: Deque<Item> = []
        /// How many were handed over and did not come back.
        var underWay = 0
        /// True while the thread works, or is about to.
        var isWorking = false
        /// For how many that are done the sender waits; 0 while it does not.
        var wantedCount = 0
        var failure: (any Error)?
    }

    private let items = Mutex(Items())
    private let isEnoughDone = DispatchSemaphore(value: 0)
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
    /// - Parameters:
    ///   - item: What is handed over.
    ///   - isPressing: True if it must not wait for others to come.
    ///   - fresh: Makes an item.
    /// - Throws: What went wrong with an earlier item. No item is worked on any more then.
    func exchange(
        _ item: inout Item,
        isPressing: Bool,
        for fresh: @autoclosure () -> Item
    ) throws {
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
        startWork(for: isPressing ? 1 : Self.burst)
    }

    /// Waits until everything that was handed over is done.
    ///
    /// - Throws: What went wrong with an item.
    func finish() throws {
        startWork(for: 1)
        while items.withLock({ $0.underWay }) > 0 { _ = try takeDone() }
    }

    private func takeDone() throws -> Item? {
        let mustWait = items.withLock { items in
            guard items.done.isEmpty else { return false }
            items.wantedCount = min(Self.burst, items.underWay)
            return true
        }
        if mustWait { isEnoughDone.wait() }
        return try items.withLock { items in
            items.underWay -= 1
            if let failure = items.failure { throw failure }
            return items.done.popFirst()
        }
    }

    /// Has the thread go on if at least `count` items wait for it.
    private func startWork(for count: Int) {
        let isIdle = items.withLock { items in
            guard !items.isWorking, items.waiting.count >= count else { return false }
            items.isWorking = true
            return true
        }
        if isIdle { queue.async { [self] in workOnWaiting() } }
    }

    private func workOnWaiting() {
        while var item = next() {
            let hasFailed = items.withLock { $0.failure != nil }
            do {
                if !hasFailed { try work(&item) }
            } catch {
                items.withLock { $0.failure = error }
            }
            let isEnough = items.withLock { items in
                items.done.append(item)
                guard items.wantedCount > 0, items.done.count >= items.wantedCount else {
                    return false
                }
                items.wantedCount = 0
                return true
            }
            if isEnough { isEnoughDone.signal() }
        }
    }

    private func next() -> Item? {
        items.withLock { items in
            guard let next = items.waiting.popFirst() else {
                items.isWorking = false
                return nil
            }
            return next
        }
    }
}
