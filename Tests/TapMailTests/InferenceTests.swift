import TapFlow
import TapMail
import TapTesting
import TapWire
import Testing

@Suite("What was said under TLS is inferred from lengths")
struct InferenceTests {
    @Test(
        "recorded sessions of real servers are told as their clients know them",
        arguments: ["postfix", "exim", "sendmail", "opensmtpd"]
    )
    func recordings(name: String) throws {
        var score = InferenceScore()
        for recording in try InferenceRecording.all(name) { score.count(recording) }
        let words = Comment(rawValue: score.words)
        #expect(score.sessions == 30, words)
        #expect(score.logins * 100 >= score.sessions * 90, words)
        #expect(score.recipients * 100 >= score.transactions * 70, words)
        #expect(score.outcomes * 100 >= score.transactions * 75, words)
        #expect(score.certain * 100 >= score.transactions * 25, words)
        #expect(score.certainAndRight * 100 >= score.certain * 92, words)
    }

    /// A dialogue whose records have the lengths that were seen of Postfix with TLS 1.3, of OpenSSL's tickets too.
    static let postfix: Dialogue = {
        var dialogue = Dialogue(
            script: """
                S: 220 mail.example.org ESMTP Postfix
                C: EHLO client.example
                S: 250-mail.example.org
                S: 250-PIPELINING
                S: 250-STARTTLS
                S: 250 CHUNKING
                C: STARTTLS
                S: 220 2.0.0 Ready to start TLS
                """
        )
        dialogue.say(TLSRecords.clientHello("mail.example.org"), from: .a)
        dialogue.say(TLSRecords.serverHello, from: .b)
        func say(_ octets: Int, from side: Side) {
            let body = [UInt8](repeating: 0x55, count: octets + 17)
            dialogue.say(TLSRecords.record(23, body), from: side)
        }
        for octets in [800, 36] { say(octets, from: .b) }
        say(52, from: .a)
        for octets in [233, 233] { say(octets, from: .b) }
        let lines: [(Int, Side)] = [
            (21, .a), (58, .b), (42, .a), (14, .b), (34, .a), (14, .b), (40, .a), (63, .b), (6, .a),
            (37, .b), (1_003, .a), (34, .b), (6, .a), (15, .b),
        ]
        for (octets, side) in lines { say(octets, from: side) }
        return dialogue
    }()

    @Test(
        "one recipient taken, one refused, and the octets of the message, through STARTTLS and TLS 1.3"
    )
    func starttls() throws {
        let seen = Observed(Self.postfix)
        let transaction = try #require(seen.inferred.first)
        #expect(seen.inferred.count == 1)
        #expect(transaction.acceptedRecipients == 1)
        #expect(transaction.refusedRecipients == 1)
        #expect(transaction.messageOctets == OctetRange(1_000))
        #expect(transaction.outcome == .accepted)
        #expect(transaction.login == .none)
        #expect(transaction.confidence > 0.8)
        #expect(seen.transactions.isEmpty)
        let session = try #require(seen.session)
        #expect(session.accepted == 0)
        #expect(session.inferred?.accepted == 1)
        #expect(session.inferred?.hasQuit == true)
        #expect(session.inferred?.family == .postfix)
    }

    @Test("the result does not depend on segmentation")
    func segmentation() {
        var verifier = SegmentationVerifier()
        verifier.maximumSplits = 60
        #expect(verifier.firstDifference(of: Self.postfix, observer: SMTPObserver()) == nil)
    }

    @Test("what a server says in the clear makes the same words known under TLS")
    func memory() {
        let memory = ServerMemory()
        let configuration = SMTPObserver.Configuration(memory: memory)
        _ = Observed(
            """
            S: 220 odd.example ready
            C: HELO client.example
            S: 250 odd.example
            C: MAIL FROM:<a@client.example>
            S: 250 that is a sender whom we know
            C: RCPT TO:<b@odd.example>
            S: 250 and b@odd.example is here
            C: QUIT
            S: 221 odd.example is sad
            """,
            configuration: configuration
        )
        let server = memory.lengths(of: Flow.example.b.address)
        #expect(server != ServerLengths())
    }

    @Test("any lengths in any order are read with bounded work")
    func anyLengths() {
        var random = SplitMix64(seed: 7)
        for round in 0..<20 {
            var clear = ClearFacts()
            clear.isImplicit = round.isMultiple(of: 2)
            clear.hasTickets = round.isMultiple(of: 3)
            var dialogue = InferredDialogue(after: clear)
            for index in 0..<60 {
                let moment = Moment(
                    time: Timestamp(nanoseconds: Int64(index)),
                    sequence: UInt64(index)
                )
                let octets = Int.random(
                    in: 0...(index.isMultiple(of: 5) ? 16_384 : 80),
                    using: &random
                )
                switch Int.random(in: 0..<7, using: &random) {
                case 0: dialogue.lose(octets == 0 ? nil : octets, fromClient: true, at: moment)
                case 1, 2, 3: dialogue.takeClient(OctetRange(octets, octets + round), at: moment)
                default: dialogue.takeServer(OctetRange(octets, octets + round), at: moment)
                }
                for transaction in dialogue.takeTransactions() {
                    #expect((0...1).contains(transaction.confidence))
                }
            }
            let session = dialogue.end()
            #expect((0...1).contains(session?.confidence ?? 0))
        }
    }
}
