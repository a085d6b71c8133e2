import TapMail
public import TapTesting

extension SMTPScenario {
    /// What is claimed in the report of a dialogue with holes that nobody said; empty if all is true.
    ///
    /// Much may be missing, nothing may be invented: every code stands beside what it was said to.
    public func inventions(in report: MailReport) -> [String] {
        report.transactions.flatMap { seen in
            (senderInventions(seen) + recipientInventions(seen) + endInventions(seen)).map {
                $0 + " in \(ExpectedTransaction(seen))"
            }
        }
    }

    private func senderInventions(_ seen: SMTPTransaction) -> [String] {
        guard let sender = seen.mailFrom else {
            return seen.mailCode == nil ? [] : ["a reply to no sender"]
        }
        guard let codes = expectation.senders[sender] else { return ["sender \(sender)"] }
        if let code = seen.mailCode, !codes.contains(code) { return ["sender's code \(code)"] }
        return []
    }

    private func recipientInventions(_ seen: SMTPTransaction) -> [String] {
        seen.recipients.compactMap { recipient in
            let isTrue = expectation.recipients.contains { said in
                said.address == recipient.address
                    && (recipient.code == nil
                        || (said.code == recipient.code
                            && (recipient.text.isEmpty || said.text == recipient.text)))
            }
            return isTrue
                ? nil : "recipient \(recipient.address) \(recipient.code ?? 0) \(recipient.text)"
        }
    }

    private func endInventions(_ seen: SMTPTransaction) -> [String] {
        guard let code = seen.code else {
            return seen.outcome == .accepted ? ["accepted without a reply"] : []
        }
        let isTrue = expectation.finalReplies.contains { reply in
            reply.code == code && (seen.text.isEmpty || reply.text == seen.text)
        }
        guard isTrue else { return ["final reply \(code) \(seen.text)"] }
        guard !seen.text.isEmpty,
            let said = expectation.transactions.first(where: { $0.text == seen.text })
        else {
            return []
        }
        var found: [String] = []
        if let sender = seen.mailFrom, said.mailFrom != sender { found.append("another's sender") }
        if case .user(let name?) = seen.authentication, said.authentication != .user(name) {
            found.append("another's login")
        }
        switch (seen.authentication, said.authentication) {
        case (.none, .user), (.failed, .user): found.append("a login denied")
        case (.none, _), (.failed, _), (.user, _), (.unknown, _): break
        }
        return found
    }

    /// The secrets of the dialogue that stand in what was reported or told; empty if none does.
    public func leaks(in report: MailReport) -> [String] {
        secrets.map { String(decoding: $0, as: UTF8.self) }.filter { secret in
            report.told.contains { $0.contains(secret) }
        }
    }
}
