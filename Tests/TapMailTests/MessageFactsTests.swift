import Foundation
import TapFlow
import TapMail
import TapTesting
import TapWire
import Testing

@Suite("Message facts: what the header says, never the body")
struct MessageFactsTests {
    private static let header = """
        C: Received: from mail.example.net (mail.example.net [192.0.2.7])
        C:  by mx.example.org (Postfix) with ESMTP id 4F1
        C:  for <b@example.org>; Mon, 23 Nov 2026 12:00:00 +0000
        C: Received: from [10.0.0.5] (unknown [IPv6:2001:db8::5])
        C: \tby mail.example.net; Mon, 23 Nov 2026 11:59:00 +0000
        C: message-id : <one@example.net>
        C: Date: Mon, 23 Nov 2026 11:59:00 +0000
        C: Subject: a secret of the sender's
        C:  and more of it
        C: Auto-Submitted: auto-replied
        C: List-Id: <list.example.net>
        C: Message-ID: <two@example.net>
        C: X-Dotted: a
        C: ..dot
        C: 
        C: Date: not a header any more
        """

    private static let sent = """
        S: 220 m
        C: EHLO c
        S: 250 m
        C: MAIL FROM:<a@example.net>
        S: 250 ok
        C: RCPT TO:<b@example.org>
        S: 250 ok
        C: DATA
        S: 354 go
        \(header)
        C: .
        S: 250 ok
        C: QUIT
        S: 221 bye
        """

    private func expectHeader(_ facts: MessageFacts?) throws {
        let facts = try #require(facts)
        #expect(facts.identifier == "<one@example.net>")
        #expect(facts.date == "Mon, 23 Nov 2026 11:59:00 +0000")
        #expect(facts.autoSubmitted == "auto-replied")
        #expect(facts.listIdentifier == "<list.example.net>" && facts.isFromList)
        #expect(facts.hopCount == 2 && !facts.isCut)
        #expect(
            facts.hops == [
                MessageHop(
                    from: "mail.example.net",
                    address: IPAddress("192.0.2.7"),
                    by: "mx.example.org",
                    identifier: "4F1"
                ),
                MessageHop(
                    from: "[10.0.0.5]",
                    address: IPAddress("10.0.0.5"),
                    by: "mail.example.net"
                ),
            ]
        )
    }

    @Test("of a message sent with DATA")
    func data() throws {
        let seen = Observed(Self.sent)
        try expectHeader(seen.transactions.first?.message)
        #expect(seen.transactions.first?.message?.subject == nil)
        #expect(!"\(seen.events)".contains("secret of the sender"))
    }

    @Test("the subject only where it is asked for")
    func subject() {
        let seen = Observed(Self.sent, configuration: .init(keepsSubjects: true))
        let subject = seen.transactions.first?.message?.subject
        #expect(subject == "a secret of the sender's and more of it")
    }

    @Test("of messages sent in chunks, each its own")
    func chunks() throws {
        let lines = Self.header.split(separator: "\n").map { line in
            let text = line.drop { $0 == " " }.dropFirst(3)
            return (text.hasPrefix("..") ? String(text.dropFirst()) : String(text)) + "\r\n"
        }
        let octets = Array(lines.joined().utf8)
        var dialogue = Dialogue(
            script:
                "S: 220 m\nC: EHLO c\nS: 250 m\nC: MAIL FROM:<a@x.net>\nS: 250 ok\nC: RCPT TO:<b@y.net>\nS: 250 ok"
        )
        dialogue.say(Array("BDAT 100\r\n".utf8) + octets.prefix(100), from: .a)
        dialogue.say(Array("250 ok\r\n".utf8), from: .b)
        let rest = octets.dropFirst(100)
        dialogue.say(Array("BDAT \(rest.count) LAST\r\n".utf8) + rest, from: .a)
        let second = "Message-ID: <next@x.net>\r\n\r\nbody\r\n"
        dialogue.say(
            Array(
                ("MAIL FROM:<c@x.net>\r\nRCPT TO:<d@y.net>\r\nBDAT \(second.utf8.count) LAST\r\n"
                    + second).utf8
            ),
            from: .a
        )
        dialogue.say(Array("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n".utf8), from: .b)
        let seen = Observed(dialogue)
        #expect(seen.transactions.count == 2)
        try expectHeader(seen.transactions.first?.message)
        #expect(seen.transactions.last?.message?.identifier == "<next@x.net>")
    }

    @Test("a hole in the header ends what is told of it")
    func hole() throws {
        let script = Self.sent.replacingOccurrences(of: "C: Date: Mon", with: "C? Date: Mon")
        let facts = try #require(Observed(script).transactions.first?.message)
        #expect(facts.identifier == nil || facts.identifier == "<one@example.net>")
        #expect(facts.autoSubmitted == nil && facts.date == nil && facts.isCut)
    }

    @Test("words of the subject that look like addresses, by digests only")
    func subjectWords() throws {
        let subject =
            "C: Subject: open 192.0.2.25:25, smtp://Ann@example.org. -mail.example.org- x.y done"
        let script = Self.sent.replacingOccurrences(
            of: "C: Subject: a secret of the sender's\nC:  and more of it",
            with: subject
        )
        let seen = Observed(script)
        #expect(
            try #require(seen.transactions.first?.message).subjectWords
                == ["192.0.2.25", "ann@EXAMPLE.org", "mail.example.org"]
                .map(AddressWords.digest(of:))
        )
        #expect(!"\(seen.events)".contains("192.0.2.25:25"))
        #expect(try #require(Observed(Self.sent).transactions.first?.message).subjectWords.isEmpty)
    }

    @Test("EVE's words")
    func encoding() throws {
        let event = try #require(
            Observed(Self.sent).events.first { if case .transaction = $0 { true } else { false } }
        )
        let data = try JSONEncoder().encode(event)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let smtp = try #require(object["smtp"] as? [String: Any])
        let message = try #require(smtp["message"] as? [String: Any])
        #expect(message["id"] as? String == "<one@example.net>")
        #expect(message["hops"] as? Int == 2)
        let received = try #require(message["received"] as? [[String: Any]])
        #expect(received.first?["ip"] as? String == "192.0.2.7")
        #expect(received.map { $0["id"] as? String } == ["4F1", nil])
    }
}
