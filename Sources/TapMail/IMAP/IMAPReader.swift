/// Cuts a line of IMAP into words: atoms, quoted strings, what stands in brackets (RFC 9051 section 9).
struct IMAPReader {
    private var rest: ArraySlice<UInt8>

    /// Reads `line` from its beginning.
    init(_ line: ArraySlice<UInt8>) { rest = line }

    /// What is not read yet, without blanks at both ends.
    var remainder: ArraySlice<UInt8> { rest.trimmed }

    /// The next word; nil at the end of the line.
    ///
    /// A quoted string is given without its quotes; one without an end goes to the end of the line.
    mutating func next() -> ArraySlice<UInt8>? {
        rest = rest.drop(while: \.isBlank)
        guard let first = rest.first else { return nil }
        if first == UInt8(ascii: "\"") { return quoted() }
        let word = rest.prefix { !$0.isBlank }
        rest = rest[word.endIndex...]
        return word
    }

    private mutating func quoted() -> ArraySlice<UInt8> {
        var text: [UInt8] = []
        rest = rest.dropFirst()
        while let octet = rest.popFirst(), octet != UInt8(ascii: "\"") {
            text.append(octet == UInt8(ascii: "\\") ? rest.popFirst() ?? octet : octet)
        }
        return text[...]
    }
}

/// The literal that a line ends with: its octets come behind the end of the line (RFC 9051 section 4.3, RFC 7888).
struct IMAPLiteral: Hashable, Sendable {
    /// How many octets it has.
    var byteCount: UInt64
    /// True if whoever sends it waits until it is asked for it.
    var isAwaited: Bool
    /// How many octets of the line announce it.
    var markLength: Int

    /// Reads the end of a line; nil if the line ends with none.
    init?(endOf line: ArraySlice<UInt8>) {
        guard line.last == UInt8(ascii: "}"),
            let start = line.suffix(Self.longestMark).lastIndex(of: UInt8(ascii: "{"))
        else { return nil }
        var digits = line[line.index(after: start)...].dropLast()
        isAwaited = true
        if digits.last == UInt8(ascii: "+") || digits.last == UInt8(ascii: "-") {
            isAwaited = false
            digits = digits.dropLast()
        }
        guard let count = UInt64(digits: digits) else { return nil }
        byteCount = count
        markLength = line.endIndex - start
    }

    /// Braces, a sign and the digits of the largest number.
    private static let longestMark = 23
}
