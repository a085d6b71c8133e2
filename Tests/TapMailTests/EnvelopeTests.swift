import TapFlow
import TapMail
import Testing

@Suite("Envelopes: what the replies say stands")
struct EnvelopeTests {
    /// As long as what is kept, with its brackets.
    private static let long = String(repeating: "a", count: 1_016) + "@y.org"

    @Test("the story's mail: null sender, 1117 octets, a stranger")
    func nullSender() throws {
        let seen = Observed(MailScripts.nullSender)
        let mail = try #require(seen.transactions.first)
        #expect(seen.transactions.count == 1)
        #expect(mail.mailFrom == "<>")
        #expect(mail.mailCode == 250)
        #expect(mail.size == 1117)
        #expect(mail.summary == ["a@example.net=250"])
        #expect(mail.code == 250)
        #expect(mail.outcome == .accepted)
        #expect(mail.helo == "eyebox")
        #expect(mail.dataOctets == 25)
        #expect(mail.encoding == .data)
        #expect(mail.authentication == .none)
        #expect(!mail.isIncomplete)
        #expect(mail.serverName == "mail.example")
        #expect(mail.queueIdentifier == "4F3250ABCD")
        #expect(seen.session?.reason == .finished)
        #expect(seen.session?.helo == "eyebox")
        #expect(seen.session?.capabilities == ["PIPELINING", "SIZE 10240000", "STARTTLS"])
        #expect(seen.session?.startTLS == .offered)
        #expect(seen.anomalies.isEmpty)
    }

    @Test("a path behind FROM and TO without a colon, as some servers take it")
    func noColon() throws {
        let seen = Observed(
            """
            S: 220 m
            C: HELO c
            S: 250 m
            C: MAIL FROM a@y.org SIZE=7
            S: 250 a
            C: RCPT TO\tb@x.net
            S: 250 b
            C: RCPT TOM
            S: 550 tom
            C: QUIT
            S: 221 bye
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.mailFrom == "<a@y.org>" && mail.size == 7)
        #expect(mail.recipients.map(\.address) == ["<b@x.net>", "<TOM>"])
    }

    @Test("pipelined commands get the replies in order, refused ones too")
    func pipelining() throws {
        let mail = try #require(Observed(MailScripts.pipelined).transactions.first)
        #expect(mail.summary == ["a@x.net=250", "b@x.net=550", "c@x.net=451", "d@x.net=250"])
        #expect(mail.recipients[1].text == "5.1.1 no b")
        #expect(mail.outcome == .accepted)
    }

    @Test("everything in one segment before the greeting")
    func earlyTalker() throws {
        let seen = Observed(
            """
            C: HELO bot
            C: MAIL FROM:<s@y.org>
            C: RCPT TO:<a@x.net>
            C: DATA
            C: hello
            C: .
            S: 220 mail.example
            S: 250 mail.example
            S: 250 ok
            S: 250 ok
            S: 354 go
            S: 250 taken
            C: QUIT
            S: 221 bye
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.summary == ["a@x.net=250"])
        #expect(mail.dataOctets == 7)
        #expect(mail.code == 250)
        #expect(seen.anomalies == ["early_talker"])
    }

    @Test("RSET ends a transaction; refused recipients make it rejected")
    func reset() {
        let seen = Observed(MailScripts.reset)
        #expect(seen.transactions.map(\.outcome) == [.reset, .rejected, .accepted])
        #expect(seen.transactions.map(\.number) == [0, 1, 2])
        #expect(seen.session?.transactions == 3)
        #expect(seen.session?.accepted == 1)
        #expect(seen.session?.rejected == 1)
    }

    @Test("EHLO in the middle: accepted it resets, refused it keeps")
    func helloInTheMiddle() {
        let seen = Observed(MailScripts.helloInTheMiddle)
        #expect(seen.transactions.map(\.mailFrom) == ["<one@y.org>", "<two@y.org>"])
        #expect(seen.transactions.map(\.outcome) == [.reset, .accepted])
        #expect(seen.session?.helo == "c2")
    }

    @Test("a nested MAIL that is refused leaves the first sender")
    func nestedMail() throws {
        let seen = Observed(MailScripts.nestedMail)
        #expect(seen.transactions.map(\.mailFrom) == ["<first@y.org>"])
        #expect(seen.transactions.first?.mailCode == 250)
        #expect(seen.anomalies == ["nested_mail"])
    }

