import TapFlow
import TapWire

/// Building the envelope.
extension SMTPSession {
    mutating func applyMail(_ path: SMTPPath, _ reply: SMTPReply?, sent: Moment) {
        let isRefused = reply?.isNegative == true
        let isAlone = !isInsideTransaction && !mayBeInsideTransaction
        if isRefused, let open = transaction, !open.isSenderRefused {
            // Inside a transaction: the first sender stays. Nobody knows whether there is one if neither the reply to its
            // sender nor a recipient that was accepted was seen.
            guard mayHaveUnseenSender, open.value.mailCode == nil, !open.hasAcceptedRecipient
            else { return note(.nestedMail) }
            return finishTransaction(.doubt)
        }
        if reply == nil, let open = transaction, !open.isSenderRefused {
            // Nothing says that the first one has ended, so that a server would refuse this one.
            guard uncertain != nil else { return note(.nestedMail) }
            return finishTransaction(.doubt)
        }
        // Perhaps it was refused for another, in a transaction whose beginning was not seen.
        if reply?.code == 503, !isInsideTransaction, mayBeInsideTransaction { return }
        finishTransaction(.reset)
        if reply?.isPositive == true { mayBeInsideTransaction = false }
        open(newTransaction(sent: sent))
        changeTransaction { open in
            open.value.mailFrom = path.address
            open.value.mailCode = reply?.code
            open.value.size = path.size
            open.value.parameters = path.parameters
            open.isSenderRefused = isRefused
            open.hasOwnSender = isAlone
        }
    }

    mutating func applyRecipient(_ path: SMTPPath, _ reply: SMTPReply?, sent: Moment) {
        if !isInsideTransaction {
            // Refused with no sender: a command out of order, no transaction.
            let isPossible = reply?.isPositive ?? false || mayHaveUnseenSender
            guard isPossible, reply?.code != 503 else { return }
            open(newTransaction(sent: sent))
        }
        if reply?.isPositive == true { doubtSender() }
        guard hasRoomForRecipient else {
            note(.recipientOverflow)
            transaction?.value.unseenRecipients &+= 1
            return
        }
        let recipient = SMTPRecipient(
            address: path.address,
            code: reply?.code,
            text: reply?.text ?? "",
            time: reply == nil ? sent.time : now.time
        )
        changeTransaction { $0.add(recipient) }
        if reply?.isNegative == true { countRefusal() }
    }

    /// Replies and commands have slipped against each other: what was said since none waited is taken back.
    mutating func doubtCodes(isRefused: Bool) {
        let refused = changeTransaction { $0.doubtCodes(isRefused: isRefused) } ?? 0
        refusedRecipients -= min(refusedRecipients, UInt16(clamping: refused))
    }

    /// A server that goes on behind a refused sender had accepted another before, which was not seen.
    mutating func doubtSender() {
        guard mayHaveUnseenSender, transaction?.isSenderRefused == true else { return }
        changeTransaction { $0.forgetSender() }
    }

    /// False if the transaction holds as many recipients, or octets of them, as are kept.
    private var hasRoomForRecipient: Bool {
        mutating get {
            let limit = setup.configuration.maximumRecipients
            return changeTransaction { open in
                open.value.recipients.count < limit
                    && open.recipientOctets < OpenTransaction.keptRecipientOctets
            } ?? false
        }
    }

    mutating func applyEnd(_ end: PendingCommand.MessageEnd, _ reply: SMTPReply?, sent: Moment) {
        if !end.isUnseen {
            openTransaction(sent: sent, encoding: .data)
            changeTransaction { open in
                open.value.dataOctets = end.octets
                open.value.message = end.facts
            }
        } else if reply?.isPositive == true, !isInsideTransaction {
            open(newTransaction(sent: sent))
        }
        if let recipient = end.recipient {
            setFinalCode(reply?.code, ofRecipient: recipient)
        }
        guard end.isFinal else { return noteFirstAccepted(reply) }
        if let reply {
            let isOdd = reply.isPositive && end.oddEnd?.tail.isEmpty == false
            finishTransaction(.replied(acceptedReply ?? reply), isWithheld: isOdd)
            if reply.isPositive { suspectSmuggling(end.oddEnd) }
        } else if let earlyReply {
            finishTransaction(.replied(earlyReply))
        } else {
            finishTransaction(.replyLost)
        }
        acceptedReply = nil
        earlyReply = nil
    }

