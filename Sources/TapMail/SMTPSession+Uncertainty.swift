import TapFlow
import TapObserve

/// Going on while it is uncertain what belongs to what.
extension SMTPSession {
    /// From here on it is uncertain what belongs to what; what waits for a reply is a part of that.
    ///
    /// - Parameters:
    ///   - modes: What the server may take the next line for.
    ///   - smuggled: What it may have read in a message before.
    mutating func beginUncertainty(
        modes: [UncertainDialogue.Mode],
        behind smuggled: [UncertainDialogue.Item.Content] = []
    ) {
        guard uncertain == nil else { return }
        let isInDoubtfulChunk = forgetDoubtfulChunk()
        let isUnheard = isServerUnheard
        var (modes, smuggled) = (modes, smuggled)
        if isUnheard, queue.hasTakenForGranted {
            // The server may have read all of it otherwise.
            apply(queue.drain())
            finishTransaction(.doubt)
            noteUnknownLogin()
            (modes, smuggled) = ([.command, .goAhead, .text, .answer], [.hole])
        }
        let isTooMuch = queue.count > UncertainDialogue.limit / 2
        if isTooMuch { apply(queue.drain()) }
        let waiting = queue.takeAll()
        let greets = waiting.contains(where: \.isLMTPGreeting)
        uncertain = UncertainDialogue(
            waiting: waiting,
            behind: smuggled,
            modes: modes,
            mayOweReplies: mayBeLMTP || greets,
            gaps: summary.gaps
        )
        let gaps = summary.gaps
        if isTooMuch || isInDoubtfulChunk { uncertain?.loseLines(gaps: gaps) }
        if isUnheard { loseUncertainReplies() }
    }

    /// Anything may have been said by the client here; the server takes what comes next for one of `modes`.
    ///
    /// - Parameters:
    ///   - modes: What the server may take the next line for.
    ///   - byteCount: How many octets it was, if these were whole lines.
    mutating func loseTrack(modes: [UncertainDialogue.Mode] = [.command], byteCount: Int? = nil) {
        beginUncertainty(modes: modes)
        let gaps = summary.gaps
        uncertain?.loseLines(gaps: gaps, byteCount: byteCount)
        keepWithinLimits()
    }

    /// What the client says from here on, it says behind a reply.
    mutating func beginUncertainTurn() {
        let isLineBegun = commandLines.pendingByteCount > 0
        uncertain?.beginTurn(isLineBegun: isLineBegun)
    }

    /// Takes a line that may be a command.
    mutating func takeUncertain(_ command: SMTPCommand, _ line: StreamLine) {
        let gaps = summary.gaps
        defer { keepWithinLimits() }
        if line.hasBareCR || line.hasNUL {
            // More than one line for some servers.
            uncertain?.loseLines(gaps: gaps)
        } else if line.octets.elementsEqual(".".utf8) {
            let isOdd = line.ending != .crlf || !isBehindCRLF
            uncertain?.append(.dot(isOdd: isOdd), gaps: gaps)
        } else if command.verb == nil
            || (uncertain?.isTurnCertain == false && !command.isUnmistakable)
        {
            uncertain?.append(.words(isRun: false), gaps: gaps)
        } else {
            append(command)
        }
    }

    private mutating func append(_ command: SMTPCommand) {
        let kind = kind(of: command)
        let isContentPossible = uncertain?.mayBeContent == true
        let gaps = summary.gaps
        if case .chunk = kind, isContentPossible {
            uncertain?.loseLines(gaps: gaps)
            return
        }
        let shown =
            setup.configuration.reportsExchanges ? Self.shown(command, login: nil) : nil
        let pending = PendingCommand(kind: kind, moment: now, shown: shown)
        uncertain?.append(.command(pending), gaps: gaps)
        if case .chunk(let size) = kind { beginChunk(size) }
    }

    /// Takes a reply that may belong to several commands.
    mutating func takeUncertain(_ reply: SMTPReply) {
        if reply.code == 235 { authentication = .user(nil) }
        guard isWorkAllowed() else { return }
        let moment = now
        let isLineBegun = commandLines.pendingByteCount > 0
        let before = uncertain?.work ?? 0
        let fits = uncertain?.take(reply, at: moment, isLineBegun: isLineBegun) == true
        setup.configuration.budget.spend((uncertain?.work ?? 0) &- before)
        guard fits else {
            // Nothing that could have been said fits to this.
            return giveUpReadings(modes: [.command, .goAhead, .text, .answer])
        }
        if !resynchronise() { keepWithinLimits() }
        doubtChunkAmongDoubt()
    }

    /// Notes that any number of replies may be lost here.
    mutating func takeUncertainLoss() {
        guard isWorkAllowed() else { return }
        loseUncertainReplies()
        keepWithinLimits()
    }

    /// As `takeUncertainLoss`, whatever it costs: where a dialogue begins that is little.
    private mutating func loseUncertainReplies() {
        let moment = now
        let before = uncertain?.work ?? 0
        uncertain?.loseReplies(at: moment)
        setup.configuration.budget.spend((uncertain?.work ?? 0) &- before)
    }

