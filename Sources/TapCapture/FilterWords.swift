/// The words of a filter, cut about as libpcap's scanner cuts them, with their places.
struct FilterWords {
    /// A word, number, address or operator.
    struct Word {
        var text: String
        /// Its place in the filter, in characters.
        var place: Range<Int>

        /// True for what can be a name or a number.
        var isTerm: Bool { text.first.map { $0.isLetter || $0.isNumber || $0 == ":" } ?? false }
    }

    let characters: [Character]
    let words: [Word]

    init(_ expression: String) {
        characters = Array(expression)
        var words: [Word] = []
        var position = 0
        while position < characters.count {
            let length = Self.wordLength(characters[position...])
            if !characters[position].isWhitespace {
                let place = position..<position + length
                words.append(Word(text: String(characters[place]), place: place))
            }
            position += length
        }
        self.words = words
    }

    /// True if the filter says something about VLAN tags, or has computed offsets behind them.
    var speakOfTags: Bool {
        var precedes = ""
        for word in words {
            if word.text == "vlan" || word.text == "geneve" { return true }
            let isPort = precedes == "port" || precedes == "portrange"
            if let number = Self.number(word.text), !isPort, CaptureFilter.isTag(number) {
                return true
            }
            precedes = word.text
        }
        return false
    }

    /// The place of the first word that is one of `candidates`.
    func place(ofAny candidates: [String]) -> Range<Int>? {
        words.first { candidates.contains($0.text) }?.place
    }

    private static func number(_ text: String) -> UInt16? {
        text.lowercased().hasPrefix("0x") ? UInt16(text.dropFirst(2), radix: 16) : UInt16(text)
    }

    private static func wordLength(_ rest: ArraySlice<Character>) -> Int {
        guard let first = rest.first else { return 0 }
        if isWordCharacter(first) || first == "\\" {
            return 1 + rest.dropFirst().prefix(while: isWordCharacter).count
        }
        let pair = String(rest.prefix(2))
        return ["<=", ">=", "==", "!=", "<<", ">>", "&&", "||"].contains(pair) ? 2 : 1
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLetter || character.isNumber || "._-:".contains(character))
    }
}
