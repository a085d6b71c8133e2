/// The commands that are known by name.
enum SMTPVerb: String, CaseIterable, Sendable {
    case helo = "HELO"
    case ehlo = "EHLO"
    /// RFC 2033.
    case lhlo = "LHLO"
    case mail = "MAIL"
    case rcpt = "RCPT"
    case data = "DATA"
    /// RFC 3030.
    case bdat = "BDAT"
    case rset = "RSET"
    case noop = "NOOP"
    case quit = "QUIT"
    case vrfy = "VRFY"
    case expn = "EXPN"
    case help = "HELP"
    /// RFC 3207.
    case starttls = "STARTTLS"
    /// RFC 4954.
    case auth = "AUTH"
    /// RFC 1985.
    case etrn = "ETRN"
    /// RFC 2645.
    case atrn = "ATRN"
    case turn = "TURN"
    /// RFC 821: to a terminal, to one or to a mailbox, to both.
    case send = "SEND"
    case soml = "SOML"
    case saml = "SAML"
    /// Postfix: a trusted proxy names the client.
    case xclient = "XCLIENT"
    case xforward = "XFORWARD"

    /// The verb that a word names, letters in either case; nil if it is none of the known.
    init?(_ word: ArraySlice<UInt8>) {
        // A leading NUL would not be seen in the number.
        guard word.count <= 8, word.first != 0 else { return nil }
        let number = word.reduce(0) { $0 << 8 | UInt64($1.uppercased) }
        guard let place = Self.numbers.firstIndex(of: number) else { return nil }
        self = Self.allCases[place]
    }

    /// The words as numbers, the last octet in the lowest place, in the order of `allCases`.
    private static let numbers = allCases.map { verb in
        verb.rawValue.utf8.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
}

/// A command line, cut into verb and argument.
struct SMTPCommand: Sendable {
    /// The verb; nil if it is none of the known.
    var verb: SMTPVerb?
    /// What stands behind the verb, without blanks at both ends.
    var argument: ArraySlice<UInt8>

    /// Reads a command line.
    init(_ line: ArraySlice<UInt8>) {
        let text = line.trimmed
        let word = text.prefix { !$0.isBlank }
        argument = text[word.endIndex...].trimmed
        verb = SMTPVerb(word)
    }

    /// True if the line is surely a command and not by chance a line of text.
    ///
    /// Asked where the parser does not know what it sees: behind a gap, or when it was started in the middle.
    var isUnmistakable: Bool {
        switch verb {
        case .data, .rset, .quit, .starttls: argument.isEmpty
        case .helo, .ehlo, .lhlo: !argument.isEmpty && !argument.contains(where: \.isBlank)
        case .mail, .send, .soml, .saml: SMTPPath(argument, keyword: "FROM").isWellFormed
        case .rcpt: SMTPPath(argument, keyword: "TO").isWellFormed
        case .bdat: SMTPChunkSize(argument) != nil
        case .auth: LoginDialogue.isMechanism(argument.prefix { !$0.isBlank })
        case .noop, .vrfy, .expn, .help, .etrn, .atrn, .turn: false
        case .xclient, .xforward: argument.contains(UInt8(ascii: "="))
        case nil: false
        }
    }
}

/// The argument of BDAT (RFC 3030 section 2).
struct SMTPChunkSize: Hashable, Sendable {
    /// Octets that follow the command.
    var byteCount: UInt64
    /// True if the message ends with this chunk.
    var isLast: Bool

    /// Reads the argument of BDAT; nil if it is malformed.
    init?(_ argument: ArraySlice<UInt8>) {
        let words = argument.split(whereSeparator: \.isBlank)
        guard let first = words.first, words.count <= 2, let size = UInt64(digits: first) else {
            return nil
        }
        if words.count == 2 {
            guard words[1].count == 4, words[1].hasPrefix(ignoringCase: "LAST") else { return nil }
        }
        byteCount = size
        isLast = words.count == 2
    }
}
