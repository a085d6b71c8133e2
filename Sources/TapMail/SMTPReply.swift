/// A complete reply of the server.
struct SMTPReply: Hashable, Sendable {
    /// The code of its last line.
    var code: Int
    /// The text of each line, without code and separator; at most `Limits.keptLines`.
    var lines: [[UInt8]]
    /// Its beginning may have been lost, so that its text says nothing.
    var isTorn = false

    /// How many lines of one reply are kept.
    static let keptLines = 128
    /// How much of the joined text is kept.
    static let keptText = 512

    /// The first digit of the code (RFC 5321 section 4.2.1).
    var category: Int { code / 100 }

    /// 2xx.
    var isPositive: Bool { category == 2 }

    /// 4xx or 5xx.
    var isNegative: Bool { category == 4 || category == 5 }

    /// The server does not know the command, or does not carry it out.
    var isUnknownCommand: Bool { code == 500 || code == 502 }

    /// The lines joined with a space, cut at 512 octets.
    var text: String {
        guard !isTorn else { return "" }
        if lines.count == 1 { return String(repairing: lines[0], limit: Self.keptText) }
        var joined: [UInt8] = []
        for line in lines where !line.isEmpty && joined.count < Self.keptText {
            if !joined.isEmpty { joined.append(UInt8(ascii: " ")) }
            joined.append(contentsOf: line)
        }
        return String(repairing: joined, limit: Self.keptText)
    }

    /// The enhanced status code at the start of the text (RFC 3463), such as `2.1.5`; empty if there is none.
    var enhancedCode: String {
        guard let word = lines.last?.split(separator: UInt8(ascii: " "), maxSplits: 1).first else {
            return ""
        }
        let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isCode =
            parts.count == 3 && word.count <= 11
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isDigit) }
        return isCode ? String(decoding: word, as: UTF8.self) : ""
    }
}

extension SMTPReply {
    /// True if it is what only EHLO is answered with: of several lines, one with a keyword that every mail server writes alike.
    var isOffer: Bool {
        guard code == 250 else { return false }
        return lines.dropFirst().contains { line in
            let word = line.prefix { !$0.isBlank }
            guard (4...19).contains(word.count) else { return false }
            return Self.offered.contains { $0.utf8.elementsEqual(word.lazy.map(\.uppercased)) }
        }
    }

    /// Keywords that are no words of a text (the IANA registry of SMTP's service extensions).
    private static let offered = [
        "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "STARTTLS", "CHUNKING", "BINARYMIME",
        "SMTPUTF8", "DELIVERBY", "REQUIRETLS", "ETRN",
    ]
}

/// One line of a reply.
struct SMTPReplyLine: Sendable {
    /// The three digits.
    var code: Int
    /// True for `ddd-`.
    var isContinued: Bool
    /// What stands behind code and separator.
    var text: ArraySlice<UInt8>

    /// Reads a line of the server; nil if it is no reply.
    ///
    /// A separator other than space and hyphen is let pass unless `isStrict`, as long as it is no fourth digit.
    init?(_ octets: ArraySlice<UInt8>, isStrict: Bool) {
        let digits = octets.prefix(3)
        guard digits.count == 3, digits.allSatisfy(\.isDigit) else { return nil }
        code = digits.reduce(0) { $0 &* 10 &+ Int($1 &- UInt8(ascii: "0")) }
        guard (100...599).contains(code) else { return nil }
        let rest = octets.dropFirst(3)
        guard let separator = rest.first else {
            isContinued = false
            text = []
            return
        }
        isContinued = separator == UInt8(ascii: "-")
        if isContinued || separator == UInt8(ascii: " ") {
            text = rest.dropFirst()
        } else if !isStrict, !separator.isDigit {
            text = rest
        } else {
            return nil
        }
    }
}
