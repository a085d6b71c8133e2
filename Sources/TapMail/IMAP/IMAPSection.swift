/// What of a message a literal in a FETCH response holds (RFC 9051 section 7.5.2).
enum IMAPSection: Hashable, Sendable {
    /// The message or its text, from the first octet on.
    case text
    /// A part of its text, from the first octet on: others may come in responses of their own.
    case part
    /// More of it: the octets behind those of an earlier response.
    case moreText
    /// Only fields of a header.
    case header
    /// Something else, such as a name in an envelope.
    case other

    /// Reads it from what stands before the literal.
    init(before literal: ArraySlice<UInt8>) {
        var item = literal.trimmed
        self = .other
        var isMore = false
        if item.last == UInt8(ascii: ">"), let start = item.lastIndex(of: UInt8(ascii: "<")) {
            isMore = !item[start...].elementsEqual("<0>".utf8)
            item = item[..<start]
        }
        if item.last == UInt8(ascii: "]"), let start = item.lastIndex(of: UInt8(ascii: "[")) {
            let name = item[..<start].suffix { $0.isLetter }
            guard ["BODY", "BINARY"].contains(where: { name.equals(ignoringCase: $0) }) else {
                return
            }
            let part = item[start...].dropFirst().dropLast()
            let isNumbered = part.first?.isDigit ?? false
            self =
                Self.isHeader(part) ? .header : isMore ? .moreText : isNumbered ? .part : .text
        } else {
            switch String(decoding: item.suffix { !$0.isBlank }.map(\.uppercased), as: UTF8.self) {
            case "RFC822", "(RFC822", "RFC822.TEXT", "(RFC822.TEXT": self = .text
            case "RFC822.HEADER", "(RFC822.HEADER": self = .header
            default: break
            }
        }
    }

    /// `HEADER`, `1.2.HEADER.FIELDS (TO)`, `1.MIME`.
    private static func isHeader(_ part: ArraySlice<UInt8>) -> Bool {
        let words = part.prefix { !$0.isBlank }.split(separator: UInt8(ascii: "."))
        return words.contains {
            $0.equals(ignoringCase: "HEADER") || $0.equals(ignoringCase: "MIME")
        }
    }
}

extension ArraySlice<UInt8> {
    /// The last octets, as long as `isWanted` is true.
    fileprivate func suffix(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        self[(lastIndex { !isWanted($0) }.map { $0 + 1 } ?? startIndex)...]
    }

    /// True if these octets are `text`, letters in either case.
    fileprivate func equals(ignoringCase text: String) -> Bool {
        elementsEqual(text.utf8) { $0.uppercased == $1.uppercased }
    }
}
