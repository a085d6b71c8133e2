import TapObserve

/// Makes replies of the server's octets.
///
/// Never stops: what is no reply is counted and left out.
///
/// Theory of operation. Real servers forget to end what they say: a banner without CRLF, a `250-` that no `250 `
/// follows. Whether that happened can be told only when the server speaks again, by where the client took its turn:
/// `clientSpoke` notes the place, and the next line decides. Nothing is decided by the pieces octets come in.
struct ReplyAssembler: Sendable {
    private var lines = LineBuffer()
    /// The multi-line reply in progress.
    private var open: SMTPReply? { didSet { if open == nil { openByteCount = 0 } } }
    /// Octets of `open`, with what each line takes.
    private var openByteCount = 0
    /// The client spoke when this many octets of the line in progress were there.
    private var mark: Int?
    /// What the client said while `open` was in progress and no line had begun; nil if it was silent.
    private var interruption: Interruption?
    /// Octets were lost: the line in progress may be torn.
    private var isTorn = false
    /// A line that was left out may be the end of a reply.
    private var hasLostReply = false
    /// What was odd since `takeAnomalies` was last called.
    private var anomalies: [MailAnomaly] = []

    /// What the client said within a reply.
    private enum Interruption: Sendable {
        case heard
        /// It may have waited for one more reply.
        case lost
    }

    /// Creates an assembler; `isTorn` if the first line may lack its start.
    init(isTorn: Bool) { self.isTorn = isTorn }

    /// True if a reply has begun and not ended.
    var isInProgress: Bool { open != nil || lines.pendingByteCount > 0 }

    /// The code of a reply of several lines that is in progress; nil if there is none, or its beginning may have been lost.
    var begunCode: Int? {
        guard !isTorn, mark == nil, interruption == nil else { return nil }
        if let open { return open.isTorn ? nil : open.code }
        guard let line = SMTPReplyLine(lines.pendingOctets, isStrict: true), line.isContinued else {
            return nil
        }
        return line.code
    }

    /// Octets of memory that is taken by what is in progress, about.
    var keptByteCount: Int { openByteCount &+ lines.pendingByteCount }

    /// The client said something.
    mutating func clientSpoke() { interrupt(.heard) }

    /// The client said something that is lost.
    mutating func clientSpokeUnheard() { interrupt(.lost) }

    private mutating func interrupt(_ kind: Interruption) {
        if lines.pendingByteCount > 0 {
            mark = lines.pendingByteCount
        } else if open != nil, interruption != .lost {
            interruption = kind
        }
    }

    /// Takes octets up to the end of the next line, and the replies that ended there.
    ///
    /// - Parameters:
    ///   - bytes: What comes next from the server.
    ///   - isAwaited: True if the client waits for one more reply behind the one in progress, and waits for each:
    ///     then a final line behind an interrupted reply is a reply of its own.
    /// - Returns: How many octets were taken, and the replies.
    mutating func take(
        from bytes: Span<UInt8>,
        isAwaited: Bool
    ) -> (consumed: Int, replies: [SMTPReply]) {
        let (consumed, line) = lines.take(from: bytes)
        guard let line else { return (consumed, []) }
        return (consumed, finish(line, isAwaited: isAwaited))
    }

    /// Octets are lost: gives up what was in progress.
    mutating func lose() {
        _ = lines.flush()
        open = nil
        mark = nil
        interruption = nil
        isTorn = true
    }

    /// The stream ended: what is in progress ended with it; `isTorn` if more of it may have been lost.
    mutating func end(isTorn: Bool) -> [SMTPReply] {
        if isTorn { self.isTorn = true }
        var replies: [SMTPReply] = []
        if let line = lines.flush() {
            let isReply = SMTPReplyLine(line.text, isStrict: true) != nil
            if isReply { note(.unterminatedReply) }
            replies = finish(line, isAwaited: false)
        }
        if var rest = open {
            note(.danglingReply)
            open = nil
            rest.isTorn = rest.isTorn || isTorn
            replies.append(rest)
        }
        return replies
    }

    /// What was odd since the last call.
    mutating func takeAnomalies() -> [MailAnomaly] {
        defer { anomalies = [] }
        return anomalies
    }

    /// True if since the last call a line was left out that may be the end of a reply.
    mutating func takeLostReply() -> Bool {
        defer { hasLostReply = false }
        return hasLostReply
    }

    private mutating func note(_ anomaly: MailAnomaly) {
        if !anomalies.contains(anomaly) { anomalies.append(anomaly) }
    }

    private mutating func finish(_ line: StreamLine, isAwaited: Bool) -> [SMTPReply] {
        if line.isShortened { note(.lineTooLong) }
        if line.ending == .lf { note(.bareLineFeed) }
        let (first, second) = split(line.text)
        mark = nil
        guard let second else { return add(first, isAwaited: isAwaited) }
        note(.unterminatedReply)
        return add(first, isAwaited: false) + add(second, isAwaited: isAwaited)
    }

    /// Cuts a line where the client spoke, if both parts are replies: the first had no line end.
    private func split(
        _ octets: ArraySlice<UInt8>
    ) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
        guard let mark, mark < octets.count else { return (octets, nil) }
        let (first, second) = (octets.prefix(mark), octets.dropFirst(mark))
        guard SMTPReplyLine(first, isStrict: true) != nil,
            SMTPReplyLine(second, isStrict: true) != nil
        else { return (octets, nil) }
        return (first, second)
    }

    private mutating func add(_ octets: ArraySlice<UInt8>, isAwaited: Bool) -> [SMTPReply] {
        guard let line = SMTPReplyLine(octets, isStrict: isTorn || open != nil),
            !isTorn || open != nil || !line.text.isEmpty
        else {
            if isTorn { hasLostReply = true } else { note(.malformedReply) }
            return []
        }
        if open == nil, !line.isContinued {
            // Of one line, as most replies are.
            let reply = SMTPReply(code: line.code, lines: [Array(line.text)], isTorn: isTorn)
            (interruption, isTorn) = (nil, false)
            return [reply]
        }
        var replies: [SMTPReply] = []
        if isSeparate(line, isAwaited: isAwaited), let rest = open {
            note(.danglingReply)
            replies.append(rest)
            open = nil
        }
        var reply = open ?? SMTPReply(code: line.code, lines: [])
        if open != nil, interruption == .lost {
            // One reply, or one that was not ended and another.
            hasLostReply = true
            reply.isTorn = true
        }
        interruption = nil
        reply.code = line.code
        if reply.lines.count < SMTPReply.keptLines {
            reply.lines.append(Array(line.text))
            openByteCount &+= line.text.count &+ 48
        }
        reply.isTorn = reply.isTorn || isTorn
        open = line.isContinued ? reply : nil
        guard !line.isContinued else { return replies }
        isTorn = false
        replies.append(reply)
        return replies
    }

    /// True if `line` does not belong to the reply in progress.
    private func isSeparate(_ line: SMTPReplyLine, isAwaited: Bool) -> Bool {
        guard let open, interruption != nil else { return false }
        return line.code != open.code || (!line.isContinued && isAwaited)
    }
}
