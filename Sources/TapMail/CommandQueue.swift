import DequeModule
import TapFlow
import TapWire

/// The commands that wait for a reply, in order, and the rules by which replies find them.
///
/// Theory of operation. As long as nothing was lost, a reply belongs to the oldest command. A hole on the client's side
/// stands in the queue as `.unseen`, for any number of commands; a hole on the server's side sets `hasLostReplies`.
/// From then on replies are collected and none is given to a command until it is certain which: by an *anchor*, a code
/// that only one kind of command can have (354, 221, 235, ...), or because a client that has always waited for each
/// reply sends its next command. Replies behind a hole are contiguous, so they are given out from the back; what then
/// is left over belongs to unseen commands, and commands that are left over stay without reply. Never a guess.
struct CommandQueue: Sendable {
    /// What became of a command or a reply.
    enum Settled: Sendable {
        case answered(PendingCommand, SMTPReply)
        /// The reply was lost or never came.
        case unanswered(PendingCommand)
        /// A reply to a command that was never seen.
        case unseenAnswered(SMTPReply)
        /// No command asked for this.
        case unsolicited(SMTPReply)
    }

    private var commands: Deque<PendingCommand> = []
    /// Replies since the hole, to be given out from the back.
    private var collected: [SMTPReply] = []
    /// Replies without command just before now: a hole found later may hold their commands.
    private var recentlyUnsolicited: [SMTPReply] = []
    /// Octets of the server were lost while commands waited.
    private(set) var hasLostReplies = false
    /// True if the client has sent a command before the reply to the one before.
    private(set) var isPipelining = false
    /// No reply was seen or lost since the last command or hole.
    private var isAwaitingReply = false

    /// How many octets of their arguments are held.
    private var weight = 0
    /// How many replies will come to commands that had to make room.
    private var evictedCount = 0

    /// How many commands may wait (Zeek holds 1,000).
    static let limit = 1_024
    /// How many octets of their arguments may be held.
    static let octetLimit = 262_144

    /// True if no command waits.
    var isEmpty: Bool { commands.isEmpty }

    /// How many commands wait.
    var count: Int { commands.count }

    /// The oldest command.
    var first: PendingCommand? { commands.first }

    /// The newest command.
    var last: PendingCommand? { commands.last }

    /// True if the next reply belongs to the oldest command.
    private var isAligned: Bool { !hasLostReplies && commands.first?.isUnseen != true }

    /// Puts a command at the end.
    ///
    /// - Parameters:
    ///   - command: What was sent.
    ///   - isReplyBegun: True if the server has begun to answer the oldest command.
    /// - Returns: What thereby is settled: everything before it for a client that waits for each reply.
    mutating func append(_ command: PendingCommand, isReplyBegun: Bool) -> [Settled] {
        var settled: [Settled] = []
        if isAligned {
            if !commands.isEmpty, !(isReplyBegun && commands.count == 1) { isPipelining = true }
        } else if isAwaitingReply {
            // Had the client waited, a reply would have been seen, or lost. Behind a hole nothing can be said.
            if commands.last?.isUnseen == false { isPipelining = true }
        } else if !isPipelining {
            settled = settle(upTo: commands.count)
        }
        isAwaitingReply = true
        recentlyUnsolicited = []
        weight &+= command.weight
        while commands.count >= Self.limit || weight > Self.octetLimit, !commands.isEmpty {
            settled += evict()
        }
        commands.append(command)
        return settled
    }

    /// Puts commands before all others: the server owes more replies to what it has just answered.
    mutating func prepend(_ owed: [PendingCommand]) {
        for command in owed.reversed() {
            weight &+= command.weight
            commands.prepend(command)
        }
    }

    /// True if the next command will push another out.
    var isFull: Bool { commands.count >= Self.limit || weight >= Self.octetLimit }

    /// Takes the latest commands back: they were none.
    mutating func removeLast(_ count: Int) {
        for _ in 0..<min(max(0, count), commands.count) {
            weight &-= commands.popLast()?.weight ?? 0
        }
    }

    /// The oldest command makes room: its reply will be passed over when it comes.
    private mutating func evict() -> [Settled] {
        guard let oldest = commands.first else { return [] }
        let wasAligned = isAligned
        removeFirst(1)
        if wasAligned { evictedCount &+= 1 }
        guard !oldest.isUnseen else {
            hasLostReplies = true
            return []
        }
        return [.unanswered(oldest)]
    }

