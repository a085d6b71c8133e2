public import TapMail
public import TapTesting

extension SMTPScenario {
    /// What is wrong in the report of the dialogue as it crossed the network whole; empty if nothing is.
    ///
    /// Everything must be there and exact.
    public func differences(from report: MailReport) -> [String] {
        var found = differences(of: report.transactions)
        guard let summary = report.sessions.first, report.sessions.count == 1 else {
            return found + ["\(report.sessions.count) sessions"]
        }
        let session = expectation.session
        let seen = ExpectedSession(summary)
        if seen != session { found.append("session\n  expected \(session)\n  found    \(seen)") }
        if summary.transactions != summary.accepted + summary.rejected + others {
            found.append("\(summary.transactions) transactions counted")
        }
        if summary.gaps != 0 { found.append("\(summary.gaps) gaps") }
        if summary.isMidstream { found.append("midstream") }
        return found
    }

    private var others: Int {
        expectation.transactions.count { $0.outcome != .accepted && $0.outcome != .rejected }
    }

    private func differences(of transactions: [SMTPTransaction]) -> [String] {
        var found: [String] = []
        if transactions.count != expectation.transactions.count {
            found.append(
                "\(transactions.count) transactions instead of \(expectation.transactions.count)"
            )
        }
        for (seen, expected) in zip(transactions, expectation.transactions) {
            var value = ExpectedTransaction(seen)
            value.hasCertainOctets = expected.hasCertainOctets
            if !expected.hasCertainOctets { value.dataOctets = expected.dataOctets }
            if value != expected {
                found.append("transaction\n  expected \(expected)\n  found    \(value)")
            }
            if seen.isIncomplete { found.append("incomplete \(value)") }
            if seen.unseenRecipients > 0 { found.append("\(seen.unseenRecipients) unseen") }
        }
        return found
    }
}

extension ExpectedTransaction {
    /// What was reported, in the terms of what must be.
    public init(_ seen: SMTPTransaction) {
        self.init()
        helo = seen.helo
        mailFrom = seen.mailFrom
        mailCode = seen.mailCode
        size = seen.size
        parameters = seen.parameters.map { parameter in
            parameter.value.map { "\(parameter.name)=\($0)" } ?? parameter.name
        }
        recipients = seen.recipients.map(ExpectedRecipient.init)
        dataCode = seen.dataCode
        dataOctets = seen.dataOctets
        code = seen.code
        text = seen.text
        outcome = Outcome(rawValue: seen.outcome.rawValue) ?? .unfinished
        authentication = ExpectedAuthentication(seen.authentication)
        encoding = seen.encoding?.rawValue
        proxiedClient = seen.proxiedClient
    }
}

extension ExpectedRecipient {
    init(_ seen: SMTPRecipient) {
        self.init(
            address: seen.address,
            code: seen.code,
            text: seen.text,
            finalCode: seen.finalCode
        )
    }
}

extension ExpectedAuthentication {
    init(_ seen: SMTPAuthentication) {
        self =
            switch seen {
            case .none: .none
            case .failed: .failed
            case .user(let name): .user(name)
            case .unknown: .unknown
            }
    }
}

extension ExpectedSession {
    /// What was reported, in the terms of what must be.
    init(_ seen: SMTPSessionSummary) {
        self.init()
        dialect = seen.dialect.rawValue
        banner = seen.banner
        bannerCode = seen.bannerCode
        helo = seen.helo
        capabilities = seen.capabilities
        startTLS = seen.startTLS?.rawValue
        logins = seen.logins.map {
            ExpectedLogin(mechanism: $0.mechanism, user: $0.user, code: $0.code)
        }
        accepted = seen.accepted
        rejected = seen.rejected
        clientOctets = seen.clientOctets
        serverOctets = seen.serverOctets
        isOneSided = seen.isOneSided
        proxiedClient = seen.proxiedClient
        anomalies = Set(seen.anomalies)
    }
}
