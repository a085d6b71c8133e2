/// Text as the octets that go out, in pieces that are never cut: characters and escapes.
struct ShortenableText {
    private static let ellipsis = Array("…".utf8)
    private var octets: [UInt8] = []
    /// Where each piece ends.
    private var ends: [Int] = []

    /// Escapes `text` piece by piece; pieces that begin behind `reach` octets are left out, since they can never fit.
    init(_ text: String, reach: Int, escaping escape: (Unicode.Scalar) -> [UInt8]) {
        for scalar in text.unicodeScalars {
            octets += escape(scalar)
            ends.append(octets.count)
            guard octets.count <= reach else { return }
        }
    }

    /// How many octets the whole text takes.
    var count: Int { octets.count }

    /// The whole text if it has no more than `limit` octets, else its start and an ellipsis, else nothing.
    func shortened(to limit: Int) -> ArraySlice<UInt8> {
        guard octets.count > limit else { return octets[...] }
        let room = limit - Self.ellipsis.count
        guard room >= 0 else { return [] }
        let end = ends.last { $0 <= room } ?? 0
        return octets[..<end] + Self.ellipsis
    }

    /// The highest limit for each of `texts` with which all of them together have no more than `room` octets.
    static func commonLimit(of texts: [ShortenableText], in room: Int) -> Int {
        func size(_ limit: Int) -> Int { texts.reduce(0) { $0 + min($1.count, limit) } }
        var fits = 0
        var tooMuch = max(room, 0) + 1
        while tooMuch - fits > 1 {
            let middle = (fits + tooMuch) / 2
            if size(middle) <= room { fits = middle } else { tooMuch = middle }
        }
        return fits
    }
}

extension Unicode.Scalar {
    /// False for controls, separators of lines, marks of reading order and the byte order mark.
    private var isPlain: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200E, 0x200F: false
        case 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
        default: true
        }
    }

    /// The octets in a message's text: plain characters as they are, others as `\xNN` for each octet.
    var asText: [UInt8] {
        let utf8 = Array(String(self).utf8)
        return isPlain ? utf8 : utf8.flatMap(Self.hexadecimal)
    }

    /// The octets in a PARAM-VALUE (RFC 5424 section 6.3.3).
    var asParameter: [UInt8] {
        asText.flatMap { octet -> [UInt8] in
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "]"):
                [UInt8(ascii: "\\"), octet]
            default: [octet]
            }
        }
    }

    private static func hexadecimal(_ octet: UInt8) -> [UInt8] {
        let digits = String(octet, radix: 16, uppercase: true)
        return Array("\\x\(octet < 16 ? "0" : "")\(digits)".utf8)
    }
}
