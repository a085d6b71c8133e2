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
    var markedCount = 0
    var capabilities: Set<String> = []
    var secrets: [String] = []
    /// True while the client does not wait for replies.
    var isPipelining = false
    /// True once nothing more is said, or not in clear.
    var isOver = false
    /// Replies that are decided and not yet said.
    private var outstanding: [UInt8] = []
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
    mutating func client(_ text: String) { dialogue.a(text) }

    /// The server says something, now or when the client waits for it.
    mutating func server(_ text: String) {
        outstanding += text.utf8
        if !isPipelining { sync() }
    }

    /// The server says what it owes.
    mutating func sync() {
        guard !outstanding.isEmpty else { return }
        dialogue.say(outstanding, from: .b)
        outstanding = []
    }

    /// The server asks for more, and the client answers.
    mutating func answerChallenges(_ answers: KeyValuePairs<String, String>) {
        for (challenge, answer) in answers {
            server("+ \(challenge)\r\n")
            client("\(answer)\r\n")
        }
    }

    /// Both sides speak TLS from here on.
    mutating func speakTLS() {
        dialogue.say(TLSRecordWriter.clientHello("mail.example"), from: .a)
        dialogue.say(TLSRecordWriter.serverHello, from: .b)
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
        expected.exchanges.append(
            MailboxExpectation.Exchange(
                verb: verb,
                argument: argument,
                status: status,
                text: text
            )
        )
    }

    /// An attempt to log in had its reply.
    mutating func noteLogin(_ mechanism: String, _ user: String?, _ status: String) {
        expected.logins.append(
            MailboxExpectation.Login(mechanism: mechanism, user: user, status: status)
        )
    }
}
