extension SMTPTransaction {
    /// The server's name for the message, where the final reply gives one in a form that is known.
    ///
    /// Postfix and Sendmail-like `queued as X`, Exim's `id=X`, qmail's `qp X`, Sendmail's `2.0.0 X Message accepted`.
    public var queueIdentifier: String? {
        code.map { (200..<300).contains($0) } == true ? Self.queueIdentifier(in: text) : nil
    }

    /// The queue id in the text of a final reply; nil if there is none.
    static func queueIdentifier(in text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        for (place, word) in words.enumerated() {
            let next = words.dropFirst(place + 1).first
            if word.lowercased() == "as", place > 0, words[place - 1].lowercased() == "queued" {
                return next.flatMap(identifier)
            }
            if word.lowercased().hasPrefix("id=") { return identifier(word.dropFirst(3)) }
            if word == "qp", let next { return identifier(next) }
            if word == "Message", next == "accepted", place > 0 {
                return identifier(words[place - 1])
            }
        }
        return nil
    }

    /// Letters, digits and a few marks, 4 to 64 of them.
    private static func identifier(_ word: Substring) -> String? {
        let bare = word.trimmingMarks
        let isPlain = bare.utf8.allSatisfy {
            $0.isLetter || $0.isDigit || [0x2D, 0x2E, 0x5F].contains($0)
        }
        return isPlain && (4...64).contains(bare.utf8.count) ? String(bare) : nil
    }
}

extension Substring {
    /// Without the brackets and points that sentences put around a word.
    fileprivate var trimmingMarks: Substring {
        let marks: Set<Character> = ["<", ">", "(", ")", "[", "]", ".", ",", ";", "\""]
        var result = drop { marks.contains($0) }
        while let last = result.last, marks.contains(last) { result = result.dropLast() }
        return result
    }
}
