import TapMail
public import TapTesting

/// Of the transactions that a loss has not touched, how many are told exactly.
public struct Fidelity: Hashable, Sendable {
    /// The transactions of which nothing was lost, nor of what decides on the state before them.
    public var untouched = 0
    /// Those of them that were told with all of their envelope and all of their codes.
    public var exact = 0

    /// Creates the fidelity of nothing.
    public init() {}

    /// Takes what another run has shown.
    public mutating func add(_ other: Fidelity) {
        untouched += other.untouched
        exact += other.exact
    }
}

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
        var fidelity = Fidelity()
        let missing = missing(in: report, of: remains)
        fidelity.untouched = untouched(by: remains).count
        fidelity.exact = fidelity.untouched - missing.count
        return fidelity
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
