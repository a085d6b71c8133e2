import TapObserve
import TapTesting
import Testing

@Suite("Lines cut from a stream")
struct LineBufferTests {
    /// The lines of `pieces`, with what is left at the end.
    private func lines(_ pieces: [[UInt8]], limits: LineBuffer.Limits = .init()) -> [StreamLine] {
        var buffer = LineBuffer(limits: limits)
        var lines: [StreamLine] = []
        for piece in pieces {
            var offset = 0
            while offset < piece.count {
                let (consumed, line) = buffer.take(
                    from: piece.span.extracting(droppingFirst: offset)
                )
                #expect(consumed > 0)
                offset += consumed
                guard let line else { break }
                lines.append(line)
            }
            #expect(offset == piece.count)
        }
        if let rest = buffer.flush() { lines.append(rest) }
        return lines
    }

    private func line(
        _ text: String,
        _ ending: StreamLine.Ending = .crlf,
        bareCR: Bool = false,
        nul: Bool = false
    ) -> StreamLine {
        let octets = Array(text.utf8)
        return StreamLine(
            octets: octets,
            byteCount: octets.count,
            ending: ending,
            hasBareCR: bareCR,
            hasNUL: nul
        )
    }

    @Test("Lines end with CR LF or LF; a CR alone and NUL are noted")
    func endings() {
        let text = "EHLO a\r\n\r\nLF only\n\na\rb\r\nc\r\r\n\0\r\nrest\r"
        let expected = [
            line("EHLO a"), line(""), line("LF only", .lf), line("", .lf),
            line("a\rb", bareCR: true),
            line("c\r", bareCR: true), line("\0", nul: true), line("rest\r", .open, bareCR: true),
        ]
        #expect(lines([Array(text.utf8)]) == expected)
    }

    @Test("Long lines are shortened and cut, and the rest of a cut line is no line")
    func limits() {
        let limits = LineBuffer.Limits(lineLength: 10, keptLength: 4)
        let found = lines(
            [Array("123456789\r\n1234567890\r\n1234567890abc\nnext\r\n".utf8)],
            limits: limits
        )
        let nine = StreamLine(octets: Array("1234".utf8), byteCount: 9, ending: .crlf)
        let cut = StreamLine(octets: Array("1234".utf8), byteCount: 10, ending: .cut)
        #expect(found == [nine, cut, cut, line("next")])
        #expect(found[0].isShortened && !found[3].isShortened)
    }

    @Test("Any pieces give the same lines")
    func segmentation() {
        var random = SplitMix64(seed: 8)
        let alphabet = Array("ab\r\r\n\n\0".utf8)
        for round in 0..<400 {
            let count = Int.random(in: 0...60, using: &random)
            let octets = (0..<count).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let limits = LineBuffer.Limits(lineLength: round % 9 + 1, keptLength: round % 5)
            let expected = lines([octets], limits: limits)
            #expect(lines(octets.map { [$0] }, limits: limits) == expected)
            for cut in octets.indices {
                #expect(
                    lines([Array(octets[..<cut]), Array(octets[cut...])], limits: limits)
                        == expected
                )
            }
        }
    }

    @Test("No octet is lost: lines and their ends make up the stream")
    func complete() {
        var random = SplitMix64(seed: 9)
        for _ in 0..<300 {
            let alphabet = Array("ab\r\n\0".utf8)
            let octets = (0..<200).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            var joined: [UInt8] = []
            for line in lines([octets]) {
                joined += line.octets
                switch line.ending {
                case .crlf: joined += [13, 10]
                case .lf: joined += [10]
                case .open, .cut: break
                }
            }
            #expect(joined == octets)
        }
    }

    @Test("What is pending is counted and given up by a flush")
    func pending() {
        var buffer = LineBuffer()
        _ = buffer.take(from: Array("abc\r".utf8).span)
        #expect(buffer.pendingByteCount == 4)
        #expect(buffer.flush() == line("abc\r", .open, bareCR: true))
        #expect(buffer.pendingByteCount == 0 && buffer.flush() == nil)
        let (consumed, next) = buffer.take(from: Array("\n".utf8).span)
        #expect(consumed == 1 && next == line("", .lf))
    }
}
