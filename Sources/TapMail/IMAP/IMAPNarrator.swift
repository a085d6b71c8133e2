public import TapFlow
import TapWire

/// Tells the reading of mailboxes in plain words: `203.0.113.9 -> 192.0.2.25: "open the mailbox INBOX" -> yes`.
///
/// What comes from the wire is made harmless and cut; secrets never get here.
public enum IMAPNarrator {
    /// One command and its answer in plain words.
    public static func tell(_ exchange: IMAPExchange, of flow: Flow) -> String {
        let client = flow.endpoint(exchange.client).address.description
        let server = flow.endpoint(exchange.client.opposite).address.description
        guard !exchange.verb.isEmpty else {
            let words = [exchange.status?.rawValue ?? "", harmless(exchange.text)]
            return "\(server) -> \(client): \"" + words.joined(separator: " ") + "\""
        }
        return "\(client) -> \(server): \"" + said(exchange) + "\" -> " + answered(exchange)
    }

    /// A whole session in plain words.
    public static func tell(_ session: IMAPSessionSummary, of flow: Flow) -> String {
        let client = flow.endpoint(session.client).address.description
        let server = flow.endpoint(session.client.opposite).address.description
        var words = "\(client) -> \(server): "
        if let login = session.login {
            let user = login.user.map { harmless($0) } ?? "an unknown user"
            switch login.status {
            case .ok: words += "opened the mailboxes of \(user)"
            case .no, .bad, .bye, .preauthenticated:
                words += "was refused the mailboxes of \(user)"
            case nil: words += "tried the mailboxes of \(user)"
            }
        } else {
            words += session.tls.map { "went on in " + $0.words } ?? "did not log in"
        }
        for (count, what) in [
            (session.retrieved, "read"), (session.expunged, "deleted"),
            (session.appended, "put in"),
        ] where count > 0 {
            words += ", \(what) \(count) " + (count == 1 ? "message" : "messages")
        }
        return words
    }

    private static func said(_ exchange: IMAPExchange) -> String {
        let argument = harmless(exchange.argument)
        switch IMAPVerb(rawValue: exchange.verb) {
        case .login: return "I am \(argument), and here is my password"
        case .authenticate: return "let me log in with \(argument)"
        case .capability: return "what can you do?"
        case .starttls: return "let us go on in TLS"
        case .compress: return "let us go on compressed"
        case .select: return "open the mailbox \(argument)"
        case .examine: return "open the mailbox \(argument), to read only"
        case .fetch: return "give me \(argument)"
        case .append: return "put a message into \(argument)"
        case .expunge: return "delete what is marked"
        case .idle: return "tell me what is new"
        case .logout: return "goodbye"
        case .noop: return "are you there?"
        case let verb?: return argument.isEmpty ? verb.rawValue : "\(verb.rawValue) \(argument)"
        case nil: return "(not a command that I know)"
        }
    }

    private static func answered(_ exchange: IMAPExchange) -> String {
        let text = exchange.text.isEmpty ? "" : ": \"" + harmless(exchange.text, limit: 160) + "\""
        switch exchange.status {
        case .ok: return "yes" + text
        case .no: return "refused" + text
        case .bad, .bye, .preauthenticated: return "not understood" + text
        case nil: return "no answer seen"
        }
    }

    private static func harmless(_ text: String, limit: Int = 80) -> String {
        String(wire: Array(text.utf8), limit: limit)
    }
}
