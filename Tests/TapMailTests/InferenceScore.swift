import TapMail

/// How often what was inferred is what was said.
struct InferenceScore {
    var sessions = 0
    /// Sessions whose login is right.
    var logins = 0
    /// Sessions with as many transactions as there were.
    var counts = 0
    /// Transactions that were said.
    var transactions = 0
    /// Transactions with the right numbers of recipients taken and refused.
    var recipients = 0
    /// Transactions that ended as told.
    var outcomes = 0
    /// Messages that were sent, and those whose size is what, or in what, was told.
    var messages = 0
    var sizes = 0
    /// Transactions told with a confidence of 0.9 and more, and those of them that were right.
    var certain = 0
    var certainAndRight = 0

    /// Counts one recording.
    mutating func count(_ recording: InferenceRecording) {
        let truth = recording.truth
        let (session, found) = recording.inferred()
        sessions += 1
        logins += session?.login == truth.auth ? 1 : 0
        counts += found.count == truth.transactions.count ? 1 : 0
        transactions += truth.transactions.count
        for (expected, seen) in zip(truth.transactions, found) {
            let hasRecipients =
                seen.acceptedRecipients == expected.accepted
                && seen.refusedRecipients == expected.refused
            let hasOutcome = seen.outcome.rawValue == expected.outcome
            recipients += hasRecipients ? 1 : 0
            outcomes += hasOutcome ? 1 : 0
            if seen.confidence >= 0.9 {
                certain += 1
                certainAndRight += hasRecipients && hasOutcome ? 1 : 0
            }
            guard let octets = expected.octets else { continue }
            messages += 1
            guard let range = seen.messageOctets else { continue }
            sizes += range.low <= octets && octets <= range.high ? 1 : 0
        }
    }

    /// The score in one line.
    var words: String {
        "\(sessions) sessions: login \(logins), transactions \(counts); \(transactions) transactions: "
            + "recipients \(recipients), outcome \(outcomes); \(messages) messages: size \(sizes); "
            + "\(certain) certain: right \(certainAndRight)"
    }
}
