import TapObserve

/// What the first lines of a flow say about its protocol, on a port that is not known for mail.
///
/// A greeting of 220 alone could be FTP's; a client's `EHLO` settles it, and so does any command of mail behind a greeting that
/// names SMTP. Both sides are looked at, for a flow that was picked up in the middle may have its sides the wrong way round.
struct SMTPOpening {
    /// What one side's first line looks like.
    private enum Line {
        /// Not there yet.
        case pending
        /// A greeting of mail servers, perhaps one that says so, or any reply.
        case reply(isGreeting: Bool, namesMail: Bool)
        /// Only mail clients say this.
        case mail
        /// Mail clients say this, and others.
        case command
        /// Anything else.
        case foreign
    }

    /// Whether the flow is mail.
    let claim: Claim

    /// Looks at what both sides said first.
    init(_ opening: borrowing Opening) {
        let a = Self.firstLine(opening.a)
        let b = Self.firstLine(opening.b)
        claim =
            switch (a, b) {
            case (.mail, .reply), (.reply, .mail): .mine
            case (.command, .reply(_, namesMail: true)), (.reply(_, namesMail: true), .command):
                .mine
            case (.mail, .pending), (.pending, .mail): .undecided
            case (.command, .pending), (.pending, .command): .undecided
            case (.reply(isGreeting: true, _), .pending), (.pending, .reply(isGreeting: true, _)):
                .undecided
            case (.pending, .pending): .undecided
            case (.foreign, _), (_, .foreign), (.mail, .mail), (.reply, .reply), (.reply, .pending),
                (.pending, .reply), (.command, .reply), (.reply, .command), (.command, .command),
                (.command, .mail), (.mail, .command):
                .notMine
            }
    }

    private static func firstLine(_ octets: Span<UInt8>) -> Line {
        let line: [UInt8]
        switch OpeningLine(octets) {
        case .pending: return .pending
        case .foreign: return .foreign
        case .line(let octets): line = octets.filter { $0 != 0x0D }
        }
        if let reply = SMTPReplyLine(line[...].trimmed, isStrict: true) {
            let isGreeting = reply.code == 220 || reply.code == 554
            return .reply(isGreeting: isGreeting, namesMail: isGreeting && namesMail(reply.text))
        }
        let command = SMTPCommand(line[...])
        switch command.verb {
        case .ehlo, .helo, .lhlo: return .mail
        case .mail, .rcpt: return command.isUnmistakable ? .mail : .command
        case nil: return .foreign
        default: return .command
        }
    }

    /// True if a greeting has SMTP, ESMTP or LMTP in it.
    private static func namesMail(_ text: ArraySlice<UInt8>) -> Bool {
        text.indices.contains { index in
            let rest = text[index...]
            return rest.hasPrefix(ignoringCase: "SMTP") || rest.hasPrefix(ignoringCase: "LMTP")
        }
    }
}
