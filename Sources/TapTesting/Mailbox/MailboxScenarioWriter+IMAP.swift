import TapFlow

/// Dialogues of IMAP (RFC 9051, 2177, 4959, 7888).
extension MailboxScenarioWriter {
    /// How a string is sent.
    private enum StringForm: CaseIterable {
        case plain, quoted, literal, literalAtOnce
    }

    /// Writes the whole dialogue.
    mutating func writeIMAP() {
        dialogue.port = 143
        hasTags = true
        tagPrefix = pick("a", "A00", "tag-")
        var isIn = greet()
        if oneIn(3) { askForCapabilities() }
        if !isIn, oneIn(6) { askForTLS() }
        for _ in 0..<3 where !isOver && !isIn { isIn = logIntoIMAP() }
        if isIn, !isOver { useMailboxes() }
        if !isOver, !oneIn(5) { takeLeave() }
    }

    private mutating func greet() -> Bool {
        let isKnown = oneIn(8)
        let hasOffer = oneIn(2)
        let code = hasOffer ? "[CAPABILITY \(nameCapabilities())] " : ""
        let status = isKnown ? "PREAUTH" : "OK"
        let banner = code + words()
        expected.banner = banner
        server("* \(status) \(banner)\r\n")
        note("", "", status, banner)
        if hasOffer { keepCapabilities(startTLS: "STARTTLS") }
        if isKnown { noteLogin("PREAUTH", nil, "OK") }
        return isKnown
    }

    private mutating func nameCapabilities() -> String {
        var names = ["IMAP4rev1", "AUTH=PLAIN", "IDLE"]
        if oneIn(2) {
            names.append("STARTTLS")
            if expected.startTLS == nil { expected.startTLS = "offered" }
        }
        expected.capabilities = names
        capabilities.formUnion(names)
        return names.joined(separator: " ")
    }

    // MARK: Commands

    private mutating func newTag() -> String {
        tagCount += 1
        return "\(tagPrefix)\(tagCount)"
    }

    /// The tagged reply.
    private mutating func answer(
        _ tag: String,
        _ verb: String,
        _ shown: String,
        _ status: String = "OK",
        code: String = ""
    ) {
        let text = code + words()
        server("\(tag) \(status) \(text)\r\n")
        note(verb, shown, status, text)
    }

    /// A command of one line.
    private mutating func ask(
        _ verb: String,
        _ argument: String = "",
        _ status: String = "OK",
        untagged: [String] = []
    ) {
        let tag = newTag()
        let said = oneIn(5) ? verb.lowercased() : verb
        let prefix = ["FETCH", "STORE"].contains(verb) && oneIn(2) ? "UID " : ""
        client("\(tag) \(prefix)\(said)\(argument.isEmpty ? "" : " ")\(argument)\r\n")
        for line in untagged { server("* \(line)\r\n") }
        answer(tag, verb, argument, status)
    }

    /// Says a string in the middle of a command; returns how it is shown.
    private mutating func say(_ text: String, as form: StringForm) -> String {
        switch form {
        case .plain:
            client(" \(text)")
            return text
        case .quoted:
            client(" \"\(text)\"")
            return "\"\(text)\""
        case .literal:
            client(" {\(text.utf8.count)}\r\n")
            sync()
            say(Array(pick("+ go on\r\n", "+ \r\n").utf8), from: .b)
            client(text)
            return "~"
        case .literalAtOnce:
            client(" {\(text.utf8.count)+}\r\n\(text)")
            return "~"
        }
    }

    private mutating func form() -> StringForm { random.element(of: StringForm.allCases) }

    private mutating func askForCapabilities() {
        let names = nameCapabilities()
        ask("CAPABILITY", untagged: ["CAPABILITY \(names)"])
        keepCapabilities(startTLS: "STARTTLS")
    }

    private mutating func askForTLS() {
        let isAccepted = oneIn(2)
        ask("STARTTLS", "", isAccepted ? "OK" : "BAD")
        noteTLS(isAccepted: isAccepted)
    }

    // MARK: Logging in

    /// One attempt to log in; returns whether it succeeded.
    private mutating func logIntoIMAP() -> Bool {
        let user = name("user")
        let status = oneIn(3) ? pick("NO", "BAD") : "OK"
        switch upTo(6) {
        case 0: authenticate("PLAIN", user, status, ["": hidden("\0\(user)\0\(secret())")])
        case 1:
            let password = hidden(secret())
            authenticate(
                "LOGIN",
                user,
                status,
                ["VXNlcm5hbWU6": user.base64, "UGFzc3dvcmQ6": password]
            )
        case 2:
            let tag = newTag()
            client("\(tag) AUTHENTICATE PLAIN \(hidden("\0\(user)\0\(secret())"))\r\n")
            answer(tag, "AUTHENTICATE", "PLAIN", status)
            noteLogin("PLAIN", user, status)
        case 3:
            authenticate("PLAIN", nil, "BAD", ["": "*"])
            return false
        default:
            let tag = newTag()
            client("\(tag) LOGIN")
            _ = say(user, as: form())
            _ = say(secret(), as: form())
            client("\r\n")
            answer(tag, "LOGIN", user, status)
            noteLogin("LOGIN", user, status)
        }
        return status == "OK"
    }