    /// False if the work of all sessions is too much: then all that is undecided is given up.
    private mutating func isWorkAllowed() -> Bool {
        guard !setup.configuration.budget.allows(.uncertainty, at: now.time) else { return true }
        note(.workLimit)
        giveUpReadings(modes: UncertainDialogue.Mode.allCases)
        return false
    }

    /// What was undecided is left so, and anything may come.
    mutating func giveUpReadings(modes: [UncertainDialogue.Mode]) {
        var given = queue.takeAll()
        given += uncertain?.items.compactMap(\.command) ?? []
        // Who speaks LMTP goes on only with a server that does.
        if given.contains(where: \.isLMTPGreeting) { summary.dialect = .lmtp }
        uncertain = nil
        authentication = .unknown
        tellWithheld()
        finishTransaction(.doubt)
        loseTrack(modes: modes)
    }

    /// Goes on in step if everything is certain again.
    private mutating func resynchronise() -> Bool {
        guard let place = uncertain?.inStep, let waiting = uncertain?.waiting(behind: place)
        else { return false }
        let endsWithLine = commandLines.pendingByteCount == 0
        var mode = clientMode
        if place.mode == .goAhead { mode = .message }
        switch waiting.last?.kind {
        case .data, .startTLS: mode = .held
        default: break
        }
        switch mode {
        case .message, .held: guard endsWithLine else { return false }
        default: break
        }
        settle(before: place.index)
        uncertain = nil
        clientMode = mode
        if case .message = mode {
            message = MessageCounter(keepsSubject: setup.configuration.keepsSubjects)
        }
        earlyReply = nil
        suspect = nil
        changeTransaction { $0.settleCodes() }
        for command in waiting { _ = queue.append(command, isReplyBegun: false) }
        return true
    }

    /// Gives up what cannot be decided with what may be kept.
    mutating func keepWithinLimits() {
        guard uncertain?.isFull == true else { return }
        settleAll()
        finishTransaction(.doubt)
        loseTrack(modes: UncertainDialogue.Mode.allCases)
    }

    /// Tells what is certain, now that nothing more will be known.
    mutating func settleAll() {
        settle(before: UncertainDialogue.limit)
        uncertain = nil
    }

    private mutating func settle(before end: Int) {
        guard let dialogue = uncertain else { return }
        guard setup.configuration.budget.allows(.uncertainty, at: now.time) else {
            note(.workLimit)
            authentication = .unknown
            tellWithheld()
            return finishTransaction(.doubt)
        }
        setup.configuration.budget.spend(dialogue.findingWork)
        let current = now
        var mayHaveEnded = false
        if withheld != nil { tellWithheld(by: dialogue) }
        for (finding, item) in dialogue.findings(before: end, towards: dialogue.places) {
            if dialogue.isSmuggled(item), case .answered(_, let reply, _) = finding {
                noteSmuggling(reply)
            }
            let gaps = Int(dialogue.items[item].gaps)
            if mayHaveEnded {
                mayHaveEnded = false
                if case .messageEnded = finding {} else { finishTransaction(.doubt) }
            }
            apply(finding)
            if case .doubt = finding, dialogue.items[item].mayBeLogin { noteUnknownLogin() }
            if let open = transaction { transaction?.gapsBefore = min(open.gapsBefore, gaps) }
            if case .unanswered(let command) = finding, case .data = command.kind {
                mayHaveEnded = true
            }
        }
        if mayHaveEnded { finishTransaction(.doubt) }
        now = current
    }

    private mutating func apply(_ finding: UncertainDialogue.Finding) {
        switch finding {
        case .answered(let command, let reply, let moment):
            now = moment
            apply([.answered(command, reply)])
            noteLogin(command, reply)
        case .unanswered(let command): apply([.unanswered(command)])
        case .messageEnded(let reply, let moment):
            now = moment
            let end = PendingCommand.MessageEnd(
                octets: 0,
                facts: nil,
                recipient: nil,
                isFinal: true,
                isUnseen: true,
                oddEnd: nil
            )
            transaction?.value.encoding = .data
            applyEnd(end, summary.dialect == .lmtp ? nil : reply, sent: moment)
        case .unseen(let replies): applyUnseen(replies)
        case .doubt: finishTransaction(.doubt)
        }
    }

    private mutating func noteLogin(_ command: PendingCommand, _ reply: SMTPReply) {
        switch (command.kind, authentication) {
        case (.login, .none), (.loginAnswer, .none):
            // How it goes on behind a challenge is not followed.
            authentication = reply.isNegative ? .failed : .unknown
        case (.login, .failed), (.loginAnswer, .failed):
            if !reply.isNegative { authentication = .unknown }
        default: break
        }
    }

    /// Replies to commands in a hole: what was said of recipients is counted, anything else may have ended the transaction.
    private mutating func applyUnseen(_ replies: [SMTPReply]) {
        guard replies.allSatisfy({ $0.enhancedCode == "2.1.5" && $0.lines.count == 1 }),
            transaction != nil
        else { return finishTransaction(.doubt) }
        transaction?.value.unseenRecipients &+= replies.count
    }
}
