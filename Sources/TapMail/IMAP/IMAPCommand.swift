/// A command of IMAP as it is put together from lines and literals (RFC 9051 section 2.2.1).
///
/// Of secrets nothing is kept.
struct IMAPCommand: Sendable {
    /// What the reply is known by.
    let tag: [UInt8]
    /// The verb, behind UID the one of the command proper; nil if it is none of the known.
    let verb: IMAPVerb?
    /// True if UID stands before the verb.
    private let isUnique: Bool
    /// The first words behind the verb; of LOGIN only the user's name, of AUTHENTICATE none.
    private(set) var words: [[UInt8]] = []
    /// Octets of its literals.
    private(set) var literalOctets: UInt64 = 0
    /// What may be shown of the argument.
    private(set) var shown: [UInt8] = []
    /// Words so far, those that are not kept included.
    private var wordCount = 0

    /// Octets of a word that are kept.
    static let keptWord = 256
    private static let keptWords = 4
    /// Octets of a tag; longer ones are no tags.
    private static let longestTag = 64

    /// Reads the first line of a command; nil if no tag begins it.
    init?(_ line: ArraySlice<UInt8>) {
        var reader = IMAPReader(line)
        guard let tag = reader.next(), Self.isTag(tag) else { return nil }
        self.tag = Array(tag)
        var verb = reader.next().flatMap(Self.verb)
        isUnique = verb == .uid
        if isUnique { verb = reader.next().flatMap(Self.verb) }
        self.verb = verb
        add(reader.remainder)
    }

    private static func verb(_ word: ArraySlice<UInt8>) -> IMAPVerb? {
        word.count > 16
            ? nil : IMAPVerb(rawValue: String(decoding: word.map(\.uppercased), as: UTF8.self))
    }

    /// A tag, as it is in use: letters, digits and few signs.
    static func isTag(_ word: ArraySlice<UInt8>) -> Bool {
        (1...longestTag).contains(word.count)
            && word.allSatisfy { (0x21...0x7E).contains($0) && !#"(){%*"\+]"#.utf8.contains($0) }
    }

    /// What stands behind tag and verb of a command of one line.
    static func argument(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var reader = IMAPReader(line)
        _ = reader.next()
        _ = reader.next()
        return reader.remainder
    }

    /// Takes what stands on a line behind a literal, or behind the verb.
    mutating func add(_ text: ArraySlice<UInt8>) {
        show(text)
        var reader = IMAPReader(text)
        while wordCount < Self.keptWords, let word = reader.next() { keep(word) }
    }

    /// Takes a literal of `byteCount` octets, of which the first are here.
    mutating func add(literal: [UInt8], byteCount: UInt64) {
        literalOctets &+= byteCount
        keep(literal[...])
        show([UInt8(ascii: "~")])
    }

    /// A literal that was announced was refused.
    mutating func skipLiteral() { wordCount += 1 }

    private mutating func keep(_ word: ArraySlice<UInt8>) {
        defer { wordCount += 1 }
        let limit =
            switch verb {
            case .login: 1
            // Even the first may be a secret.
            case .authenticate: 0
            default: Self.keptWords
            }
        guard wordCount < limit else { return }
        words.append(Array(word.prefix(Self.keptWord)))
    }

    /// Lets the mechanism of AUTHENTICATE be shown, in a form that is no secret.
    mutating func show(mechanism: String) { shown = Array(mechanism.utf8) }

    private mutating func show(_ text: ArraySlice<UInt8>) {
        switch verb {
        // The secrets, and what may be one.
        case .login, .authenticate, nil: break
        default:
            guard shown.count < Self.keptWord, !text.isEmpty else { return }
            if !shown.isEmpty { shown.append(0x20) }
            shown += text.prefix(Self.keptWord - shown.count)
        }
    }

    /// The user's name in LOGIN; nil where no password is behind it, as it may be one itself then.
    var user: String? {
        guard verb == .login, wordCount > 1, let name = words.first, !name.isEmpty else {
            return nil
        }
        return String(repairing: name, limit: Self.keptWord)
    }

    /// The argument for people: no secret, and nothing of what is no known command.
    var argument: String {
        switch verb {
        case .login: user ?? ""
        case nil: wordCount > 0 ? "*" : ""
        default: String(repairing: shown)
        }
    }

    /// True if the line is surely a command and not by chance a line of a message.
    var isUnmistakable: Bool {
        guard let verb else { return false }
        // Only UID EXPUNGE names messages (RFC 4315 section 2.1).
        let standsAlone = verb == .expunge ? !isUnique : verb.standsAlone
        return standsAlone == (wordCount == 0)
    }
}
