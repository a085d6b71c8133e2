import TapTesting
import TapWire
import Testing

@Suite("Octets of the wire as text")
struct WireTextTests {
    @Test("Harmless UTF-8 is left as it is")
    func harmless() {
        for text in ["", "<a@example.org>", "Grüße aus Köln", "日本語", "😀", "a\\b"] {
            #expect(String(wire: Array(text.utf8)) == text)
        }
    }

    @Test(
        "What is not harmless is shown octet by octet",
        arguments: [
            ([0x00, 0x1B, 0x5B, 0x0D, 0x0A, 0x09, 0x7F], "\\x00\\x1B[\\x0D\\x0A\\x09\\x7F"),
            ([0xC3, 0x28], "\\xC3("),
            ([0xC0, 0x80], "\\xC0\\x80"),
            ([0xE0, 0x80, 0x80], "\\xE0\\x80\\x80"),
            ([0xED, 0xA0, 0x80], "\\xED\\xA0\\x80"),
            ([0xF4, 0x90, 0x80, 0x80], "\\xF4\\x90\\x80\\x80"),
            ([0xC2, 0x85], "\\xC2\\x85"),
            ([0xE2, 0x80, 0xAE, 0x41], "\\xE2\\x80\\xAEA"),
            ([0xE2, 0x80, 0xA8], "\\xE2\\x80\\xA8"),
            ([0xEF, 0xBB, 0xBF], "\\xEF\\xBB\\xBF"),
            ([0xEF, 0xBF, 0xBF], "\\xEF\\xBF\\xBF"),
            ([0xE2, 0x82], "\\xE2\\x82"),
        ] as [([UInt8], String)]
    )
    func escaped(_ octets: [UInt8], _ expected: String) {
        #expect(String(wire: octets) == expected)
    }

    @Test("A text that is too long ends with an ellipsis, never in the middle of a character")
    func shortened() {
        #expect(String(wire: Array("abcdef".utf8), limit: 6) == "abcdef")
        #expect(String(wire: Array("abcdefg".utf8), limit: 6) == "abc\u{2026}")
        #expect(String(wire: [0x61, 0, 0], limit: 8) == "a\\x00\u{2026}")
        #expect(String(wire: Array("üüüü".utf8), limit: 7) == "üü\u{2026}")
        #expect(String(wire: Array("abc".utf8), limit: 2) == "")
        #expect(String(wire: Array("abc".utf8), limit: 0) == "")
        #expect(String(wire: Array("abc".utf8), limit: -1) == "")
    }

    @Test(
        "A text becomes what its octets become",
        arguments: ["", "plain", "a\u{1B}[b", "Grüße", "a\u{202E}b", "abcdefghij", "a~ \u{7F}"]
    )
    func ofText(text: String) {
        for limit in -1...12 {
            #expect(
                String(wire: text, limit: limit) == String(wire: Array(text.utf8), limit: limit)
            )
        }
    }

    @Test("Random octets make valid text within its limit")
    func random() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<2_000 {
            let octets = random.octets(Int.random(in: 0...80, using: &random))
            let limit = Int.random(in: 0...100, using: &random)
            let text = String(wire: octets, limit: limit)
            #expect(text.utf8.count <= limit)
            #expect(
                text.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
                }
            )
            #expect(
                !text.contains("\u{FFFD}")
                    || String(decoding: octets, as: UTF8.self).contains("\u{FFFD}")
            )
        }
    }
}
