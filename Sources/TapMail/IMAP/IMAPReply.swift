/// The first line of what the server says (RFC 9051 section 2.2.2).
enum IMAPReply: Hashable, Sendable {
    /// `* ` and the data of the server.
    case untagged(ArraySlice<UInt8>)
    /// `+ `: the client is to go on.
    case goOn(ArraySlice<UInt8>)
    /// The end of a command.
    case tagged([UInt8], IMAPStatus, ArraySlice<UInt8>)

    /// Reads a line without its end; nil if it is none.
    init?(_ line: ArraySlice<UInt8>) {
        guard let first = line.first else { return nil }
        let second = line.dropFirst().first
        if first == UInt8(ascii: "*"), second == 0x20 {
            self = .untagged(line.dropFirst(2))
        } else if first == UInt8(ascii: "+"), second == nil || second == 0x20 {
            self = .goOn(line.dropFirst(2))
        } else {
            var reader = IMAPReader(line)
            guard let tag = reader.next(), IMAPCommand.isTag(tag), let word = reader.next(),
                let status = IMAPStatus(word), status.endsCommands
            else { return nil }
            self = .tagged(Array(tag), status, reader.remainder)
        }
    }

    /// Words that the server's data begin with, in lists and texts of other kinds seldom.
    private static let words: Set<String> = [
        "BYE", "CAPABILITY", "ENABLED", "FLAGS", "LIST", "LSUB", "NAMESPACE", "NO", "OK", "PREAUTH",
        "SEARCH", "STATUS",
    ]
    /// The same behind a number.
    private static let numberedWords: Set<String> = ["EXISTS", "EXPUNGE", "FETCH", "RECENT"]

    /// True if hardly anything but a server of IMAP says this.
    var isUnmistakable: Bool {
        switch self {
        case .goOn: return false
        case .tagged(let tag, _, _): return tag.contains(where: \.isDigit)
        case .untagged(let text):
            let words = text.split(separator: 0x20, maxSplits: 2)
            guard let first = words.first else { return false }
            guard UInt64(digits: first) != nil else { return Self.words.contains(Self.word(first)) }
            return words.dropFirst().first.map { Self.numberedWords.contains(Self.word($0)) }
                ?? false
        }
    }

    private static func word(_ octets: ArraySlice<UInt8>) -> String {
        String(decoding: octets.prefix(16).map(\.uppercased), as: UTF8.self)
    }
}

/// How a command, or the connection, stands (RFC 9051 section 7.1).
public enum IMAPStatus: String, Hashable, Sendable, Codable {
    case ok = "OK"
    case no = "NO"
    case bad = "BAD"
    /// Only as the greeting: the client is known already.
    case preauthenticated = "PREAUTH"
    /// The server closes the connection.
    case bye = "BYE"

    /// Reads a word, letters in either case.
    init?(_ word: ArraySlice<UInt8>) {
        guard word.count <= 7 else { return nil }
        self.init(rawValue: String(decoding: word.map(\.uppercased), as: UTF8.self))
    }

    /// True for the three that a tag may stand before.
    var endsCommands: Bool {
        switch self {
        case .ok, .no, .bad: true
        case .preauthenticated, .bye: false
        }
    }
}
