/// Octets of the wire as text that is safe to show, to log and to store.
///
/// Whoever is on the other end of the wire chose these octets. The result is valid UTF-8 without control characters
/// or anything else that could move a terminal's cursor, end a log line or turn the reading order round.
extension String {
    /// Makes text of octets from the wire: what is not harmless UTF-8 is shown as `\xNN`.
    ///
    /// - Parameters:
    ///   - octets: What was on the wire.
    ///   - limit: How many octets of UTF-8 the text may have; a longer one ends with an ellipsis.
    public init(wire octets: Span<UInt8>, limit: Int = 512) {
        var writer = WireTextWriter(limit: limit)
        var offset = 0
        while offset < octets.count, !writer.isFull {
            offset &+= writer.writeNext(of: octets.extracting(droppingFirst: offset))
        }
        self = writer.text
    }

    /// Makes text of octets from the wire: what is not harmless UTF-8 is shown as `\xNN`.
    ///
    /// - Parameters:
    ///   - octets: What was on the wire.
    ///   - limit: How many octets of UTF-8 the text may have; a longer one ends with an ellipsis.
    public init(wire octets: [UInt8], limit: Int = 512) {
        self.init(wire: octets.span, limit: limit)
    }

    /// Makes text from the wire harmless, as with its octets.
    ///
    /// Most is plain ASCII and stays as it is.
    ///
    /// - Parameters:
    ///   - text: What was on the wire, as UTF-8.
    ///   - limit: How many octets of UTF-8 the text may have; a longer one ends with an ellipsis.
    public init(wire text: String, limit: Int = 512) {
        let octets = text.utf8.span
        let isPlain = octets.count <= limit && octets.isPlain
        self = isPlain ? text : String(wire: octets, limit: limit)
    }
}

/// Builds the text and keeps it under its limit.
private struct WireTextWriter {
    private static let ellipsis: [UInt8] = [0xE2, 0x80, 0xA6]
    private let limit: Int
    private var output: [UInt8] = []
    /// Where the text can be cut so that the ellipsis still fits.
    private var lastCut = 0
    private(set) var isFull = false

    init(limit: Int) { self.limit = max(limit, 0) }

    var text: String { String(decoding: output, as: UTF8.self) }

    /// Writes the first character of `octets` and returns how many octets it took.
    mutating func writeNext(of octets: Span<UInt8>) -> Int {
        let length = octets.harmlessUTF8Length
        guard length == 0 else {
            append(octets.extracting(first: length))
            return length
        }
        let digits = Array("0123456789ABCDEF".utf8)
        let octet = octets[0]
        let escaped = [0x5C, 0x78, digits[Int(octet >> 4)], digits[Int(octet & 15)]]
        append(escaped.span)
        return 1
    }

    private mutating func append(_ piece: Span<UInt8>) {
        guard output.count &+ piece.count <= limit else {
            output.removeSubrange(lastCut...)
            if lastCut &+ Self.ellipsis.count <= limit { output += Self.ellipsis }
            isFull = true
            return
        }
        for index in piece.indices { output.append(piece[index]) }
        if output.count &+ Self.ellipsis.count <= limit { lastCut = output.count }
    }
}

extension Span<UInt8> {
    /// How many octets the first character takes if it is valid UTF-8 and harmless to show, else 0.
    fileprivate var harmlessUTF8Length: Int {
        guard let first else { return 0 }
        switch first {
        case 0x20...0x7E: return 1
        case 0xC2...0xDF: return scalar(length: 2, lead: first & 0x1F)
        case 0xE0...0xEF: return scalar(length: 3, lead: first & 0x0F)
        case 0xF0...0xF4: return scalar(length: 4, lead: first & 0x07)
        default: return 0
        }
    }

    /// True if all of it is ASCII and harmless to show.
    fileprivate var isPlain: Bool { indices.allSatisfy { (0x20...0x7E).contains(self[$0]) } }

    private var first: UInt8? { isEmpty ? nil : self[0] }

    private func scalar(length: Int, lead: UInt8) -> Int {
        guard count >= length else { return 0 }
        var value = UInt32(lead)
        for index in 1..<length {
            guard self[index] & 0xC0 == 0x80 else { return 0 }
            value = value << 6 | UInt32(self[index] & 0x3F)
        }
        let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1_0000
        guard value >= smallest, let scalar = Unicode.Scalar(value) else { return 0 }
        return scalar.isHarmless ? length : 0
    }
}

extension Unicode.Scalar {
    /// False for controls, line and paragraph separators, invisible and reordering characters, and non-characters.
    fileprivate var isHarmless: Bool {
        switch value {
        case 0x80...0x9F, 0xAD, 0x61C, 0x180E: false
        case 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F: false
        case 0xFEFF, 0xFFF9...0xFFFB, 0xFDD0...0xFDEF, 0xE0000...0xE0FFF: false
        default: value & 0xFFFE != 0xFFFE
        }
    }
}
