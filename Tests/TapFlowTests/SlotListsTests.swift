import TapFlow
import TapTesting
import Testing

@Suite("Slot lists")
struct SlotListsTests {
    @Test(
        "after any appends and removals, of slots too, each list holds its slots in order, read from either end",
        arguments: 0..<8
    )
    func agreesWithArrays(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var lists = SlotLists(count: 2)
        var (model, count): ([[Int]], Int) = ([[], []], 0)
        for _ in 0..<2_000 {
            let slot = Int.random(in: 0..<max(1, count), using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where count < 24:
                lists.addSlot()
                count += 1
            case 1 where count > 0:
                lists.remove(slot)
                for list in model.indices { model[list].removeAll { $0 == slot } }
            case 2 where count > 0:
                lists.removeSlot(slot)
                count -= 1
                for list in model.indices {
                    model[list].removeAll { $0 == slot }
                    model[list] = model[list].map { $0 == count ? slot : $0 }
                }
            case 3, 4:
                guard count > 0 else { continue }
                let list = Int.random(in: model.indices, using: &random)
                lists.append(slot, to: list)
                for list in model.indices { model[list].removeAll { $0 == slot } }
                model[list].append(slot)
            default: continue
            }
            for list in model.indices {
                #expect(Self.forwards(lists, list) == model[list])
                #expect(Self.backwards(lists, list) == model[list].reversed())
                #expect(lists.count(of: list) == model[list].count)
            }
        }
    }

    private static func forwards(_ lists: SlotLists, _ list: Int) -> [Int] {
        Array(
            sequence(state: lists.first(of: list)) { slot in
                defer { slot = slot.flatMap(lists.slot(after:)) }
                return slot
            }
        )
    }

    private static func backwards(_ lists: SlotLists, _ list: Int) -> [Int] {
        Array(
            sequence(state: lists.last(of: list)) { slot in
                defer { slot = slot.flatMap(lists.slot(before:)) }
                return slot
            }
        )
    }
}
