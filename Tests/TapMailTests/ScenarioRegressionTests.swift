import TapMail
import TapTesting
import Testing

@Suite("What generated dialogues have found")
struct ScenarioRegressionTests {
    @Test("LMTP: the last chunk has a reply for each recipient (RFC 2033 section 4.3)")
    func lmtpChunks() throws {
        let seen = Observed(
            """
            S: 220 lmtp.example
            C: LHLO c
            S: 250-lmtp.example
            S: 250 CHUNKING
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<one@x.net>
            C: RCPT TO:<two@x.net>
            C: BDAT 3 LAST
            C: x
            C: MAIL FROM:<b@y.org>
            C: RCPT TO:<three@x.net>
            C: QUIT
            S: 250 sender
            S: 250 one
            S: 250 two
            S: 452 one is full
            S: 250 two has it
            S: 250 sender
            S: 550 no three
            S: 221 bye
            """
        )
        let first = try #require(seen.transactions.first)
        #expect(first.recipients.map(\.finalCode) == [452, 250])
        #expect(first.outcome == .accepted)
        #expect(first.code == 250)
        #expect(first.text == "two has it")
        #expect(first.encoding == .bdat)
        #expect(seen.transactions.last?.summary == ["three@x.net=550"])
        #expect(seen.anomalies.isEmpty)
    }

    @Test("DATA that is refused and then accepted was not refused")
    func dataAgain() throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 451 later
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 ok
            """
        )
        let transaction = try #require(seen.transactions.first)
        #expect(transaction.dataCode == nil)
        #expect(transaction.outcome == .accepted)
    }

    @Test("the name belongs to the transaction in which it was given, not to the one before")
    func laterName() throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: EHLO later
            S: 250 m
            """
        )
        #expect(try #require(seen.transactions.first).helo == nil)
        #expect(seen.session?.helo == "later")
    }

    @Test("dots are taken out of messages whose lines end with LF alone")
    func dotsBehindLineFeeds() throws {
        let seen = Observed(
            """
            S: 220 m
            C= MAIL FROM:<a@y.org>\\n
            S: 250 ok
            C= RCPT TO:<b@x.net>\\n
            S: 250 ok
            C= DATA\\n
            S: 354 go
            C= one\\n..two\\n..\\n.\\n
            S: 250 ok
            """
        )
        #expect(try #require(seen.transactions.first).dataOctets == 11)
    }

    @Test("the first reply behind a hole may be a code alone: it counts all the same")
    func bareCodeBehindHole() {
        let seen = Observed(
            """
            S: 220 m
            C: HELO c
            S? 250 m
            C: RCPT TO:<a@x.net>
            S: 503
            C: MAIL FROM:<b@y.org>
            S: 250 sender
            C: RCPT TO:<c@x.net>
            S: 251 recipient
            C: RCPT TO:<d@x.net>
            S: 550 none
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 queued
            """
        )
        let codes = ["<a@x.net>": 503, "<c@x.net>": 251, "<d@x.net>": 550]
        for mail in seen.transactions {
            #expect(mail.mailCode == nil || mail.mailCode == 250)
            for recipient in mail.recipients {
                #expect(recipient.code == nil || recipient.code == codes[recipient.address])
            }
        }
        #expect(seen.transactions.last?.text == "queued")
    }

    @Test("a hello pipelined behind MAIL names nobody before its reply")
    func helloBehindMail() throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            C: HELO late
            S: 250 ok
            S: 250 m
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.helo == nil && mail.mailFrom == "<a@y.org>" && mail.mailCode == 250)
    }

    @Test("a message taken behind a refused sender has another, which was lost")
    func refusedSenderBeforeMessage() throws {
        let seen = Observed(
            """
            S: 220 m
            C: HELO c
            S: 250 m
            C? MAIL FROM:<first@y.org>
            S: 250 sender
            C: MAIL FROM:<second@y.org>
            S: 503 nested
            C: RCPT TO:<a@x.net>
            S: 550 none
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 queued
            """
        )
        let mail = try #require(seen.transactions.last)
        #expect(mail.mailFrom == nil)
        #expect(mail.mailCode == nil)
        #expect(mail.text == "queued")
    }
}
