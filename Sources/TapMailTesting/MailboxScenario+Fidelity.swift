public import TapTesting

extension MailboxScenario {
    /// The facts that a loss has not touched: by what the two programs said, not by what an observer makes of it.
    public func untouched(by remains: DialogueRemains) -> [MailboxFact] {
        let isWhole = course.exchanges.enumerated().map { number, exchange in
            (number > 0 || remains.hasHandshake)
                && exchange.parts.allSatisfy { part in
                    remains.seen[part.step][part.octets].allSatisfy { $0 }
                }
        }
        return course.entries.filter { isWhole[course.decisive(for: $0)].allSatisfy { $0 } }
            .map(\.fact)
    }

    /// The untouched facts that are not told exactly.
    public func missing(in report: MailboxReport, of remains: DialogueRemains) -> [MailboxFact] {
        var told = report.facts
        return untouched(by: remains).filter { fact in
            guard let place = told.firstIndex(of: fact) else { return true }
            told.remove(at: place)
            return false
        }
    }

    /// How many of the untouched facts of each kind are told exactly.
    public func fidelity(
        of report: MailboxReport,
        to remains: DialogueRemains
    ) -> [MailboxFact.Kind: Fidelity] {
        var fidelities: [MailboxFact.Kind: Fidelity] = [:]
        for fact in untouched(by: remains) {
            fidelities[fact.kind, default: Fidelity()].add(Fidelity(untouched: 1, exact: 1))
        }
        for fact in missing(in: report, of: remains) {
            fidelities[fact.kind, default: Fidelity()].exact -= 1
        }
        return fidelities
    }
}

extension MailboxReport {
    /// Everything that is told, one by one.
    ///
    /// Of messages that were read, deleted or put in only the number is told: none is another's.
    public var facts: [MailboxFact] { sessions.flatMap(\.facts) }
}

extension MailboxExpectation {
    fileprivate var facts: [MailboxFact] {
        var facts = exchanges.map(MailboxFact.exchange) + logins.map(MailboxFact.login)
        facts += mailboxes.map(MailboxFact.mailboxOpened)
        facts += Array(repeating: .messageRead, count: retrieved)
        facts += Array(repeating: .messageDeleted, count: deleted)
        facts += Array(repeating: .messagePutIn, count: appended)
        facts.append(.capabilities(capabilities))
        if let startTLS { facts.append(.startTLS(startTLS)) }
        if isCompleted { facts.append(.farewell) }
        return facts
    }
}
