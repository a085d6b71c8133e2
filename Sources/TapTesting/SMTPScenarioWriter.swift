import TapFlow

/// Plays the client and the server of an SMTP dialogue and keeps account of what is agreed between them.
///
/// Theory of operation. The client's commands are said at once; the server's replies are decided at once, for a server
/// answers in order, but are said later where the client does not wait (`outstanding`). The account (`open`,
/// `expected`) is kept from the decisions: it needs no parser, and nothing here knows how the observer works.
///
/// The files: `+Opening` greets, `+Login` logs in, `+Envelope` asks, `+Message` sends, `+Oddities` breaks the rules.
struct SMTPScenarioWriter {
    /// How far the client runs ahead of the replies.
    enum Pace {
        /// Waits for each reply.
        case waiting
        /// Sends groups as RFC 2920 allows and waits behind each.
        case groups
        /// As groups, but the replies to the first commands come while it is still sending.
        case interleaved
    }

    let seed: UInt64
    var random: SplitMix64
    var dialogue = Dialogue()
    var expected = SMTPExpectation()
    var features: Set<SMTPFeature> = []
    var secrets: [[UInt8]] = []

    var pace = Pace.waiting
    var lineEnd = "\r\n"
    var isLMTP = false
    var isLowerCase = false
    /// Replies that are decided and not yet said.
    var outstanding: [(octets: [UInt8], exchange: Int)] = []
    /// The exchange of a command and its reply that is under way, counted from the greeting on.
    var exchange = 0
    /// The exchange to which each step of the dialogue belongs.
    var exchanges: [Int] = []
    /// The exchanges whose reply tells, by its code alone, what it answers, and the one before the turn they stand in.
    var anchors: [Int: Int] = [0: 0]
    /// The first LHLO.
    var dialectExchange: Int?
    /// The exchanges of the transactions that have ended.
    var spans: [ClosedRange<Int>] = []
    /// The exchange in which the open transaction has begun, or the one before it.
    private var firstExchange = 0
    /// The exchange before the first since the server spoke.
    private var turn = 0
    private var hasServerSpoken = true
    /// The server has closed the connection.
    var isOver = false
    /// The rest of the dialogue is inside TLS.
    var isEncrypted = false
    var serial = 0

