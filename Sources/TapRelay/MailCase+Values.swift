import TapMail
import TapWire

extension MailCase {
    /// What stands in a gap of any text; nil for nothing.
    func phrase(in slot: TextTemplate.Slot) -> Phrase? {
        switch slot {
        case .client: .plain(client.address.description)
        case .server: ends.serverName.map { .name($0.name) } ?? .plain(server.address.description)
        case .serverAddress: .plain(server.address.description)
        case .domain: perhapsOurs.map { .name($0.name) }
        default: transaction.flatMap { phrase(in: slot, of: $0) }
        }
    }

    /// The domain that was taken from the server's name, or may yet turn out to be ours; nil if there is none.
    private var perhapsOurs: MailDomain? {
        switch domains {
        case .guessed(let domain), .candidate(let domain): domain
        case .configured, .learned, .unknown: nil
        }
    }

    /// What stands in a gap of a text on a transaction.
    private func phrase(
        in slot: TextTemplate.Slot,
        of transaction: Shared<SMTPTransaction>
    ) -> Phrase? {
        switch slot {
        case .helo:
            transaction.helo.map { .text(RelayTexts.namedHelo, [.helo: .name($0)]) }
                ?? .text(RelayTexts.unnamedHelo)
        case .login:
            .text(
                transaction.authentication == .failed ? RelayTexts.failedLogin : RelayTexts.noLogin
            )
        case .octets: .octets(transaction.messageOctets)
        case .sender: sender(of: transaction)
        // Each with the server's own words.
        case .recipients:
            .first(
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
        case .final: .reply(code: transaction.code, text: transaction.text)
        case .queue: queueID.map { .plain($0.text) }
        default: nil
        }
    }

    private func sender(of transaction: Shared<SMTPTransaction>) -> Phrase {
        guard let sender = transaction.mailFrom else { return .text(RelayTexts.unknownSender) }
        return envelope?.isFromNobody ?? false ? .text(RelayTexts.nobody) : .address(sender)
    }
}