    private mutating func removeFirst(_ count: Int) {
        for _ in 0..<count { weight &-= commands.popFirst()?.weight ?? 0 }
        // Most connections wait for nothing most of the time.
        if commands.isEmpty { commands = [] }
    }

    /// Octets of the client are lost: any number of commands may have been in them.
    mutating func loseCommands() {
        isAwaitingReply = true
        guard commands.last?.isUnseen != true else { return }
        let wasEmpty = commands.isEmpty
        commands.append(
            PendingCommand(kind: .unseen, moment: .init(time: .distantPast, sequence: 0))
        )
        if wasEmpty, !recentlyUnsolicited.isEmpty {
            collected = recentlyUnsolicited
            isAwaitingReply = false
        }
        recentlyUnsolicited = []
    }

    /// Octets of the server are lost: any number of replies may have been in them.
    mutating func loseReplies() {
        collected = []
        evictedCount = 0
        isAwaitingReply = false
        if !commands.isEmpty { hasLostReplies = true }
    }

    /// Takes the next reply and says what it settles.
    mutating func take(_ reply: SMTPReply) -> [Settled] {
        isAwaitingReply = false
        return isAligned ? takeAligned(reply) : takeCollecting(reply)
    }

    /// Gives up every command before the end of a message: their replies will not come.
    mutating func skipToEndOfData() -> [Settled] {
        let index = commands.firstIndex { if case .endOfData = $0.kind { true } else { false } }
        let skipped = commands.prefix(index ?? 0).filter { !$0.isUnseen }.map(Settled.unanswered)
        removeFirst(index ?? 0)
        return skipped
    }

    /// Everything that waits, at the end.
    mutating func drain() -> [Settled] {
        var settled: [Settled] = []
        if commands.allSatisfy(\.isUnseen) {
            settled = collected.map { .unseenAnswered($0) }
        }
        settled += commands.filter { !$0.isUnseen }.map { .unanswered($0) }
        removeFirst(commands.count)
        collected = []
        hasLostReplies = false
        return settled
    }

    private mutating func takeAligned(_ reply: SMTPReply) -> [Settled] {
        guard let oldest = commands.first else { return unsolicited(reply) }
        let isAnchored = commands.contains { $0.isAnchor(for: reply.code) }
        guard evictedCount == 0 || isAnchored else {
            evictedCount &-= 1
            return []
        }
        evictedCount = 0
        if oldest.canTake(reply) {
            removeFirst(1)
            return [.answered(oldest, reply)]
        }
        // The code belongs to a later command: the server left out replies.
        guard let index = commands.firstIndex(where: { $0.isAnchor(for: reply.code) }) else {
            return unsolicited(reply)
        }
        let skipped = commands.prefix(index).filter { !$0.isUnseen }.map(Settled.unanswered)
        let anchor = commands[index]
        removeFirst(index &+ 1)
        return skipped + [.answered(anchor, reply)]
    }

    private mutating func takeCollecting(_ reply: SMTPReply) -> [Settled] {
        if let index = commands.firstIndex(where: { $0.isAnchor(for: reply.code) }) {
            let settled = settle(upTo: index)
            guard let anchor = commands.first else { return settled }
            removeFirst(1)
            return settled + [.answered(anchor, reply)]
        }
        if [354, 235].contains(reply.code) {
            // DATA or AUTH itself is among the unseen: what the client says next depends on it.
            return settle(upTo: commands.count) + unsolicited(reply)
        }
        if collected.count >= Self.limit { collected.removeFirst() }
        collected.append(reply)
        return []
    }

    private mutating func unsolicited(_ reply: SMTPReply) -> [Settled] {
        if recentlyUnsolicited.count < 16 { recentlyUnsolicited.append(reply) }
        return [.unsolicited(reply)]
    }

    /// Gives the collected replies out from the back to the first `end` commands and takes these off the queue.
    private mutating func settle(upTo end: Int) -> [Settled] {
        var backwards: [Settled] = []
        var isAmbiguous = false
        for command in commands.prefix(end).reversed() {
            if command.isUnseen {
                isAmbiguous = true
            } else if !isAmbiguous, let reply = collected.popLast(), command.canTake(reply) {
                backwards.append(.answered(command, reply))
            } else {
                // A reply that does not fit shows that the rest would not fit either.
                isAmbiguous = isAmbiguous || !collected.isEmpty
                backwards.append(.unanswered(command))
            }
        }
        let unseen = isAmbiguous ? collected.map(Settled.unseenAnswered) : []
        removeFirst(end)
        collected = []
        hasLostReplies = false
        return unseen + backwards.reversed()
    }
}
