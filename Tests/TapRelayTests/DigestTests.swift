import TapTesting
import TapWire
import Testing

@testable import TapRelay

@Suite("Digests")
struct DigestTests {
    @Test("the digest of an address is that of its text")
    func addresses() {
        var random = SplitMix64(seed: 11)
        // Octets of one, two and three digits, and what lies at their borders.
        var addresses = [0, 9, 10, 99, 100, 255].map { IPAddress(v4: $0 << 24 | $0 << 8 | $0) }
        for _ in 0..<500 {
            addresses.append(IPAddress(v4: UInt32.random(in: 0...UInt32.max, using: &random)))
            let (high, low) = (random.next(), random.next())
            addresses.append(IPAddress(v6High: high, low: low))
            addresses.append(IPAddress(v6High: high, low: low & 0xFF))
        }
        addresses.append(IPAddress(v6High: 0, low: 0xFFFF_C000_0201))
        for address in addresses {
            #expect(Digest.value(ofTextOf: address) == Digest.value(of: address.description))
        }
    }
}
