/// MAIL, RCPT and what may stand between.
extension SMTPScenarioWriter {
    /// The account of a MAIL that was answered.
    mutating func noteMail(_ path: String, _ parameters: [String], _ code: Int) {
        expected.senders[path, default: []].insert(code)
        if code >= 400, open != nil, !isSenderRefused {
            return odd("nested_mail", .nestedMailRefused)
        }
        if open != nil, !isSenderRefused { features.insert(.nestedMailAccepted) }
        giveUp(.reset)
        beginTransaction()
        open?.mailFrom = path
        open?.mailCode = code
        open?.parameters = parameters
        open?.size = parameters.first { $0.hasPrefix("SIZE=") }.flatMap { UInt64($0.dropFirst(5)) }
        isSenderRefused = code >= 400
        if code >= 400 { features.insert(.senderRefused) }
    }

    /// MAIL.
    mutating func mail(code: Int = 250) {
        serial += 1
        let (wire, path) = sender()
        let (words, parameters) = mailParameters()
        ask("MAIL FROM:" + wire + words, code, code < 400 ? "sender ok" : "sender refused")
        noteMail(path, parameters, code)
    }

    private mutating func sender() -> (wire: String, path: String) {
        guard !oneIn(5) else {
            features.insert(.nullSender)
            return ("<>", "<>")
        }
        return path("s\(serial)", "y.example")
    }

    /// A path in one of the forms that are seen in the wild: on the wire, and with its brackets.
    private mutating func path(_ name: String, _ domain: String) -> (wire: String, path: String) {
        let address = "\(name)@\(domain)"
        switch upTo(16) {
        case 0:
            features.insert(.noAtSign)
            return ("<\(name)>", "<\(name)>")
        case 1:
            features.insert(.noBrackets)
            return (address, "<\(address)>")
        case 2:
            features.insert(.blanksBehindColon)
            return ("  <\(address)>", "<\(address)>")
        case 3:
            features.insert(.sourceRoute)
            return ("<@a.test,@b.test:\(address)>", "<@a.test,@b.test:\(address)>")
        case 4:
            features.insert(.quotedLocalPart)
            return ("<\"o> \(name)\"@\(domain)>", "<\"o> \(name)\"@\(domain)>")
        case 5:
            features.insert(.utf8)
            return ("<gr\u{FC}n\(name)@\(domain)>", "<gr\u{FC}n\(name)@\(domain)>")
        case 6: return ("<\(name)%far.test@\(domain)>", "<\(name)%far.test@\(domain)>")
        default: return ("<\(address)>", "<\(address)>")
        }
    }

    private mutating func mailParameters() -> (words: String, parameters: [String]) {
        var words = ""
        var parameters: [String] = []
        func add(_ word: String, _ parameter: String? = nil) {
            words += " " + word
            parameters.append(parameter ?? word)
        }
        if oneIn(3) {
            features.insert(.size)
            add("SIZE=\(1_000 + serial)")
        }
        if oneIn(6) {
            features.insert(.body)
            add(pick("BODY=8BITMIME", "BODY=7BIT", "BODY=BINARYMIME"))
        }
        if oneIn(8) {
            features.insert(.utf8)
            add("SMTPUTF8")
        }
        if oneIn(8) {
            features.insert(.deliveryParameters)
            add("RET=HDRS")
            add("ENVID=QQ+2B\(serial)", "ENVID=QQ+\(serial)")
        }
        if oneIn(10) {
            features.insert(.authParameter)
            add("AUTH=e+3Dmc2@example.com", "AUTH=e=mc2@example.com")
        }
        return (words, parameters)
    }

