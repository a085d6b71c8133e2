import DequeModule

/// The commands of IMAP that have no reply yet.
///
/// A reply names its command by the tag, so loss on either side makes no reply another command's: what has none stays
/// without, what belongs to a command that was not seen is nobody's.
struct IMAPQueue: Sendable {
    /// How many commands may wait.
    static let limit = 1_024

    private var entries: Deque<IMAPPending> = []

    /// Octets of memory that the commands take, about.
    var keptByteCount: Int {
        // Tag, words and argument.
        entries.count &* (MemoryLayout<IMAPPending>.stride &+ 256)
    }

    /// Takes a command.
    ///
    /// - Returns: The oldest one if too many wait: it is given up.
    mutating func append(_ command: IMAPPending) -> IMAPPending? {
        entries.append(command)
        return entries.count > Self.limit ? entries.popFirst() : nil
    }

    /// Takes the oldest command with this tag.
    mutating func remove(tag: [UInt8]) -> IMAPPending? {
        guard let index = entries.firstIndex(where: { $0.command.tag == tag }) else { return nil }
        return entries.remove(at: index)
    }

    /// The server asks the oldest command that waits for it to go on.
    ///
    /// - Returns: What that command waited with; nil if none waits.
    mutating func goOn() -> IMAPPending.Wait? {
        guard let index = entries.firstIndex(where: { $0.wait != nil }) else { return nil }
        defer { entries[index].wait = nil }
        return entries[index].wait
    }

    /// The last command waits, with `wait`, for the server to ask it to go on.
    mutating func waitForLast(_ wait: IMAPPending.Wait) {
        guard let last = entries.indices.last else { return }
        entries[last].wait = wait
    }

    /// True if a command waits for which `isWanted` is true.
    func contains(where isWanted: (IMAPCommand) -> Bool) -> Bool {
        entries.contains { isWanted($0.command) }
    }

    /// Gives out the commands that wait.
    mutating func drain() -> [IMAPPending] {
        defer { entries.removeAll() }
        return Array(entries)
    }
}

/// A command of IMAP that has no reply yet.
struct IMAPPending: Sendable {
    /// Why the client says no more before it is asked to.
    enum Wait: Sendable {
        /// A literal is to follow.
        case literal(IMAPLiteralPart)
        /// A challenge is to come.
        case challenge
        /// IDLE: the client may say DONE.
        case done
    }

    /// The command, as far as it has been sent.
    var command: IMAPCommand
    /// What it waits with for the server; nil if it does not.
    var wait: Wait?
    /// False if it came behind a hole: it may have been a line of a message.
    var isCertain = true
}
