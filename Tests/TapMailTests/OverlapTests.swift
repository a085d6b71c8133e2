import Foundation
import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

/// What the mail observers tell of segments that contradict each other.
@Suite("Overlaps with different octets")
struct OverlapTests {
    /// A connection in which nothing is acknowledged but by what the other side says.
    private static func conversation(port: UInt16 = 25) -> TCPConversation {
        var settings = TCPConversation.Settings()
        settings.b.port = port
        settings.acknowledgesAtOnce = false
        var conversation = TCPConversation(settings)
        conversation.open()
        return conversation
    }

    private static func say(
        _ steps: [(String, Side)],
        in conversation: inout TCPConversation
    ) {
        for (text, side) in steps { conversation.send(text + "\r\n", from: side) }
    }

    /// Sends a line and then another in its place.
    private static func contradict(
        _ line: String,
        by other: String,
        from side: Side = .a,
        in conversation: inout TCPConversation
    ) {
        let number = conversation.number(of: side)
        conversation.send(line + "\r\n", from: side)
        conversation.sendAgain([Array((other + "\r\n").utf8)], at: number, from: side)
    }

    private static func overlaps(_ conversation: TCPConversation) -> [MailOverlap] {
        let pipeline = Pipeline(
            Analyzer(SMTPObserver()),
            Analyzer(POP3Observer()),
            Analyzer(IMAPObserver())
        )
        return pipeline.findings(of: conversation.frames).compactMap { finding in
            guard case .event(let record) = finding else { return nil }
            if case .overlap(let overlap)? = record.event as? SMTPEvent { return overlap }
            if case .overlap(let overlap)? = record.event as? POP3Event { return overlap }
            if case .overlap(let overlap)? = record.event as? IMAPEvent { return overlap }
            return nil
        }
    }

    private static let envelope: [(String, Side)] = [
        ("220 mx.example ESMTP", .b), ("EHLO client.example", .a), ("250 mx.example", .b),
        ("MAIL FROM:<a@client.example>", .a), ("250 Ok", .b),
    ]

