import Foundation
import TapFlow
import TapMail
import TapWire

/// A recorded session: what it showed in the clear, the lengths of its records, and what its client knows was said.
struct InferenceRecording: Sendable {
    /// What the lines `session` hold.
    struct Head: Codable, Sendable {
        var family: String
        var port: UInt16
        var mode: String
        var tickets: Bool
        var banner: String?
        var hello: Int?
        var client: Int?
        var server: Int?
        var pipelining: Bool?
        var chunking: Bool?
        var helloReply: Int?

        enum CodingKeys: String, CodingKey {
            case family, port, mode, tickets, banner, hello, client, server, pipelining, chunking
            case helloReply = "hello_reply"
        }
    }

    /// What the client knows.
    struct Truth: Codable, Sendable {
        struct Transaction: Codable, Sendable {
            var accepted: Int
            var refused: Int
            var data: Bool
            var octets: Int?
            var outcome: String?
            var style: String
        }

        var auth: InferredLogin
        var quit: Bool
        var transactions: [Transaction]
    }

    /// A record.
    struct Record: Sendable {
        var isClient: Bool
        var octets: OctetRange
    }

    var head: Head
    var records: [Record]
    var truth: Truth

    /// The recordings of a file.
    static func all(_ name: String) throws -> [InferenceRecording] {
        let file = Bundle.module.url(
            forResource: name,
            withExtension: "txt",
            subdirectory: "Recordings"
        )
        guard let file else { throw CocoaError(.fileNoSuchFile) }
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        var recordings: [InferenceRecording] = []
        let decoder = JSONDecoder()
        func json<T: Decodable>(_ line: Substring, _ type: T.Type) throws -> T {
            let text = line.drop { $0 != "{" }
            return try decoder.decode(type, from: Data(text.utf8))
        }
        for start in stride(from: 0, to: lines.count - 2, by: 3) {
            recordings.append(
                InferenceRecording(
                    head: try json(lines[start], Head.self),
                    records: lines[start + 1].split(separator: " ").dropFirst().map(record),
                    truth: try json(lines[start + 2], Truth.self)
                )
            )
        }
        return recordings
    }

    private static func record(_ word: Substring) -> Record {
        let bounds = word.dropFirst().split(separator: "-").compactMap { Int($0) }
        return Record(
            isClient: word.hasPrefix("C"),
            octets: OctetRange(bounds.first ?? 0, bounds.last ?? 0)
        )
    }

    /// What the session showed in the clear.
    var clear: ClearFacts {
        var facts = ClearFacts()
        facts.hello = head.hello
        facts.clientName = head.client
        facts.helloReply = head.helloReply
        facts.serverName = head.server
        facts.family = head.banner.flatMap { ReplyFamily(banner: $0) }
        facts.isPipelining = head.pipelining
        facts.isChunking = head.chunking
        facts.isSubmission = head.port != 25
        facts.isImplicit = head.port == 465
        facts.hasTickets = head.tickets
        return facts
    }

    /// What is inferred.
    func inferred(server: ServerLengths = ServerLengths()) -> (
        session: InferredSession?, transactions: [InferredTransaction]
    ) {
        var dialogue = InferredDialogue(after: clear, server: server)
        var transactions: [InferredTransaction] = []
        for (index, record) in records.enumerated() {
            let moment = Moment(
                time: Timestamp(nanoseconds: Int64(index)),
                sequence: UInt64(index)
            )
            // Two octets of TLS 1.3 are an alert.
            guard record.octets.high > 2 || !head.tickets else { continue }
            if record.isClient {
                dialogue.takeClient(record.octets, at: moment)
            } else {
                dialogue.takeServer(record.octets, at: moment)
            }
            transactions += dialogue.takeTransactions()
        }
        let session = dialogue.end()
        return (session, transactions + dialogue.takeTransactions())
    }
}
