import TapObserve

/// Giving up what is kept where all sessions together keep too much.
extension IMAPSession {
    /// What every session may keep; more is reckoned.
    private static let freeByteCount = 4_096

    /// Octets that the session keeps until the server says what they are; 0 as long as that is little.
    public var keptByteCount: Int {
        let count =
            held.keptByteCount &+ queue.keptByteCount &+ (doubtfulReply?.text.count ?? 0)
            &+ (doubtfulWord?.count ?? 0)
            &+ roles.keptByteCount
            &+ commandLines.pendingByteCount &+ replyLines.pendingByteCount
        return count > Self.freeByteCount ? count : 0
    }

    /// Gives up what is kept, as behind a hole on both sides; that is told with the next event.
    public mutating func giveUp() {
        note(.roomLimit)
        summary.gaps &+= 1
        held = HeldOctets()
        if case .held = clientMode { clientMode = .commands }
        if login != nil { endLogin(nil) }
        leaveDoubtfulReply()
        leave(queue.drain())
        loseClient(nil)
        loseServer(nil)
    }
}
