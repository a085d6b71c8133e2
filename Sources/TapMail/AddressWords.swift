/// The words of a text that look like the address of a host or a mailbox, known only by digests.
///
/// So that it can be asked whether a subject names a host or a user, without the subject being kept.
public enum AddressWords {
    /// How many words of a text are kept.
    static let limit = 8
    /// Shorter words tell nothing.
    private static let shortest = 4

    /// The digest of a word, letters in either case (FNV-1a).
    public static func digest(of word: String) -> UInt64 { digest(ofOctets: word.utf8) }

    /// The digests of the first few words with a dot or an `@` in them.
    static func digests(in octets: ArraySlice<UInt8>) -> [UInt64] {
        let words = octets.split { !$0.isOfAddress }
        var digests: [UInt64] = []
        for word in words {
            let bare = word.trimmingDots
            guard bare.count >= shortest, bare.contains(where: { $0 == 0x2E || $0 == 0x40 }) else {
                continue
            }
            digests.append(digest(ofOctets: bare))
            if digests.count == limit { break }
        }
        return digests
    }

    private static func digest(ofOctets word: some Sequence<UInt8>) -> UInt64 {
        word.reduce(0xCBF2_9CE4_8422_2325) { state, octet in
            (state ^ UInt64(octet.uppercased)) &* 0x100_0000_01B3
        }
    }
}

extension UInt8 {
    /// What may stand in the address of a host or a mailbox.
    fileprivate var isOfAddress: Bool {
        isLetter || isDigit || [0x2D, 0x2E, 0x40, 0x5F].contains(self)
    }
}

extension ArraySlice<UInt8> {
    /// Without the dots and hyphens that sentences put around a word.
    fileprivate var trimmingDots: ArraySlice<UInt8> {
        var rest = drop { $0 == 0x2E || $0 == 0x2D }
        while let last = rest.last, last == 0x2E || last == 0x2D { rest = rest.dropLast() }
        return rest
    }
}
