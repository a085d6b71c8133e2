/// Telling of refused recipients while the transaction goes on.
extension SMTPSession {
    /// Fewer are an ordinary list with some dead addresses.
    private static let firstTold: UInt16 = 6
    /// From here on every tenth is told.
    private static let round: UInt16 = 10

    /// Counts the recipient that was refused last, and tells of it if so many were.
    mutating func countRefusal() {
        guard refusedRecipients < .max else { return }
        refusedRecipients += 1
        guard refusedRecipients >= Self.firstTold,
            refusedRecipients <= Self.round || refusedRecipients % Self.round == 0,
            let open = transaction
        else { return }
        let fresh = open.value.recipients.dropFirst(open.toldRecipients)
        var refusals = SMTPRefusals(
            of: open.value,
            recipients: fresh.filter { ($0.code ?? 0) >= 400 }
        )
        refusals.number = summary.transactions
        refusals.authentication = authentication
        refusals.serverName = serverName
        refusals.accepted = fresh.count(where: \.isAccepted)
        refusals.refusedInSession = Int(refusedRecipients)
        transaction?.toldRecipients = open.value.recipients.count
        output.append(.refusals(refusals))
    }
}
