import Foundation
import TapFlow
import TapMail
import TapWire

/// A mail transaction as it stands in an EVE event of the history.
struct RecordedTransaction {
    /// When its outcome was known, RFC 3339.
    let time: String
    /// The connection, as far as the event says.
    let flow: Flow
    /// The transaction, as far as the event says.
    let transaction: SMTPTransaction

    /// Reads an event of type `smtp`.
    ///
    /// - Throws: `DecodingError` for anything else.
    init(json: String) throws {
        let event = try JSONDecoder().decode(Event.self, from: Data(json.utf8))
        time = event.timestamp
        flow = Flow(
            id: FlowID(rawValue: event.flow),
            a: try Self.endpoint(event.sourceAddress, event.sourcePort),
            b: try Self.endpoint(event.destinationAddress, event.destinationPort),
            opened: .distantPast,
            firstSequence: 0
        )
        transaction = event.smtp.transaction
    }

    /// The line for people.
    var words: String { "\(time)  \(SMTPNarrator.tell(transaction, of: flow))" }

    private static func endpoint(_ text: String, _ port: UInt16) throws -> Endpoint {
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "\(text) is no address")
            )
        }
        return Endpoint(address: address, port: port)
    }
}

/// The keys of the event that are needed.
private struct Event: Decodable {
    var timestamp: String
    var flow: UInt64
    var sourceAddress: String
    var sourcePort: UInt16
    var destinationAddress: String
    var destinationPort: UInt16
    var smtp: Transaction

    private enum CodingKeys: String, CodingKey {
        case timestamp, smtp
        case flow = "flow_id"
        case sourceAddress = "src_ip"
        case sourcePort = "src_port"
        case destinationAddress = "dest_ip"
        case destinationPort = "dest_port"
    }
}

/// The keys of the transaction that are needed.
private struct Transaction: Decodable {
    var helo: String?
    var mailFrom: String?
    var mailCode: Int?
    var size: UInt64?
    var recipients: [String]?
    var recipientCodes: [Int?]?
    var recipientTexts: [String]?
    var unseenRecipients: Int?
    var dataOctets: UInt64?
    var code: Int?
    var reply: String?
    var outcome: SMTPOutcome
    var tls: Bool
    var server: String?

    private enum CodingKeys: String, CodingKey {
        case helo, size, code, reply, outcome, tls, server
        case mailFrom = "mail_from"
        case mailCode = "mail_code"
        case recipients = "rcpt_to"
        case recipientCodes = "rcpt_codes"
        case recipientTexts = "rcpt_texts"
        case unseenRecipients = "rcpt_unseen"
        case dataOctets = "data_bytes"
    }

    var transaction: SMTPTransaction {
        let nowhere = Moment(time: .distantPast, sequence: 0)
        var value = SMTPTransaction(number: 0, client: .a, began: nowhere)
        (value.helo, value.mailFrom, value.mailCode) = (helo, mailFrom, mailCode)
        (value.size, value.dataOctets) = (size, dataOctets)
        (value.code, value.text, value.outcome) = (code, reply ?? "", outcome)
        (value.isEncrypted, value.serverName) = (tls, server)
        value.unseenRecipients = unseenRecipients ?? 0
        let (codes, texts) = (recipientCodes ?? [], recipientTexts ?? [])
        for (index, address) in (recipients ?? []).enumerated() {
            value.recipients.append(
                SMTPRecipient(
                    address: address,
                    code: codes.indices.contains(index) ? codes[index] : nil,
                    text: texts.indices.contains(index) ? texts[index] : "",
                    time: .distantPast
                )
            )
        }
        return value
    }
}
