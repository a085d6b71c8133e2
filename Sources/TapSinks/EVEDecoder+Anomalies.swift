import TapFlow
import TapMail
import TapRelay

/// An event of type `smtp_anomaly`.
struct EVEAnomaly: Decodable {
    struct Facts: Decodable {
        var event: SMTPAnomaly.Kind
        var terminator, reply, helo, server: String?
        var commands: [String]?
        var octets, code: Int?
        var messageOctets: UInt64?
        var incomplete: Bool?

        private enum CodingKeys: String, CodingKey {
            case event, terminator, commands, octets, code, reply, helo, server, incomplete
            case messageOctets = "data_bytes"
        }
    }

    var anomaly: Facts

    /// The anomaly.
    var value: SMTPAnomaly {
        var value = SMTPAnomaly(anomaly.event, client: .a)
        value.messageOctets = anomaly.messageOctets
        value.terminator = Self.octets(ofEscaped: anomaly.terminator ?? "")
        (value.verbs, value.octets) = (anomaly.commands ?? [], anomaly.octets ?? 0)
        (value.code, value.text) = (anomaly.code, anomaly.reply ?? "")
        (value.helo, value.serverName) = (anomaly.helo, anomaly.server)
        value.isIncomplete = anomaly.incomplete ?? false
        return value
    }

    /// No end of data is longer.
    private static let longestTerminator = 7

    /// The other way of `SMTPAnomaly.escapedTerminator`.
    private static func octets(ofEscaped text: String) -> [UInt8] {
        let octets: [UInt8] = text.split(separator: "\\", omittingEmptySubsequences: false)
            .enumerated().flatMap { number, part -> [UInt8] in
                let dots = Array(repeating: UInt8(ascii: "."), count: part.count { $0 == "." })
                guard number > 0 else { return dots }
                return switch part.first {
                case "r": [0x0D] + dots
                case "n": [0x0A] + dots
                case "0": [0x00] + dots
                default: dots
                }
            }
        return Array(octets.prefix(longestTerminator))
    }
}

/// An event of type `overlap_conflict`.
struct EVEOverlap: Decodable {
    enum End: String, Decodable {
        case client, server
    }

    struct Facts: Decodable {
        var dialect: MailOverlap.Dialect
        var from: End
        var offset: Int64?
        var length, differing: Int?
        var oddHopLimit: Bool?
        var kept, dropped: String?

        private enum CodingKeys: String, CodingKey {
            case from, offset, length, differing, kept, dropped
            case dialect = "protocol"
            case oddHopLimit = "odd_ttl"
        }
    }

    var overlap: Facts

    /// The conflict as an event of its protocol.
    var event: MailEvent {
        var value = MailOverlap(
            dialect: overlap.dialect,
            client: .a,
            sender: overlap.from == .client ? .a : .b
        )
        value.offset = overlap.offset ?? 0
        (value.byteCount, value.differingByteCount) = (overlap.length ?? 0, overlap.differing ?? 0)
        value.hasOddHopLimit = overlap.oddHopLimit ?? false
        (value.kept, value.dropped) = (overlap.kept, overlap.dropped)
        return switch overlap.dialect {
        case .smtp: .smtp(.overlap(value))
        case .pop3: .pop3(.overlap(value))
        case .imap: .imap(.overlap(value))
        }
    }
}
