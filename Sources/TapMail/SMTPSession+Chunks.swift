import TapFlow

/// A chunk (RFC 3030) of which only the server's replies tell whether its octets are one, or commands.
///
/// Theory of operation. A server that takes a chunk says nothing until all of it has come; one that refuses BDAT may take
/// none, and reads on. So where CHUNKING is not offered, the octets behind BDAT are held until its reply: a server that
/// does not know BDAT, or offers no chunks and refuses one for good, takes none. And where a reply comes before the chunk is
/// complete, the octets behind that reply are held until the next. If that one comes before the chunk could be complete,
/// they are commands. Otherwise both are followed (`UncertainDialogue`): they are commands, all of them, or none.
struct DoubtfulChunk: Sendable {
    /// Octets of the chunk that are still to come, or held.
    var remaining: UInt64
    /// The reply to BDAT has come, and it does not tell.
    var isAnswered = false
    /// Octets of the chunk came before that reply and are not held: commands may lie in them.
    var isBegun = false
}

extension SMTPSession {
    /// A chunk is not held for longer than one that a server may take.
    private static let plausibleByteCount = UInt64(1) << 31

    /// Octets of a line that are looked at.
    private static let longestCommand = 4_096

    /// The mode behind BDAT.
    func mode(behind size: SMTPChunkSize) -> ClientMode {
        guard size.byteCount > 0 else { return .commands }
        let isHeld = standingOffer?.hasChunking != true || size.byteCount > Self.plausibleByteCount
        guard isHeld, uncertain == nil, summary.serverOctets > 0 else {
            return .chunk(remaining: size.byteCount)
        }
        return .doubtfulChunk(DoubtfulChunk(remaining: size.byteCount))
    }

    // MARK: The client

    /// Holds a part of `rest`; returns how much.
    mutating func holdChunk(_ rest: Span<UInt8>, _ chunk: DoubtfulChunk) -> Int {
        let limit = setup.configuration.maximumHeldByteCount
        let room = held.append(rest, at: now, limit: limit)
        guard room < rest.count else { return room }
        note(.holdOverflow)
        if chunk.isAnswered, UInt64(held.byteCount) >= chunk.remaining {
            followBoth(chunk)
        } else {
            resume(.chunk(remaining: chunk.remaining))
        }
        return room
    }

    /// Octets of the client are lost in what may be a chunk.
    mutating func loseDoubtfulChunk(byteCount: Int?, _ chunk: DoubtfulChunk) {
        guard chunk.isAnswered else { return held.appendGap(byteCount: byteCount, at: now) }
        loseTrack()
    }

    /// Nothing more comes: what waits for its reply is taken for a chunk.
    mutating func closeDoubtfulChunk() {
        guard case .doubtfulChunk(let chunk) = clientMode else { return }
        guard chunk.isAnswered else { return resume(.chunk(remaining: chunk.remaining)) }
        held = HeldOctets()
        clientMode = .commands
    }

    // MARK: The server

    /// Gives effect to the reply to BDAT, or to one that was lost.
    mutating func applyChunk(_ size: SMTPChunkSize, _ reply: SMTPReply?, sent: Moment) {
        guard let reply, uncertain == nil else { return noteChunk(size, reply, sent: sent) }
        isChunkRefused = reply.isNegative && !reply.isUnknownCommand && size.byteCount > 0
        if case .doubtfulChunk(let chunk) = clientMode, !chunk.isAnswered {
            return applyHeldChunk(size, reply, sent: sent, chunk)
        }
        let isComplete: Bool
        if queue.isEmpty, case .chunk = clientMode { isComplete = false } else { isComplete = true }
        if reply.isUnknownCommand {
            noteUnknownChunk(reply)
        } else {
            noteChunk(size, reply, sent: sent)
        }
        if !isComplete, queue.isEmpty, case .chunk(let remaining) = clientMode {
            waitBehind(reply, .init(remaining: remaining, isBegun: remaining < size.byteCount))
        } else if reply.isUnknownCommand, size.byteCount > 0 {
            // What was taken for a chunk may have been commands.
            chunks?.lose()
            beginDoubt(behind: [.hole])
        }
    }

