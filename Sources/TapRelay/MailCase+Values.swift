import TapMail
import TapWire

extension MailCase {
    /// What stands in the gaps of every text.
    var values: [TextTemplate.Slot: Phrase] {
        let serverAddress = server.address.description
        var values: [TextTemplate.Slot: Phrase] = [
            .client: .plain(client.address.description),
            .serverAddress: .plain(serverAddress),
            .server: ends.serverName.map { .name($0.name) } ?? .plain(serverAddress),
        ]
        switch domains {
        case .guessed(let domain), .candidate(let domain):
            values[.domain] = .name(domain.name)
        case .configured, .learned, .unknown: break
        }
        guard let transaction else { return values }
        let helo = transaction.helo.map(Phrase.name)
        values[.helo] =
            helo.map { .text(RelayTexts.namedHelo, [.helo: $0]) } ?? .text(RelayTexts.unnamedHelo)
        values[.login] = .text(
            transaction.authentication == .failed ? RelayTexts.failedLogin : RelayTexts.noLogin
        )
        values[.octets] = .octets(transaction.messageOctets)
        values[.sender] = sender(of: transaction)
        // Each with the server's own words.
        values[.recipients] = .first(
            of: (relay?.strangers ?? transaction.recipients).map { recipient in
                .text(
                    RelayTexts.recipient,
                    [
                        .address: .address(recipient.address),
                        .reply: .reply(code: recipient.code, text: recipient.text),
                    ]
                )
            }
        )
        values[.final] = .reply(code: transaction.code, text: transaction.text)
        values[.queue] = queueID.map { .plain($0.text) }
        return values
    }

    private func sender(of transaction: SMTPTransaction) -> Phrase {
        guard let sender = transaction.mailFrom else { return .text(RelayTexts.unknownSender) }
        return MailAddress(sender).destination == .nobody
            ? .text(RelayTexts.nobody) : .address(sender)
    }
}
