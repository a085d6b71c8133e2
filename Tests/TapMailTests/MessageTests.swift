import TapFlow
import TapMail
import TapTesting
import Testing

@Suite("Messages: where they end, and how many octets they have")
struct MessageTests {
    @Test("BDAT chunks are counted, whatever is in them, and pipelined transactions follow")
    func chunks() {
        let seen = Observed(MailScripts.chunks)
        #expect(seen.transactions.map(\.dataOctets) == [15, 0])
        #expect(seen.transactions.map(\.code) == [250, 503])
        #expect(seen.transactions.map(\.encoding) == [.bdat, .bdat])
        #expect(seen.transactions.map(\.outcome) == [.accepted, .rejected])
    }

    @Test("the octets of a refused chunk are consumed all the same")
    func refusedChunk() {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: BDAT 12 LAST
            C= QUIT\\r\\nRSET\\r\\n
            S: 503 no recipients
            C: MAIL FROM:<b@y.org>
            S: 250 ok
            """
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<a@y.org>", "<b@y.org>"])
        #expect(seen.transactions.first?.code == 503)
    }

    @Test("a refused chunk ends a transaction that is given up, none that the capture leaves open")
    func lastRefusedChunk() {
        let script = """
            S: 220 m
            C: EHLO c
            S: 250-m
            S: 250 CHUNKING
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: BDAT 3
            C= x\\r\\n
            S: 452 no chunk
            C: RSET
            S: 451 not now
            """
        for (ending, code) in [(Dialogue.Ending.close(.a), 452), (.reset(.b), 452), (.none, nil)] {
            let seen = Observed(Dialogue(script: script, ending: ending))
            #expect(seen.transactions.map(\.code) == [code], "\(ending)")
            #expect(seen.transactions.map(\.outcome) == [.rejected])
        }
    }

    @Test(
        "a BDAT that is none consumes nothing",
        arguments: ["-10", "5 X", "", "99999999999999999999 LAST", "1 2 3"]
    )
    func invalidChunk(argument: String) {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: BDAT \(argument)
            C: RSET
            S: 501 syntax
            S: 250 ok
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.dataOctets) == [nil])
        #expect(seen.transactions.map(\.outcome) == [.reset])
        #expect(seen.anomalies == ["invalid_bdat"])
    }

    @Test("DATA refused, the text sent all the same is no message")
    func refusedData() {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            C: DATA
            C: one
            C: .
            S: 250 ok
            S: 503 no recipients
            S: 500 what
            S: 500 what
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.dataOctets) == [nil])
        #expect(seen.transactions.map(\.outcome) == [.rejected])
        #expect(seen.transactions.map(\.dataCode) == [503])
    }

    @Test("LF-only dialogues end where the server says so, and what follows is read as commands")
    func lineFeeds() throws {
        let seen = Observed(MailScripts.lineFeeds)
        let mail = try #require(seen.transactions.first)
        #expect(mail.code == 250 && mail.dataOctets == 9)
        #expect(seen.anomalies.contains("nonstandard_end_of_data"))
        #expect(seen.anomalies.contains("lf_only"))
    }

    @Test(
        "every odd end of data that the server takes ends the message there",
        arguments: [
            "\\n.\\n", "\\r.\\r", "\\r.\\n", "\\n.\\r", "\\n.\\r\\n", "\\r\\n.\\n", "\\r.\\r\\n",
            "\\r\\n.\\r",
            "\\r\\n\\0.\\r\\n", "\\r\\n.\\0\\r\\n",
        ]
    )
    func oddEnds(end: String) throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C= text\(end)
            S: 250 queued
            C: MAIL FROM:<c@y.org>
            S: 250 ok
            """
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<a@y.org>", "<c@y.org>"])
        let mail = try #require(seen.transactions.first)
        #expect(mail.outcome == .accepted)
        #expect((5...7).contains(mail.dataOctets ?? 0))
        #expect(seen.anomalies.contains("nonstandard_end_of_data"))
        let told = try #require(seen.odd.first)
        #expect(seen.odd.count == 1)
        #expect(told.kind == .oddEndOfData && told.escapedTerminator == end)
        #expect(told.code == 250 && told.messageOctets == mail.dataOctets)
        #expect(told.verbs.isEmpty && !told.isIncomplete)
        // Before the transaction that it ends, and long before the session.
        #expect(seen.events.first == .anomaly(told))
    }

