import TapWire

/// Sending mail.
extension SessionWriter {
    mutating func writeMails(_ mails: [MailPlan]) {
        server(plan.software.greeting(plan.serverName))
        hello()
        if plan.usesTLS, plan.offersTLS {
            ask("STARTTLS", plan.software.tlsReady)
            secure()
            hello()
        }
        for login in plan.logins { logIn(login) }
        for (number, mail) in mails.enumerated() { send(mail, number) }
        ask("QUIT", plan.software.goodbye(plan.serverName))
    }

    private mutating func hello() {
        let first = plan.software.helloLine(plan.serverName, client: plan.helo)
        let keywords = plan.software.keywords(
            offersTLS: plan.offersTLS && !isSecured,
            offersLogin: plan.offersLogin
        )
        let lines = [first] + keywords
        let reply = lines.enumerated().map { place, line in
            (place == lines.count - 1 ? "250 " : "250-") + line
        }
        ask("EHLO \(plan.helo)", reply.joined(separator: "\r\n"))
    }

    private mutating func logIn(_ login: LoginPlan) {
        let reply = login.isTaken ? plan.software.loginTaken : plan.software.loginRefused
        if login.mechanism == "LOGIN" {
            ask("AUTH LOGIN", "334 VXNlcm5hbWU6")
            ask(login.user.base64, "334 UGFzc3dvcmQ6")
            ask(login.password.base64, reply)
        } else {
            ask("AUTH PLAIN " + "\0\(login.user)\0\(login.password)".base64, reply)
        }
        if login.isTaken {
            user = login.user
        } else {
            hasFailedLogin = true
            logFailedLogin(login)
        }
    }

    private mutating func send(_ mail: MailPlan, _ number: Int) {
        let software = plan.software
        var expected = ExpectedTransaction()
        expected.mailFrom = "<\(mail.from)>"
        let octets = mail.message?.octets ?? []
        let isChunked = mail.isChunked && software.offersChunks
        let size = mail.message == nil ? "" : " SIZE=\(octets.count)"
        let wantsData =
            mail.message != nil && mail.recipients.contains { $0.reply(software).hasPrefix("2") }
        var commands = ["MAIL FROM:<\(mail.from)>\(size)"]
        var replies = [software.senderTaken("<\(mail.from)>")]
        for recipient in mail.recipients {
            commands.append("RCPT TO:<\(recipient.address)>")
            replies.append(recipient.reply(software))
        }
        if wantsData, !isChunked {
            commands.append("DATA")
            replies.append(software.goAhead)
        }
        let times = say(commands, replies)
        for (recipient, time) in zip(mail.recipients, times.dropFirst()) {
            let reply = recipient.reply(software)
            expected.recipients.append(
                ExpectedRecipient(
                    address: "<\(recipient.address)>",
                    code: Int(reply.prefix(3)),
                    text: String(reply.dropFirst(4))
                )
            )
            if !reply.hasPrefix("2") { logRefusal(recipient, from: mail.from, at: time) }
            if !wantsData { endings.append(time) }
        }
        if wantsData {
            finish(mail, number, octets, isChunked: isChunked, &expected)
        } else {
            ask("RSET", software.reset)
            let isRefused = !expected.recipients.contains { ($0.code ?? 0) < 300 }
            expected.outcome = isRefused ? .rejected : .reset
        }
        if !isSecured { transactions.append(expected) }
    }

    /// The message and its reply.
    private mutating func finish(
        _ mail: MailPlan,
        _ number: Int,
        _ octets: [UInt8],
        isChunked: Bool,
        _ expected: inout ExpectedTransaction
    ) {
        let queueID = plan.software.queueID(&random)
        let usual =
            isChunked
            ? plan.software.chunkTaken(queueID, octets: octets.count)
            : plan.software.taken(queueID)
        let reply = mail.finalWords ?? usual
        client(
            isChunked
                ? Array("BDAT \(octets.count) LAST\r\n".utf8) + octets
                : octets + Array(".\r\n".utf8)
        )
        let time = server(reply)
        endings.append(time)
        let isTaken = reply.hasPrefix("2")
        if isTaken { taken.append(Taken(mail: number, time: time, queueID: queueID)) }
        expected.dataOctets = UInt64(octets.count)
        expected.code = Int(reply.prefix(3))
        expected.text = reply.split(separator: "\r\n").map { String($0.dropFirst(4)) }.joined(
            separator: " "
        )
        expected.outcome = isTaken ? .accepted : .rejected
        logMessage(mail, queueID, reply, octets: octets.count)
    }

    /// The commands with their replies, one by one or all at once; returns when each reply was said.
    private mutating func say(_ commands: [String], _ replies: [String]) -> [Timestamp] {
        guard plan.isPipelined, plan.software.offersPipelining else {
            return zip(commands, replies).map { ask($0, $1) }
        }
        client(Array((commands.joined(separator: "\r\n") + "\r\n").utf8))
        guard plan.software == .exim else {
            let time = server(replies.joined(separator: "\r\n"))
            return replies.map { _ in time }
        }
        return replies.map { server($0) }
    }
}
