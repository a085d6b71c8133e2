/// The word in brackets by which a server of POP3 or IMAP says why it refuses (RFC 2449, RFC 3206, RFC 5530).
enum ResponseCode {
    /// Longer ones are none.
    private static let limit = 32

    /// The word that `text` begins with, such as `SYS/TEMP` or `UNAVAILABLE`, in upper case; nil if there is none.
    static func read(_ text: ArraySlice<UInt8>) -> String? {
        guard text.first == UInt8(ascii: "[") else { return nil }
        let word = text.dropFirst().prefix { Self.isOfWord($0) }
        guard !word.isEmpty, word.count <= limit, word.endIndex < text.endIndex,
            text[word.endIndex] == UInt8(ascii: "]") || text[word.endIndex].isBlank
        else { return nil }
        return String(decoding: word.map(\.uppercased), as: UTF8.self)
    }

    private static func isOfWord(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
