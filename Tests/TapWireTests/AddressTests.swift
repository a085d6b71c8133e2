import TapTesting
import TapWire
import Testing

@Suite("Addresses as text")
struct AddressTests {
    @Test(
        "IPv6 addresses have the one form of RFC 5952",
        arguments: [
            ("2001:db8::1", "2001:db8::1"),
            ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("::", "::"),
            ("::1", "::1"),
            ("1::", "1::"),
            ("fe80::", "fe80::"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("::FFFF:C000:0201", "::ffff:192.0.2.1"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("0:0:1::", "0:0:1::"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("0:0:0:1:0:0:0:0", "0:0:0:1::"),
        ]
    )
    func canonical(_ text: String, _ expected: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isIPv6)
        #expect(address.description == expected)
        #expect(IPAddress(expected) == address)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.-4", "1.2.3.4 ",
            " 1.2.3.4", "1.2.3.",
            ":", ":::", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::",
            "::1%eth0", "[::1]", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "+1::",
            "1:2:3:4:5:6:7:1.2.3.4", "::\u{0661}",
            "\u{0661}.2.3.4", ":1::", "1:",
        ]
    )
    func refused(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test("Every address is read back from its text")
    func roundTrip() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<2_000 {
            // Masks make zero groups frequent.
            let high = random.next() & random.next() & random.next()
            let low = random.next() & random.next() & random.next()
            let v6 = IPAddress(v6High: high, low: low)
            #expect(IPAddress(v6.description) == v6)
            let v4 = IPAddress(v4: UInt32(truncatingIfNeeded: random.next()))
            #expect(IPAddress(v4.description) == v4)
        }
    }

    @Test("Random text makes no address parser trap")
    func hostile() {
        var random = SplitMix64(seed: 2)
        let alphabet = Array("0123456789abcdefFF:::...%/[]x- \u{e9}")
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...50, using: &random)
            let text = String(
                (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            )
            if let address = IPAddress(text) { #expect(IPAddress(address.description) == address) }
            if let network = IPNetwork(text) { #expect(IPNetwork(network.description) == network) }
            if let endpoint = Endpoint(text) { #expect(Endpoint(endpoint.description) == endpoint) }
            if let address = MACAddress(text) {
                #expect(MACAddress(address.description) == address)
            }
            _ = Timestamp(rfc3339: text)
        }
    }

    @Test("Ethernet addresses are read with colons and hyphens")
    func ethernet() throws {
        let address = try #require(MACAddress("01-80-C2-00-00-0E"))
        #expect(address.description == "01:80:c2:00:00:0e")
        #expect(address.isGroup)
        #expect(MACAddress("02:00:00:00:00:01")?.isGroup == false)
        for text in [
            "", "1:2:3:4:5:6", "01:80:c2:00:00", "01:80:c2:00:00:0e:00", "01:80:c2:00:00:+1",
        ] {
            #expect(MACAddress(text) == nil)
        }
    }

    @Test("Endpoints put IPv6 addresses in brackets")
    func endpoint() throws {
        #expect(try #require(Endpoint("192.0.2.1:25")).port == 25)
        let v6 = try #require(Endpoint("[2001:db8::1]:587"))
        #expect(v6.description == "[2001:db8::1]:587")
        for text in [
            "192.0.2.1", "2001:db8::1:25", "[192.0.2.1]:25", "192.0.2.1:65536", "192.0.2.1:",
            "[]:1",
        ] {
            #expect(Endpoint(text) == nil)
        }
    }

    @Test("Networks contain what has their prefix, and IPv4-mapped addresses count as IPv4")
    func networks() throws {
        let network = try #require(IPNetwork("192.0.2.77/25"))
        #expect(network.description == "192.0.2.0/25")
        #expect(network.contains(try #require(IPAddress("192.0.2.127"))))
        #expect(!network.contains(try #require(IPAddress("192.0.2.128"))))
        #expect(network.contains(try #require(IPAddress("::ffff:192.0.2.1"))))
        #expect(!network.contains(try #require(IPAddress("2001:db8::1"))))
        let all = try #require(IPNetwork("0.0.0.0/0"))
        #expect(all.contains(try #require(IPAddress("203.0.113.9"))))
        #expect(!all.contains(try #require(IPAddress("::1"))))
        let v6 = try #require(IPNetwork("2001:db8::/65"))
        #expect(v6.contains(try #require(IPAddress("2001:db8::7fff:0:0:1"))))
        #expect(!v6.contains(try #require(IPAddress("2001:db8::8000:0:0:1"))))
        #expect(try #require(IPNetwork("::/0")).contains(try #require(IPAddress("ffff::"))))
        #expect(try #require(IPNetwork("192.0.2.1")).prefixLength == 32)
        for text in ["192.0.2.0/33", "::/129", "192.0.2.0/", "192.0.2.0/08", "192.0.2.0/-1", "/8"] {
            #expect(IPNetwork(text) == nil)
        }
    }

    @Test("Addresses know what they are for")
    func kinds() throws {
        func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
        for text in [
            "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fdff::1",
        ] {
            #expect(try address(text).isPrivate)
        }
        for text in [
            "11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.1.1", "fe00::1", "203.0.113.9",
        ] {
            #expect(try !address(text).isPrivate)
        }
        #expect(try address("127.1.2.3").isLoopback && address("::1").isLoopback)
        #expect(try address("::ffff:127.0.0.1").isLoopback && !address("::2").isLoopback)
        #expect(try address("169.254.9.9").isLinkLocal && address("fe80::1").isLinkLocal)
        #expect(try address("febf::1").isLinkLocal && !address("fec0::1").isLinkLocal)
        #expect(try address("100.64.0.1").isSharedSpace && !address("100.128.0.1").isSharedSpace)
        #expect(try address("224.0.0.1").isMulticast && address("ff02::1").isMulticast)
        #expect(try address("0.0.0.0").isUnspecified && address("::").isUnspecified)
    }
}
