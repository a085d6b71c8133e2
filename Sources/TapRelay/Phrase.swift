import TapWire

/// What stands in a gap of a text, before it is put in the words of a language.
enum Phrase: Equatable, Sendable {
    /// Text from the wire, to be made harmless and cut at so many octets.
    case wire(String, limit: Int)
    /// Text that is harmless and short: an address, a queue id that was checked.
    case plain(String)
    /// A number of things.
    case count(Int)
    /// The size of a message; nil if it is not known.
    case octets(UInt64?)
    /// How long something takes.
    case duration(Duration)
    /// A moment.
    case time(Timestamp)
    /// A share, in percent without decimals.
    case percent(Double)
    /// A small share, in percent with one decimal where there is one.
    case smallShare(Double)
    /// The first of many, and how many there are.
    case list([Phrase], total: Int)
    /// A name in the languages that it has.
    case named(Place.Name)
    /// A text of the catalogue with its own gaps.
    case text(Bilingual, TextValues = [:])

    /// An address of mail from the wire.
    static func address(_ text: String) -> Phrase { .wire(text, limit: 120) }

    /// A name from the wire.
    static func name(_ text: String) -> Phrase { .wire(text, limit: 80) }

    /// A server's words: the code and the text.
    static func reply(code: Int?, text: String) -> Phrase {
        let words = [code.map(String.init), text.isEmpty ? nil : text].compactMap(\.self)
        return .wire(words.joined(separator: " "), limit: 160)
    }

    /// The first few of `phrases`.
    static func first(_ limit: Int = 5, of phrases: [Phrase]) -> Phrase {
        .list(Array(phrases.prefix(limit)), total: phrases.count)
    }
}
