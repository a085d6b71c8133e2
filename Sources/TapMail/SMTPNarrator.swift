public import TapFlow
import TapWire

/// Tells mail dialogues in plain words: `203.0.113.9 -> mail.example: "for a@example.net" -> accepted`.
///
/// What comes from the wire is made harmless and cut; secrets never get here.
public enum SMTPNarrator {
    /// One command and its answer in plain words; nil where nothing was said.
    public static func tell(_ exchange: SMTPExchange, of flow: Flow) -> String? {
        let client = flow.endpoint(exchange.client).address.description
        let server = name(exchange.serverName, of: flow, client: exchange.client)
        guard !exchange.verb.isEmpty else {
            return exchange.code.map { code in
                "\(server) -> \(client): " + quoted("\(code) \(exchange.text)")
            }
        }
        return "\(client) -> \(server): " + quoted(said(exchange)) + " -> " + answered(exchange)
    }

    /// A transaction in plain words.
    public static func tell(_ transaction: SMTPTransaction, of flow: Flow) -> String {
        let client = flow.endpoint(transaction.client).address.description
        let server = name(transaction.serverName, of: flow, client: transaction.client)
        var words = introduction(transaction.helo) + "I want to send a message"
        if let sender = transaction.mailFrom { words += " from " + person(sender) }
        if let size = transaction.dataOctets ?? transaction.size { words += ", \(size) octets" }
        words += recipients(of: transaction)
        return "\(client) -> \(server): " + quoted(words) + " -> " + ended(transaction)
    }

    /// A transaction inside TLS in plain words, as far as it is inferred.
    public static func tell(_ transaction: InferredTransaction, of flow: Flow) -> String {
        let client = flow.endpoint(transaction.client).address.description
        let server = name(transaction.serverName, of: flow, client: transaction.client)
        var words = introduction(transaction.helo) + "I want to send a message"
        if let octets = transaction.messageOctets {
            words += octets.isExact ? ", \(octets.low) octets" : ", about \(octets.middle) octets"
        }
        let recipients = transaction.acceptedRecipients &+ transaction.refusedRecipients
        if recipients > 0 {
            words += ", for \(recipients)" + (recipients == 1 ? " person" : " people")
        }
        var answer = ended(transaction.outcome)
        if transaction.refusedRecipients > 0, transaction.acceptedRecipients > 0 {
            answer += ", but for \(transaction.refusedRecipients)"
        }
        let percent = Int((transaction.confidence * 100).rounded(.down))
        return "\(client) -> \(server): " + quoted(words) + " -> " + answer
            + " (under TLS, inferred from lengths, confidence \(percent) %)"
    }

    /// An anomaly in plain words.
    public static func tell(_ anomaly: SMTPAnomaly, of flow: Flow) -> String {
        let client = flow.endpoint(anomaly.client).address.description
        let server = name(anomaly.serverName, of: flow, client: anomaly.client)
        let end = quoted(anomaly.escapedTerminator)
        let what =
            switch anomaly.kind {
            case .oddEndOfData: "the server took \(end) for the end of the message"
            case .smuggling:
                "the server took \(end) for the end of the message, and what follows for commands"
            case .commandsBehindSTARTTLS: "plain text stood behind STARTTLS"
            case .replyBehindSTARTTLS: "the server spoke on in the clear behind its 220 to STARTTLS"
            }
        let verbs = anomaly.verbs.isEmpty ? "" : ": " + anomaly.verbs.joined(separator: ", ")
        return "\(client) -> \(server): \(what)\(verbs)"
    }

    /// What TLS showed of itself in a session, in plain words; nil if there was none.
    public static func tell(_ session: SMTPSessionSummary, of flow: Flow) -> String? {
        guard let tls = session.tls else { return nil }
        let client = flow.endpoint(session.client).address.description
        return "\(client) -> \(flow.endpoint(session.client.opposite).address): went on in "
            + tls.words
    }

    private static func ended(_ outcome: SMTPOutcome) -> String {
        switch outcome {
        case .accepted: "accepted"
        case .rejected: "refused"
        case .reset: "taken back"
        case .aborted: "broken off"
        case .unfinished: "the end was not seen"
        }
    }

    // MARK: What the client says

    /// What a command means.
    static func said(_ exchange: SMTPExchange) -> String {
        let argument = harmless(exchange.argument)
        guard let verb = SMTPVerb(rawValue: exchange.verb) else {
            return exchange.verb == "." ? "that was the message" : "(not a command that I know)"
        }
        switch verb {
        case .helo, .ehlo, .lhlo: return "I am " + (argument.isEmpty ? "nobody" : argument)
        case .mail:
            return introduction(exchange.helo) + "I want to send a message" + sender(exchange)
        case .rcpt: return "for " + path(exchange.argument, keyword: "TO")
        case .data: return "here comes the message"
        case .bdat: return chunk(exchange.argument)
        case .rset: return "forget this message"
        case .noop: return "are you there?"
        case .quit: return "goodbye"
        case .vrfy: return "is there a user \(argument)?"
        case .expn: return "who is on the list \(argument)?"
        case .help: return "what can you do?"
        case .starttls: return "let us go on in TLS"
        case .auth: return login(argument)
        case .etrn: return "send me the mail for \(argument)"
        case .atrn, .turn: return "let us change roles"
        case .send, .soml, .saml: return "I want to write on a terminal (\(verb.rawValue))"
        case .xclient, .xforward: return "I speak for " + argument
        }
    }