    /// The transaction both sides are in.
    var open: ExpectedTransaction?
    var isSenderRefused = false
    var isDataRefused = false
    /// By this a chunk was refused, and no recipient was accepted since: all that follow are refused.
    var chunkRefusal: ExpectedReply?
    var givenName: String?
    var authentication = ExpectedAuthentication.none

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
    }

    /// Writes the whole dialogue.
    mutating func write() -> SMTPScenario {
        choosePace()
        begin()
        if !isOver { beforeMail() }
        let count = oneIn(12) ? upTo(9) + 3 : upTo(4)
        if count > 3 { features.insert(.manyTransactions) }
        for _ in 0..<count where !isOver && !isEncrypted {
            transaction()
            if !isOver, !isEncrypted, oneIn(5) { between() }
        }
        end()
        return SMTPScenario(
            seed: seed,
            dialogue: dialogue,
            expectation: expected,
            features: features,
            secrets: secrets,
            course: SMTPCourse(
                exchanges: exchanges,
                anchors: anchors,
                dialect: dialectExchange,
                spans: spans
            )
        )
    }

    private mutating func choosePace() {
        switch upTo(3) {
        case 0:
            pace = .groups
            features.insert(.pipelinedGroups)
        case 1:
            pace = .interleaved
            features.insert(.interleavedReplies)
        default: features.insert(.waitsForReplies)
        }
        isLowerCase = oneIn(8)
        if isLowerCase { features.insert(.lowerCase) }
        if oneIn(14) {
            lineEnd = "\n"
            features.insert(.lineFeedsOnly)
        }
        isLMTP = lineEnd == "\r\n" && oneIn(9)
        if isLMTP { dialogue.port = 24 }
    }

    // MARK: Chance

    /// A number from 0 up to and without `bound`.
    mutating func upTo(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    /// True once in `count` times.
    mutating func oneIn(_ count: Int) -> Bool { upTo(count) == 0 }

    /// One of `choices`.
    mutating func pick<Choice>(_ choices: Choice...) -> Choice { choices[upTo(choices.count)] }

    // MARK: Saying

    /// The client says octets.
    mutating func client(_ octets: [UInt8]) {
        guard !octets.isEmpty else { return }
        expected.session.clientOctets += UInt64(octets.count)
        if hasServerSpoken { turn = max(0, exchange - 1) }
        hasServerSpoken = false
        dialogue.say(octets, from: .a)
        exchanges.append(exchange)
    }

    /// The client says a line.
    mutating func client(_ line: String) {
        if lineEnd == "\n" { expected.session.anomalies.insert("lf_only") }
        client(Array((line + lineEnd).utf8))
    }

    /// The server says octets, at once.
    mutating func server(_ octets: [UInt8], in exchange: Int? = nil) {
        expected.session.serverOctets += UInt64(octets.count)
        hasServerSpoken = true
        dialogue.say(octets, from: .b)
        exchanges.append(exchange ?? self.exchange)
    }

    /// True if what the server said last has a line end.
    var isServerBehindLine: Bool {
        dialogue.steps.reduce(true) { isBehind, step in
            if case .say(let octets, .b) = step { octets.last == 0x0A } else { isBehind }
        }
    }

    /// The server says what it still owes.
    mutating func sync() {
        for reply in outstanding { server(reply.octets, in: reply.exchange) }
        outstanding = []
    }

    /// The client sends a command, and the server decides its reply.
    ///
    /// - Parameters:
    ///   - line: The command.
    ///   - code: The reply's code.
    ///   - words: The reply's text; a number is put behind it, so that no two replies are alike.
    ///   - waits: True if the client has to wait behind this command.
    /// - Returns: The text of the reply as it must be reported.
    @discardableResult
    mutating func ask(
        _ line: String,
        _ code: Int,
        _ words: String = "ok",
        waits: Bool = false
    ) -> String {
        client(cased(line))
        let text = owe(code, words)
        if waits || code == 421 { sync() } else { maySync() }
        return text
    }

    /// The server says some of what it owes, as far as the client's pace makes it.
    mutating func maySync() {
        switch pace {
        case .waiting: sync()
        case .groups: break
        case .interleaved:
            for _ in 0..<upTo(outstanding.count + 1) {
                let reply = outstanding.removeFirst()
                server(reply.octets, in: reply.exchange)
            }
        }
    }

    /// The server decides a reply; returns its text.
    mutating func owe(_ code: Int, _ words: String) -> String {
        serial += 1
        if code == 421 {
            isOver = true
            features.insert(.closedBy421)
        }
        let enhanced = code >= 400 || oneIn(3) ? "" : "\(code / 100).0.0 "
        let text = "\(enhanced)\(words) #\(serial)"
        if oneIn(12), code != 334, code != 354 {
            features.insert(.multiLineReply)
            owe(Array("\(code)-\(text)\r\n\(code) and so on\r\n".utf8))
            return text + " and so on"
        }
        if [354, 235].contains(code) { anchors[exchange] = turn }
        owe(Array("\(code) \(text)\r\n".utf8))
        return text
    }

    /// The server decides a reply, octet by octet.
    mutating func owe(_ octets: [UInt8]) {
        outstanding.append((octets, exchange))
        exchange += 1
    }

    /// A verb in the case of this client's taste.
    private func cased(_ line: String) -> String {
        guard isLowerCase else { return line }
        let verb = line.prefix { $0 != " " }
        return verb.lowercased() + line.dropFirst(verb.count)
    }

    // MARK: The account

    /// A transaction has begun.
    mutating func beginTransaction() {
        open = ExpectedTransaction()
        firstExchange = max(0, exchange - 1)
        isSenderRefused = false
        isDataRefused = false
        chunkRefusal = nil
    }

    /// The transaction, if there is one, is given up by the client or by the end of the connection.
    mutating func giveUp(_ outcome: ExpectedTransaction.Outcome) {
        let codes = open?.recipients.map { $0.code ?? 0 } ?? []
        let isRefused =
            isSenderRefused || isDataRefused || (!codes.isEmpty && codes.allSatisfy { $0 >= 400 })
        // Behind a refused chunk the client may go on: where nothing more is seen, it has not ended the transaction.
        if let refusal = chunkRefusal, outcome != .unfinished {
            expected.finalReplies.insert(refusal)
            open?.code = refusal.code
            open?.text = refusal.text
        }
        // What ends it is said before or just after.
        finish(isRefused ? .rejected : outcome, in: exchange)
    }

    /// The server has replied to the message.
    mutating func finish(code: Int, text: String) {
        expected.finalReplies.insert(ExpectedReply(code: code, text: text))
        open?.code = code
        open?.text = text
        finish(code < 300 ? .accepted : .rejected, in: exchange - 1)
    }

    private mutating func finish(_ outcome: ExpectedTransaction.Outcome, in exchange: Int) {
        guard var ended = open else { return }
        open = nil
        ended.outcome = outcome
        ended.helo = expected.session.helo ?? givenName
        ended.authentication = authentication
        ended.proxiedClient = expected.session.proxiedClient
        switch outcome {
        case .accepted: expected.session.accepted += 1
        case .rejected: expected.session.rejected += 1
        case .reset, .aborted, .unfinished: break
        }
        expected.transactions.append(ended)
        spans.append(firstExchange...max(firstExchange, exchange))
    }

    /// Something odd has happened.
    mutating func odd(_ anomaly: String, _ feature: SMTPFeature) {
        expected.session.anomalies.insert(anomaly)
        features.insert(feature)
    }
}
