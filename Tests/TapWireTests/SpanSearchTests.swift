import TapTesting
import TapWire
import Testing

@Suite struct SpanSearchTests {
    @Test func findsTheFirstOctetAtAnyPlace() {
        for length in 0..<80 {
            for place in 0..<length {
                var octets = [UInt8](repeating: 0x2F, count: length)
                octets[place] = 0x2E
                for start in 0...length {
                    let expected = start <= place ? place : nil
                    #expect(octets.span.firstIndex(of: 0x2E, from: start) == expected)
                }
            }
        }
    }

    @Test func agreesWithLookingAtEveryOctet() {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<1_000 {
            let octets = generator.octets(Int.random(in: 0...700, using: &generator))
            let octet = UInt8.random(in: .min ... .max, using: &generator)
            let start = Int.random(in: 0...octets.count, using: &generator)
            let expected = octets[start...].firstIndex(of: octet)
            #expect(octets.span.firstIndex(of: octet, from: start) == expected)
        }
    }

    @Test("Octets that differ are counted as if each were looked at, over every border of a block")
    func differences() {
        var generator = SplitMix64(seed: 8)
        for length in 0..<200 {
            let octets = generator.octets(length)
            var other = octets + generator.octets(length % 3)
            #expect(octets.span.differences(from: other.span) == 0)
            let changes = 0..<min(length, length % 7)
            let changed = Set(changes.map { _ in Int.random(in: 0..<length, using: &generator) })
            for index in changed { other[index] ^= UInt8(1 + index % 255) }
            #expect(octets.span.differences(from: other.span) == changed.count)
            #expect(other.span.differences(from: octets.span) == changed.count)
        }
        let all = [UInt8](repeating: 0, count: 1_000)
        #expect(all.span.differences(from: [UInt8](repeating: 1, count: 1_000).span) == 1_000)
    }
}
