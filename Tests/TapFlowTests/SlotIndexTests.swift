import TapFlow
import Testing

@Suite("Finding connections by the hash of their keys")
struct SlotIndexTests {
    @Test(
        "Slots are found until they are removed, however many share a hash or a place",
        arguments: [1, 7, 64, 1 << 20]
    )
    func findsAndForgets(hashes: Int) {
        var index = SlotIndex()
        // Slot to hash; few hashes, the last of them at the end of the table, so that searches wrap round.
        var present: [Int: Int] = [:]
        for slot in 0..<3_000 {
            let hash = -1 - Int.random(in: 0..<hashes)
            index.insert(slot, hash: hash)
            present[slot] = hash
            guard slot.isMultiple(of: 3), let (other, itsHash) = present.randomElement() else {
                continue
            }
            index.remove(other, hash: itsHash)
            present[other] = nil
            #expect(index.slot(hash: itsHash) { $0 == other } == nil)
        }
        #expect(index.count == present.count)
        for (slot, hash) in present {
            #expect(index.slot(hash: hash) { $0 == slot } == slot)
        }
        for (slot, hash) in present { index.remove(slot, hash: hash) }
        #expect(index.count == 0)
        #expect(index.slot(hash: -1) { _ in true } == nil)
    }

    @Test("What is not there is not removed")
    func removesNothingElse() {
        var index = SlotIndex()
        index.insert(4, hash: 9)
        index.remove(5, hash: 9)
        index.remove(4, hash: 10)
        #expect(index.count == 1)
        #expect(index.slot(hash: 9) { $0 == 4 } == 4)
    }

    @Test("What moves is found where it is, and what does not is where it was")
    func moves() {
        var index = SlotIndex()
        for slot in 0..<100 { index.insert(slot, hash: slot % 7) }
        for slot in stride(from: 0, to: 100, by: 3) {
            index.move(slot, to: 1_000 + slot, hash: slot % 7)
        }
        index.move(1, to: 5_000, hash: 2)
        for slot in 0..<100 {
            let now = slot.isMultiple(of: 3) ? 1_000 + slot : slot
            #expect(index.slot(hash: slot % 7) { $0 == now } == now)
            if now != slot { #expect(index.slot(hash: slot % 7) { $0 == slot } == nil) }
        }
        #expect(index.count == 100)
        #expect(index.slot(hash: 2) { $0 == 5_000 } == nil)
    }
}
