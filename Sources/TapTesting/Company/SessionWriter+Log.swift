import TapWire

/// The lines that a Postfix in the server's place would have logged; other people's logs are not seen.
extension SessionWriter {
    private var peer: String { "unknown[\(plan.client)]" }

    private mutating func note(_ daemon: String, _ words: String, at time: Timestamp? = nil) {
        guard plan.isServerInside else { return }
        log.append(
            "\((time ?? conversation.now).rfc3339) \(plan.serverName) postfix/\(daemon)[4711]: \(words)"
        )
    }

    private var daemon: String { plan.port == 25 ? "smtpd" : "submission/smtpd" }

    private var isMail: Bool {
        switch plan.purpose {
        case .mail, .script: true
        case .mailbox: false
        }
    }

    mutating func logConnect() {
        if isMail { note(daemon, "connect from \(peer)") }
    }

    mutating func logDisconnect() {
        if isMail { note(daemon, "disconnect from \(peer) ehlo=1 quit=1 commands=2") }
    }

    mutating func logFailedLogin(_ login: LoginPlan) {
        let words = "SASL \(login.mechanism) authentication failed: authentication failure"
        note(daemon, "warning: \(peer): \(words), sasl_username=\(login.user)")
    }

    mutating func logRefusal(_ recipient: RecipientPlan, from sender: String, at time: Timestamp) {
        note(
            daemon,
            "NOQUEUE: reject: RCPT from \(peer): \(recipient.reply(.postfix)); from=<\(sender)> "
                + "to=<\(recipient.address)> proto=ESMTP helo=<\(plan.helo)>",
            at: time
        )
    }

    mutating func logMessage(_ mail: MailPlan, _ queueID: String, _ reply: String, octets: Int) {
        guard reply.hasPrefix("2") else {
            return note(daemon, "NOQUEUE: reject: END-OF-MESSAGE from \(peer): \(reply)")
        }
        let login = user.map { ", sasl_method=PLAIN, sasl_username=\($0)" } ?? ""
        note(daemon, "\(queueID): client=\(peer)\(login)")
        let count = mail.recipients.count
        note(
            "qmgr",
            "\(queueID): from=<\(mail.from)>, size=\(octets), nrcpt=\(count) (queue active)"
        )
    }
}