    private static func sender(_ exchange: SMTPExchange) -> String {
        let path = SMTPPath(Array(exchange.argument.utf8)[...], keyword: "FROM")
        let size = path.size.map { ", \($0) octets" } ?? ""
        return " from " + person(path.address) + size
    }

    private static func chunk(_ argument: String) -> String {
        guard let size = SMTPChunkSize(Array(argument.utf8)[...]) else {
            return "here is a part of the message"
        }
        return "here are \(size.byteCount) octets of the message"
            + (size.isLast ? ", the last" : "")
    }

    private static func login(_ argument: String) -> String {
        argument == "*" ? "here are my credentials" : "let me log in with \(argument)"
    }

    private static func path(_ argument: String, keyword: String) -> String {
        person(SMTPPath(Array(argument.utf8)[...], keyword: keyword).address)
    }

    private static func introduction(_ helo: String?) -> String {
        helo.map { "I am \(harmless($0)), " } ?? ""
    }

    /// An address without its brackets; the empty one is nobody's.
    private static func person(_ address: String) -> String {
        address == "<>" ? "nobody" : harmless(String(address.dropFirst().dropLast()))
    }

    /// Whom it is for: of a message that was accepted those it was accepted for.
    private static func recipients(of transaction: SMTPTransaction) -> String {
        let refused = refusedCount(of: transaction)
        guard
            let first = transaction.recipients.first(where: { refused == 0 || !$0.isRefused })
        else { return "" }
        let more = transaction.recipients.count - refused - 1 + transaction.unseenRecipients
        return ", for " + person(first.address) + (more > 0 ? " and \(more) more" : "")
    }

    /// How many recipients an accepted message was not accepted for.
    private static func refusedCount(of transaction: SMTPTransaction) -> Int {
        guard case .accepted = transaction.outcome else { return 0 }
        return transaction.recipients.count(where: \.isRefused)
    }

    // MARK: What the server answers

    /// What a reply means.
    static func answered(_ exchange: SMTPExchange) -> String {
        guard let code = exchange.code else { return "no answer seen" }
        switch code {
        case 354: return "go ahead"
        case 334: return "go on"
        case 235: return "logged in"
        case 221: return "goodbye"
        case 220 where exchange.verb == SMTPVerb.starttls.rawValue: return "go ahead"
        case 200..<300:
            let isEnd = exchange.verb == "." || exchange.verb == SMTPVerb.bdat.rawValue
            return "accepted" + (isEnd ? queued(exchange.text) : "")
        case 400..<500: return "not now: " + reply(code, exchange.text)
        case 500..<600: return "refused: " + reply(code, exchange.text)
        default: return reply(code, exchange.text)
        }
    }

    private static func ended(_ transaction: SMTPTransaction) -> String {
        switch transaction.outcome {
        case .accepted:
            let refused = refusedCount(of: transaction)
            return "accepted" + queued(transaction.text)
                + (refused > 0 ? ", but refused for \(refused) more" : "")
        case .rejected: return "refused" + refusal(of: transaction)
        case .reset, .aborted, .unfinished: return ended(transaction.outcome)
        }
    }

    /// The reply that refused it: the last one, or that of the first recipient.
    private static func refusal(of transaction: SMTPTransaction) -> String {
        if let code = transaction.code { return ": " + reply(code, transaction.text) }
        if let recipient = transaction.recipients.first(where: { ($0.code ?? 0) >= 400 }) {
            return ": " + reply(recipient.code ?? 0, recipient.text)
        }
        return transaction.mailCode.map { ": \($0)" } ?? ""
    }

    private static func queued(_ text: String) -> String {
        SMTPTransaction.queueIdentifier(in: text).map { ", queued as \($0)" } ?? ""
    }

    private static func reply(_ code: Int, _ text: String) -> String {
        quoted(text.isEmpty ? "\(code)" : "\(code) \(harmless(text, limit: 160))")
    }

    // MARK: Text

    private static func name(_ name: String?, of flow: Flow, client: Side) -> String {
        name.map { harmless($0) } ?? flow.endpoint(client.opposite).address.description
    }

    private static func quoted(_ text: String) -> String {
        "\"" + harmless(text, limit: 400) + "\""
    }

    private static func harmless(_ text: String, limit: Int = 80) -> String {
        String(wire: Array(text.utf8), limit: limit)
    }
}