    @Test("Both versions of a command are shown, control characters escaped")
    func command() throws {
        var conversation = Self.conversation()
        Self.say(Self.envelope, in: &conversation)
        Self.contradict(
            "RCPT TO:<bob@mx.example>",
            by: "RCPT TO:<eve@mx.example>",
            in: &conversation
        )
        let overlap = try #require(Self.overlaps(conversation).first)
        #expect(overlap.kept == "bob@mx.example>\\x0D\\x0A")
        #expect(overlap.dropped == "eve@mx.example>\\x0D\\x0A")
        #expect(overlap.sender == .a && overlap.client == .a && overlap.dialect == .smtp)
        #expect(overlap.byteCount == 17 && overlap.differingByteCount == 3)
        let before = "EHLO client.example\r\nMAIL FROM:<a@client.example>\r\nRCPT TO:<"
        #expect(overlap.offset == Int64(before.utf8.count))
        #expect(
            overlap.words(of: .example).hasSuffix(
                #"and those behind it: "bob@mx.example>\x0D\x0A" and "eve@mx.example>\x0D\x0A""#
            )
        )
        let json = try JSONEncoder().encode(SMTPEvent.overlap(overlap))
        let top = try #require(
            try JSONSerialization.jsonObject(with: json) as? [String: [String: Any]]
        )
        let keys = try #require(top["overlap"])
        #expect(keys["from"] as? String == "client" && keys["protocol"] as? String == "smtp")
        #expect(keys["length"] as? Int == 17 && keys["differing"] as? Int == 3)
        #expect(keys["kept"] as? String == overlap.kept)
        #expect(SMTPEvent.overlap(overlap).eventType == "overlap_conflict")
    }

    @Test("Both versions of a reply are shown, 128 octets of each at most")
    func reply() throws {
        var conversation = Self.conversation()
        Self.say(Self.envelope + [("RCPT TO:<bob@mx.example>", .a)], in: &conversation)
        let tail = String(repeating: "x", count: 200)
        Self.contradict("550 no " + tail, by: "250 ok " + tail, from: .b, in: &conversation)
        let overlap = try #require(Self.overlaps(conversation).first)
        #expect(overlap.sender == .b && overlap.kept?.hasPrefix("550 no x") == true)
        #expect(overlap.dropped?.hasPrefix("250 ok x") == true)
        #expect(overlap.kept?.utf8.count == 128 && overlap.byteCount == 209)
    }

    /// What comes before, and two versions of what follows; neither may be shown.
    private static let hidden: [(String, [(String, Side)], String, String)] = [
        (
            "the answer to a challenge",
            [("AUTH LOGIN", .a), ("334 UGFzc3dvcmQ6", .b)], "c2VjcmV0MQ==", "c2VjcmV0Mg=="
        ),
        (
            "a command behind a login",
            [("AUTH PLAIN", .a), ("334 ", .b), ("AGEAc2VjcmV0", .a), ("235 Ok", .b)],
            "NOOP secret1", "NOOP secret2"
        ),
        (
            "a message",
            [("RCPT TO:<b@mx.example>", .a), ("250 Ok", .b), ("DATA", .a), ("354 Go on", .b)],
            "my secret1", "my secret2"
        ),
        ("a chunk", [("BDAT 600", .a)], "my secret1", "my secret2"),
        ("what waits for 354", [("DATA", .a)], "my secret1", "my secret2"),
        (
            "a login that only the server may have seen", [], "NOOP secret1xxxx",
            "AUTH PLAIN secret2"
        ),
        ("a password of another protocol", [], "PASS secret1", "PASS secret2"),
    ]

    @Test("What may be a secret or a message is never shown", arguments: hidden.indices)
    func secrets(index: Int) throws {
        let (_, before, line, other) = Self.hidden[index]
        var conversation = Self.conversation()
        Self.say(Self.envelope + before, in: &conversation)
        Self.contradict(line, by: other, in: &conversation)
        let overlap = try #require(Self.overlaps(conversation).first)
        #expect(overlap.kept == nil && overlap.dropped == nil)
        #expect(overlap.byteCount > 0 && overlap.differingByteCount > 0)
        let json = try JSONEncoder().encode(SMTPEvent.overlap(overlap))
        #expect(!String(decoding: json, as: UTF8.self).contains("ecret"))
        #expect(overlap.words(of: .example).hasSuffix("(not shown, they may be a secret)"))
    }

    @Test("Behind a hole, and of what waits behind one, nothing is shown")
    func holes() throws {
        var conversation = Self.conversation()
        Self.say(Self.envelope, in: &conversation)
        conversation.lose(12, from: .a)
        Self.contradict(
            "c2VjcmV0MQ==",
            by: "c2VjcmV0Mg==",
            in: &conversation
        )
        let waiting = try #require(Self.overlaps(conversation).first)
        #expect(waiting.kept == nil && waiting.dropped == nil)
    }

    @Test("Of POP3 and IMAP nothing is shown", arguments: [UInt16(110), 143])
    func mailboxes(port: UInt16) throws {
        var conversation = Self.conversation(port: port)
        let isPOP3 = port == 110
        Self.say([(isPOP3 ? "+OK hello" : "* OK hello", .b)], in: &conversation)
        let verb = isPOP3 ? "PASS" : "a LOGIN bob"
        Self.contradict("\(verb) secret1", by: "\(verb) secret2", in: &conversation)
        let overlap = try #require(Self.overlaps(conversation).first)
        #expect(overlap.dialect == (isPOP3 ? .pop3 : .imap))
        #expect(overlap.kept == nil && overlap.dropped == nil && overlap.differingByteCount == 1)
    }

    @Test("A session tells of 16 at most")
    func flood() {
        var conversation = Self.conversation()
        Self.say(Self.envelope, in: &conversation)
        for _ in 0..<40 { Self.contradict("NOOP a", by: "NOOP b", in: &conversation) }
        #expect(Self.overlaps(conversation).count == 16)
    }
}
