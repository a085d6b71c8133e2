/// The first line of a reply of POP3 (RFC 1939 section 3, RFC 5034 section 4).
enum POP3Reply: Hashable, Sendable {
    /// `+OK`, and what stands behind it.
    case accepted(ArraySlice<UInt8>)
    /// `-ERR`, and what stands behind it.
    case refused(ArraySlice<UInt8>)
    /// `+` and a challenge in base64.
    case challenge(ArraySlice<UInt8>)

    /// Reads a line without its end; nil if it is no reply.
    init?(_ line: ArraySlice<UInt8>) {
        if let text = Self.text(of: line, behind: "+OK") {
            self = .accepted(text)
        } else if let text = Self.text(of: line, behind: "-ERR") {
            self = .refused(text)
        } else if let text = Self.text(of: line, behind: "+") {
            self = .challenge(text)
        } else {
            return nil
        }
    }

    private static func text(
        of line: ArraySlice<UInt8>,
        behind word: String
    ) -> ArraySlice<UInt8>? {
        guard line.hasPrefix(ignoringCase: word) else { return nil }
        let rest = line.dropFirst(word.utf8.count)
        guard let next = rest.first else { return rest }
        return next.isBlank ? rest.trimmed : nil
    }
}

/// The word that a reply of POP3 begins with.
public enum POP3Status: String, Hashable, Sendable, Codable {
    case ok = "+OK"
    case error = "-ERR"
}
