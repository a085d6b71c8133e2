import TapRelay
import TapTesting
import Testing

@Suite("Counting what is distinct")
struct DistinctCountTests {
    @Test("a look tells what taking it would tell, and changes nothing", arguments: 0..<20)
    func look(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var count = DistinctCount()
        var news = 0
        for _ in 0..<5_000 {
            // Many again, and many that share a bit with others.
            let digest = UInt64.random(in: 0..<20_000, using: &random)
            let before = count
            let isNew = count.isSurelyNew(digest)
            #expect(count == before)
            #expect(count.insert(digest) == isNew)
            news += isNew ? 1 : 0
        }
        #expect(news > 500)
    }
}
