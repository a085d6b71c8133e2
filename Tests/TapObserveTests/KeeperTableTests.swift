import Testing

@testable import TapObserve

@Suite("Who gives up what it keeps")
struct KeeperTableTests {
    /// Keeps as much as it is told.
    private final class Hoarder: Keeper {
        var keptByteCount = 0
        var standing = KeeperTable.Standing()
        var givenUpCount = 0

        func giveUp() {
            keptByteCount = 0
            givenUpCount += 1
        }
    }

    private func hoarders(_ count: Int) -> [Hoarder] { (0..<count).map { _ in Hoarder() } }

    @Test("who began first gives up first, whatever it has done since")
    func oldest() {
        var table = KeeperTable(limit: 100)
        let all = hoarders(4)
        for hoarder in all {
            hoarder.keptByteCount = 30
            table.settle(hoarder, isSpared: false)
            // The first one is heard of again and again.
            table.settle(all[0], isSpared: false)
        }
        #expect(all.map(\.givenUpCount) == [1, 0, 0, 0])
        #expect(table.byteCount == 90)
        #expect(table.givenUpCount == 1)
    }

    @Test("who is to be spared gives up last, but does")
    func spared() {
        var table = KeeperTable(limit: 100)
        let all = hoarders(3)
        for (number, hoarder) in all.enumerated() {
            hoarder.keptByteCount = 40
            table.settle(hoarder, isSpared: number == 0)
        }
        #expect(all.map(\.givenUpCount) == [0, 1, 0])
        all[0].keptByteCount = 101
        table.settle(all[0], isSpared: true)
        #expect(all.map(\.givenUpCount) == [1, 1, 1])
        #expect(table.byteCount == 0)
    }

    @Test("who is no longer spared goes with the others")
    func sparedOnce() {
        var table = KeeperTable(limit: 100)
        let all = hoarders(2)
        for hoarder in all {
            hoarder.keptByteCount = 50
            table.settle(hoarder, isSpared: true)
        }
        table.settle(all[1], isSpared: false)
        all[0].keptByteCount = 51
        table.settle(all[0], isSpared: true)
        #expect(all.map(\.givenUpCount) == [0, 1])
    }

    @Test("what has ended, or keeps little, is no longer reckoned, and its place is used again")
    func ended() {
        var table = KeeperTable(limit: 1_000)
        let all = hoarders(3)
        for hoarder in all {
            hoarder.keptByteCount = 300
            table.settle(hoarder, isSpared: false)
        }
        #expect(table.byteCount == 900)
        let slots = Set(all.map(\.standing.slot))
        table.remove(all[1].standing)
        all[2].keptByteCount = 0
        table.settle(all[2], isSpared: false)
        #expect(table.byteCount == 300)
        let more = hoarders(2)
        for hoarder in more {
            hoarder.keptByteCount = 350
            table.settle(hoarder, isSpared: false)
            #expect(slots.contains(hoarder.standing.slot))
        }
        #expect(table.givenUpCount == 0)
        #expect(table.byteCount == 1_000)
    }

    @Test("one that keeps more than all may gives up at once")
    func alone() {
        var table = KeeperTable(limit: 10)
        let hoarder = Hoarder()
        hoarder.keptByteCount = 11
        table.settle(hoarder, isSpared: true)
        #expect(hoarder.givenUpCount == 1)
        #expect(hoarder.standing.slot < 0)
        #expect(table.byteCount == 0)
    }
}
