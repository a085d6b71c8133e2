import TapObserve

/// What is kept until a reply decides, and giving it up where all sessions together keep too much.
extension SMTPSession {
    /// What every session may keep; more is reckoned.
    private static let freeByteCount = 4_096
    /// What is so small that nothing is won by giving it up.
    private static let smallByteCount = 1_024
    /// Attempts to log in that are left.
    private static let leftLogins = 8

    /// Octets that the session keeps; 0 as long as that is little.
    public var keptByteCount: Int {
        mutating get {
            let count = undecidedByteCount &+ rareByteCount &+ roles.keptByteCount
            return count > Self.freeByteCount ? count : 0
        }
    }

    /// What is kept of the dialogue until it is known what belongs to what.
    private var undecidedByteCount: Int {
        mutating get {
            held.keptByteCount &+ queue.keptByteCount &+ replies.keptByteCount
                &+ uncertainByteCount
        }
    }

    /// Gives up what is kept, so that others have room; that is told with the next event.
    public mutating func giveUp() {
        note(.roomLimit)
        transaction?.forgetRecipients()
        message?.forget()
        chunks?.lose()
        suspect = nil
        tellWithheld()
        if summary.logins.count > Self.leftLogins {
            note(.loginOverflow)
            summary.logins.removeLast(summary.logins.count - Self.leftLogins)
        }
        if undecidedByteCount > Self.smallByteCount { giveUpDialogue() }
    }

    /// As behind a hole on both sides: anything may have been said.
    mutating func giveUpDialogue() {
        summary.gaps &+= 1
        hasClientGap = true
        hasServerGap = true
        if replies.keptByteCount > 0 { replies.lose() }
        held = HeldOctets()
        if login != nil { endLogin(code: nil) }
        switch clientMode {
        case .tlsOrText, .tls, .opaque: return
        // How long it is, is known.
        case .chunk: break
        case .start, .proxyHeader, .commands, .held, .doubtfulChunk, .message, .loginAnswer:
            message = nil
            clientMode = .commands
        }
        giveUpReadings(modes: UncertainDialogue.Mode.allCases)
    }
}
