import TapRelay
import TapTesting
import TapWire
import Testing

@Suite("Networks laid out for a look")
struct NetworkListTests {
    private func address(_ random: inout SplitMix64) -> IPAddress {
        // Few bits, so that many addresses are near each other.
        let high = UInt32.random(in: 0..<16, using: &random)
        let low = high << 28 | UInt32.random(in: 0..<4, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return IPAddress(v6High: 0x2001_0DB8_0000_0000, low: UInt64(low))
        case 1: return IPAddress(v6High: 0, low: 0xFFFF_0000_0000 | UInt64(low))
        default: return IPAddress(v4: low)
        }
    }

    @Test("an address is found in a list if it is in one of its networks")
    func sameAsEach() {
        var random = SplitMix64(seed: 1)
        var found = 0
        for _ in 0..<2_000 {
            let networks = (0..<Int.random(in: 0..<5, using: &random)).compactMap { _ in
                let base = address(&random)
                let length = Int.random(in: 0...(base.isIPv6 ? 128 : 32), using: &random)
                return IPNetwork(base, prefixLength: length)
            }
            let list = NetworkList(networks)
            #expect(list.isEmpty == networks.isEmpty)
            for _ in 0..<20 {
                let candidate = address(&random)
                let isIn = networks.contains { $0.contains(candidate) }
                #expect(list.contains(candidate) == isIn, "\(candidate) in \(networks)")
                found += isIn ? 1 : 0
            }
        }
        #expect((5_000..<35_000).contains(found))
    }
}
