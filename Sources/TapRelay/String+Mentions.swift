extension String {
    /// True if `words`, given in lower case, stand in the text, letters of ASCII in either case.
    ///
    /// Octet by octet: a search by characters costs a hundred times as much.
    func mentions(_ words: String) -> Bool {
        guard let initial = words.utf8.first else { return true }
        var rest = utf8[...]
        while let start = rest.firstIndex(where: { $0.lowercasedASCII == initial }) {
            rest = rest[start...]
            if rest.lazy.map(\.lowercasedASCII).starts(with: words.utf8) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
