import TapFlow

/// STARTTLS, smuggling and servers that are too kind.
extension SMTPScenarioWriter {
    /// What may come between two transactions.
    mutating func between() {
        switch upTo(6) {
        case 0: hello()
        case 1: logIn()
        case 2: startTLS()
        case 3 where open == nil: outOfOrder()
        default: smallTalk()
        }
    }

    // MARK: STARTTLS

    /// STARTTLS in one of the ways it goes.
    mutating func startTLS() {
        sync()
        switch upTo(8) {
        case 0, 1:
            features.insert(.startTLSRefused)
            ask("STARTTLS", pick(454, 501), "no TLS today", waits: true)
            expected.session.startTLS = "refused"
        case 2:
            features.insert(.commandsBehindRefusedStartTLS)
            client("STARTTLS")
            let code = pick(454, 501)
            _ = owe(code, "no TLS today")
            expected.session.startTLS = "refused"
            client("RSET")
            _ = owe(250, "ok")
            giveUp(.reset)
            client("NOOP")
            _ = owe(250, "ok")
            sync()
        case 3:
            odd("plaintext_after_starttls", .plaintextAfterStartTLS)
            ask("STARTTLS", 220, "go ahead", waits: true)
            giveUp(.reset)
            hello()
        case 4:
            odd("plaintext_behind_starttls", .plaintextBehindStartTLS)
            client("STARTTLS")
            client("RSET")
            client("MAIL FROM:<ghost@invented.test>")
            _ = owe(220, "go ahead")
            sync()
            encrypt()
        default:
            features.insert(.startTLS)
            ask("STARTTLS", 220, "go ahead", waits: true)
            encrypt()
        }
    }

    /// The rest is TLS, of which nothing can be read.
    private mutating func encrypt() {
        giveUp(.reset)
        expected.session.startTLS = "established"
        isEncrypted = true
        let random = self.random.octets(32)
        let clientBody = [3, 3] + random + [0, 0, 2, 0x13, 0x01, 1, 0, 0, 0]
        client(record(22, handshake(1, clientBody)))
        let serverBody = [3, 3] + random + [0, 0x13, 0x01, 0, 0, 6, 0, 43, 0, 2, 3, 4]
        server(record(22, handshake(2, serverBody)))
        client(record(23, self.random.octets(20 + upTo(90))))
        server(record(23, self.random.octets(20 + upTo(90))))
    }

    private func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 0, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    private func record(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 3, 3, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    // MARK: Too kind

    /// A server that lets a message come with no MAIL and no RCPT.
    mutating func messageWithoutEnvelope() {
        sync()
        if open != nil {
            ask("RSET", 250)
            giveUp(.reset)
        }
        beginTransaction()
        open?.recipients = []
        if oneIn(2) {
            odd("data_without_envelope", .dataWithoutEnvelope)
            ask("DATA", 354, "go ahead", waits: true)
            open?.encoding = "DATA"
            let end = lineEnd == "\n" ? "nonstandard_end_of_data" : nil
            if let end { expected.session.anomalies.insert(end) }
            client("x")
            client(".")
            open?.dataOctets = UInt64(1 + lineEnd.utf8.count)
        } else {
            odd("data_without_envelope", .chunkWithoutEnvelope)
            client("BDAT 3 LAST")
            client(Array("x\r\n".utf8))
            open?.encoding = "BDAT"
            open?.dataOctets = 3
        }
        let text = owe(250, "queued")
        sync()
        finish(code: 250, text: text)
    }

    // MARK: Smuggling

    /// The ends of data that some server has taken for the true one (CVE-2023-51764 and its kin).
    private static let ends = [
        "\n.\n", "\r.\r", "\r.\n", "\n.\r", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r\n.\r",
        "\r\n\0.\r\n", "\r\n.\0\r\n",
    ]

    /// A message with an odd end of data in it and commands behind that.
    mutating func smuggling() {
        sync()
        if open != nil {
            ask("RSET", 250, waits: true)
            giveUp(.reset)
        }
        mail()
        recipient(code: 250)
        sync()
        guard open != nil, !isSenderRefused else { return }
        ask("DATA", 354, "go ahead", waits: true)
        open?.encoding = "DATA"
        let end = Self.ends[upTo(Self.ends.count)]
        if oneIn(5), !end.hasSuffix("\r") { return oddEnd(end) }
        serial += 1
        let inner = "MAIL FROM:<in\(serial)@victim.test>\r\nRCPT TO:<to\(serial)@victim.test>\r\n"
        let text = Array(("Subject: s\r\n\r\none" + end + inner + "DATA\r\nfake\r\n").utf8)
        client(text + Array(".\r\n".utf8))
        open?.dataOctets = Self.messageOctets(text)
        let number = serial
        let isIgnored = oneIn(2)
        // Some do not wait for the reply to the message. Where it is ignored, the third reply that accepts something is
        // the first one that cannot be for what stands in it.
        let others = number.isMultiple(of: 3) ? isIgnored ? 3 : number / 3 % 3 + 1 : 0
        if others > 0 { features.insert(.commandsBehindSmuggling) }
        for _ in 0..<others { client("NOOP") }
        if isIgnored {
            features.insert(.smugglingIgnored)
            replyToMessage()
        } else {
            smuggled(number: number, isCertain: others == 0)
        }
        for _ in 0..<others { _ = owe(250, "nothing done") }
        sync()
    }

    /// The server reads the rest of the message as commands.
    private mutating func smuggled(number: Int, isCertain: Bool) {
        odd("nonstandard_end_of_data", .smugglingTaken)
        odd("smuggling_accepted", .smugglingTaken)
        // When the first reply comes, nobody can tell yet which end it is for.
        open?.hasCertainOctets = false
        finish(code: 250, text: owe(250, "queued outer"))
        let mailText = owe(250, "sender ok")
        noteMail("<in\(number)@victim.test>", [], 250)
        _ = mailText
        let code = pick(250, 250, 550)
        noteRecipient(
            ExpectedRecipient(
                address: "<to\(number)@victim.test>",
                code: code,
                text: owe(code, "recipient")
            )
        )
        guard code == 250 else {
            _ = owe(554, "no valid recipients")
            open?.dataCode = 554
            isDataRefused = true
            _ = owe(500, "fake?")
            _ = owe(500, "dot?")
            return
        }
        _ = owe(354, "go ahead")
        open?.encoding = "DATA"
        open?.dataOctets = 6
        open?.hasCertainOctets = isCertain
        finish(code: 250, text: owe(250, "queued inner"))
    }

    /// The client ends its message oddly, and the server takes it so.
    private mutating func oddEnd(_ end: String) {
        odd("nonstandard_end_of_data", .oddEndTaken)
        let body = Array("Subject: s\r\n\r\none".utf8)
        client(body + Array(end.utf8))
        let lineEnd = end.utf8.prefix { $0 == 0x0D || $0 == 0x0A }
        open?.dataOctets = UInt64(body.count + lineEnd.count)
        // Whether a NUL before the dot belongs to the message is the server's own affair.
        open?.hasCertainOctets = !end.contains("\0.")
        let text = owe(250, "queued")
        sync()
        finish(code: 250, text: text)
    }

    /// How long a message is by the book: CRLF ends a line, and a dot at its start is not part of it.
    private static func messageOctets(_ text: [UInt8]) -> UInt64 {
        var count: UInt64 = 0
        var isLineStart = true
        var isBehindCR = false
        for octet in text {
            if !(isLineStart && octet == 0x2E) { count += 1 }
            isLineStart = isBehindCR && octet == 0x0A
            isBehindCR = octet == 0x0D
        }
        return count
    }
}
