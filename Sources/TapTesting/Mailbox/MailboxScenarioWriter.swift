import TapFlow

/// Plays the client and the server of a dialogue with a mailbox and keeps account of what happens.
///
/// The account is kept from what both decide: it needs no parser, and nothing here knows how the observers work.
///
/// The files: `+POP3` and `+IMAP` speak, `+Message` makes what is read.
struct MailboxScenarioWriter {
    var random: SplitMix64
    var dialogue = Dialogue()
    var expected = MailboxExpectation()
    var course = MailboxCourse()
    var markedCount = 0
    var capabilities: Set<String> = []
    var secrets: [String] = []
    /// True while the client does not wait for replies.
    var isPipelining = false
    /// True once nothing more is said, or not in clear.
    var isOver = false
    /// Replies that are decided and not yet said.
    private var outstanding: [UInt8] = []
    /// The exchanges that those belong to.
    private var outstandingParts: [(exchange: Int, octets: Range<Int>)] = []
    /// True once the client has not waited for a reply.
    private var hasPipelined = false
    /// True if replies name the commands that they answer.
    var hasTags = false
    /// What the tags of IMAP begin with, and how many there are.
    var tagPrefix = "a"
    var tagCount = 0
    private var serial = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        dialogue.ending = oneIn(4) ? .reset(.a) : .close(oneIn(2) ? .a : .b)
    }

    // MARK: Chance

    /// A number from 0 up to and without `bound`.
    mutating func upTo(_ bound: Int) -> Int { random.number(below: bound) }

    /// True once in `count` times.
    mutating func oneIn(_ count: Int) -> Bool { upTo(count) == 0 }

    /// One of `choices`.
    mutating func pick<Choice>(_ choices: Choice...) -> Choice { choices[upTo(choices.count)] }

    // MARK: Saying

    /// The client says something.
    mutating func client(_ text: String) { say(Array(text.utf8), from: .a) }

    /// The server says something, now or when the client waits for it.
    mutating func server(_ text: String) {
        let first = outstanding.count
        outstanding += text.utf8
        outstandingParts.append((expected.exchanges.count, first..<outstanding.count))
        if !isPipelining { sync() }
    }

    /// The server says what it owes.
    mutating func sync() {
        guard !outstanding.isEmpty else { return }
        for (exchange, octets) in outstandingParts {
            add(MailboxCourse.Part(step: dialogue.steps.count, octets: octets), to: exchange)
        }
        dialogue.say(outstanding, from: .b)
        outstanding = []
        outstandingParts = []
    }

    /// One side says something that belongs to the exchange that is under way.
    mutating func say(_ octets: [UInt8], from side: Side) {
        let part = MailboxCourse.Part(step: dialogue.steps.count, octets: octets.indices)
        add(part, to: expected.exchanges.count)
        dialogue.say(octets, from: side)
    }

    private mutating func add(_ part: MailboxCourse.Part, to exchange: Int) {
        if exchange == course.exchanges.count {
            course.exchanges.append(MailboxCourse.Exchange(anchor: anchor(of: exchange)))
        }
        course.exchanges[exchange].parts.append(part)
    }

    /// Behind a hole the state is known again once a client that waits for replies has sent a command and has its reply;
    /// of commands that are sent in one go only in front of the first.
    ///
    /// What has no tag belongs to what came before as soon as the client has not waited for once.
    private mutating func anchor(of exchange: Int) -> Int {
        if !outstanding.isEmpty { hasPipelined = true }
        let isBound = hasTags ? !outstanding.isEmpty : hasPipelined
        return isBound ? course.exchanges.last?.anchor ?? 0 : max(0, exchange - 1)
    }

    /// The server asks for more, and the client answers.
    mutating func answerChallenges(_ answers: KeyValuePairs<String, String>) {
        for (challenge, answer) in answers {
            server("+ \(challenge)\r\n")
            client("\(answer)\r\n")
        }
    }

    /// Both sides speak TLS from here on.
    private mutating func speakTLS() {
        say(TLSRecordWriter.clientHello("mail.example"), from: .a)
        say(TLSRecordWriter.serverHello, from: .b)
        dialogue.say(TLSRecordWriter.clientFinished, from: .a)
        for _ in 0..<upTo(5) {
            dialogue.say(TLSRecordWriter.sealed(upTo(90) + 6), from: .a)
            dialogue.say(TLSRecordWriter.sealed(upTo(2_000) + 6), from: .b)
        }
        isOver = true
    }

    // MARK: Words

    /// Words that are in no other reply.
    mutating func words() -> String {
        serial += 1
        return pick("done", "as you like", "OK then", "what now") + " #\(serial)"
    }

    /// A name that nobody else has.
    mutating func name(_ kind: String) -> String {
        serial += 1
        return "\(kind)\(serial)"
    }

    /// A password that is in no other dialogue.
    mutating func secret() -> String {
        serial += 1
        let word = "S3cret-\(String(random.next(), radix: 36))-\(serial)"
        secrets.append(word)
        return word
    }

    /// The text in base64, which is as secret as what it says.
    mutating func hidden(_ text: String) -> String {
        secrets.append(text.base64)
        return text.base64
    }

    // MARK: The account

    /// A command had its reply.
    mutating func note(_ verb: String, _ argument: String, _ status: String, _ text: String) {
        let exchange = MailboxExpectation.Exchange(
            verb: verb,
            argument: argument,
            status: status,
            text: text
        )
        expected.exchanges.append(exchange)
        keep(.exchange(exchange))
    }

    /// Something is to be told that follows from the last exchanges.
    ///
    /// - Parameters:
    ///   - fact: What is to be told.
    ///   - count: How many exchanges it follows from.
    ///   - isMore: True if it follows from what is said behind them, too.
    mutating func keep(_ fact: MailboxFact, ofLast count: Int = 1, andMore isMore: Bool = false) {
        let end = expected.exchanges.count
        let span = end - count...(isMore ? end : end - 1)
        course.entries.append(MailboxCourse.Entry(fact: fact, span: span))
    }

    /// The server has named its capabilities in the last exchange.
    mutating func keepCapabilities(startTLS: String) {
        forget { if case .capabilities = $0 { true } else { false } }
        keep(.capabilities(expected.capabilities))
        guard expected.startTLS == "offered", expected.capabilities.contains(startTLS) else {
            return
        }
        forget { $0 == .startTLS("offered") }
        keep(.startTLS("offered"))
    }

    /// The client has asked for TLS in the last exchange.
    mutating func noteTLS(isAccepted: Bool) {
        let state = isAccepted ? "established" : "refused"
        expected.startTLS = state
        forget { $0 == .startTLS("offered") }
        keep(.startTLS(state), andMore: isAccepted)
        if isAccepted { speakTLS() }
    }

    /// What was true no longer is.
    mutating func forget(where isOver: (MailboxFact) -> Bool) {
        course.entries.removeAll { isOver($0.fact) }
    }

    /// An attempt to log in had its reply.
    ///
    /// - Parameters:
    ///   - mechanism: How.
    ///   - user: Who.
    ///   - status: The word of the reply.
    ///   - count: In how many exchanges.
    mutating func noteLogin(
        _ mechanism: String,
        _ user: String?,
        _ status: String,
        inLast count: Int = 1
    ) {
        let login = MailboxExpectation.Login(mechanism: mechanism, user: user, status: status)
        expected.logins.append(login)
        keep(.login(login), ofLast: count)
    }
}