    /// AUTHENTICATE with challenges, in the order in which the server asks.
    private mutating func authenticate(
        _ mechanism: String,
        _ user: String?,
        _ status: String,
        _ answers: KeyValuePairs<String, String>
    ) {
        let tag = newTag()
        client("\(tag) AUTHENTICATE \(mechanism)\r\n")
        answerChallenges(answers)
        answer(tag, "AUTHENTICATE", mechanism, status)
        noteLogin(mechanism, user, status)
    }

    // MARK: Mailboxes

    private mutating func useMailboxes() {
        isPipelining = oneIn(3)
        for _ in 0..<upTo(10) where !isOver {
            useMailbox()
            if isPipelining, oneIn(3) { sync() }
        }
        sync()
        isPipelining = false
    }

    private mutating func useMailbox() {
        switch upTo(13) {
        case 0, 1: open()
        case 2, 3, 4: fetch()
        case 5: ask("STORE", "1 +FLAGS (\\Deleted)", untagged: ["1 FETCH (FLAGS (\\Deleted))"])
        case 6: expunge()
        case 7, 8: append()
        case 9: idle()
        case 10:
            // What others deleted; only where no command may have asked for it.
            ask("NOOP", untagged: isPipelining ? ["4 EXISTS"] : ["2 EXPUNGE"])
        case 11:
            let tag = newTag()
            client("\(tag) XFOO bar\r\n")
            answer(tag, "?", "*", "BAD")
        default:
            if oneIn(6) {
                compress()
            } else {
                ask("SEARCH", "UNSEEN", pick("OK", "NO"), untagged: ["SEARCH 2 5"])
            }
        }
    }

    private mutating func open() {
        let verb = pick("SELECT", "EXAMINE")
        let mailbox = name("box")
        let status = oneIn(4) ? "NO" : "OK"
        let tag = newTag()
        client("\(tag) \(verb)")
        let shown = say(mailbox, as: form())
        client("\r\n")
        if status == "OK" {
            server("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n")
            expected.mailboxes.append(mailbox)
        }
        answer(tag, verb, shown, status)
        if status == "OK" { keep(.mailboxOpened(mailbox)) }
    }

    private mutating func fetch() {
        let tag = newTag()
        let count = upTo(3)
        client("\(tag) FETCH 1:\(count + 1) (FLAGS BODY.PEEK[])\r\n")
        for number in 0..<count {
            let message = messageLines().joined(separator: "\r\n")
            if oneIn(3) {
                let header = "Subject: x\r\n\r\n"
                server("* \(number + 1) FETCH (BODY[HEADER] {\(header.utf8.count)}\r\n\(header)")
                expected.retrievedOctets += UInt64(header.utf8.count)
            } else {
                server("* \(number + 1) FETCH (FLAGS (\\Seen)")
            }
            server(" BODY[] {\(message.utf8.count)}\r\n\(message))\r\n")
            expected.retrievedOctets += UInt64(message.utf8.count)
            expected.retrieved += 1
        }
        answer(tag, "FETCH", "1:\(count + 1) (FLAGS BODY.PEEK[])", oneIn(6) ? "NO" : "OK")
        for _ in 0..<count { keep(.messageRead) }
    }

    private mutating func expunge() {
        let count = upTo(4)
        ask("EXPUNGE", untagged: (0..<count).map { _ in "1 EXPUNGE" })
        expected.deleted += count
        markedCount += count
        for _ in 0..<count { keep(.messageDeleted) }
    }

    private mutating func append() {
        let tag = newTag()
        let message = messageLines().joined(separator: "\r\n")
        client("\(tag) APPEND Sent (\\Seen)")
        if oneIn(6) {
            // Refused before it is sent.
            client(" {\(message.utf8.count)}\r\n")
            answer(tag, "APPEND", "Sent (\\Seen)", "NO", code: "[TRYCREATE] ")
            return sync()
        }
        let shown = say(message, as: pick(.literal, .literalAtOnce))
        client("\r\n")
        let status = oneIn(5) ? "NO" : "OK"
        answer(tag, "APPEND", "Sent (\\Seen) \(shown)", status)
        guard status == "OK" else { return }
        expected.appended += 1
        keep(.messagePutIn)
        expected.appendedOctets += UInt64(message.utf8.count)
    }

    private mutating func idle() {
        let tag = newTag()
        client("\(tag) IDLE\r\n")
        server("+ idling\r\n* 4 EXISTS\r\n")
        sync()
        client("DONE\r\n")
        answer(tag, "IDLE", "")
    }

    private mutating func compress() {
        ask("COMPRESS", "DEFLATE")
        sync()
        for _ in 0..<upTo(4) + 1 {
            dialogue.say(random.octets(upTo(200) + 1), from: .a)
            dialogue.say(random.octets(upTo(900) + 1), from: .b)
        }
        isOver = true
    }

    private mutating func takeLeave() {
        ask("LOGOUT", untagged: ["BYE see you"])
        expected.isCompleted = true
        keep(.farewell)
    }
}
