import TapMail
import TapWire

extension MailCase {
    /// What stands in the gaps of every text.
    var commonValues: TextValues {
        let serverAddress = server.address.description
        var common: TextValues = [
            .client: .plain(client.address.description),
            .serverAddress: .plain(serverAddress),
            .server: ends.serverName.map { .name($0.name) } ?? .plain(serverAddress),
        ]
        switch domains {
        case .guessed(let domain), .candidate(let domain):
            common[.domain] = .name(domain.name)
        case .configured, .learned, .unknown: break
        }
        guard let transaction else { return common }
        let helo = transaction.helo.map(Phrase.name)
        common[.helo] =
            helo.map { .text(RelayTexts.namedHelo, [.helo: $0]) } ?? .text(RelayTexts.unnamedHelo)
        common[.login] = .text(
            transaction.authentication == .failed ? RelayTexts.failedLogin : RelayTexts.noLogin
        )
        common[.octets] = .octets(transaction.messageOctets)
        common[.sender] = sender(of: transaction)
        // Each with the server's own words.
        common[.recipients] = .first(
            of: toldRecipients.map { recipient in
                .text(
                    RelayTexts.recipient,
                    [
                        .address: .address(recipient.address),
                        .reply: .reply(code: recipient.code, text: recipient.text),
                    ]
                )
            }
        )
        common[.final] = .reply(code: transaction.code, text: transaction.text)
        common[.queue] = queueID.map { .plain($0.text) }
        return common
    }

    private func sender(of transaction: Shared<SMTPTransaction>) -> Phrase {
        guard let sender = transaction.mailFrom else { return .text(RelayTexts.unknownSender) }
        return MailAddress(sender).destination == .nobody
            ? .text(RelayTexts.nobody) : .address(sender)
    }
}
