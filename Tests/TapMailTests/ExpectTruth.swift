import TapMail
import Testing

/// Nothing is told of a sender or a recipient but what was said to it.
func expectTruth(
    of seen: Observed,
    senders: [String: Int],
    recipients: [String: Int],
    finals: [String: Int] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(!seen.transactions.isEmpty, sourceLocation: sourceLocation)
    for mail in seen.transactions {
        if let sender = mail.mailFrom, let code = mail.mailCode {
            #expect(code == senders[sender], "\(sender)", sourceLocation: sourceLocation)
        }
        if let sender = mail.mailFrom, let code = mail.code, let final = finals[sender] {
            #expect(code == final, "\(sender)", sourceLocation: sourceLocation)
        }
        for recipient in mail.recipients {
            let said = recipients[recipient.address]
            #expect(said != nil, "\(recipient)", sourceLocation: sourceLocation)
            #expect(
                recipient.code == nil || recipient.code == said,
                "\(recipient)",
                sourceLocation: sourceLocation
            )
        }
    }
}