    /// RCPT with any reply; to a transaction that a server is in or should be in.
    mutating func recipient(code: Int) {
        serial += 1
        var (wire, path) = path("r\(serial)", pick("x.net", "far.example", "local.test"))
        if oneIn(20) {
            features.insert(.emptyRecipient)
            (wire, path) = ("<>", "<>")
        }
        let words = code < 400 ? "recipient ok" : "no such user"
        let notify = oneIn(8) ? " NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb@x.net" : ""
        if !notify.isEmpty { features.insert(.deliveryParameters) }
        let text = oddReply(to: "RCPT TO:" + wire + notify, code, words)
        noteRecipient(ExpectedRecipient(address: path, code: code, text: text))
    }

    /// The account of a RCPT that was answered.
    mutating func noteRecipient(_ recipient: ExpectedRecipient) {
        expected.recipients.insert(recipient)
        guard let code = recipient.code else { return }
        if code >= 400 { features.insert(.recipientRefused) }
        if code == 421 { features.insert(.refusedBy421) }
        if open == nil {
            guard code < 400 else { return }
            features.insert(.recipientWithoutMailAccepted)
            beginTransaction()
        }
        if code < 400 { chunkRefusal = nil }
        open?.recipients.append(recipient)
    }

    /// A command whose reply is now and then malformed; returns the reply's text.
    private mutating func oddReply(to line: String, _ code: Int, _ words: String) -> String {
        // Behind a greeting without line end a line without a code would run into it.
        guard pace == .waiting, code != 421, isServerBehindLine, oneIn(6) else {
            return ask(line, code, words)
        }
        client(line)
        serial += 1
        defer { exchange += 1 }
        switch upTo(3) {
        case 0:
            features.insert(.bareCode)
            server(Array("\(code)\r\n".utf8))
            return ""
        case 1:
            odd("malformed_reply", .lineWithoutCode)
            server(Array("4.7.0 [IPTS04] deferred\r\n\(code) \(words) #\(serial)\r\n".utf8))
        default:
            odd("unsolicited_reply", .spareReply)
            server(Array("\(code) \(words) #\(serial)\r\n250 spare\r\n".utf8))
        }
        return "\(words) #\(serial)"
    }

    /// The codes with which recipients are accepted and refused.
    mutating func recipientCode() -> Int {
        switch upTo(12) {
        case 0...6: return 250
        case 7: return 251
        case 8: return 550
        case 9: return 451
        case 10: return pick(554, 452, 553, 501)
        default:
            if oneIn(6) { return 421 }
            features.insert(.oddCode)
            return 472
        }
    }

    /// Commands that change nothing.
    mutating func smallTalk() {
        switch upTo(5) {
        case 0:
            features.insert(.otherCommand)
            ask("NOOP", 250)
        case 1:
            features.insert(.otherCommand)
            ask(pick("VRFY root", "EXPN staff", "HELP", "ETRN x.net"), pick(252, 502, 214))
        case 2:
            features.insert(.unknownCommand)
            ask(pick("XYZZY", "HOLA que tal", "GET / HTTP/1.1"), 500, "what?")
        case 3:
            features.insert(.unknownCommand)
            ask("", 500, "nothing said")
        default: oddLine()
        }
    }

    private mutating func oddLine() {
        switch upTo(3) {
        case 0:
            odd("bare_cr", .bareCR)
            ask("NOOP a\rRCPT TO:<cr@invented.test>", 250)
        case 1:
            odd("nul_octet", .nul)
            ask("NOOP a\0b", 250)
        default:
            odd("line_too_long", .overlongLine)
            ask("NOOP " + String(repeating: "x", count: 4_500), pick(250, 500))
        }
    }

    /// Commands that have no place before MAIL.
    mutating func outOfOrder() {
        switch upTo(3) {
        case 0:
            features.insert(.recipientBeforeMail)
            recipient(code: pick(503, 503, 250))
        case 1:
            features.insert(.dataBeforeMail)
            refuseData(503, "need MAIL", waits: true)
        default:
            features.insert(.recipientBeforeMail)
            recipient(code: pick(503, 550))
            refuseData(503, "need RCPT", waits: true)
        }
    }
}
