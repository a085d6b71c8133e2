import TapMail
public import TapTesting

extension SMTPScenario {
    /// The transactions that a loss has not touched: by what the two programs said, not by what an observer makes of it.
    public func untouched(by remains: DialogueRemains) -> [ExpectedTransaction] {
        var lost = Set(
            course.exchanges.indices.filter { !remains.isWhole(step: $0) }
                .map { course.exchanges[$0] }
        )
        if !remains.hasHandshake { lost.insert(0) }
        return expectation.transactions.indices.filter { number in
            lost.isDisjoint(with: course.decisive(forTransaction: number))
        }.map { expectation.transactions[$0] }
    }

    /// How many of the untouched transactions are told exactly.
    public func fidelity(of report: MailReport, to remains: DialogueRemains) -> Fidelity {
        let count = untouched(by: remains).count
        return Fidelity(untouched: count, exact: count - missing(in: report, of: remains).count)
    }

    /// The untouched transactions that are not told exactly.
    public func missing(
        in report: MailReport,
        of remains: DialogueRemains
    ) -> [ExpectedTransaction] {
        let told = report.transactions.map { Envelope(ExpectedTransaction($0)) }
        return untouched(by: remains).filter { !told.contains(Envelope($0)) }
    }
}

/// The envelope of a transaction and every code in it.
private struct Envelope: Hashable {
    var sender: String?
    var senderCode: Int?
    var recipients: [ExpectedRecipient]
    var dataCode: Int?
    var code: Int?
    var text: String
    var isAccepted: Bool

    init(_ transaction: ExpectedTransaction) {
        sender = transaction.mailFrom
        senderCode = transaction.mailCode
        recipients = transaction.recipients
        dataCode = transaction.dataCode
        code = transaction.code
        text = transaction.text
        isAccepted = transaction.outcome == .accepted
    }
}
