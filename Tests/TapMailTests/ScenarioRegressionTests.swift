import TapFlow
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

    @Test(
        "an empty line of which no header comes stands where it was said, not behind the reply to it"
    )
    func emptyLineBeforeReply() {
        let script = """
            C=\\r\\n
            S: 530 no
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<b@x.net>
            S: 550 sender
            S: 503 recipient
            C: DATA
            S: 554 data
            C: QUIT
            S: 221 bye
            """
        let seen = Observed(Dialogue(script: script, hasHandshake: false))
        for mail in seen.transactions {
            #expect(mail.mailCode == nil || mail.mailCode == 550)
            #expect(mail.recipients.allSatisfy { $0.code == nil || $0.code == 503 })
        }
    }

    @Test("the first replies of a server may be lost, and behind them a command of the client")
    func unheardServer() {
        let seen = Observed(
            """
            S? 220 m
            C: HELO c
            S? 250 m
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<one@x.net>
            C? RCPT TO:<two@x.net>
            C: RCPT TO:<three@x.net>
            C: RSET
            S: 250 sender
            S: 251 one
            S: 452 two
            S: 550 three
            S: 250 reset
            C: QUIT
            S: 221 bye
            """
        )
        let codes = ["<one@x.net>": 251, "<three@x.net>": 550]
        for recipient in seen.transactions.flatMap(\.recipients) {
            #expect(recipient.code == nil || recipient.code == codes[recipient.address])
        }
    }

    @Test("a reply behind STARTTLS may be lost where no TLS comes")
    func lostReplyBehindSTARTTLS() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: STARTTLS
            S: 220 go ahead
            C: EHLO again
            S? 250 m
            C: MAIL FROM:<a@y.org>
            S: 451 sender
            C: RCPT TO:<b@x.net>
            S: 503 recipient
            C: DATA
            S: 554 data
            C: MAIL FROM:<c@y.org>
            S: 250 sender
            C: QUIT
            S: 221 bye
            """
        )
        let codes = ["<a@y.org>": 451, "<c@y.org>": 250]
        for mail in seen.transactions {
            #expect(mail.mailCode == nil || mail.mailCode == codes[mail.mailFrom ?? ""])
            #expect(mail.recipients.allSatisfy { $0.code == nil || $0.code == 503 })
        }
    }

    @Test("the end of a message and its reply are lost: the next reply is not the message's")
    func lostEndAndReply() {
        let script = """
            S: 220 m
            C: HELO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 sender
            C: RCPT TO:<b@x.net>
            S: 250 recipient
            C: DATA
            S: 354 go
            C: text
            C? .
            S? 451 message
            C: QUIT
            S: 225 odd
            """
        var settings = TCPConversation.Settings()
        // The server's next reply says that it has the end of the message: the client's hole is seen last.
        settings.acknowledgesAtOnce = false
        let seen = Observed(Dialogue(script: script), settings: settings)
        #expect(seen.transactions.allSatisfy { $0.code == nil && $0.outcome == .unfinished })
        #expect(seen.transactions.first?.summary == ["b@x.net=250"])
    }

    @Test("a refusal behind a hole of a message is its end or not: nothing is told of it")
    func refusalBehindHoleOfMessage() {
        let seen = Observed(
            """
            S: 220 m
            C: HELO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 sender
            C: RCPT TO:<b@x.net>
            S: 250 recipient
            C: DATA
            S: 354 go
            C: text
            C? .
            C: RSET
            S: 554 message
            S: 250 reset
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.count == 1)
        #expect(seen.transactions.allSatisfy { $0.code == nil || $0.code == 554 })
        #expect(seen.transactions.first?.summary == ["b@x.net=250"])
    }

    @Test(
        "of a reply that no line end and no FIN follows the text is not told",
        arguments: [true, false]
    )
    func tornLastReply(isWhole: Bool) throws {
        let script = """
            S: 220 m
            C: HELO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 sender
            C: RCPT TO:<b@x.net>
            S: 250 recipient
            C: DATA
            S: 354 go
            C: text
            C: .
            S= 250 queued as
            """
        let seen = Observed(Dialogue(script: script, ending: isWhole ? .close(.b) : .none))
        let mail = try #require(seen.transactions.first)
        #expect(mail.code == 250 && mail.outcome == .accepted)
        #expect(mail.text == (isWhole ? "queued as" : ""))
    }

    @Test("a client whose lines end with LF ends its message with LF.LF, whatever dot comes behind")
    func refusedDataBehindLineFeeds() {
        let seen = Observed(
            """
            S: 220 m
            C= MAIL FROM:<a@y.org>\\n
            S: 250 ok
            C= RCPT TO:<b@x.net>\\n
            S: 250 ok
            C= DATA\\n
            S: 354 go
            C= one\\n.\\nMAIL FROM:<c@y.org>\\nRCPT TO:<d@x.net>\\nDATA\\nno\\n.\\n
            S: 250 queued
            S: 250 sender
            S: 250 recipient
            S: 554 data
            S: 500 no
            S: 500 dot
            C= QUIT\\n
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<a@y.org>", "<c@y.org>"])
        #expect(seen.transactions.map(\.dataOctets) == [4, nil])
        #expect(seen.transactions.last?.summary == ["d@x.net=250"])
        #expect(seen.transactions.last?.dataCode == 554)
    }

    @Test("a refused message of an unknown sender is not the next sender's")
    func senderOfRefusedMessage() throws {
        let script = """
            S: 250 recipient
            C: MAIL FROM:<second@y.org>
            S: 503 nested
            C: RCPT TO:<a@x.net>
            S: 250 recipient
            C: DATA
            S: 354 go
            C: text
            C: .
            S: 451 message
            C: QUIT
            S: 221 bye
            """
        let seen = Observed(Dialogue(script: script, hasHandshake: false))
        let mail = try #require(seen.transactions.last)
        #expect(mail.code == 451 && mail.mailFrom == nil)
    }

    @Test("LMTP has no place at port 25, where a reply behind a message is the only one")
    func noLMTPAtPort25() {
        let script = """
            C: MAIL FROM:<a@y.org>
            S: 250 sender
            C: RCPT TO:<b@x.net>
            S: 250 recipient
            C: RCPT TO:<c@x.net>
            S: 250 recipient
            C: DATA
            S: 354 go
            C: text
            C: .
            S: 250 queued
            C: MAIL FROM:<d@y.org>
            S: 250 sender
            C: RCPT TO:<e@x.net>
            S: 452 recipient
            """
        let dialogue = Dialogue(script: script, hasHandshake: false)
        #expect(Observed(dialogue).transactions.last?.summary == ["e@x.net=452"])
        var lmtp = dialogue
        lmtp.port = 24
        let seen = Observed(lmtp, configuration: .init(ports: [24]))
        #expect(seen.transactions.last?.summary == ["e@x.net=nil"])
    }

    @Test("LMTP: a reply behind the message is lost, and none is told of another recipient")
    func lostLMTPReplies() {
        let finals = ["452 one", "550 two", "250 three", "554 four"]
        for isPipelined in [false, true] {
            for lost in 1..<(1 << finals.count) {
                let replies = finals.enumerated().map { index, reply in
                    (lost >> index & 1 == 1 ? "S? " : "S: ") + reply
                }
                let next = ["C: MAIL FROM:<b@y.org>", "C: RCPT TO:<five@x.net>"]
                let answers = ["S: 250 sender", "S: 251 five"]
                let script =
                    [
                        "S: 220 m", "C: LHLO c", "S: 250 m", "C: MAIL FROM:<a@y.org>", "S: 250 ok",
                        "C: RCPT TO:<one@x.net>", "S: 250 ok", "C: RCPT TO:<two@x.net>",
                        "S: 250 ok", "C: RCPT TO:<three@x.net>", "S: 250 ok",
                        "C: RCPT TO:<four@x.net>", "S: 250 ok", "C: DATA", "S: 354 go", "C: text",
                        "C: .",
                    ] + (isPipelined ? next + replies : replies + next) + answers + [
                        "C: QUIT", "S: 221 bye",
                    ]
                let seen = Observed(script.joined(separator: "\n"))
                let truth: [String: Int?] = [
                    "<one@x.net>": 452, "<two@x.net>": 550, "<three@x.net>": 250,
                    "<four@x.net>": 554, "<five@x.net>": nil,
                ]
                for recipient in seen.transactions.flatMap(\.recipients) {
                    #expect(
                        recipient.finalCode == nil
                            || recipient.finalCode == truth[recipient.address],
                        "\(recipient) without \(lost), pipelined: \(isPipelined)"
                    )
                    let code = recipient.address == "<five@x.net>" ? 251 : 250
                    #expect(recipient.code == nil || recipient.code == code)
                }
                #expect(seen.transactions.first?.recipients.count == 4)
                #expect(seen.transactions.first?.isIncomplete == true)
            }
        }
    }

    @Test(
        "replies to smuggled commands are lost: those that are left belong to none of them for certain"
    )
    func lostRepliesToSmuggled() {
        let seen = Observed(
            """
            S: 220 m
            C: HELO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 sender
            C: RCPT TO:<b@x.net>
            S: 250 recipient
            C: DATA
            S: 354 go
            C= one\\r\\n.\\rMAIL FROM:<in@y.org>\\r\\nRCPT TO:<to@x.net>\\r\\nDATA\\r\\nno\\r\\n.\\r\\n
            S: 250 outer
            S? 250 sender
            S? 550 recipient
            S: 554 data
            S: 500 no
            S: 500 dot
            C: QUIT
            S: 221 bye
            """
        )
        let codes = ["<b@x.net>": 250, "<to@x.net>": 550]
        for mail in seen.transactions {
            #expect(mail.mailCode == nil || mail.mailCode == 250)
            for recipient in mail.recipients {
                #expect(recipient.code == nil || recipient.code == codes[recipient.address])
            }
        }
        #expect(seen.transactions.first?.text == "outer")
    }

    @Test("an empty message whose lines end with LF ends with its first line")
    func emptyMessageOfLineFeeds() {
        let seen = Observed(
            """
            S: 220 m
            C= MAIL FROM:<a@y.org>\\n
            S: 250 ok
            C= RCPT TO:<b@x.net>\\n
            S: 250 ok
            C= DATA\\n
            S: 354 go
            C= .\\nMAIL FROM:<c@y.org>\\nRCPT TO:<d@x.net>\\nDATA\\nno\\n.\\n
            S: 250 queued
            S: 250 sender
            S: 250 recipient
            S: 554 data
            S: 500 no
            S: 500 dot
            C= QUIT\\n
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<a@y.org>", "<c@y.org>"])
        #expect(seen.transactions.map(\.dataOctets) == [0, nil])
    }

    @Test("LMTP: behind a refused chunk a recipient that is accepted has a reply of its own")
    func recipientBehindRefusedChunk() throws {
        let seen = Observed(
            """
            S: 220 m
            C: LHLO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<one@x.net>
            S: 250 one
            C: BDAT 3
            C: x
            S: 452 no chunk
            C: RCPT TO:<two@x.net>
            S: 250 two
            C: BDAT 3 LAST
            C: y
            S: 452 one
            S: 550 two
            C: QUIT
            S: 221 bye
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.recipients.map(\.finalCode) == [452, 550])
        #expect(seen.anomalies.isEmpty)
    }
}
