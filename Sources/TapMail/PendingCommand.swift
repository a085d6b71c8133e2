import TapFlow

/// A command that was sent and whose reply has not come.
struct PendingCommand: Sendable {
    /// What the reply will decide.
    enum Kind: Sendable {
        /// Not a command: the server speaks first.
        case greeting
        case hello(SMTPVerb, name: String)
        case mail(SMTPPath)
        /// SEND, SOML or SAML (RFC 821 section 3.4): as MAIL where a server accepts it; most know none of them.
        case send(SMTPPath)
        case recipient(SMTPPath)
        /// Octets behind it are held until the reply says whether they are a message.
        case data
        /// The end of a message; with LMTP one for each recipient.
        indirect case endOfData(MessageEnd)
        case chunk(SMTPChunkSize)
        case invalidChunk
        case reset
        case quit
        /// Octets behind it are held until the reply says whether they are TLS.
        case startTLS
        /// Octets behind it are held until the reply says whether they are a secret.
        case login
        /// As `login`.
        case loginAnswer
        /// A trusted proxy named the client's address.
        case proxiedClient(String?)
        case other
    }

    /// A message that has ended.
    struct MessageEnd: Sendable {
        /// Octets of the message; nil if that is not certain.
        var octets: UInt64?
        /// What its header says; nil if the message was not seen.
        var facts: MessageFacts?
        /// The recipient this reply is for (LMTP); nil if it is for all.
        var recipient: Int?
        /// True if the transaction ends with this reply.
        var isFinal: Bool
        /// True if the message itself was not seen, so that `octets` says nothing.
        var isUnseen: Bool
        /// Something inside it that looks like an end of data; nil if there is none.
        var oddEnd: OddEnd?
    }

    /// What the reply will decide.
    let kind: Kind
    /// How many octets of the wire it holds.
    let weight: Int
    /// When it was sent.
    var moment: Moment
    /// A line that some servers do not answer: it is empty, or a part of the line before for those to which a bare LF
    /// ends none.
    var mayGoUnanswered: Bool
    /// What may be shown of it; nil unless exchanges are reported.
    @OnDemand var shown: Shown?

    /// A command that was sent at `moment`.
    init(kind: Kind, moment: Moment, mayGoUnanswered: Bool = false, shown: Shown? = nil) {
        self.kind = kind
        weight = kind.weight &+ (shown?.argument.utf8.count ?? 0)
        self.moment = moment
        self.mayGoUnanswered = mayGoUnanswered
        self.shown = shown
    }

    /// A command as it may be shown: without secrets.
    struct Shown: Sendable {
        var verb: String
        var argument: String
        /// True if the reply could repeat a secret, so that its text must not be shown.
        var isSecret: Bool
    }

    /// True if it is the greeting of LMTP (RFC 2033).
    var isLMTPGreeting: Bool { if case .hello(.lhlo, _) = kind { true } else { false } }

    /// True if it is HELO, EHLO or LHLO.
    var isHello: Bool { if case .hello = kind { true } else { false } }

    /// True if it names the sender or a recipient.
    var isEnvelope: Bool {
        switch kind {
        case .mail, .send, .recipient: true
        default: false
        }
    }

    /// True if it is AUTH, or an answer to a challenge of it.
    var isLogin: Bool {
        switch kind {
        case .login, .loginAnswer: true
        default: false
        }
    }

    /// True if no server may do without it (RFC 5321 section 4.5.1).
    var isKnownToAll: Bool {
        switch kind {
        case .mail, .recipient, .data, .reset, .quit: true
        case .greeting, .hello, .send, .endOfData, .chunk, .invalidChunk, .startTLS, .login,
            .loginAnswer, .proxiedClient, .other:
            false
        }
    }

    /// True if only `code` of all replies can belong to it, or `code` can belong to nothing else.
    func isAnchor(for code: Int) -> Bool {
        switch (kind, code) {
        case (.data, 354), (.quit, 221), (.greeting, 220), (.greeting, 554), (.startTLS, 220): true
        case (.login, 334), (.loginAnswer, 334), (.login, 235), (.loginAnswer, 235): true
        case (.login, 535), (.loginAnswer, 535): true
        default: false
        }
    }

    /// False if `reply` cannot be the answer to this command: its code has another use.
    func canTake(_ reply: SMTPReply) -> Bool {
        guard !reply.isNegative else { return true }
        return switch kind {
        case .data: reply.code == 354
        case .login, .loginAnswer: reply.code == 334 || reply.code == 235
        case .startTLS: reply.code == 220
        case .greeting: reply.isPositive && ![221, 235].contains(reply.code)
        case .quit: reply.isPositive && ![220, 235, 250].contains(reply.code)
        case .hello, .mail, .send, .recipient, .endOfData, .chunk, .invalidChunk, .reset:
            reply.isPositive && ![220, 221, 235].contains(reply.code)
        case .proxiedClient, .other: reply.isPositive && reply.code != 235
        }
    }
}

extension PendingCommand.Kind {
    /// How many octets of the wire it holds.
    fileprivate var weight: Int {
        switch self {
        case .hello(_, let name): name.utf8.count
        case .mail(let path), .send(let path), .recipient(let path): path.byteCount
        case .endOfData(let end): (end.oddEnd?.tail.count ?? 0) &+ (end.facts?.byteCount ?? 0)
        case .greeting, .data, .chunk, .invalidChunk, .reset, .quit, .startTLS, .login,
            .loginAnswer, .proxiedClient, .other:
            0
        }
    }
}
