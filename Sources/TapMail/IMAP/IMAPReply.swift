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