    @Test(
        "the same octets inside a message that goes on mean nothing",
        arguments: ["\\n.\\n", "\\r.\\r", "\\r\\n.\\n", "\\r\\n\\0.\\r\\n", "\\r\\n..\\r\\n"]
    )
    func oddEndsInside(end: String) {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C= text\(end)QUIT\\r\\n.\\r\\n
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.count == 1)
        #expect(seen.transactions.first?.code == 250)
        #expect(seen.anomalies.isEmpty)
    }

    @Test("a smuggled message that the server took is told as one of its own")
    func smuggling() {
        let seen = Observed(MailScripts.smuggling)
        #expect(seen.transactions.map(\.mailFrom) == ["<outer@y.org>", "<admin@victim.example>"])
        #expect(seen.transactions.last?.summary == ["b@victim.example=250"])
        #expect(seen.transactions.last?.code == 250)
        #expect(seen.anomalies.contains("smuggling_accepted"))
        #expect(seen.odd.map(\.kind) == [.smuggling])
        #expect(seen.odd.first?.hasEnvelope == true)
        #expect(seen.odd.first?.verbs.prefix(3) == ["MAIL", "RCPT", "DATA"])
    }

    /// A message with another in it, and commands that the client sends behind it at once.
    private static func smuggling(before commands: String, _ replies: String) -> String {
        let message = """
            C= one\\r\\n\\n.\\nMAIL FROM:<admin@victim.example>\\r\\nRCPT TO:<b@victim.example>\\r\\n
            C= DATA\\r\\nfake\\r\\n.\\r\\n
            """
        let envelope = """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<outer@y.org>
            S: 250 ok
            C: RCPT TO:<a@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            """
        return [envelope, message, commands, "S: 250 queued outer", replies].joined(separator: "\n")
    }

    @Test("replies belong to what was smuggled, not to the commands sent behind the message")
    func commandsBehindSmuggling() {
        let seen = Observed(
            Self.smuggling(
                before: """
                    C: MAIL FROM:<next@y.org>
                    C: RCPT TO:<n@x.net>
                    C: DATA
                    """,
                """
                S: 250 inner sender
                S: 250 inner recipient
                S: 354 go
                S: 250 queued inner
                S: 250 next sender
                S: 550 next recipient
                S: 503 no
                C: QUIT
                S: 221 bye
                """
            )
        )
        #expect(
            seen.transactions.map(\.mailFrom) == [
                "<outer@y.org>", "<admin@victim.example>", "<next@y.org>",
            ]
        )
        #expect(
            seen.transactions.map(\.summary) == [
                ["a@x.net=250"], ["b@victim.example=250"], ["n@x.net=550"],
            ]
        )
        #expect(seen.transactions.map(\.code) == [250, 250, nil])
        #expect(seen.odd.map(\.kind) == [.smuggling])
        #expect(seen.anomalies.contains("smuggling_accepted"))
    }

    @Test(
        "where the server has ignored what stands in the message, replies belong to the commands behind it"
    )
    func commandsBehindIgnored() {
        let seen = Observed(
            Self.smuggling(
                before: """
                    C: NOOP
                    C: MAIL FROM:<next@y.org>
                    C: RCPT TO:<n@x.net>
                    """,
                """
                S: 250 nothing
                S: 250 next sender
                S: 250 next recipient
                C: QUIT
                S: 221 bye
                """
            )
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<outer@y.org>", "<next@y.org>"])
        #expect(seen.transactions.map(\.summary) == [["a@x.net=250"], ["n@x.net=250"]])
        #expect(seen.odd.isEmpty)
    }

    @Test("what may belong to either is nobody's")
    func commandsBehindUncertain() {
        let seen = Observed(
            Self.smuggling(
                before: "C: MAIL FROM:<next@y.org>\nC: RCPT TO:<n@x.net>",
                "S: 250 sender\nS: 250 recipient"
            )
        )
        #expect(seen.transactions.first?.mailFrom == "<outer@y.org>")
        #expect(seen.transactions.first?.code == 250)
        for transaction in seen.transactions.dropFirst() {
            #expect(transaction.mailCode == nil)
            #expect(transaction.recipients.allSatisfy { $0.code == nil })
            #expect(transaction.outcome != .accepted && transaction.outcome != .rejected)
        }
        #expect(seen.odd.isEmpty)
    }

    @Test("a refusal at an odd end is told only when the connection ends")
    func refusedOddEnd() {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C= text\\n.\\n
            S: 554 bare LF
            """
        )
        #expect(seen.anomalies.contains("nonstandard_end_of_data"))
        #expect(seen.odd.isEmpty)
    }

    @Test("a hole makes what is odd incomplete")
    func oddBehindHole() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S? 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C= text\\n.\\n
            S: 250 queued
            """
        )
        #expect(seen.odd.map(\.kind) == [.oddEndOfData])
        #expect(seen.odd.map(\.isIncomplete) == [true])
    }

    @Test("a refusal before the message has ended is its code if none follows")
    func earlyRefusal() {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C: too large
            S: 552 too large
            C: and more
            """
        )
        #expect(seen.transactions.map(\.code) == [552])
        #expect(seen.transactions.map(\.outcome) == [.rejected])
        #expect(seen.anomalies == ["reply_during_data"])
    }

    @Test(
        "a connection that breaks inside the message",
        arguments: [Dialogue.Ending.none, .reset(.a)]
    )
    func broken(ending: Dialogue.Ending) {
        let script = """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C= one\\r\\n..two
            """
        let seen = Observed(Dialogue(script: script, ending: ending))
        #expect(seen.transactions.map(\.dataOctets) == [9])
        #expect(seen.transactions.map(\.outcome) == [ending == .none ? .unfinished : .aborted])
    }

    @Test("LMTP: a reply for each accepted recipient, one acceptance is enough")
    func lmtp() throws {
        let seen = Observed(MailScripts.lmtp)
        let mail = try #require(seen.transactions.first)
        #expect(mail.dialect == .lmtp)
        #expect(mail.recipients.map(\.code) == [250, 550, 250])
        #expect(mail.recipients.map(\.finalCode) == [452, nil, 250])
        #expect(mail.code == 250 && mail.outcome == .accepted)
    }

    @Test("more than a megabyte of body does not hide the second mail")
    func depth() {
        var dialogue = Dialogue(
            script: """
                S: 220 m
                C: MAIL FROM:<a@y.org>
                S: 250 ok
                C: RCPT TO:<b@x.net>
                S: 250 ok
                C: DATA
                S: 354 go
                """
        )
        let line = String(repeating: "x", count: 998) + "\r\n"
        dialogue.a(String(repeating: line, count: 1_200))
        dialogue.a(".\r\n")
        dialogue.b("250 ok\r\n")
        dialogue.a("MAIL FROM:<c@y.org>\r\n")
        dialogue.b("250 ok\r\n")
        let seen = Observed(dialogue)
        #expect(seen.transactions.map(\.mailFrom) == ["<a@y.org>", "<c@y.org>"])
        #expect(seen.transactions.first?.dataOctets == 1_200_000)
    }

    @Test("long lines are cut, not lost")
    func longLines() {
        let name = String(repeating: "n", count: 5_000)
        let seen = Observed("S: 220 m\nC: EHLO \(name)\nS: 250 m\nC: QUIT\nS: 221 bye")
        #expect(seen.session?.helo?.utf8.count == 4_096 - 5)
        #expect(seen.anomalies == ["line_too_long"])
        let endless = String(repeating: "x", count: 200_000)
        let after = Observed("S: 220 m\nC: \(endless)\nS: 500 too long\nC: MAIL FROM:<>\nS: 250 ok")
        #expect(after.transactions.map(\.mailFrom) == ["<>"])
    }
}
