public import TapTesting

extension MailboxScenario {
    /// What is wrong in the report of the dialogue as it crossed the network whole; empty if nothing is.
    ///
    /// Everything must be there and exact.
    public func differences(from report: MailboxReport) -> [String] {
        guard let seen = report.sessions.first, report.sessions.count == 1 else {
            return ["\(report.sessions.count) sessions"]
        }
        var found: [String] = []
        if seen != expectation { found.append("expected \(expectation)\n  found    \(seen)") }
        if report.gapCount > 0 { found.append("\(report.gapCount) gaps") }
        return found
    }

    /// What is claimed in the report of a dialogue with holes that nobody said; empty if all is true.
    ///
    /// Much may be missing, nothing may be invented: every answer stands beside what it was said to.
    public func inventions(in report: MailboxReport) -> [String] {
        let retrieved = report.sessions.reduce(0) { $0 + $1.retrieved }
        let octets = report.sessions.reduce(0) { $0 + $1.retrievedOctets }
        let deleted = report.sessions.reduce(0) { $0 + $1.deleted }
        let appended = report.sessions.reduce(0) { $0 + $1.appended }
        let appendedOctets = report.sessions.reduce(0) { $0 + $1.appendedOctets }
        var found: [String] = []
        if retrieved > expectation.retrieved { found.append("\(retrieved) retrieved") }
        if octets > expectation.retrievedOctets { found.append("\(octets) octets retrieved") }
        if deleted > markedCount { found.append("\(deleted) deleted") }
        if appended > expectation.appended { found.append("\(appended) appended") }
        if appendedOctets > expectation.appendedOctets {
            found.append("\(appendedOctets) octets appended")
        }
        for seen in report.sessions { found += wordInventions(seen) }
        return found + loginInventions(report.sessions.flatMap(\.logins))
            + exchangeInventions(report.sessions.map(\.exchanges))
    }

    private func wordInventions(_ seen: MailboxExpectation) -> [String] {
        var found: [String] = []
        if let banner = seen.banner, expectation.banner?.hasPrefix(banner) != true {
            found.append("banner \(banner)")
        }
        found += seen.capabilities.filter { !capabilities.contains($0) }.map { "capability \($0)" }
        found += seen.mailboxes.filter { !expectation.mailboxes.contains($0) }
            .map { "mailbox \($0)" }
        if seen.isCompleted, !expectation.isCompleted { found.append("completed") }
        if let state = seen.startTLS, state != "offered", state != expectation.startTLS {
            found.append("STARTTLS \(state)")
        }
        return found
    }

    private func loginInventions(_ seen: [MailboxExpectation.Login]) -> [String] {
        var left = expectation.logins
        var found: [String] = []
        // What is told in full has the first choice.
        for login in seen.filter({ $0.user != nil }) + seen.filter({ $0.user == nil }) {
            let place = left.firstIndex { said in
                said.mechanism == login.mechanism
                    && (login.user == nil || said.user == login.user)
                    && (login.status == nil || said.status == login.status)
            }
            if let place {
                left.remove(at: place)
            } else {
                found.append("login \(login)")
            }
        }
        return found
    }

    private func exchangeInventions(_ seen: [[MailboxExpectation.Exchange]]) -> [String] {
        var left = expectation.exchanges
        var found: [String] = []
        // The last line of the server in a session may be cut off; of an argument a literal may be missing.
        let marked = seen.flatMap { exchanges in
            let last = exchanges.lastIndex { $0.status != nil }
            return exchanges.enumerated().map { (exchange: $1, isLast: $0 == last) }
        }
        let answered = marked.filter { $0.exchange.status != nil }
        let unanswered = marked.filter { $0.exchange.status == nil }
        for (exchange, isLast) in answered + unanswered {
            let candidates = left.indices.filter { place in
                let said = left[place]
                return said.verb == exchange.verb && said.argument.hasPrefix(exchange.argument)
                    && (exchange.status == nil
                        || said.status == exchange.status
                            && (said.text == exchange.text
                                || isLast && said.text.hasPrefix(exchange.text)))
            }
            let exact = candidates.first { left[$0].argument == exchange.argument }
            let place = exact ?? candidates.first
            if let place {
                left.remove(at: place)
            } else {
                found.append("exchange \(exchange)")
            }
        }
        return found
    }

    /// The secrets of the dialogue that stand in what was reported or told; empty if none does.
    public func leaks(in report: MailboxReport) -> [String] {
        secrets.filter { secret in report.told.contains { $0.contains(secret) } }
    }
}
