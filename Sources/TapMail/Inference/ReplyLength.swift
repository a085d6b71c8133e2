/// How long a reply is, its line ends included: what is fixed, and what depends on the dialogue.
public struct ReplyLength: Hashable, Sendable {
    /// What a text repeats of the dialogue.
    enum Part: String, Hashable, Sendable, CaseIterable {
        /// The recipient's address.
        case recipient = "rcpt"
        /// The sender's address.
        case sender = "from"
        /// The name in the client's EHLO.
        case client = "helo"
        /// The server's own name.
        case server = "host"
        /// What the greeting calls the session (Gmail).
        case session
        /// The digits of the number of octets in a chunk.
        case size
    }

    /// Octets that are always there.
    var base: Int
    /// Octets more that a queue id or a count may have.
    var spread: Int
    /// What is repeated.
    var parts: [Part]

    /// Reads a text such as `554 5.7.1 <{rcpt}>: Relay access denied`, one line without its end.
    ///
    /// `{rcpt}`, `{from}`, `{helo}`, `{host}` `{session}` and `{size}` stand for what is repeated, `{10}` for an id of so many octets
    /// and `{10-16}` for one of 10 to 16.
    init(text: String) {
        base = 2
        spread = 0
        parts = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}"))
            else {
                base += 1
                continue
            }
            take(rest[..<end])
            rest = rest[end...].dropFirst()
        }
    }

    private mutating func take(_ placeholder: ArraySlice<UInt8>) {
        let word = String(decoding: placeholder, as: UTF8.self)
        if let part = Part(rawValue: word) { return parts.append(part) }
        let bounds = word.split(separator: "-").compactMap { Int($0) }
        guard let low = bounds.first, let high = bounds.last, low <= high else { return }
        base += low
        spread += high - low
    }

    /// The octets it may have where `lengths` says how long what it repeats may be.
    func octets(_ lengths: (Part) -> OctetRange) -> OctetRange {
        parts.reduce(OctetRange(base, base + spread)) { $0 + lengths($1) }
    }
}
