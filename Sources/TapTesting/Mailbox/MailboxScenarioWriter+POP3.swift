/// Dialogues of POP3 (RFC 1939, 2449, 2595, 5034).
extension MailboxScenarioWriter {
    /// Writes the whole dialogue.
    mutating func writePOP3() {
        dialogue.port = 110
        let banner = "POP3 \(words())\(oneIn(3) ? " <1896.697170952@pop.example.org>" : "")"
        expected.banner = banner
        server("+OK \(banner)\r\n")
        note("", "", "+OK", banner)
        if oneIn(2) { askForCapabilities() }
        if oneIn(6) { askForTLS() }
        var isIn = false
        for _ in 0..<3 where !isOver && !isIn { isIn = logIntoPOP3() }
        if isIn { readMail() }
        if !isOver, !oneIn(5) { takeLeave() }
    }

    /// The client sends a command, and the server answers.
    ///
    /// - Parameters:
    ///   - verb: The command's verb.
    ///   - argument: What stands behind it.
    ///   - shown: What may be told of that, if that is something else.
    ///   - isAccepted: Whether the server does what it is asked for.
    ///   - listing: Lines that belong to the reply.
    private mutating func ask(
        _ verb: String,
        _ argument: String = "",
        showing shown: String? = nil,
        isAccepted: Bool = true,
        listing: [String]? = nil
    ) {
        let said = oneIn(5) ? verb.lowercased() : verb
        client(argument.isEmpty ? "\(said)\r\n" : "\(said) \(argument)\r\n")
        answer(verb, shown ?? argument, isAccepted: isAccepted, listing: listing)
    }

    private mutating func answer(
        _ verb: String,
        _ shown: String,
        isAccepted: Bool,
        listing: [String]? = nil
    ) {
        let status = isAccepted ? "+OK" : "-ERR"
        let text = oneIn(10) ? "" : words()
        server(text.isEmpty ? "\(status)\r\n" : "\(status) \(text)\r\n")
        if isAccepted, let listing {
            let lines = listing.map { ($0.hasPrefix(".") ? "." : "") + $0 + "\r\n" }
            server(lines.joined() + ".\r\n")
        }
        note(verb, shown, status, text)
    }

    private mutating func askForCapabilities() {
        var names = ["USER", "UIDL", "SASL PLAIN"]
        if oneIn(2) { names.append("STLS") }
        ask("CAPA", listing: names)
        expected.capabilities = names
        capabilities.formUnion(names)
        if names.contains("STLS"), expected.startTLS == nil { expected.startTLS = "offered" }
        keepCapabilities(startTLS: "STLS")
    }

    private mutating func askForTLS() {
        let isAccepted = oneIn(2)
        ask("STLS", isAccepted: isAccepted)
        noteTLS(isAccepted: isAccepted)
    }

    /// One attempt to log in; returns whether it succeeded.
    private mutating func logIntoPOP3() -> Bool {
        let user = name("user")
        let isTaken = !oneIn(3)
        let status = isTaken ? "+OK" : "-ERR"
        switch upTo(8) {
        case 0:
            ask("APOP", "\(user) \(secret())", showing: user, isAccepted: isTaken)
            noteLogin("APOP", user, status)
        case 1:
            let response = hidden("\0\(user)\0\(secret())")
            ask("AUTH", "PLAIN \(response)", showing: "PLAIN", isAccepted: isTaken)
            noteLogin("PLAIN", user, status)
        case 2: logIn("PLAIN", user, status, ["": hidden("\0\(user)\0\(secret())")])
        case 3:
            let password = hidden(secret())
            logIn(
                "LOGIN",
                user,
                status,
                ["VXNlcm5hbWU6": user.base64, "UGFzc3dvcmQ6": password]
            )
        case 4:
            logIn("CRAM-MD5", user, status, ["PDEyM0Bwb3A+": hidden("\(user) \(secret())")])
        case 5:
            logIn("PLAIN", nil, "-ERR", ["": "*"])
            return false
        case 6:
            ask("USER", user, isAccepted: false)
            noteLogin("USER", user, "-ERR")
            return false
        default:
            isPipelining = oneIn(4)
            ask("USER", user)
            ask("PASS", secret(), showing: "*", isAccepted: isTaken)
            isPipelining = false
            sync()
            noteLogin("USER", user, status, inLast: 2)
        }
        return isTaken
    }

    /// AUTH with challenges, in the order in which the server asks.
    private mutating func logIn(
        _ mechanism: String,
        _ user: String?,
        _ status: String,
        _ answers: KeyValuePairs<String, String>
    ) {
        client("AUTH \(mechanism)\r\n")
        answerChallenges(answers)
        answer("AUTH", mechanism, isAccepted: status == "+OK")
        noteLogin(mechanism, user, status)
    }

    private mutating func readMail() {
        isPipelining = oneIn(3)
        for _ in 0..<upTo(9) {
            transact()
            if isPipelining, oneIn(3) { sync() }
        }
        sync()
        isPipelining = false
    }

    private mutating func transact() {
        let number = "\(upTo(30) + 1)"
        let isAccepted = !oneIn(5)
        switch upTo(12) {
        case 0: ask("STAT")
        case 1: ask("LIST", listing: ["1 120", "2 200"])
        case 2: ask("LIST", number, isAccepted: isAccepted)
        case 3: ask("UIDL", listing: ["1 \(name("id"))", "2 \(name("id"))"])
        case 4: ask("NOOP")
        case 5:
            ask("RSET")
            expected.deleted = 0
            forget { $0 == .messageDeleted }
        case 6:
            client("XTND XMIT\r\n")
            answer("?", "*", isAccepted: false)
        case 7, 8:
            ask("DELE", number, isAccepted: isAccepted)
            if isAccepted {
                expected.deleted += 1
                markedCount += 1
                keep(.messageDeleted)
            }
        case 9: retrieve("TOP", "\(number) 0", isAccepted: isAccepted)
        default:
            retrieve("RETR", number, isAccepted: isAccepted)
            guard isAccepted else { return }
            expected.retrieved += 1
            keep(.messageRead)
        }
    }

    private mutating func retrieve(_ verb: String, _ argument: String, isAccepted: Bool) {
        let lines = messageLines()
        ask(verb, argument, isAccepted: isAccepted, listing: lines)
        guard isAccepted else { return }
        expected.retrievedOctets += lines.reduce(0) { $0 + UInt64($1.utf8.count) + 2 }
    }

    private mutating func takeLeave() {
        let isAccepted = !oneIn(8)
        ask("QUIT", isAccepted: isAccepted)
        expected.isCompleted = isAccepted
        if isAccepted { keep(.farewell) }
    }
}
