import TapMail
import TapTesting
import Testing

@Suite("The names that come most often")
struct HeavyHittersTests {
    @Test("few names are counted exactly, equal ones in the order of the alphabet")
    func exact() {
        var hitters = HeavyHitters(limit: 4)
        for name in ["b", "a", "c", "b", "a", "b"] { hitters.count(name) }
        #expect(hitters.top(2).map(\.name) == ["b", "a"])
        #expect(hitters.top(9).map(\.count) == [3, 2, 1])
        #expect(hitters.top(9).allSatisfy { $0.doubt == 0 })
        #expect(hitters.top(-1).isEmpty)
    }

    @Test("of any number the bounds hold, and whoever came often is there", arguments: 0..<12)
    func bounds(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        var (hitters, truth) = (HeavyHitters(limit: 32), [String: UInt64]())
        var again = HeavyHitters(limit: 32)
        for _ in 0..<20_000 {
            // A few names come often, thousands once or twice.
            let isFrequent = generator.next() % 3 == 0
            let name = isFrequent ? "f\(generator.next() % 8)" : "r\(generator.next() % 9_000)"
            hitters.count(name)
            again.count(name)
            truth[name, default: 0] += 1
        }
        let top = hitters.top(64)
        #expect(top == again.top(64))
        #expect(hitters.top(1_000).count < 64)
        for hitter in top {
            let real = truth[hitter.name] ?? 0
            #expect(hitter.count <= real && real <= hitter.count + hitter.doubt)
        }
        #expect(Set(hitters.top(8).map(\.name)) == Set((0..<8).map { "f\($0)" }))
    }

    @Test("a long name is cut")
    func long() {
        var hitters = HeavyHitters()
        hitters.count(String(repeating: "x", count: 100_000))
        #expect(hitters.top(1).first?.name.count == 320)
    }
}
