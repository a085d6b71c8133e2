import DequeModule

/// The commands of IMAP that have no reply yet.
///
/// A reply names its command by the tag, so loss on either side makes no reply another command's: what has none stays
/// without, what belongs to a command that was not seen is nobody's.
struct IMAPQueue: Sendable {
    /// How many commands may wait.
    static let limit = 1_024

    private var entries: Deque<IMAPPending> = []
    /// How many had to make room; the reply to each is still to come.
    private var evictedCount = 0
    /// How many commands there were.
    private var count: UInt64 = 0
    /// The client has begun a command before the reply to the one before.
    private(set) var isPipelining = false

    /// Octets of memory that the commands take, about.
    var keptByteCount: Int {
        // Tag, words and argument.
        entries.count &* (MemoryLayout<IMAPPending>.stride &+ 256)
    }

    /// A command begins.
    ///
    /// - Returns: True if no other surely waits.
    mutating func begin() -> Bool {
        let isSilent = entries.allSatisfy(\.mayBeAnswered)
        if !isSilent { isPipelining = true }
        return isSilent
    }

    /// Takes a command.
    ///
    /// No client uses a tag twice at a time: of two commands of which one is not certain that one was a line of a message,
    /// of two that are not certain either may have been.
    ///
    /// - Returns: The oldest one if too many wait: it is given up.
    mutating func append(_ command: IMAPPending) -> IMAPPending? {
        let other = entries.firstIndex { $0.command.tag == command.command.tag }
        if let other, !entries[other].isCertain || !command.isCertain {
            if entries[other].isCertain { return nil }
            entries.remove(at: other)
            if !command.isCertain { return nil }
        }
        entries.append(command)
        entries[entries.count - 1].number = count
        count &+= 1
        guard entries.count > Self.limit else { return nil }
        evictedCount &+= 1
        return entries.popFirst()
    }

    /// A reply came that no command waits for; true if one had to make room for which it may be.
    mutating func passEvicted() -> Bool {
        guard evictedCount > 0 else { return false }
        evictedCount &-= 1
        return true
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

    /// What the server said to the commands that wait may have been lost.
    mutating func loseReplies() {
        for index in entries.indices {
            entries[index].wait = nil
            entries[index].mayBeAnswered = true
        }
    }

    /// Another command has its reply: a server answers in order, as far as that is not certain.
    ///
    /// - Parameter answered: The command that has its reply; nil for one that was not seen.
    /// - Returns: The commands before it that will have none: theirs may have been lost, or they were lines of a message.
    mutating func removePassed(by answered: IMAPPending?) -> [IMAPPending] {
        var passed: [IMAPPending] = []
        entries.removeAll { entry in
            let isEarlier = entry.number < answered?.number ?? .max
            let isPassed = isEarlier && (entry.mayBeAnswered || !entry.isCertain)
            if isPassed { passed.append(entry) }
            return isPassed
        }
        return passed
    }

    /// True if no command came after this one.
    func isLast(_ command: IMAPPending) -> Bool { command.number &+ 1 == count }

    /// Another line than that of the command with this tag begins with it: one of the two is a line of a message.
    mutating func doubt(tag: [UInt8]) {
        entries.removeAll { !$0.isCertain && $0.command.tag == tag }
    }

    /// A line of a message follows: what came behind a hole may have been others.
    mutating func doubtUncertain() { entries.removeAll { !$0.isCertain } }

    /// True if a command surely waits for which `isWanted` is true.
    func contains(where isWanted: (IMAPCommand) -> Bool) -> Bool {
        entries.contains { !$0.mayBeAnswered && isWanted($0.command) }
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
    /// How often octets of the client may have been lost in the middle of a literal before it.
    var doubtCount = 0
    /// False if another command waited when it came: the client does not wait for replies.
    var isAlone = true
    /// Its place among all commands of the connection.
    var number: UInt64 = 0
    /// Octets of the server were lost since: its reply may have been among them.
    var mayBeAnswered = false
}

/// A command and its reply; where octets of the server were lost that may be a line of a message that looks like one.
struct IMAPAnswer: Sendable {
    var pending: IMAPPending
    var status: IMAPStatus
    var text: [UInt8]

    /// True if the command came behind a hole and the reply names APPEND, as nearly every server does in that to APPEND
    /// (RFC 4315 section 3, RFC 9051 section 7.1): the line was the last of the message that APPEND put in.
    var isToUnseenAppend: Bool {
        guard !pending.isCertain, pending.command.verb != .append else { return false }
        return text.prefix(Self.lookedAt).contains(ignoringCase: "APPEND")
    }

    private static let lookedAt = 256
}
