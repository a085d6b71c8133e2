import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("Loss: less may be known, nothing is invented")
struct LossTests {
    /// What the whole dialogue holds: each recipient of each sender, and its code.
    private struct Truth {
        var codes: [String: Set<Int>] = [:]
        var senders: Set<String> = []
        var finals: Set<Int> = []
        var accepted: Int

        init(_ dialogue: Dialogue) {
            let transactions = Observed(dialogue).transactions
            // A sender that was refused inside a transaction was sent all the same.
            for case .say(let octets, .a) in dialogue.steps {
                let line = String(decoding: octets.dropLast(2), as: UTF8.self)
                if line.hasPrefix("MAIL FROM:") {
                    senders.insert(String(line.dropFirst(10).prefix { $0 != " " }))
                }
            }
            accepted = transactions.count { $0.outcome == .accepted }
            for transaction in transactions {
                if let code = transaction.code { finals.insert(code) }
                for recipient in transaction.recipients {
                    if let code = recipient.code {
                        codes[recipient.address, default: []].insert(code)
                    }
                }
            }
        }

        /// What `transactions` claim that is not so.
        func lies(of transactions: [SMTPTransaction]) -> [String] {
            var lies: [String] = []
            if transactions.count(where: { $0.outcome == .accepted }) > accepted {
                lies.append("acceptances")
            }
            for transaction in transactions {
                if let sender = transaction.mailFrom, !senders.contains(sender) {
                    lies.append(sender)
                }
                if let code = transaction.code, !finals.contains(code) {
                    lies.append("final \(code)")
                }
                for recipient in transaction.recipients {
                    guard let known = codes[recipient.address] else {
                        lies.append(recipient.address)
                        continue
                    }
                    if let code = recipient.code, !known.contains(code) {
                        lies.append("\(recipient.address)=\(code)")
                    }
                }
            }
            return lies
        }
    }

    /// The dialogue with these steps out of sight.
    private static func losing(_ lost: Set<Int>, of dialogue: Dialogue) -> Dialogue {
        var result = dialogue
        for index in lost {
            if case .say(let octets, let side) = dialogue.steps[index] {
                result.steps[index] = .lose(octets, side)
            }
        }
        return result
    }

    static let dialogues = [
        "nullSender", "pipelined", "reset", "nestedMail", "refusedSender", "chunks", "login",
    ]

