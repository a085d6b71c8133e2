/// Reading mailboxes.
extension SessionWriter {
    mutating func writeMailbox(_ kind: SessionPlan.MailboxProtocol, isTaken: Bool) {
        if plan.usesTLS { secure() }
        let user = plan.logins.first?.user ?? "nobody"
        let password = plan.logins.first?.password ?? ""
        switch kind {
        case .pop3:
            server("+OK POP3 ready")
            ask("USER \(user)", "+OK")
            ask(
                "PASS \(password)",
                isTaken ? "+OK Logged in." : "-ERR [AUTH] Authentication failed."
            )
            if isTaken { ask("STAT", "+OK 2 3200") }
            ask("QUIT", "+OK Logging out.")
        case .imap:
            server("* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE] ready.")
            let reply =
                isTaken ? "a1 OK Logged in" : "a1 NO [AUTHENTICATIONFAILED] Authentication failed."
            ask("a1 LOGIN \(user) \"\(password)\"", reply)
            if isTaken {
                ask("a2 STATUS INBOX (MESSAGES)", "* STATUS INBOX (MESSAGES 7)\r\na2 OK done")
            }
            ask("a3 LOGOUT", "* BYE Logging out\r\na3 OK Logout completed.")
        }
        endings.append(conversation.now)
    }
}