    private mutating func setFinalCode(_ code: Int?, ofRecipient index: Int) {
        guard transaction?.value.recipients.indices.contains(index) == true else { return }
        transaction?.value.recipients[index].finalCode = code
    }

    /// LMTP: one recipient's acceptance is enough for the message to be accepted.
    private mutating func noteFirstAccepted(_ reply: SMTPReply?) {
        if acceptedReply == nil, reply?.isPositive == true { acceptedReply = reply }
    }

    /// Notes a chunk, with its reply if one was seen.
    mutating func noteChunk(_ size: SMTPChunkSize, _ reply: SMTPReply?, sent: Moment) {
        if transaction == nil {
            guard reply?.isPositive ?? false || mayHaveUnseenSender else {
                if size.isLast { _ = chunks?.takeFacts() }
                return
            }
        }
        let isBehindRefusedChunk = transaction?.chunkRefusal != nil
        if reply?.isPositive == true { doubtSender() }
        openTransaction(sent: sent, encoding: .bdat)
        let octets = size.byteCount &- min(missingChunkOctets, size.byteCount)
        let sum = transaction?.value.dataOctets ?? 0
        transaction?.value.dataOctets = sum &+ octets
        if reply?.isNegative == true {
            transaction?.isDataRefused = true
            transaction?.chunkRefusal = reply
        }
        guard size.isLast else {
            if reply?.isPositive == true { transaction?.chunkRefusal = nil }
            return
        }
        let facts = chunks?.takeFacts()
        transaction?.value.message = facts
        let isLMTP = summary.dialect == .lmtp
        // Among what is uncertain the other replies are not told apart.
        if mayOweUnknownReplies || isLMTP && uncertain != nil {
            let own = isLMTP ? nil : reply
            finishTransaction(own.map { .replied($0) } ?? .replyLost)
            if uncertain == nil { loseStep(modes: [.owed]) }
            return
        }
        if let reply, isLMTP, !isBehindRefusedChunk,
            awaitOtherRecipients(reply, sent)
        {
            return
        }
        finishTransaction(reply.map { .replied($0) } ?? .replyLost)
    }

    /// Octets of the chunk that was sent last that did not come before its reply.
    private var missingChunkOctets: UInt64 {
        switch clientMode {
        case .chunk(let remaining) where queue.isEmpty: remaining
        case .doubtfulChunk(let chunk):
            chunk.remaining &- min(UInt64(held.byteCount), chunk.remaining)
        case .start, .proxyHeader, .commands, .held, .message, .chunk, .loginAnswer, .tlsOrText,
            .tls,
            .opaque:
            0
        }
    }

    /// LMTP: the first reply to the last chunk is for the first recipient, and one more comes for each other
    /// (RFC 2033 section 4.3); false if there is no other.
    private mutating func awaitOtherRecipients(_ reply: SMTPReply, _ sent: Moment) -> Bool {
        let accepted = acceptedRecipients
        guard let first = accepted.first else { return false }
        setFinalCode(reply.code, ofRecipient: first)
        guard accepted.count > 1 else { return false }
        noteFirstAccepted(reply)
        let others = accepted.dropFirst().map { recipient in
            let end = PendingCommand.MessageEnd(
                octets: 0,
                facts: nil,
                recipient: recipient,
                isFinal: recipient == accepted.last,
                isUnseen: true,
                oddEnd: nil
            )
            return PendingCommand(
                kind: .endOfData(end),
                moment: sent,
                shown: setup.configuration.reportsExchanges
                    ? .init(verb: ".", argument: "", isSecret: false) : nil
            )
        }
        queue.prepend(others)
        return true
    }

    /// The places of the recipients that the server has accepted.
    var acceptedRecipients: [Int] {
        guard let recipients = transaction?.value.recipients else { return [] }
        return recipients.indices.filter { recipients[$0].isAccepted }
    }

    /// A command may have opened a transaction unseen.
    var mayHaveUnseenSender: Bool { isMidstream || hasClientGap || hasServerGap }

    /// Makes sure there is a transaction that data belongs to.
    mutating func openTransaction(sent: Moment, encoding: SMTPEncoding) {
        if !isInsideTransaction {
            if !mayHaveUnseenSender, summary.serverOctets > 0 { note(.noEnvelope) }
            open(newTransaction(sent: sent))
        }
        changeTransaction { $0.beginData(encoding) }
    }