    @Test("RCPT and DATA before MAIL, refused, are no transaction")
    func outOfOrder() {
        let seen = Observed(MailScripts.outOfOrder)
        #expect(seen.transactions.map(\.mailFrom) == ["<alice@y.org>"])
        #expect(seen.transactions.first?.summary == ["bob@x.net=250"])
    }

    @Test("DATA with no envelope, accepted, is a transaction with neither sender nor recipient")
    func noEnvelope() throws {
        let seen = Observed(
            """
            S: 220 m
            C: HELO c
            S: 250 m
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.mailFrom == nil && mail.recipients.isEmpty && mail.code == 250)
        #expect(seen.anomalies == ["data_without_envelope"])
    }

    @Test("a refused sender with pipelined recipients is rejected and keeps their codes")
    func refusedSender() throws {
        let seen = Observed(MailScripts.refusedSender)
        let first = try #require(seen.transactions.first)
        #expect(first.mailCode == 553 && first.code == nil && first.outcome == .rejected)
        #expect(first.summary == ["a@x.net=503"])
        #expect(first.dataCode == 503 && first.dataOctets == nil)
        #expect(seen.transactions.last?.code == 554)
        #expect(seen.transactions.last?.outcome == .rejected)
    }

    @Test("QUIT behind MAIL is a probe that was broken off")
    func quitAfterMail() {
        let seen = Observed(MailScripts.probe)
        #expect(seen.transactions.map(\.outcome) == [.aborted])
        #expect(seen.transactions.first?.code == nil)
    }

    @Test("MAIL behind QUIT is told as what it is: said, and never answered")
    func mailBehindQuit() throws {
        let seen = Observed(
            "S: 220 m\nC: EHLO c\nS: 250 m\nC: QUIT\nC: MAIL FROM:<a@y.org>\nS: 221 bye"
        )
        let mail = try #require(seen.transactions.first)
        #expect(seen.transactions.count == 1 && seen.session?.transactions == 1)
        #expect(mail.mailFrom == "<a@y.org>" && mail.mailCode == nil && mail.code == nil)
        #expect(mail.outcome == .aborted && mail.recipients.isEmpty)
    }

    @Test("SEND, SOML and SAML that a server takes open a transaction", arguments: Self.senders)
    func oldSenders(_ verb: String) throws {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: \(verb) FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C: hi
            C: .
            S: 250 queued
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(seen.transactions.count == 1 && seen.anomalies.isEmpty)
        #expect(mail.mailFrom == "<a@y.org>" && mail.mailCode == 250)
        #expect(mail.summary == ["b@x.net=250"] && mail.code == 250)
    }

    @Test("those that a server refuses, or never answers, change nothing", arguments: Self.senders)
    func refusedOldSenders(_ verb: String) throws {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: \(verb) FROM:<a@y.org>
            S: 502 no such command
            C: MAIL FROM:<b@y.org>
            S: 250 ok
            C: \(verb) FROM:<c@y.org>
            S: 503 nested
            C: RCPT TO:<d@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C: hi
            C: .
            S: 250 queued
            C: \(verb) FROM:<e@y.org>
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(seen.transactions.count == 1 && seen.anomalies.isEmpty)
        #expect(mail.mailFrom == "<b@y.org>" && mail.summary == ["d@x.net=250"])
    }

    private static let senders = ["SEND", "SOML", "saml"]

    @Test(
        "paths as clients write them",
        arguments: [
            ("MAIL FROM:a@y.org", "<a@y.org>"),
            ("MAIL FROM: <a@y.org>  SIZE=3", "<a@y.org>"),
            ("mail from:<a@y.org>SIZE=3", "<a@y.org>"),
            ("MAIL FROM:<\"a>b\"@y.org>", "<\"a>b\"@y.org>"),
            ("MAIL FROM:<@r1.net,@r2.net:a@y.org>", "<@r1.net,@r2.net:a@y.org>"),
            ("MAIL FROM:<user%x.net@y.org>", "<user%x.net@y.org>"),
            ("MAIL FROM:", "<>"),
            ("MAIL  FROM :<a@y.org>", "<a@y.org>"),
            ("MAIL FROM<a@y.org>", "<a@y.org>"),
            ("MAIL a@y.org", "<a@y.org>"),
            ("MAIL FROM:Alice <a@y.org> SIZE=3", "<a@y.org>"),
            ("MAIL FROM:\"Alice <b@x.org>\" <a@y.org>", "<a@y.org>"),
            ("MAIL FROM:Alice<a@y.org>", "<a@y.org>"),
            ("MAIL FROM:<a@y.org SIZE=3", "<a@y.org>"),
            ("MAIL FROM:a@y.org> SIZE=3", "<a@y.org>"),
            ("MAIL FROM:<<a@y.org>> SIZE=3", "<a@y.org>"),
            ("MAIL FROM:<<>>", "<>"),
            ("MAIL FROM:a@y.org AUTH=<>", "<a@y.org>"),
            ("MAIL FROM:\"Bob B\"@y.org", "<\"Bob B\"@y.org>"),
            ("MAIL FROM:<\"Bob <b>\"@y.org>", "<\"Bob <b>\"@y.org>"),
            ("MAIL FROM:\"Bob SIZE=3", "<\"Bob>"),
            ("MAIL FROM:\"Bob B\"@y.org SIZE=3", "<\"Bob B\"@y.org>"),
            ("MAIL FROM:<\(long)>", "<\(long)>"),
            ("MAIL FROM:<x\(long)>", "<x\(long.prefix(1_019))…>"),
            ("MAIL FROM:xyz\(long)", "<xyz\(long.prefix(1_018))…>"),
        ]
    )
    func paths(line: String, path: String) {
        let seen = Observed(
            """
            S: 220 m
            C: \(line)
            S: 250 ok
            C: QUIT
            S: 221 bye
            """
        )
        #expect(seen.transactions.map(\.mailFrom) == [path])
        let parameters = seen.transactions.flatMap(\.parameters).map(\.name)
        #expect(parameters.allSatisfy { ["SIZE", "AUTH"].contains($0) })
    }

    @Test("parameters are kept, xtext decoded")
    func parameters() throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org> size=12345 BODY=8BITMIME ENVID=QQ+2B1 SMTPUTF8 AUTH=<>
            S: 250 ok
            C: QUIT
            S: 221 bye
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.size == 12345)
        #expect(mail.parameters.map(\.name) == ["SIZE", "BODY", "ENVID", "SMTPUTF8", "AUTH"])
        #expect(mail.parameters.map(\.value) == ["12345", "8BITMIME", "QQ+1", nil, "<>"])
    }

    @Test("more recipients than are kept are counted")
    func recipientLimit() throws {
        var script = "S: 220 m\nC: MAIL FROM:<>\nS: 250 ok\n"
        for number in 0..<7 { script += "C: RCPT TO:<u\(number)@x.net>\nS: 250 ok\n" }
        let seen = Observed(script, configuration: .init(maximumRecipients: 5))
        let mail = try #require(seen.transactions.first)
        #expect(mail.recipients.count == 5 && mail.unseenRecipients == 2)
        #expect(seen.anomalies.contains("recipient_overflow"))
    }

    @Test("1,500 pipelined commands overflow the queue and stop nothing")
    func queueLimit() throws {
        var script = "S: 220 m\nC: MAIL FROM:<>\nS: 250 ok\n"
        for number in 0..<1_500 { script += "C: RCPT TO:<u\(number)@x.net>\n" }
        script += "C: DATA\n"
        for number in 0..<1_500 {
            script += number.isMultiple(of: 3) ? "S: 550 no\n" : "S: 250 ok\n"
        }
        script += "S: 354 go\nC: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n"
        let seen = Observed(script)
        let mail = try #require(seen.transactions.first)
        #expect(mail.recipients.count == 1_500 && mail.code == 250)
        #expect(seen.anomalies.contains("command_overflow"))
        for (number, recipient) in mail.recipients.enumerated() {
            let code = number.isMultiple(of: 3) ? 550 : 250
            #expect(recipient.code == (number < 477 ? nil : code), "recipient \(number)")
        }
    }

    @Test("what waits and what is kept is bounded in octets too")
    func octetLimits() throws {
        let long = String(repeating: "x", count: 3_000)
        var script = "S: 220 m\nC: MAIL FROM:<>\n"
        for number in 0..<1_200 { script += "C: RCPT TO:<\(number)\(long)@x.net>\n" }
        script += "C: DATA\nS: 250 ok\n"
        for _ in 0..<1_200 { script += "S: 250 ok\n" }
        script += "S: 354 go\nC: .\nS: 250 ok\n"
        let seen = Observed(script)
        let mail = try #require(seen.transactions.first)
        #expect((1_000..<1_100).contains(mail.recipients.count))
        #expect(mail.recipients.count + mail.unseenRecipients == 1_200)
        #expect(mail.recipients.allSatisfy { $0.address.utf8.count <= 1_026 })
        #expect(mail.code == 250)
        #expect(
            seen.anomalies.contains("command_overflow")
                && seen.anomalies.contains("recipient_overflow")
        )
    }
}
