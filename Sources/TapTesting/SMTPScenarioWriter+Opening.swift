import TapFlow

/// The start and the end of a dialogue.
extension SMTPScenarioWriter {
    /// A proxy's header, the greeting and the client's name.
    mutating func begin() {
        if oneIn(10) { proxyHeader() }
        if oneIn(25) { return refusingBanner() }
        if oneIn(12) { return earlyTalker() }
        let name = isLMTP ? "lmtp.example" : "mail.example"
        expected.session.bannerCode = 220
        expected.session.banner = "\(name) ESMTP \(seed)"
        if oneIn(20), pace == .waiting {
            server(Array("220 \(name) ESMTP \(seed)".utf8))
            odd("unterminated_reply", .bannerWithoutLineEnd)
        } else if oneIn(8) {
            server(Array("220-\(name) ESMTP \(seed)\r\n220 no spam\r\n".utf8))
            expected.session.banner?.append(" no spam")
        } else {
            server(Array("220 \(name) ESMTP \(seed)\r\n".utf8))
        }
        exchange += 1
        if oneIn(25), !isLMTP {
            features.insert(.helloWithoutHello)
        } else {
            hello()
        }
    }

    private mutating func proxyHeader() {
        expected.session.anomalies.insert("proxied")
        let version2: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]
        switch upTo(4) {
        case 0:
            features.insert(.proxy1)
            expected.session.proxiedClient = "198.51.100.7"
            client(Array("PROXY TCP4 198.51.100.7 192.0.2.25 40000 25\r\n".utf8))
        case 1:
            features.insert(.proxy1Unknown)
            client(Array("PROXY UNKNOWN\r\n".utf8))
        case 2:
            features.insert(.proxy2)
            expected.session.proxiedClient = "198.51.100.8"
            client(
                version2 + [0x21, 0x11, 0, 12, 198, 51, 100, 8, 192, 0, 2, 25, 0x9C, 0x40, 0, 25]
            )
        default:
            features.insert(.proxy2Local)
            client(version2 + [0x20, 0, 0, 0])
        }
    }

    private mutating func refusingBanner() {
        features.insert(.refusingBanner)
        let code = pick(554, 421)
        server(Array("\(code) go away \(seed)\r\n".utf8))
        expected.session.bannerCode = code
        expected.session.banner = "go away \(seed)"
        isOver = true
        if code == 554, oneIn(2) { ask("QUIT", 221, "bye", waits: true) }
    }

    private mutating func earlyTalker() {
        odd("early_talker", .earlyTalker)
        owe(Array("220 mail.example slow \(seed)\r\n".utf8))
        expected.session.bannerCode = 220
        expected.session.banner = "mail.example slow \(seed)"
        // Even a client that does not wait cannot know what the server offers.
        hello()
        sync()
    }

    /// HELO, EHLO or LHLO that the server accepts; it ends the transaction.
    mutating func hello() {
        giveUp(.reset)
        serial += 1
        let name = pick("client.example", "[203.0.113.9]", "c\(serial).example", "localhost")
        let verb = isLMTP ? "LHLO" : pick("EHLO", "EHLO", "EHLO", "HELO")
        givenName = name
        expected.session.helo = name
        if isLMTP {
            expected.session.dialect = "lmtp"
            dialectExchange = dialectExchange ?? exchange
            features.insert(.lmtp)
        }
        let keywords = verb == "HELO" ? [] : capabilities()
        expected.session.capabilities = keywords
        if keywords.contains("STARTTLS"), expected.session.startTLS == nil {
            expected.session.startTLS = "offered"
        }
        client(isLowerCase ? verb.lowercased() + " " + name : verb + " " + name)
        let isDangling = pace == .waiting && !keywords.isEmpty && oneIn(12)
        var reply = ""
        for (place, line) in (["mail.example"] + keywords).enumerated() {
            let isLast = place == keywords.count && !isDangling
            reply += (isLast ? "250 " : "250-") + line + "\r\n"
        }
        owe(Array(reply.utf8))
        sync()
        if isDangling {
            odd("dangling_reply", .danglingReply)
            let path = "<nobody\(serial)@nowhere.test>"
            ask("MAIL FROM:\(path)", 550, "no such sender", waits: true)
            noteMail(path, [], 550)
        }
    }

    private mutating func capabilities() -> [String] {
        var list: [String] = []
        for keyword in [
            "PIPELINING", "SIZE 10240000", "STARTTLS", "AUTH PLAIN LOGIN", "CHUNKING", "8BITMIME",
            "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES", "XCLIENT ADDR",
        ] where oneIn(2) || keyword == "CHUNKING" {
            // A server that does not offer it takes no chunk that it refuses, and these all do.
            list.append(keyword)
        }
        return list
    }

    /// What may come between the greeting and the first message.
    mutating func beforeMail() {
        if oneIn(8), !isLMTP { frontEnd() }
        if oneIn(4) { startTLS() }
        if oneIn(2), !isOver, !isEncrypted { logIn() }
        if oneIn(6), !isOver, !isEncrypted { outOfOrder() }
    }

    /// XCLIENT: a trusted front end names the client.
    private mutating func frontEnd() {
        guard oneIn(2) else {
            features.insert(.xclientRefused)
            ask("XCLIENT ADDR=198.51.100.66", 550, "no trust in you")
            return
        }
        features.insert(.xclient)
        ask("XCLIENT NAME=front.example ADDR=198.51.100.9", pick(220, 250), "fine", waits: true)
        giveUp(.reset)
        expected.session.proxiedClient = "198.51.100.9"
        expected.session.anomalies.insert("proxied")
        hello()
    }

    /// How the dialogue ends.
    mutating func end() {
        guard !isEncrypted else { return brokenOff() }
        guard !isOver else {
            sync()
            giveUp(.aborted)
            dialogue.ending = .close(.b)
            return
        }
        switch upTo(10) {
        case 0: sayNothingMore()
        // Behind a greeting without line end its words would run into it.
        case 1 where hasClientSpoken: timeOut()
        default:
            giveUp(.aborted)
            if oneIn(6), pace == .waiting {
                features.insert(.oddGoodbye)
                ask("QUIT", 225, "odd", waits: true)
            } else {
                ask("QUIT", 221, "bye", waits: true)
            }
        }
    }

    private var hasClientSpoken: Bool {
        dialogue.steps.contains { if case .say(_, .a) = $0 { true } else { false } }
    }

    private mutating func sayNothingMore() {
        sync()
        switch upTo(3) {
        case 0:
            features.insert(.inputEnds)
            dialogue.ending = .none
            giveUp(.unfinished)
        case 1:
            features.insert(.resetByPeer)
            dialogue.ending = .reset(pick(.a, .b))
            giveUp(.aborted)
        default:
            features.insert(.brokenOff)
            giveUp(.aborted)
        }
    }

    private mutating func brokenOff() {
        if oneIn(3) { dialogue.ending = .reset(.b) }
    }

    /// The server loses patience while the client says nothing.
    private mutating func timeOut() {
        sync()
        odd("unsolicited_reply", .closedBy421)
        server(Array("421 4.4.2 timeout \(seed)\r\n".utf8))
        dialogue.ending = .close(.b)
        giveUp(.aborted)
    }
}
