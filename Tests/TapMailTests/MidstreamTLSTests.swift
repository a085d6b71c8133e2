import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("picked up in the middle of TLS")
struct MidstreamTLSTests {
    /// What a session of any protocol says of itself.
    private struct Seen: Equatable {
        var isImplicit: Bool
        var isEstablished: Bool?
        var anomalies: [String]
    }

    private static let ports: [UInt16] = [25, 465, 110, 995, 143, 993]

    private static func seen(_ dialogue: Dialogue, port: UInt16) throws -> Seen {
        let sessions = sessions(of: dialogue, port: port)
        #expect(sessions.count == 1)
        return try #require(sessions.first)
    }

    private static func sessions(of dialogue: Dialogue, port: UInt16) -> [Seen] {
        var settings = TCPConversation.Settings()
        settings.b.port = port
        let frames = dialogue.frames(.whole, settings: settings)
        let pipeline = Pipeline(
            Analyzer(SMTPObserver()),
            Analyzer(POP3Observer()),
            Analyzer(IMAPObserver())
        )
        return pipeline.findings(of: frames).compactMap { finding -> Seen? in
            guard case .event(let record) = finding else { return nil }
            switch (
                record.event as? SMTPEvent, record.event as? POP3Event, record.event as? IMAPEvent
            )
            {
            case (.session(let session)?, _, _):
                return Seen(
                    isImplicit: session.dialect == .smtps,
                    isEstablished: session.tls?.isEstablished,
                    anomalies: session.anomalies
                )
            case (_, .session(let session)?, _):
                return Seen(
                    isImplicit: session.isImplicitTLS,
                    isEstablished: session.tls?.isEstablished,
                    anomalies: session.anomalies
                )
            case (_, _, .session(let session)?):
                return Seen(
                    isImplicit: session.isImplicitTLS,
                    isEstablished: session.tls?.isEstablished,
                    anomalies: session.anomalies
                )
            default: return nil
            }
        }
    }

    /// Application data of both sides; the client's record is `count` octets short at its front.
    private static func dialogue(tornBy count: Int) -> Dialogue {
        let record: [UInt8] = [0x17, 0x03, 0x03, 0x00, 0x40]
        let content = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
        var dialogue = Dialogue()
        dialogue.hasHandshake = false
        dialogue.say(Array((record + content).dropFirst(count)), from: .a)
        dialogue.say(record + content, from: .b)
        dialogue.say(record + content, from: .a)
        dialogue.say(record + content, from: .b)
        return dialogue
    }

    @Test("between two records: TLS, and nothing odd", arguments: ports)
    func betweenRecords(port: UInt16) throws {
        let seen = try Self.seen(Self.dialogue(tornBy: 0), port: port)
        let isImplicit = [465, 993, 995].contains(port)
        #expect(seen == Seen(isImplicit: isImplicit, isEstablished: true, anomalies: []))
    }

    @Test("inside a record: the other side tells", arguments: ports, [1, 3, 5, 6, 40, 68])
    func insideRecord(port: UInt16, count: Int) throws {
        let seen = try Self.seen(Self.dialogue(tornBy: count), port: port)
        #expect(seen.isEstablished == true)
        #expect(seen.anomalies == [])
    }

    @Test(
        "a recorded connection, at every place of the dialogue",
        arguments: ["tls12", "tls13retry"]
    )
    func recorded(name: String) throws {
        let recording = try TLSRecording(name)
        for count in recording.pieces.indices {
            var dialogue = Dialogue()
            dialogue.hasHandshake = false
            for piece in recording.pieces.dropFirst(count) {
                dialogue.say(piece.octets, from: piece.side == .client ? .a : .b)
            }
            let isOfBoth = Set(recording.pieces.dropFirst(count).map(\.side)).count == 2
            for port in Self.ports {
                guard isOfBoth else {
                    #expect(Self.sessions(of: dialogue, port: port) == [])
                    continue
                }
                let seen = try Self.seen(dialogue, port: port)
                #expect(seen.isEstablished != nil, "from \(count) at \(port)")
                #expect(seen.anomalies == [], "from \(count) at \(port)")
            }
        }
    }

    @Test("whatever pieces it comes in", arguments: [0, 3, 40])
    func segmentation(count: Int) {
        let dialogue = Self.dialogue(tornBy: count)
        let verifier = SegmentationVerifier()
        #expect(verifier.firstDifference(of: dialogue, observer: SMTPObserver()) == nil)
    }

    @Test("a head that ends too early is nothing")
    func shortHead() {
        var dialogue = Dialogue()
        dialogue.hasHandshake = false
        dialogue.say([0x17, 0x03, 0x03], from: .a)
        #expect(Self.sessions(of: dialogue, port: 25) == [])
    }

    @Test(
        "a head of no TLS is text",
        arguments: [[0x17, 0x03, 0x09], [0x17, 0x03, 0x03, 0xFF, 0xFF]]
    )
    func foreignHead(octets: [UInt8]) throws {
        var dialogue = Dialogue()
        dialogue.hasHandshake = false
        dialogue.say(octets + Array("EHLO x\r\n".utf8), from: .a)
        dialogue.say(Array("250 hello\r\n".utf8), from: .b)
        let seen = try Self.seen(dialogue, port: 25)
        #expect(seen.isEstablished == nil)
    }
}
