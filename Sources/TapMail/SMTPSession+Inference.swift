import TapFlow

/// What was said under TLS, as far as the lengths of the records tell.
extension SMTPSession {
    /// Less certain transactions are not told: they would be guesses.
    static let leastConfidence = 0.25

    /// TLS begins: from here on only lengths are seen.
    mutating func beginInference() {
        encrypted = nil
        guard !isMidstream else { return }
        let known = server.map { setup.configuration.memory.lengths(of: $0) } ?? ServerLengths()
        guard let place = setup.configuration.budget.place() else { return note(.workLimit) }
        encrypted = EncryptedDialogue(after: clearFacts, server: known, place: place)
    }

    private var clearFacts: ClearFacts {
        var facts = ClearFacts()
        facts.isSubmission = summary.dialect == .submission || summary.dialect == .smtps
        facts.isImplicit = summary.bannerCode == nil && summary.startTLS == nil
        facts.family = summary.banner.flatMap { ReplyFamily(banner: $0) }
        facts.serverName = serverName?.utf8.count
        if facts.family == .gmail { facts.session = Self.sessionName(in: summary.banner) }
        if let helo = summary.helo {
            facts.clientName = helo.utf8.count
            // "EHLO ", the name, and the line's end.
            facts.hello = helo.utf8.count &+ 7
            facts.helloReply = helloReplyOctets
            facts.isPipelining = offers("PIPELINING")
            facts.isChunking = offers("CHUNKING")
        }
        return facts
    }

    func offers(_ keyword: String) -> Bool {
        summary.capabilities.contains { $0.utf8.hasPrefix(ignoringCase: keyword) }
    }

    /// Octets of the third word of Gmail's greeting, which it repeats in every reply.
    private static func sessionName(in banner: String?) -> Int? {
        let words = banner?.split(separator: " ") ?? []
        return words.count >= 3 ? words[2].utf8.count : nil
    }

    /// Gives octets of a TLS connection to the reader of records, and the records to the inference.
    mutating func followTLS(_ bytes: Span<UInt8>, from side: TLSSide) {
        var records: [TLSRecord] = []
        let moment = now
        tls?.take(bytes, from: side, at: moment) { records.append($0) }
        guard let facts = tls?.facts else { return }
        for record in records { infer(at: record.moment) { $0.take(record, facts) } }
        tellInferred()
    }

    /// Octets of a TLS connection are lost.
    mutating func loseTLS(byteCount: Int?, from side: TLSSide) {
        var records: [TLSRecord] = []
        let moment = now
        tls?.lose(byteCount: byteCount, from: side, at: moment) { records.append($0) }
        guard let tls else { return }
        for record in records { infer(at: record.moment) { $0.take(record, tls.facts) } }
        // A hole inside a record does not hide its length.
        if records.isEmpty, !tls.isInsideRecord(of: side) {
            infer(at: moment) { $0.lose(byteCount: byteCount, from: side, at: moment) }
        }
        tellInferred()
    }

    /// Lets the inference go on, as long as the work of all sessions is not too much; else it is given up.
    private mutating func infer(at moment: Moment, _ step: (inout EncryptedDialogue) -> Void) {
        guard var dialogue = encrypted else { return }
        // One copy, so that nothing is copied on write.
        encrypted = nil
        let budget = setup.configuration.budget
        guard budget.allows(.inference, at: moment.time) else { return note(.workLimit) }
        let before = dialogue.effort
        step(&dialogue)
        budget.spend(dialogue.effort &- before)
        encrypted = dialogue
    }

    /// The connection ends: what was inferred of it.
    mutating func endInference() {
        guard tls != nil else { return }
        summary.inferred = encrypted?.end()
        tellInferred()
        encrypted = nil
    }

    private mutating func tellInferred() {
        for transaction in encrypted?.takeTransactions() ?? []
        where transaction.confidence >= Self.leastConfidence {
            var told = transaction
            told.client = summary.client
            told.helo = givenName
            told.serverName = serverName
            output.append(.inferred(Shared(told)))
        }
    }

    // MARK: Learning

    /// Notes how long a reply was that was heard in the clear.
    mutating func hear(_ reply: SMTPReply, to command: PendingCommand) {
        guard !reply.isTorn, let (subject, repeated) = lesson(of: command, reply) else { return }
        let type = ReplyClass(subject, isPositive: !reply.isNegative)
        heard.hear(ReplyLength(heard: reply.lines, repeated: repeated), as: type)
    }

    /// What a reply is about, and what it may repeat; nil if nothing is learned from it.
    private func lesson(
        of command: PendingCommand,
        _ reply: SMTPReply
    ) -> (ReplyClass.Subject, [(part: ReplyLength.Part, text: Substring.UTF8View)])? {
        let server = (ReplyLength.Part.server, (serverName ?? "")[...].utf8)
        switch command.kind {
        case .mail(let path): return (.mail, [(.sender, Self.bare(path.address)), server])
        case .recipient(let path):
            return (.recipient, [(.recipient, Self.bare(path.address)), server])
        case .data: return (.data, [server])
        case .endOfData(let end): return end.recipient == nil ? (.message, [server]) : nil
        case .chunk(let size): return (size.isLast ? .lastChunk : .chunk, [server])
        case .reset: return (.reset, [server])
        case .quit: return (.quit, [server])
        case .login, .loginAnswer:
            return (reply.code == 334 ? .challenge : .login, [server])
        case .greeting, .hello, .send, .invalidChunk, .startTLS, .proxiedClient, .other:
            return nil
        }
    }

    /// An address without its brackets.
    private static func bare(_ address: String) -> Substring.UTF8View {
        address.utf8.dropFirst().dropLast()
    }

    /// What was heard of the server is remembered for its other sessions.
    mutating func teach() {
        guard let server, summary.dialect != .lmtp else { return }
        heard.family = summary.banner.flatMap { ReplyFamily(banner: $0) }
        heard.serverName = serverName?.utf8.count
        setup.configuration.memory.learn(heard, of: server)
    }
}