    private mutating func applyHeldChunk(
        _ size: SMTPChunkSize,
        _ reply: SMTPReply,
        sent: Moment,
        _ chunk: DoubtfulChunk
    ) {
        guard reply.isNegative else {
            // What the reply means comes before what was said behind the chunk.
            let rest = held.takeRest(behind: chunk.remaining)
            resume(.chunk(remaining: chunk.remaining))
            noteChunk(size, reply, sent: sent)
            if !rest.isEmpty {
                held = rest
                resume(.commands)
            } else if queue.isEmpty, case .chunk(let remaining) = clientMode {
                waitBehind(reply, .init(remaining: remaining, isBegun: remaining < size.byteCount))
            }
            return
        }
        guard !reply.isUnknownCommand, reply.category != 5 || standingOffer?.hasChunking != false
        else {
            isChunkRefused = false
            noteUnknownChunk(reply)
            return resume(.commands)
        }
        noteChunk(size, reply, sent: sent)
        guard queue.isEmpty, UInt64(held.byteCount) < chunk.remaining else {
            return resume(.chunk(remaining: chunk.remaining))
        }
        waitBehind(reply, chunk)
    }

    /// What the server offers, as far as it was asked: HELO behind EHLO takes nothing back.
    private var standingOffer: ServerOffer? {
        summary.startTLSAnswer?.code == 220 ? summary.securedOffer : summary.offer
    }

    /// The server does not know BDAT: no chunk was taken, and the transaction is what it was.
    private mutating func noteUnknownChunk(_ reply: SMTPReply) {
        chunks?.reset()
        transaction?.isDataRefused = true
        transaction?.chunkRefusal = reply
    }

    private mutating func waitBehind(_ reply: SMTPReply, _ chunk: DoubtfulChunk) {
        var chunk = chunk
        chunk.isAnswered = true
        isChunkRefused = false
        if reply.isNegative { chunks?.reset() } else { chunks?.lose() }
        clientMode = .doubtfulChunk(chunk)
    }

    /// True if the server answers the octets of a chunk that it has refused: it must not read them (RFC 3030 section 2).
    ///
    /// Who does answers each line of them before what came behind, and as a rule that it is no command; of commands that
    /// every server knows (RFC 5321 section 4.5.1) nobody says so. Other codes refuse these for other reasons as well, and
    /// tell nothing: to doubt them would take the true ones from every server that keeps to the book.
    mutating func isReadingRefusedChunk(_ reply: SMTPReply) -> Bool {
        isChunkRefused = reply.isUnknownCommand
        guard isChunkRefused, queue.first?.isKnownToAll == true else { return false }
        isChunkRefused = false
        chunks?.lose()
        beginDoubt(behind: [.hole])
        return true
    }

    /// Takes a reply that comes in the middle of what may be a chunk; false if there is none, or it says nothing of that.
    mutating func takeInsideChunk(_ reply: SMTPReply) -> Bool {
        // A server may close at any time, which says nothing of how it reads.
        guard uncertain == nil, reply.code != 421 else { return false }
        switch clientMode {
        case .doubtfulChunk(let chunk) where chunk.isAnswered: decideChunk(chunk, reply)
        case .doubtfulChunk, .chunk:
            guard queue.isEmpty || reply.category == 3 else { return false }
            // It has gone on, from where is not known.
            held = HeldOctets()
            clientMode = .commands
            giveUpReadings(modes: [.command, .goAhead, .text, .answer])
            takeUncertain(reply)
        case .start, .proxyHeader, .commands, .held, .message, .loginAnswer, .tlsOrText, .tls,
            .opaque:
            return false
        }
        return true
    }

