public import TapFlow
import TapWire

/// Tells the reading of mailboxes in plain words: `203.0.113.9 -> 192.0.2.25: "give me message 3" -> here it is`.
///
/// What comes from the wire is made harmless and cut; secrets never get here.
public enum POP3Narrator {
    /// One command and its answer in plain words.
    public static func tell(_ exchange: POP3Exchange, of flow: Flow) -> String {
        let client = flow.endpoint(exchange.client).address.description
        let server = flow.endpoint(exchange.client.opposite).address.description
        guard !exchange.verb.isEmpty else {
            let words = [exchange.status?.rawValue ?? "", harmless(exchange.text)]
            return "\(server) -> \(client): \"" + words.joined(separator: " ") + "\""
        }
        return "\(client) -> \(server): \"" + said(exchange) + "\" -> " + answered(exchange)
    }

    /// A whole session in plain words.
    public static func tell(_ session: POP3SessionSummary, of flow: Flow) -> String {
        let client = flow.endpoint(session.client).address.description
        let server = flow.endpoint(session.client.opposite).address.description
        var words = "\(client) -> \(server): "
        if let login = session.login {
            let user = login.user.map { harmless($0) } ?? "an unknown user"
            switch login.status {
            case .ok: words += "opened the mailbox of \(user)"
            case .error: words += "was refused the mailbox of \(user)"
            case nil: words += "tried the mailbox of \(user)"
            }
        } else {
            words += session.tls.map { "went on in " + $0.words } ?? "did not log in"
        }
        if session.retrieved > 0 { words += ", read \(session.retrieved) messages" }
        if session.deleted > 0 {
            words += session.isCompleted ? ", deleted" : ", marked"
            words += " \(session.deleted)" + (session.isCompleted ? "" : " to be deleted")
        }
        return words
    }

    private static func said(_ exchange: POP3Exchange) -> String {
        let argument = harmless(exchange.argument)
        switch POP3Verb(rawValue: exchange.verb) {
        case .user: return "I am \(argument)"
        case .pass: return "here is my password"
        case .apop: return "I am \(argument), and know the password"
        case .auth where argument.isEmpty: return "how can I log in?"
        case .auth: return "let me log in with \(argument)"
        case .stat: return "how many messages are there?"
        case .list, .uidl:
            return "which messages are there?" + (argument.isEmpty ? "" : " \(argument)?")
        case .retr: return "give me message \(argument)"
        case .top: return "give me the head of message \(argument)"
        case .dele: return "delete message \(argument)"
        case .rset: return "delete none after all"
        case .noop: return "are you there?"
        case .quit: return "goodbye"
        case .capa: return "what can you do?"
        case .stls: return "let us go on in TLS"
        case .utf8: return "let us speak UTF-8"
        case .lang: return "let us speak \(argument.isEmpty ? "another language" : argument)"
        case nil: return "(not a command that I know)"
        }
    }

    private static func answered(_ exchange: POP3Exchange) -> String {
        let text = exchange.text.isEmpty ? "" : ": \"" + harmless(exchange.text, limit: 160) + "\""
        switch exchange.status {
        case .ok: return "yes" + text
        case .error: return "refused" + text
        case nil: return "no answer seen"
        }
    }

    private static func harmless(_ text: String, limit: Int = 80) -> String {
        String(wire: Array(text.utf8), limit: limit)
    }
}
