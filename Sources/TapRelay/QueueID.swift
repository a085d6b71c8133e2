/// The name a server gave a message it accepted, safe to stand in a command line.
package struct QueueID: Hashable, Sendable {
    /// Letters, digits and hyphens only, not beginning with a hyphen.
    package let text: String

    /// How long an id may be; Postfix's and Exim's longest have under 24.
    static let maximumLength = 40

    /// Finds the id in a reply to the end of the data, where servers of `family` put it.
    package init?(in reply: String, of family: MailServerFamily) {
        switch family {
        case .postfix: self.init(wordAfter: "queued as ", in: reply)
        case .exim: self.init(wordAfter: "id=", in: reply)
        case .sendmail, .openSMTPD:
            self.init(wordBefore: "message accepted for delivery", in: reply)
        case .exchange: self.init(wordAfter: "internalid=", in: reply)
        case .unknown: return nil
        }
    }

    /// True for a text that is such an id.
    static func isHarmless(_ text: String) -> Bool {
        (4...maximumLength).contains(text.utf8.count) && text.utf8.allSatisfy(\.isQueueIDOctet)
            && text.utf8.first != UInt8(ascii: "-")
    }

    private init?(wordAfter marker: String, in reply: String) {
        let octets = reply.utf8.span
        guard let end = octets.endOfFirst(marker.utf8.span) else { return nil }
        self.init(checked: end..<octets.count, of: reply)
    }

    private init?(wordBefore marker: String, in reply: String) {
        let octets = reply.utf8.span
        guard var end = octets.endOfFirst(marker.utf8.span) else { return nil }
        end -= marker.utf8.count
        while end > 0, octets[end - 1] == 0x20 { end -= 1 }
        var start = end
        while start > 0, octets[start - 1] != 0x20 { start -= 1 }
        self.init(checked: start..<end, of: reply)
    }

    /// Takes what an id may be made of from the beginning of a place in a reply.
    private init?(checked place: Range<Int>, of reply: String) {
        let octets = reply.utf8.span
        // A server may put a full stop or a bracket behind the id.
        let end = place.first { !octets[$0].isQueueIDOctet } ?? place.upperBound
        guard (4...Self.maximumLength).contains(end - place.lowerBound),
            octets[place.lowerBound] != UInt8(ascii: "-")
        else { return nil }
        text = String(reply.part(place.lowerBound..<end))
    }
}

extension Span<UInt8> {
    /// Where the first occurrence of `marker`, given in lower case, ends; letters in either case.
    fileprivate func endOfFirst(_ marker: Span<UInt8>) -> Int? {
        indices.first { extracting(droppingFirst: $0).begins(with: marker) }
            .map { $0 + marker.count }
    }

    private func begins(with marker: Span<UInt8>) -> Bool {
        guard count >= marker.count else { return false }
        return marker.indices.allSatisfy { self[$0].lowercasedASCII == marker[$0] }
    }
}

extension UInt8 {
    fileprivate var isQueueIDOctet: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || self == 0x2D
    }
}