    private mutating func decideChunk(_ chunk: DoubtfulChunk, _ reply: SMTPReply) {
        guard UInt64(held.byteCount) >= chunk.remaining else { return endChunk(chunk, reply) }
        if !chunk.isBegun, !reply.isNegative, isLastLineCut(at: chunk.remaining) {
            // Nobody would have answered the rest of a line so.
            resume(.commands)
        } else {
            followBoth(chunk)
        }
        take(reply)
    }

    /// The chunk would end inside the last line that is held, whose rest is no command.
    private func isLastLineCut(at end: UInt64) -> Bool {
        let octets = held.prefix(.max)
        let start = Int(clamping: end)
        guard octets.count == held.byteCount, start > 0, start < octets.count,
            octets[start &- 1] != 0x0A
        else { return false }
        let rest = octets[start...]
        return rest.firstIndex(of: 0x0A) == octets.index(before: octets.endIndex)
            && SMTPCommand(rest.dropLast()).verb == nil
    }

    /// The server has spoken again before the chunk could be complete: it does not wait for it.
    private mutating func endChunk(_ chunk: DoubtfulChunk, _ reply: SMTPReply) {
        let pieces = held
        let isCommand = beginsWithCommand
        held = HeldOctets()
        clientMode = .commands
        if !isCommand {
            loseTrack()
        } else if chunk.isBegun {
            beginDoubt(behind: [.hole])
        }
        held = pieces
        resume(.commands)
        take(reply)
        // It has said more than it was asked: what the client says next may still be the chunk.
        if !isCommand, uncertain != nil { loseTrack() }
    }

    /// What is held begins with a line that is surely a command.
    private var beginsWithCommand: Bool {
        let octets = held.prefix(Self.longestCommand)
        guard let end = octets.firstIndex(of: 0x0A) else { return false }
        let line = octets[..<end]
        return SMTPCommand(line.last == 0x0D ? line.dropLast() : line).isUnmistakable
    }

    // MARK: Both readings

    /// The chunk is complete if the server takes it, and nothing tells whether it does.
    private mutating func followBoth(_ chunk: DoubtfulChunk) {
        var missing = Int(clamping: chunk.remaining)
        var octets: [UInt8] = []
        var rest: [(octets: ArraySlice<UInt8>, moment: Moment)] = []
        var hasGap = false
        for (piece, moment) in held.takeAll() {
            guard case .octets(let piece) = piece else {
                hasGap = true
                continue
            }
            let part = piece.prefix(missing)
            octets += part
            missing &-= part.count
            if part.count < piece.count { rest.append((piece.dropFirst(part.count), moment)) }
        }
        clientMode = .commands
        // What was lost lies somewhere among it.
        guard !hasGap else { return loseTrack() }
        let isWhole = !chunk.isBegun && octets.last == 0x0A
        beginDoubt(behind: isWhole ? smuggled(in: octets) : [.hole])
        let current = now
        for (octets, moment) in rest {
            now = moment
            feedClient(octets.span)
        }
        now = current
    }

    private mutating func beginDoubt(behind octets: [UncertainDialogue.Item.Content]) {
        if login != nil { endLogin(code: nil) }
        beginUncertainty(modes: [.command], behind: octets)
        if case .held = clientMode { resume(.commands) }
        keepWithinLimits()
    }

    /// Nothing is known any more of what is held.
    mutating func forgetDoubtfulChunk() -> Bool {
        guard case .doubtfulChunk = clientMode else { return false }
        held = HeldOctets()
        clientMode = .commands
        return true
    }

    /// The reply to BDAT has been taken, or may have been, and the chunk goes on: what comes may be commands.
    mutating func doubtChunkAmongDoubt() {
        guard case .chunk(let remaining) = clientMode else { return }
        guard let dialogue = uncertain else {
            guard queue.isEmpty else { return }
            chunks?.lose()
            let chunk = DoubtfulChunk(remaining: remaining, isAnswered: true, isBegun: true)
            clientMode = .doubtfulChunk(chunk)
            return
        }
        guard dialogue.places.firstIndex >= dialogue.items.count else { return }
        clientMode = .commands
        loseTrack()
    }
}
