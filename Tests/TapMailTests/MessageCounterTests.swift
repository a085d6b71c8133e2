import TapTesting
import Testing

@testable import TapMail

@Suite struct MessageCounterTests {
    @Test("A line of the header that is longer than what is read of it is passed over")
    func endlessHeader() {
        let octets =
            Array("Subject: ".utf8) + [UInt8](repeating: 0x61, count: HeaderReader.headerLimit)
            + Array("\r\nDate: x\r\n\r\nbody\r\n.\r\n".utf8)
        var whole = MessageCounter()
        let end = whole.take(from: octets.span)
        var single = MessageCounter()
        for octet in octets { _ = single.take(from: [octet].span) }
        #expect(end.isComplete && end.consumed == octets.count)
        #expect(whole.octets == UInt64(octets.count - 3) && single.octets == whole.octets)
        #expect(whole.header.isDone && whole.header.facts == single.header.facts)
        #expect(whole.header.facts.date == nil)
    }

    /// What a counter says behind `octets`, given to it in pieces of at most `size`.
    private func outcome(of octets: [UInt8], inPiecesOf size: Int) -> [String] {
        var counter = MessageCounter()
        var offset = 0
        while offset < octets.count {
            let piece = octets.span.extracting(offset..<min(offset + size, octets.count))
            let (consumed, isComplete) = counter.take(from: piece)
            offset += consumed
            if isComplete { return tell(counter) + ["complete at \(offset)"] }
        }
        return tell(counter)
    }

    private func tell(_ counter: MessageCounter) -> [String] {
        ["\(counter.octets) octets", "tail \(counter.tail)", "cut \(counter.isTailCut)"]
            + counter.candidates.map { "\($0)" }
    }

    @Test func runsOfTextChangeNothing() {
        // Whole pieces skip over text; single octets cannot.
        let fragments = [
            "\r", "\n", "\r\n", ".", "..", "\0", "a", "a.b", "\r\n.\r\n", "\n.\n", "\r\n.a",
            String(repeating: "x", count: 40), String(repeating: "y. ", count: 20),
        ]
        var generator = SplitMix64(seed: 11)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...30, using: &generator)
            let text = (0..<count).map { _ in fragments.randomElement(using: &generator) ?? "" }
            let octets = Array(("Subject: x\r\n\r\n" + text.joined()).utf8)
            let expected = outcome(of: octets, inPiecesOf: 1)
            #expect(outcome(of: octets, inPiecesOf: octets.count) == expected)
            #expect(outcome(of: octets, inPiecesOf: 7) == expected)
        }
    }
}
