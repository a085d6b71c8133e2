import Dispatch
import Synchronization
import Testing

@testable import hubtap

@Suite("Work on a thread of its own")
struct StageTests {
    private struct Item: Equatable {
        var number: Int
        var room: [Int] = []
        var isDone = false
    }

    private struct Broken: Error, Equatable {}

    @Test("Items are worked on in order, and come back in order, always as many later")
    func order() throws {
        let seen = Mutex<[Int]>([])
        let stage = Stage<Item>("test") { item in
            seen.withLock { $0.append(item.number) }
            item.isDone = true
        }
        var back: [Item] = []
        for number in 0..<100 {
            var item = Item(number: number)
            try stage.exchange(&item, isPressing: false, for: Item(number: -1))
            back.append(item)
        }
        try stage.finish()
        let order = seen.withLock { $0 }
        #expect(order == Array(0..<100))
        let depth = Stage<Item>.depth
        #expect(back.prefix(depth).allSatisfy { $0 == Item(number: -1) })
        #expect(back.dropFirst(depth).map(\.number) == Array(0..<100 - depth))
        #expect(back.dropFirst(depth).allSatisfy { $0.isDone })
    }

    @Test("What is pressing waits for nothing else, and what came before it is done first")
    func pressing() throws {
        let seen = Mutex<[Int]>([])
        let isDone = DispatchSemaphore(value: 0)
        let stage = Stage<Item>("test") { item in
            seen.withLock { $0.append(item.number) }
            if item.number == 1 { isDone.signal() }
        }
        for number in 0...1 {
            var item = Item(number: number)
            try stage.exchange(&item, isPressing: number == 1, for: Item(number: -1))
        }
        #expect(isDone.wait(timeout: .now() + 60) == .success)
        let order = seen.withLock { $0 }
        #expect(order == [0, 1])
        try stage.finish()
    }

    @Test("What goes wrong is told to whoever hands over, and nothing is worked on any more")
    func failure() throws {
        let count = Mutex(0)
        let stage = Stage<Item>("test") { item in
            count.withLock { $0 += 1 }
            if item.number == 3 { throw Broken() }
        }
        #expect(throws: Broken.self) {
            for number in 0..<100 {
                var item = Item(number: number)
                try stage.exchange(&item, isPressing: false, for: Item(number: -1))
            }
            try stage.finish()
        }
        let worked = count.withLock { $0 }
        #expect(worked == 4)
        let last = Stage<Item>("test") { _ in throw Broken() }
        var item = Item(number: 0)
        try last.exchange(&item, isPressing: false, for: Item(number: -1))
        #expect(throws: Broken.self) { try last.finish() }
    }
}
