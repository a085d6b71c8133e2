/// The commands of POP3 that are known by name (RFC 1939, 2449, 2595, 5034, 6856).
enum POP3Verb: String, CaseIterable, Sendable {
    case user = "USER"
    case pass = "PASS"
    case apop = "APOP"
    /// RFC 5034.
    case auth = "AUTH"
    case stat = "STAT"
    case list = "LIST"
    case retr = "RETR"
    case dele = "DELE"
    case noop = "NOOP"
    case rset = "RSET"
    case top = "TOP"
    case uidl = "UIDL"
    case quit = "QUIT"
    /// RFC 2449.
    case capa = "CAPA"
    /// RFC 2595.
    case stls = "STLS"
    /// RFC 6856.
    case utf8 = "UTF8"
    case lang = "LANG"
}

/// A command line of POP3, cut into verb and argument.
struct POP3Command: Sendable {
    /// The verb; nil if it is none of the known.
    var verb: POP3Verb?
    /// What stands behind the verb, without blanks at both ends.
    var argument: ArraySlice<UInt8>

    /// Reads a command line.
    init(_ line: ArraySlice<UInt8>) {
        let text = line.trimmed
        let word = text.prefix { !$0.isBlank }
        argument = text[word.endIndex...].trimmed
        verb =
            word.count <= 4
            ? POP3Verb(rawValue: String(decoding: word.map(\.uppercased), as: UTF8.self)) : nil
    }

    /// True if the line is surely a command and not by chance a line of a message.
    ///
    /// Asked where the parser does not know what it sees: before a flow is claimed, or when it was picked up in the middle.
    var isUnmistakable: Bool {
        switch verb {
        case .capa, .stls, .stat, .quit, .rset, .noop, .utf8: argument.isEmpty
        case .user, .pass, .apop: !argument.isEmpty
        case .auth:
            argument.isEmpty || LoginDialogue.isMechanism(argument.prefix { !$0.isBlank })
        case .retr, .dele: UInt64(digits: argument) != nil
        case .list, .uidl: argument.isEmpty || UInt64(digits: argument) != nil
        case .top:
            argument.split(whereSeparator: \.isBlank).allSatisfy { UInt64(digits: $0) != nil }
                && !argument.isEmpty
        case .lang, nil: false
        }
    }

    /// True if a reply that accepts it goes on until a line with a lone dot (RFC 1939 section 3).
    var hasListing: Bool {
        switch verb {
        case .retr, .top, .capa: true
        case .list, .uidl, .auth, .lang: argument.isEmpty
        case .user, .pass, .apop, .stat, .dele, .noop, .rset, .quit, .stls, .utf8, nil: false
        }
    }
}
