extension String {
    /// True if `words`, given in lower case, stand in the text, letters of ASCII in either case.
    ///
    /// Octet by octet: a search by characters costs a hundred times as much.
    func mentions(_ words: String) -> Bool {
        let (octets, wanted) = (utf8.span, words.utf8.span)
        guard let initial = words.utf8.first else { return true }
        guard octets.count >= wanted.count else { return false }
        for start in 0...(octets.count - wanted.count)
        where octets[start].lowercasedASCII == initial {
            let place = octets.extracting(start..<(start + wanted.count))
            if place.isSame(as: wanted) { return true }
        }
        return false
    }

    /// The text between two of its octets, at each of which a character begins.
    func part(_ place: Range<Int>) -> Substring {
        let octets = utf8
        let first = octets.index(octets.startIndex, offsetBy: place.lowerBound)
        return Substring(octets[first..<octets.index(first, offsetBy: place.count)])
    }

    /// The first `limit` octets of the text; itself if it is no longer, as most are.
    func cut(to limit: Int) -> String {
        utf8.count <= limit ? self : String(decoding: utf8.prefix(limit), as: UTF8.self)
    }
}

extension Span<UInt8> {
    /// True if these octets are the same as `others`.
    func isEqual(to others: Span<UInt8>) -> Bool {
        guard count == others.count else { return false }
        for index in indices where self[index] != others[index] { return false }
        return true
    }

    /// True if these octets, letters of ASCII in lower case, are `wanted`, which is as long.
    fileprivate func isSame(as wanted: Span<UInt8>) -> Bool {
        for index in indices where self[index].lowercasedASCII != wanted[index] { return false }
        return true
    }
}
