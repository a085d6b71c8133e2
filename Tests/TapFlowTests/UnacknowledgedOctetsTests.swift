import TapCapture
import TapTesting
import TapWire
import Testing

@testable import TapFlow

@Suite("What was sent and is not acknowledged")
struct UnacknowledgedOctetsTests {
    @Test("It holds what a plain list would, whatever lies where", arguments: 0..<200)
    func alike(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let store = OctetArray(random.octets(4_000), isLasting: true)
        var octets = UnacknowledgedOctets()
        var expected: [UInt8] = []
        for _ in 0..<300 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                octets.removeAll()
                expected = []
            case 1: octets.copy(from: store)
            case 2...6:
                let count = Int.random(in: 0...expected.count + 10, using: &random)
                octets.removeFirst(count)
                expected.removeFirst(min(count, expected.count))
            case 7 where seed.isMultiple(of: 2):
                let foreign = random.octets(Int.random(in: 1...50, using: &random))
                octets.append(foreign.span, in: store)
                expected += foreign
            default:
                let start = Int.random(in: 0..<store.octets.count, using: &random)
                let end = min(store.octets.count, start + Int.random(in: 1...100, using: &random))
                octets.append(store.octets.extracting(start..<end), in: store)
                expected.append(copying: store.octets.extracting(start..<end))
            }
            #expect(octets.count == expected.count)
        }
        octets.copy(from: store)
        #expect(octets.copies == expected)
    }

    @Test("Two segments under way take no memory of their own")
    func few() {
        let store = OctetArray(Array(repeating: 7, count: 3_000), isLasting: true)
        var octets = UnacknowledgedOctets()
        for _ in 0..<3 {
            octets.append(store.octets.extracting(0..<1_400), in: store)
            octets.append(store.octets.extracting(1_500..<2_900), in: store)
            #expect(octets.count == 2_800 && octets.capacity == 0)
            octets.removeAll()
        }
    }

    @Test("A place is that of the octets, or none where it does not fit into a word")
    func places() {
        for range in [0..<1, 5..<65_540, (1 << 48) - 1..<(1 << 48)] {
            #expect(OctetPlace(range)?.range == range)
        }
        for range in [0..<65_536, 1 << 48..<(1 << 48) + 1] { #expect(OctetPlace(range) == nil) }
        var place = OctetPlace()
        #expect(place.isEmpty)
        place.removeFirst(3)
        #expect(place.isEmpty)
    }
}
