import TapLinux
import TapTesting
import TapWire
import Testing

/// What the kernel says of interfaces is read, and nothing it could say traps.
struct LinkMessageTests {
    private let e0 = LinkState(index: 7, name: "eth0", mtu: 9000, master: 3)

    private func read(_ octets: [UInt8]) -> [LinkMessage]? { LinkMessage.read(octets.span) }

    @Test func aStateIsRead() {
        #expect(read(RouteMessage.link(e0)) == [.state(e0)])
        var down = e0
        down.isRunning = false
        down.master = nil
        #expect(read(RouteMessage.link(down)) == [.state(down)])
        down.isUp = false
        #expect(read(RouteMessage.link(down)) == [.state(down)])
    }

    @Test func severalMessagesStandInOneDatagram() {
        let octets =
            RouteMessage.link(e0) + RouteMessage.make(type: 24, body: [1, 2, 3])
            + RouteMessage.link(e0, type: RouteMessage.linkGone)
        #expect(read(octets) == [.state(e0), .removed(index: 7)])
        #expect(read([]) == [])
    }

    @Test func leavingABridgeIsNotTheEndOfAnInterface() {
        let octets = RouteMessage.link(e0, type: RouteMessage.linkGone, family: 7)
        #expect(read(octets) == [])
    }

    @Test func addressesAreReadExceptThoseOfTheLink() {
        let v4 = RouteMessage.address([192, 0, 2, 1], index: 7, prefixLength: 24)
        let address = IPAddress(v4: 0xC000_0201)
        #expect(read(v4) == [.address(index: 7, address: address, prefixLength: 24)])
        let gone = RouteMessage.address([192, 0, 2, 1], index: 7, prefixLength: 24, isGone: true)
        #expect(read(gone) == [.addressRemoved(index: 7, address: address, prefixLength: 24)])
        let v6: [UInt8] = [0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [1]
        #expect(read(RouteMessage.address(v6, index: 7, prefixLength: 64, scope: 253)) == [])
        let found = read(RouteMessage.address(v6, index: 7, prefixLength: 64))
        #expect(found?.count == 1)
    }

    @Test func whatEndsTooEarlyOrWasOverrunIsNotUnderstood() {
        let whole = RouteMessage.link(e0)
        for length in 1..<whole.count { #expect(read(Array(whole.prefix(length))) == nil) }
        #expect(read(RouteMessage.make(type: 4, body: [])) == nil)
        #expect(read([UInt8](repeating: 0, count: 16)) == nil)
        // An attribute that says it is longer than its message.
        var torn = whole
        torn[32] = 200
        #expect(read(torn) == nil)
    }

    @Test func noOctetsTrap() {
        var random = SplitMix64(seed: 0x6C_696E_6B)
        let samples = [
            RouteMessage.link(e0) + RouteMessage.link(e0),
            RouteMessage.address([192, 0, 2, 1], index: 7, prefixLength: 24),
        ]
        for number in 0..<20_000 {
            var octets = samples[number % 2]
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let place = octets.indices.randomElement(using: &random) ?? 0
                octets[place] = UInt8.random(in: 0...255, using: &random)
            }
            _ = read(Array(octets.prefix(Int.random(in: 0...octets.count, using: &random))))
        }
    }
}
