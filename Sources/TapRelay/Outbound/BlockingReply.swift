import TapMail

/// A refusal of a server outside that speaks of the sender's reputation: of a list, of being blocked, of policy.
struct BlockingReply: Sendable {
    /// The code.
    var code: Int
    /// The words.
    var text: String

    /// Words of refusals because of a reputation.
    ///
    /// Sources: the replies of Postfix's reject_rbl_client, Exim's dnslists, Gmail, Outlook, Yahoo, Spamhaus, Barracuda.
    private static let words = [
        "block list", "blocklist", "blocked", "blacklist", "dnsbl", "rbl.", " rbl ", "spamhaus",
        "spamcop",
        "barracuda", "listed at", "listed in", "listed by", "listed on", "is listed", "reputation",
        "policy", "s3140", "s3150", "unsolicited",
    ]
    /// Words of refusals that are about the recipient, or about waiting a little.
    private static let others = [
        "greylist", "graylist", "user unknown", "unknown user", "no such user", "not listed",
        "mailbox", "relay",
    ]

    /// What stands in the domains of lists.
    private static let marks = [
        "spamhaus", "spamcop", "barracuda", "rbl", "dnsbl", "sorbs", "psbl", "uceprotect",
        "blocklist",
        "blacklist", "surbl", "uribl", "abuseat", "mailspike",
    ]
    /// Who keeps a list, and how they write their names.
    private static let keepers = [
        "Spamhaus", "SpamCop", "Barracuda", "SORBS", "PSBL", "UCEPROTECT", "SURBL", "URIBL",
        "Mailspike",
    ]

    /// The first such reply to a message, or to a connection; nil if there is none.
    init?(_ mail: MailCase) {
        var replies: [(code: Int?, text: String)] = []
        if let transaction = mail.transaction {
            replies = transaction.recipients.map { ($0.code, $0.text) }
            replies.append((transaction.code, transaction.text))
        } else if let summary = mail.session {
            replies = [(summary.bannerCode, summary.banner ?? "")]
        }
        for (code, text) in replies {
            guard let code, (400..<600).contains(code), Self.isAboutReputation(text) else {
                continue
            }
            self.code = code
            self.text = text
            return
        }
        return nil
    }

    /// True for words about the sender's reputation.
    static func isAboutReputation(_ text: String) -> Bool {
        // 5.1.x is about the address (RFC 3463 section 3.2).
        if text.hasPrefix("5.1.") || text.hasPrefix("4.1.") { return false }
        return !others.contains(where: text.mentions) && words.contains(where: text.mentions)
    }

    /// Where to read more and ask to be taken off, if the reply says so: the first address of the web in it.
    var page: String? {
        text.split { $0 == " " || $0 == "<" || $0 == ">" || $0 == "\"" || $0 == "(" || $0 == ")" }
            .first { $0.lowercased().hasPrefix("http://") || $0.lowercased().hasPrefix("https://") }
            .map { word in
                var word = word
                while let last = word.last, ".,;:!]".contains(last) { word.removeLast() }
                return String(word)
            }
    }

    /// The list's name: the first word that looks like a list's domain and is no page, else who keeps the list whose page
    /// or name stands there; nil if the reply names none.
    var list: String? {
        let words = text.split { " <>()[]\"',;".contains($0) }.map { $0.lowercased() }
        let domain = words.lazy.filter { !$0.contains("/") && !$0.contains("@") }
            .map { word in word.last.map(".:!".contains) ?? false ? String(word.dropLast()) : word }
            .first { $0.contains(".") && Self.marks.contains(where: $0.contains) }
        if let domain { return domain }
        if let keeper = Self.keepers.first(where: { text.mentions($0.lowercased()) }) {
            return keeper
        }
        let host = page?.lowercased().split(separator: "/").dropFirst().first.map(String.init)
        return host.flatMap { host in Self.marks.contains(where: host.contains) ? host : nil }
    }
}
