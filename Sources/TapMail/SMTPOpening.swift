import TapObserve

/// What the first lines of a flow say about its protocol, on a port that is not known for mail.
///
/// A greeting of 220 alone could be FTP's; a client's `EHLO` settles it. Both sides are looked at, for a flow that was
/// picked up in the middle may have its sides the wrong way round.
struct SMTPOpening {
    /// What one side's first line looks like.
    private enum Line {
        /// Not there yet.
        case pending
        /// A greeting of mail servers, or any reply.
        case reply(isGreeting: Bool)
        /// Only mail clients say this.
        case mail
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
            case (.mail, .pending), (.pending, .mail): .undecided
            case (.reply(isGreeting: true), .pending), (.pending, .reply(isGreeting: true)):
                .undecided
            case (.pending, .pending): .undecided
            case (.foreign, _), (_, .foreign), (.mail, .mail), (.reply, .reply), (.reply, .pending),
                (.pending, .reply):
                .notMine
            }
    }

    private static func firstLine(_ octets: Span<UInt8>) -> Line {
        let line: [UInt8]
        switch OpeningLine(octets) {
        case .pending: return .pending
        case .foreign: return .foreign
        case .line(let octets): line = octets
        }
        if let reply = SMTPReplyLine(line[...].trimmed, isStrict: true) {
            return .reply(isGreeting: reply.code == 220 || reply.code == 554)
        }
        let command = SMTPCommand(line.filter { $0 != 0x0D }[...])
        switch command.verb {
        case .ehlo, .helo, .lhlo: return .mail
        case .mail, .rcpt: return command.isUnmistakable ? .mail : .foreign
        default: return .foreign
        }
    }
}