    private func newTransaction(sent: Moment) -> OpenTransaction {
        var open = OpenTransaction(
            value: SMTPTransaction(number: 0, client: summary.client, began: sent),
            gapsBefore: summary.gaps
        )
        // A hello that still waits for its reply came behind what began the transaction.
        open.value.helo = summary.helo ?? (queue.hasHello ? nil : givenName)
        return open
    }

    /// Ends the transaction, if there is one, and reports it; `isWithheld` if its size is still to be decided.
    mutating func finishTransaction(_ end: OpenTransaction.End, isWithheld: Bool = false) {
        switch end {
        case .doubt: mayBeInsideTransaction = true
        // What was taken for the end of a message may have been none.
        case .replyLost: mayBeInsideTransaction = uncertain != nil
        case .replied, .reset: mayBeInsideTransaction = false
        case .quit, .closed: break
        }
        guard var open = takeTransaction() else { return }
        open.value.outcome = outcome(of: open, end)
        if let reply = lastReply(to: open, end) {
            open.value.code = reply.code
            open.value.text = reply.text
        }
        open.value.number = summary.transactions
        open.value.authentication = authentication
        open.value.serverName = serverName
        open.value.dialect = summary.dialect
        open.value.banner = summary.banner
        open.value.proxiedClient = summary.proxiedClient
        // A MAIL whose reply was not seen may have stood inside another transaction, whose own was lost.
        if open.value.mailCode == nil, open.value.code != nil, mayHaveUnseenSender,
            !open.hasOwnSender
        {
            open.value.mailFrom = nil
        }
        open.value.isIncomplete =
            summary.gaps > open.gapsBefore || isHeardFromOneSide
            || (open.hasUnknowns && mayHaveUnseenSender)
        summary.transactions &+= 1
        switch open.value.outcome {
        case .accepted: summary.accepted &+= 1
        case .rejected: summary.rejected &+= 1
        case .reset, .aborted, .unfinished: break
        }
        tellWithheld()
        if isWithheld { withhold(open) } else { output.append(.transaction(open.told())) }
    }

    /// True if one side was never heard.
    var isHeardFromOneSide: Bool { (summary.clientOctets == 0) != (summary.serverOctets == 0) }

    /// True as long as nothing of the connection is missing.
    private var isSeenWithoutHoles: Bool { !hasClientGap && !hasServerGap && !isMidstream }

    /// The reply by which the transaction ended: that to the message, or to a chunk behind which the client gave up.
    private func lastReply(to open: OpenTransaction, _ end: OpenTransaction.End) -> SMTPReply? {
        switch end {
        case .replied(let reply): reply
        // Behind a hole it may have been the refusal of a chunk that stood in no transaction, or in another; and where
        // the capture ends more may have come.
        case .reset, .quit: isSeenWithoutHoles ? open.chunkRefusal : nil
        case .closed:
            isSeenWithoutHoles && [.finished, .reset].contains(closing) ? open.chunkRefusal : nil
        case .replyLost, .doubt: nil
        }
    }

    private func outcome(of open: OpenTransaction, _ end: OpenTransaction.End) -> SMTPOutcome {
        switch end {
        case .replied(let reply):
            // Of a dialogue heard on one side only nothing is claimed.
            if reply.isPositive { return isHeardFromOneSide ? .unfinished : .accepted }
            return reply.isNegative ? .rejected : .unfinished
        case .replyLost: return unansweredOutcome(of: open)
        case .reset where open.isRefused, .quit where open.isRefused, .closed where open.isRefused:
            return .rejected
        // Perhaps all of its recipients were refused.
        case .reset where open.isInDoubt, .quit where open.isInDoubt, .closed where open.isInDoubt:
            return .unfinished
        case .reset: return .reset
        case .quit: return .aborted
        case .closed: return unansweredOutcome(of: open)
        case .doubt: return .unfinished
        }
    }

    private func unansweredOutcome(of open: OpenTransaction) -> SMTPOutcome {
        let isWhole = !isHeardFromOneSide && summary.gaps == open.gapsBefore
        switch closing {
        case .finished, .reset: return isWhole ? .aborted : .unfinished
        case .expired, .evicted, .replaced, .inputEnded, nil: return .unfinished
        }
    }
}
