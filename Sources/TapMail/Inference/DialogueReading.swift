import TapFlow

/// One way to read the lengths so far: what was said, and how likely that is beside the other ways.
struct DialogueReading: Sendable {
    /// Where the dialogue is, by the replies so far.
    enum Stage: Hashable, Sendable {
        /// Inside TLS, before EHLO.
        case start
        /// Between transactions.
        case ready
        /// MAIL was taken.
        case sender
        /// A recipient was taken.
        case recipients
        /// Every recipient so far was refused.
        case refused
        /// 354: the client sends the message.
        case text
        /// 334: the client answers.
        case challenged
        /// QUIT was answered.
        case ended
    }

    /// All that makes two readings differ in what comes next or in what is told.
    struct Facts: Hashable, Sendable {
        var family: ReplyFamily
        var stage = Stage.start
        /// Commands that are not answered, in order.
        var pending: ArraySlice<DialogueStep> = []
        var transaction: InferredTransaction?
        /// Octets of the sender's address.
        var sender = OctetRange(0, 64)
        /// Octets of the message so far.
        var text = OctetRange(0)
        /// The last record of the message.
        var lastText = OctetRange(0)
        /// Records of the message.
        var textRecords = 0
        var finished: [InferredTransaction] = []
        /// What the whole session comes to.
        var tally = InferredSession()
        /// Session tickets so far.
        var tickets = 0
        /// The last reply may go on in a further record.
        var isReplyOpen = false

        /// Only what differs most often: the rest is left to `==`.
        func hash(into hasher: inout Hasher) {
            hasher.combine(stage)
            hasher.combine(pending.count)
            hasher.combine(text.low)
            hasher.combine(tally.transactions)
            hasher.combine(tally.acceptedRecipients)
            hasher.combine(transaction?.acceptedRecipients)
            hasher.combine(transaction?.refusedRecipients)
            hasher.combine(pending.last)
        }
    }

    var facts: Facts
    /// How likely it is; only the proportions between readings mean something.
    var weight: Double
    /// Replies so far, and those whose text is not in any list.
    var replies = 0
    var strangeReplies = 0

    /// A copy that is less likely.
    func weighed(_ factor: Double) -> DialogueReading {
        var copy = self
        copy.weight *= factor
        return copy
    }

    /// Where the client supposes the dialogue to be: as if all it asked were granted.
    var clientStage: Stage {
        for step in facts.pending.reversed() {
            switch step {
            case .hello, .reset, .message: return .ready
            case .mail: return .sender
            case .recipient, .chunk, .data: return .recipients
            case .quit: return .ended
            case .login, .loginAnswer: return .ready
            case .greeting: return .start
            case .other: continue
            }
        }
        return facts.stage
    }
}

extension DialogueReading {
    /// The transaction, begun if there is none.
    mutating func withTransaction(at moment: Moment, _ change: (inout InferredTransaction) -> Void)
    {
        var transaction = facts.transaction ?? InferredTransaction(began: moment)
        if facts.transaction == nil { transaction.login = facts.tally.login }
        change(&transaction)
        facts.transaction = transaction
    }

    /// The transaction ends; what was refused as a whole is `rejected` whatever ended it.
    mutating func finish(_ outcome: SMTPOutcome) {
        guard var transaction = facts.transaction else { return }
        facts.transaction = nil
        let isRefused =
            !transaction.isSenderAccepted
            || (transaction.refusedRecipients > 0 && transaction.acceptedRecipients == 0)
        let isTaken = outcome == .accepted
        transaction.outcome = isRefused && !isTaken ? .rejected : outcome
        transaction.number = facts.tally.transactions
        facts.tally.transactions &+= 1
        facts.tally.accepted &+= transaction.outcome == .accepted ? 1 : 0
        facts.tally.rejected &+= transaction.outcome == .rejected ? 1 : 0
        facts.tally.acceptedRecipients &+= transaction.acceptedRecipients
        facts.tally.refusedRecipients &+= transaction.refusedRecipients
        facts.finished.append(transaction)
        facts.text = OctetRange(0)
        facts.textRecords = 0
    }
}
