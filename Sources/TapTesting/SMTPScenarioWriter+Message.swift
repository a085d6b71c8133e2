/// Sending messages with DATA and BDAT.
extension SMTPScenarioWriter {
    /// True if a sound server lets the client send a message.
    private var hasEnvelope: Bool {
        guard let open, !isSenderRefused else { return false }
        return open.recipients.contains { ($0.code ?? 0) < 400 }
    }

    /// One mail transaction, from MAIL to whatever ends it.
    mutating func transaction() {
        if oneIn(14), !isLMTP, lineEnd == "\r\n" { return smuggling() }
        if oneIn(30), !isLMTP { return messageWithoutEnvelope() }
        let isInside = open != nil && !isSenderRefused
        if isInside, oneIn(2) { resetTransaction() }
        if open != nil, !isSenderRefused {
            mail(code: pick(503, 250))
        } else {
            mail(code: oneIn(9) ? pick(550, 553, 451, 530) : 250)
        }
        for _ in 0..<upTo(4) + 1 where !isOver {
            recipient(code: isSenderRefused || open == nil ? 503 : recipientCode())
            if oneIn(14), !isOver { smallTalk() }
            if oneIn(14), !isOver { turnAround() }
        }
        guard !isOver else { return }
        switch upTo(9) {
        case 0: resetTransaction()
        case 1: break
        case 2, 3, 4: chunks()
        default: data()
        }
    }

    /// What changes the course in the middle of a transaction.
    private mutating func turnAround() {
        switch upTo(4) {
        case 0: mail(code: 503)
        case 1:
            features.insert(.helloInsideRefused)
            ask("EHLO", 501, "name missing", waits: true)
        case 2:
            features.insert(.helloInside)
            hello()
        default: resetTransaction()
        }
    }

    /// RSET.
    mutating func resetTransaction() {
        guard !oneIn(8) else {
            features.insert(.resetRefused)
            ask("RSET", 451, "not now")
            return
        }
        features.insert(.reset)
        ask("RSET", 250)
        giveUp(.reset)
    }

    // MARK: DATA

    /// DATA, accepted or refused, with the message.
    mutating func data() {
        guard hasEnvelope, !oneIn(9) else { return refusedData() }
        client(isLowerCase ? "data" : "DATA")
        _ = owe(354, "go ahead")
        if open?.dataCode != nil {
            features.insert(.dataAgain)
            open?.dataCode = nil
        }
        isDataRefused = false
        chunkRefusal = nil
        open?.encoding = "DATA"
        if oneIn(12) {
            features.insert(.textBeforeGoAhead)
        } else {
            sync()
        }
        message()
    }

    /// DATA is refused; now and then the client sends its text all the same, and the server takes it for commands.
    private mutating func refusedData() {
        features.insert(.dataRefused)
        let sendsText = oneIn(3)
        let code = pick(554, 503, 451)
        refuseData(code, "no data", waits: !sendsText)
        if sendsText {
            features.insert(.textBehindRefusedData)
            for line in ["Subject: anyway", "", "all the same", "."] { ask(line, 500, "what?") }
            sync()
        } else if oneIn(3), hasEnvelope {
            // Some try again at once.
            data()
        }
    }

    /// DATA and its refusal.
    mutating func refuseData(_ code: Int, _ words: String, waits: Bool) {
        ask("DATA", code, words, waits: waits)
        guard open != nil else { return }
        open?.dataCode = code
        isDataRefused = true
    }

    /// The message behind 354 and the replies to it.
    private mutating func message() {
        let lines = messageLines()
        var octets = 0
        var wire = ""
        for line in lines {
            octets += line.utf8.count + lineEnd.utf8.count
            wire += (line.hasPrefix(".") ? "." : "") + line + lineEnd
        }
        client(Array((wire + "." + lineEnd).utf8))
        open?.dataOctets = UInt64(octets)
        if lineEnd == "\n" { expected.session.anomalies.insert("nonstandard_end_of_data") }
        if pace != .waiting { features.insert(.commandsBehindMessage) }
        replyToMessage()
    }

