import DequeModule
import TapFlow

/// The commands of POP3 that wait for a reply, in order.
///
/// A reply belongs to the oldest command. A hole on the client's side stands in the queue as `.unseen`, for any number
/// of commands: what the server says then is nobody's, until a client that has always waited for each reply sends its next
/// command behind it. A hole on the server's side leaves the commands that waited without reply. Once something is lost of
/// a client that does not wait, replies to what comes behind it are no longer matched. Never a guess.
struct POP3Queue: Sendable {
    /// What a reply can belong to.
    enum Entry: Sendable {
        /// It may have been missed if it is not sure: what a client says is said behind it.
        case greeting(isSure: Bool)
        case command(POP3Pending)
        /// So many commands of one kind behind too many others; what they name is not kept.
        case run(POP3Pending, count: Int)
        /// Commands that were never seen.
        case unseen
    }

    /// How many commands may wait.
    static let limit = 1_024
    /// How many runs of commands may wait behind them.
    static let runLimit = 64

    private var entries: Deque<Entry> = []
    /// The client has sent a command before the reply to the one before.
    private var isPipelining = false
    /// Replies were lost, and the server has said nothing since.
    private(set) var isBehindHole = false
    /// The server has answered what stands as `.unseen` at the end.
    private var isUnseenAnswered = false
    /// The client has said a line behind `.unseen`, and the server nothing since.
    private var isUnseenWaiting = false
    /// Replies to commands that come can no longer be matched, only those to commands that wait.
    private(set) var isLost = false

    /// Octets of memory that the commands take, about.
    var keptByteCount: Int {
        // A name or an argument is kept of some.
        entries.count &* (MemoryLayout<Entry>.stride &+ 64)
    }

    /// The oldest entry.
    var first: Entry? { entries.first }

    /// Waits for the greeting.
    ///
    /// - Parameter isSure: True if it cannot have been said before the stream was seen.
    mutating func expectGreeting(isSure: Bool) { entries.append(.greeting(isSure: isSure)) }

    private mutating func dropUnsureGreeting() {
        if case .greeting(isSure: false)? = entries.first { entries.removeFirst() }
    }

    /// What became of a command.
    enum Place {
        /// It waits for its reply.
        case waits
        /// It came behind a hole: which reply is its own is not known.
        case unknown
        /// As these that came before it: the replies to them may have been lost, or the client no longer waits for any.
        case doubtful([POP3Pending])
        /// Too many wait: its reply will be matched, but what it names is not kept.
        case counted
        /// Too many wait: its reply, and those to what comes behind it, are not matched.
        case overflow
    }

    /// Takes a command.
    mutating func append(_ command: POP3Pending) -> Place {
        guard !isLost else { return .unknown }
        dropUnsureGreeting()
        switch entries.last {
        case .unseen:
            // It may be an answer to a challenge, or one of several commands sent at once.
            guard isUnseenAnswered, command.isUnmistakable else {
                waitForUnseen()
                return .unknown
            }
            entries.removeAll()
        case .command where isBehindHole && !isPipelining:
            let earlier = drain()
            lose()
            return .doubtful(earlier)
        case .command: isPipelining = true
        case .greeting, .run, nil: break
        }
        guard entries.count < Self.limit else { return appendToRun(command) }
        entries.append(.command(command))
        return .waits
    }

    /// Of a command behind too many others only its kind is kept, as long as few kinds take turns.
    private mutating func appendToRun(_ command: POP3Pending) -> Place {
        if case .run(let kind, let count)? = entries.last, kind.isAlike(command) {
            entries[entries.count - 1] = .run(kind, count: count &+ 1)
            return .counted
        }
        guard entries.count < Self.limit + Self.runLimit, command.isPlain else {
            lose()
            return .overflow
        }
        var kind = command
        if !kind.argument.isEmpty { kind.argument = "?" }
        entries.append(.run(kind, count: 1))
        return .counted
    }

    /// A line of the client that may be a command, or not, has no place of its own in the queue.
    private mutating func waitForUnseen() {
        if isUnseenWaiting { return lose() }
        isUnseenAnswered = false
        isUnseenWaiting = true
    }

    /// The server said a line.
    mutating func noteServerLine() { isBehindHole = false }

    /// The server said something to commands that were never seen.
    mutating func noteUnseenReply() {
        isUnseenAnswered = true
        isUnseenWaiting = false
    }

    /// The server said something that no command asked for, where something was lost: of the next it is not known either.
    mutating func noteForeignReply() {
        guard entries.isEmpty else { return }
        appendUnseen()
    }

    /// The oldest entry has its whole reply.
    mutating func removeFirst() {
        if case .run(let kind, let count)? = entries.first, count > 1 {
            entries[0] = .run(kind, count: count - 1)
        } else {
            _ = entries.popFirst()
        }
    }

    /// Commands are lost.
    mutating func loseCommands() {
        dropUnsureGreeting()
        if isPipelining { return lose() }
        appendUnseen()
    }

    /// Replies are lost; what waited stays without.
    mutating func loseReplies() -> [POP3Pending] {
        isUnseenWaiting = false
        isBehindHole = true
        let isUnseenLast = if case .unseen? = entries.last { true } else { false }
        let isRunLast = if case .run? = entries.last { true } else { false }
        let waiting = drain()
        if isUnseenLast { entries.append(.unseen) }
        if isPipelining, !waiting.isEmpty || isRunLast { isLost = true }
        return waiting
    }

    /// Gives out the commands that wait.
    mutating func drain() -> [POP3Pending] {
        defer { entries.removeAll() }
        return entries.compactMap { entry in
            if case .command(let command) = entry { command } else { nil }
        }
    }

    private mutating func lose() {
        isLost = true
        // What waits was sent before, and is answered before.
        appendUnseen()
    }

    private mutating func appendUnseen() {
        isUnseenAnswered = false
        if case .unseen? = entries.last { return }
        entries.append(.unseen)
    }
}

/// A command of POP3 that waits for its reply.
struct POP3Pending: Sendable {
    /// The verb; nil if it is none of the known.
    var verb: POP3Verb?
    /// True if the line is surely a command.
    var isUnmistakable = true
    /// True if a reply that accepts it goes on until a line with a lone dot.
    var hasListing = false
    /// The user whose mailbox PASS or APOP asks for.
    var user: String?
    /// What stood behind the verb, secrets replaced; only kept where the dialogue is reported.
    var argument = ""

    /// True if the verb alone says what the reply does.
    var isPlain: Bool {
        switch verb {
        case .user, .pass, .apop, .auth, .stls: false
        case .stat, .list, .retr, .dele, .noop, .rset, .top, .uidl, .quit, .capa, .utf8, .lang, nil:
            true
        }
    }

    /// True if the replies to both do the same; `other` has not been counted yet.
    func isAlike(_ other: POP3Pending) -> Bool {
        verb == other.verb && hasListing == other.hasListing
            && isUnmistakable == other.isUnmistakable && argument.isEmpty == other.argument.isEmpty
    }
}