    @Test("any one line lost, or any two", arguments: dialogues)
    func lostLines(name: String) throws {
        let script = try #require(MailScripts.all.first { $0.name == name }?.script)
        let dialogue = Dialogue(script: script)
        let truth = Truth(dialogue)
        for first in dialogue.steps.indices {
            for second in dialogue.steps.indices[first...] {
                let seen = Observed(Self.losing([first, second], of: dialogue))
                #expect(
                    truth.lies(of: seen.transactions).isEmpty,
                    "lines \(first) and \(second) of \(name)"
                )
            }
        }
    }

    @Test("one side never seen", arguments: dialogues, [Side.a, .b])
    func oneSided(name: String, side: Side) throws {
        let script = try #require(MailScripts.all.first { $0.name == name }?.script)
        let dialogue = Dialogue(script: script)
        let truth = Truth(dialogue)
        let lost = dialogue.steps.indices.filter {
            if case .say(_, side) = dialogue.steps[$0] { true } else { false }
        }
        let seen = Observed(Self.losing(Set(lost), of: dialogue))
        #expect(truth.lies(of: seen.transactions).isEmpty)
        #expect(seen.transactions.allSatisfy { $0.outcome != .accepted && $0.isIncomplete })
        #expect(seen.session?.isOneSided == true)
    }

    @Test(
        "Who answers the handshake and says nothing was seen; a capture of one direction has one side"
    )
    func directions() throws {
        var conversation = TCPConversation()
        conversation.open()
        conversation.send("220 mx.example ESMTP\r\n", from: .b)
        conversation.close(by: .a)
        func isOneSided(_ frames: [OwnedFrame]) throws -> Bool {
            let pipeline = Pipeline(Analyzer(SMTPObserver()))
            let sessions = pipeline.findings(of: frames).compactMap { finding in
                if case .event(let record) = finding,
                    case .session(let summary)? = record.event as? SMTPEvent
                {
                    summary
                } else {
                    nil
                }
            }
            return try #require(sessions.first).isOneSided
        }
        let frames = conversation.frames
        #expect(try !isOneSided(frames))
        #expect(try isOneSided(frames.filter { $0.metadata.ingress == frames[1].metadata.ingress }))
        // A side of which nothing but the SYN was seen said nothing that could be heard.
        #expect(
            try isOneSided(
                [frames[0]] + frames.filter { $0.metadata.ingress == frames[1].metadata.ingress }
            )
        )
    }

    @Test("picked up at any line", arguments: dialogues)
    func midstream(name: String) throws {
        let script = try #require(MailScripts.all.first { $0.name == name }?.script)
        var dialogue = Dialogue(script: script)
        let truth = Truth(dialogue)
        dialogue.hasHandshake = false
        while !dialogue.steps.isEmpty {
            dialogue.steps.removeFirst()
            let seen = Observed(dialogue)
            #expect(
                truth.lies(of: seen.transactions).isEmpty,
                "\(dialogue.steps.count) lines left of \(name)"
            )
            for transaction in seen.transactions where name != "login" {
                #expect(transaction.authentication == .unknown)
            }
        }
    }

    @Test("without pipelining a lost recipient is counted by its reply")
    func lostRecipient() throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<one@x.net>
            S: 250 2.1.5 ok
            C? RCPT TO:<two@x.net>
            S: 250 2.1.5 ok
            C: RCPT TO:<three@x.net>
            S: 550 5.1.1 no
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 queued
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.summary == ["one@x.net=250", "three@x.net=550"])
        #expect(mail.unseenRecipients == 1)
        #expect(mail.isIncomplete && mail.outcome == .accepted)
    }

    @Test("a lost reply leaves its code unknown and the rest in step")
    func lostReply() throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<one@x.net>
            S? 250 2.1.5 ok
            C: RCPT TO:<two@x.net>
            S: 550 5.1.1 no
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 queued
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.summary == ["one@x.net=nil", "two@x.net=550"])
        #expect(mail.code == 250 && mail.isIncomplete)
    }

    @Test("lost 354: the text is a message all the same")
    func lostGoAhead() throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<one@x.net>
            S: 250 ok
            C: DATA
            S? 354 go
            C: Subject: QUIT
            C: .
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.encoding == .data && mail.code == 250 && mail.isIncomplete)
    }

    @Test("a hole in the body is counted and the end is still found")
    func holeInBody() throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<one@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C: one
            C? lost line
            C: two
            C: .
            S: 250 queued
            C: QUIT
            S: 221 bye
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.dataOctets == 21 && mail.code == 250 && mail.isIncomplete)
        #expect(seen.session?.gaps == 1)
    }

    @Test("a hole over the end of the body: the reply says it ended")
    func holeOverEnd() {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<one@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C: one
            C? .
            S: 250 queued
            C: MAIL FROM:<b@y.org>
            S: 250 ok
            """
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<a@y.org>", "<b@y.org>"])
        #expect(seen.transactions.first?.code == 250)
    }

    @Test("a hole inside a chunk is subtracted")
    func holeInChunk() {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: BDAT 15 LAST
            C= 12345
            C? 67890abc
            S: 250 queued
            C: MAIL FROM:<b@y.org>
            S: 250 ok
            """
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<a@y.org>", "<b@y.org>"])
        #expect(seen.transactions.first?.dataOctets == 15)
    }

    @Test("picked up inside a body that holds an SMTP transcript: no transaction is invented")
    func transcriptInBody() {
        let script = """
            C: and then they said
            C: MAIL FROM:<liar@y.org>
            C: RCPT TO:<victim@x.net>
            C: DATA
            C: which was a lie
            C: .
            S: 250 queued
            C: MAIL FROM:<b@y.org>
            S: 250 ok
            C: QUIT
            S: 221 bye
            """
        let seen = Observed(Dialogue(script: script, hasHandshake: false))
        #expect(seen.transactions.compactMap(\.mailFrom) == ["<b@y.org>"])
        #expect(
            seen.transactions.allSatisfy {
                $0.recipients.isEmpty && $0.isIncomplete || $0.mailFrom != nil
            }
        )
        #expect(seen.session?.isMidstream == true)
    }

    @Test("holes on both sides hide logins: nobody is called a stranger")
    func hiddenLogin() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C? AUTH PLAIN AHRpbQB0YW5zdGFhZg==
            S? 235 ok
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            """
        )
        #expect(seen.transactions.first?.authentication == .unknown)
        let accepted = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250 m
            C? AUTH PLAIN AHRpbQB0YW5zdGFhZg==
            S: 235 ok
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            """
        )
        #expect(accepted.transactions.first?.authentication == .user(nil))
    }
}