    private mutating func messageLines() -> [String] {
        guard !oneIn(15) else {
            features.insert(.emptyMessage)
            return []
        }
        var lines = ["Subject: number \(serial)", "From: <s@y.example>", ""]
        if oneIn(3) {
            features.insert(.dotStuffing)
            lines += [".", "..", ".hidden", "...three"]
        }
        if oneIn(4) {
            features.insert(.commandsInBody)
            lines += [
                "MAIL FROM:<ghost@invented.test>", "RCPT TO:<ghost@invented.test>", "DATA",
                "boo", "250 ok", "RSET", "QUIT", "BDAT 5 LAST", "AUTH PLAIN AGdob3N0AGJvbw==",
            ]
        }
        if oneIn(20) {
            features.insert(.overlongBody)
            lines.append(String(repeating: "y", count: 5_000))
        }
        for _ in 0..<upTo(5) { lines.append(String(repeating: "text ", count: upTo(14))) }
        return lines
    }

    /// One reply, or with LMTP one for each recipient that was accepted.
    mutating func replyToMessage() {
        let accepted = open?.recipients.indices.filter { place in
            (open?.recipients[place].code ?? 500) < 400
        }
        guard isLMTP, let accepted, !accepted.isEmpty else {
            let code = finalCode()
            let text = owe(code, code < 400 ? "queued" : "message refused")
            // A refusal in the middle of a message and one behind a bare LF look alike to who does not wait.
            if isOver || (lineEnd == "\n" && code >= 400) { sync() } else { maySync() }
            return finish(code: code, text: text)
        }
        var replies: [ExpectedReply] = []
        for place in accepted {
            let code = pick(250, 250, 452, 550)
            let reply = ExpectedReply(code: code, text: owe(code, "for you"))
            open?.recipients[place].finalCode = code
            expected.finalReplies.insert(reply)
            replies.append(reply)
        }
        maySync()
        guard let decisive = replies.first(where: { $0.code < 300 }) ?? replies.last else { return }
        finish(code: decisive.code, text: decisive.text)
    }

    private mutating func finalCode() -> Int {
        switch upTo(8) {
        case 0: pick(554, 550, 552)
        case 1: oneIn(4) ? 421 : 451
        default: 250
        }
    }

    // MARK: BDAT

    /// The message in chunks, with `LAST` on the last or on an empty one behind it.
    private mutating func chunks() {
        if oneIn(8) { return malformedChunk() }
        features.insert(pace == .waiting ? .chunks : .pipelinedChunks)
        let count = upTo(3) + 1
        let endsEmpty = oneIn(3)
        if endsEmpty { features.insert(.emptyLastChunk) }
        var isRefused = !hasEnvelope || chunkRefusal != nil
        for place in 0..<count where open != nil || !hasEnvelope {
            let isLast = place == count - 1 && !endsEmpty
            // LMTP's replies to the last chunk are each recipient's own.
            isRefused = isRefused || (oneIn(9) && !(isLMTP && isLast))
            chunk(isLast: isLast, isRefused: isRefused)
            guard !isOver else { return }
            if isRefused, pace == .waiting, oneIn(2) { return resetTransaction() }
        }
        if endsEmpty { chunk(size: 0, isLast: true, isRefused: isRefused) }
    }

    private mutating func chunk(size: Int? = nil, isLast: Bool, isRefused: Bool) {
        let lines = ["Subject: c\(serial)", "", ".", "RCPT TO:<ghost@invented.test>", "QUIT"]
        let content = lines.map { $0 + lineEnd }.joined()
        let octets = Array(content.utf8.prefix(size ?? upTo(70) + 1))
        client("BDAT \(octets.count)" + (isLast ? pick(" LAST", " last") : ""))
        client(octets)
        if open != nil {
            let sum = open?.dataOctets ?? 0
            open?.encoding = "BDAT"
            open?.dataOctets = sum + UInt64(octets.count)
        }
        guard isRefused else {
            if isLast { return replyToChunks() }
            _ = owe(250, "octets received")
            return maySync()
        }
        features.insert(.refusedChunk)
        isDataRefused = open != nil
        let code = pick(503, 554, 452)
        let text = owe(code, "no chunk")
        chunkRefusal = isDataRefused ? ExpectedReply(code: code, text: text) : nil
        maySync()
        if isLast { finish(code: code, text: text) }
    }

    private mutating func replyToChunks() {
        if isLMTP { features.insert(.lmtpChunks) }
        replyToMessage()
    }

    /// BDAT whose size is no size; nothing follows it.
    private mutating func malformedChunk() {
        if oneIn(2) {
            odd("invalid_bdat", .hugeChunkSize)
            ask("BDAT 99999999999999999999 LAST", 501, "no such size", waits: true)
        } else {
            odd("invalid_bdat", .negativeChunkSize)
            ask("BDAT -5 LAST", 501, "no such size", waits: true)
        }
    }
}
