import DequeModule
import TapFlow
import TapWire

/// The commands that wait for a reply, in order, and the rules by which replies find them.
///
/// A reply belongs to the oldest command, as long as nothing was lost; what then holds is in `UncertainDialogue`.
struct CommandQueue: Sendable {
    /// What became of a command or a reply.
    enum Settled: Sendable {
        case answered(PendingCommand, SMTPReply)
        /// The reply was lost or never came.
        case unanswered(PendingCommand)
        /// No command asked for this.
        case unsolicited(SMTPReply)
        /// What comes next proves that replies and commands have slipped against each other since a command was sent
        /// that found none waiting; `isRefused` if every command since was refused all the same.
        case slipped(isRefused: Bool)
        /// The command was taken for refused, and this is its reply.
        case accepted(PendingCommand, SMTPReply)
    }

    /// What one reply settles.
    enum Settlement: Sendable {
        /// Nothing but the oldest command, as most replies do.
        case oldest(Settled)
        case several([Settled])
    }

    private var commands: Deque<PendingCommand> = []
    /// True if the client has sent a command before the reply to the one before.
    private(set) var isPipelining = false
    /// The commands since the last that found none waiting.
    private var group = PipelinedGroup()

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

    /// True if the server is still to greet.
    var awaitsGreeting: Bool {
        guard !commands.isEmpty, case .greeting = commands[0].kind else { return false }
        return true
    }

    /// True if a hello waits.
    var hasHello: Bool { commands.contains { if case .hello = $0.kind { true } else { false } } }

    /// True if something waits that was sent only because a command was accepted whose own reply was not seen.
    var hasTakenForGranted: Bool {
        commands.contains { command in
            switch command.kind {
            case .endOfData, .loginAnswer: true
            default: false
            }
        }
    }

    /// True if the greeting of LMTP waits.
    var hasLMTPGreeting: Bool { commands.contains(where: \.isLMTPGreeting) }

    /// The newest command.
    var last: PendingCommand? { commands.last }

    /// Octets of memory that the commands take, about.
    var keptByteCount: Int { weight &+ commands.count &* MemoryLayout<PendingCommand>.stride }

    /// Puts a command at the end.
    ///
    /// - Parameters:
    ///   - command: What was sent.
    ///   - isReplyBegun: True if the server has begun to answer the oldest command.
    /// - Returns: What had to make room.
    mutating func append(_ command: consuming PendingCommand, isReplyBegun: Bool) -> [Settled] {
        if commands.isEmpty { group = PipelinedGroup() }
        if !commands.isEmpty, !(isReplyBegun && commands.count == 1) {
            isPipelining = true
            group.isPipelined = true
        }
        var settled: [Settled] = []
        weight &+= command.weight
        while commands.count >= Self.limit || weight > Self.octetLimit, let oldest = popFirst() {
            // Its reply will be passed over when it comes.
            evictedCount &+= 1
            settled.append(.unanswered(oldest))
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

    private mutating func popFirst() -> PendingCommand? {
        guard let command = commands.popFirst() else { return nil }
        weight &-= command.weight
        // Most connections wait for nothing most of the time.
        if commands.isEmpty { commands = [] }
        return command
    }

    private mutating func removeFirst(_ count: Int) { for _ in 0..<count { _ = popFirst() } }

    /// Takes the next reply and says what it settles.
    mutating func take(_ reply: SMTPReply, at moment: Moment) -> Settlement {
        if evictedCount == 0, !mayPassOver(reply), let settled = settleOldest(by: reply) {
            return .oldest(settled)
        }
        var settled: [Settled] = []
        while mayPassOver(reply), let line = popFirst() { settled.append(.unanswered(line)) }
        settled += settle(reply, at: moment)
        return .several(settled)
    }

    /// True if the oldest line may go unanswered, and did if the reply accepts something.
    private func mayPassOver(_ reply: SMTPReply) -> Bool {
        commands.count > 1 && commands[0].mayGoUnanswered && !reply.isNegative
            && evictedCount == 0
    }

    /// Takes out the oldest command if the reply may be its own; nil, with nothing changed, if not.
    private mutating func settleOldest(by reply: SMTPReply) -> Settled? {
        guard !commands.isEmpty, commands[0].canTake(reply), let command = popFirst() else {
            return nil
        }
        if command.isAnchor(for: reply.code) {
            endGroup()
        } else {
            group.note(reply, to: command)
            if group.isOutOfStep, command.isEnvelope { return .unanswered(command) }
        }
        return .answered(command, reply)
    }

    private mutating func settle(_ reply: SMTPReply, at moment: Moment) -> [Settled] {
        guard !commands.isEmpty else { return unasked(reply, at: moment) }
        let anchor = commands.firstIndex { $0.isAnchor(for: reply.code) }
        guard evictedCount == 0 || anchor != nil else {
            evictedCount &-= 1
            return []
        }
        evictedCount = 0
        if let settled = settleOldest(by: reply) { return [settled] }
        // The code belongs to a later command: the server left out replies.
        guard let anchor else { return unasked(reply, at: moment) }
        let isRefused = group.isRefused && reply.code != 354
        let skipped = commands.prefix(anchor).map(Settled.unanswered)
        let command = commands[anchor]
        removeFirst(anchor &+ 1)
        endGroup()
        return [.slipped(isRefused: isRefused)] + skipped + [.answered(command, reply)]
    }

    /// A reply has found its command for certain.
    private mutating func endGroup() {
        if commands.isEmpty { group = PipelinedGroup() } else { group.isOutOfStep = false }
    }

    /// A reply that is none to the oldest command: in a group it may be that to the last one, or one before it was spare.
    private mutating func unasked(_ reply: SMTPReply, at moment: Moment) -> [Settled] {
        let refused = commands.isEmpty ? group.refused : nil
        group.note(reply, to: nil)
        guard group.isPipelined, !group.isUniform, reply.code != 421 else {
            return [.unsolicited(reply)]
        }
        switch (refused, reply.code) {
        case (.data?, 354), (.startTLS?, 220):
            group = PipelinedGroup()
            let kind: PendingCommand.Kind = reply.code == 354 ? .data : .startTLS
            let command = PendingCommand(kind: kind, moment: moment)
            return [.slipped(isRefused: false), .accepted(command, reply)]
        default:
            group.isOutOfStep = true
            return [.slipped(isRefused: group.isRefused), .unsolicited(reply)]
        }
    }

    /// Gives up every command before the end of a message: their replies will not come.
    mutating func skipToEndOfData() -> [Settled] {
        let index = commands.firstIndex { if case .endOfData = $0.kind { true } else { false } }
        let skipped = commands.prefix(index ?? 0).map(Settled.unanswered)
        removeFirst(index ?? 0)
        return skipped
    }

    /// Everything that waits, at the end.
    mutating func drain() -> [Settled] { takeAll().map(Settled.unanswered) }

    /// Takes out everything that waits.
    mutating func takeAll() -> [PendingCommand] {
        let waiting = Array(commands)
        removeFirst(commands.count)
        evictedCount = 0
        return waiting
    }
}
