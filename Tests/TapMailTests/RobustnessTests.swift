import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("Nothing traps, nothing depends on the pieces")
struct RobustnessTests {
    /// What a session makes of a dialogue whose octets come in pieces, without the frames around them.
    ///
    /// - Parameters:
    ///   - dialogue: What is said.
    ///   - maximumHeldByteCount: Octets that are held until a reply says what they are.
    ///   - cut: True if a piece ends behind the octet at this place of the dialogue.
    /// - Returns: The events, in order.
    private func events(
        of dialogue: Dialogue,
        maximumHeldByteCount: Int = 65_536,
        cut: (Int) -> Bool
    ) -> [SMTPEvent] {
        var flow = Flow.example
        flow.isMidstream = !dialogue.hasHandshake
        let observer = SMTPObserver(
            configuration: .init(
                reportsExchanges: true,
                maximumHeldByteCount: maximumHeldByteCount
            )
        )
        var session = observer.makeSession(for: flow)
        var events: [SMTPEvent] = []
        var place = 0
        var run: UInt64 = 0
        var lastSide: Side?
        func give(_ event: borrowing StreamEvent) {
            let moment = Moment(time: Timestamp(nanoseconds: Int64(run)), sequence: run)
            _ = session.receive(event, of: flow, at: moment) { events.append($0) }
        }
        for step in dialogue.steps {
            switch step {
            case .lose(let octets, let side):
                run += 1
                lastSide = nil
                give(.gap(byteCount: octets.count, from: side))
            case .say(let octets, let side):
                if lastSide != side { run += 1 }
                lastSide = side
                var piece: [UInt8] = []
                for octet in octets {
                    piece.append(octet)
                    defer { place += 1 }
                    guard cut(place) else { continue }
                    give(.bytes(piece.span, from: side))
                    piece = []
                }
                if !piece.isEmpty { give(.bytes(piece.span, from: side)) }
            }
        }
        give(.closed(.finished))
        return events
    }

    @Test("cut at any place, everywhere, or at random", arguments: MailScripts.all.map(\.name))
    func segmentation(name: String) throws {
        let script = try #require(MailScripts.all.first { $0.name == name }?.script)
        let dialogue = Dialogue(script: script)
        let whole = events(of: dialogue) { _ in false }
        #expect(events(of: dialogue) { _ in true } == whole)
        for place in 0..<dialogue.byteCount {
            #expect(events(of: dialogue) { $0 == place } == whole, "cut behind octet \(place)")
        }
        var generator = SplitMix64(seed: 7)
        for _ in 0..<40 {
            #expect(
                events(of: dialogue) { _ in Int.random(in: 0..<9, using: &generator) == 0 } == whole
            )
        }
    }

    @Test("more than may be held, with another login in it")
    func holdOverflow() {
        var dialogue = Dialogue(script: "S: 220 m\nC: EHLO c\nS: 250 m\nC: AUTH PLAIN\n")
        let filler = String(repeating: "A", count: 150)
        for word in ["AUTH LOGIN", "AUTH x", "DATA", "RSET"] {
            dialogue.say(Array("\(filler)\r\n\(word)\r\n".utf8), from: .a)
        }
        let whole = events(of: dialogue, maximumHeldByteCount: 200) { _ in false }
        #expect(events(of: dialogue, maximumHeldByteCount: 200) { _ in true } == whole)
    }

    @Test("the same with holes and picked up in the middle", arguments: MailScripts.all.map(\.name))
    func segmentationWithLoss(name: String) throws {
        let script = try #require(MailScripts.all.first { $0.name == name }?.script)
        var generator = SplitMix64(seed: 11)
        for index in Dialogue(script: script).steps.indices {
            var dialogue = Dialogue(script: script)
            if case .say(let octets, let side) = dialogue.steps[index] {
                dialogue.steps[index] = .lose(octets, side)
            }
            dialogue.hasHandshake = index.isMultiple(of: 2)
            let whole = events(of: dialogue) { _ in false }
            #expect(events(of: dialogue) { _ in true } == whole)
            for _ in 0..<8 {
                #expect(
                    events(of: dialogue) { _ in Int.random(in: 0..<12, using: &generator) == 0 }
                        == whole
                )
            }
        }
    }

    @Test(
        "as frames, through the pipeline, in any segmentation",
        arguments: MailScripts.all.map(\.name)
    )
    func framesInPieces(name: String) throws {
        let script = try #require(MailScripts.all.first { $0.name == name }?.script)
        var verifier = SegmentationVerifier()
        verifier.randomCount = 4
        verifier.maximumSplits = 20
        #expect(
            verifier.firstDifference(of: Dialogue(script: script), observer: SMTPObserver()) == nil
        )
    }

    /// Words that lead into every corner of the state machine.
    private static let words: [[UInt8]] =
        [
            "MAIL FROM:<a@y.org>\r\n", "RCPT TO:<b@x.net>\r\n", "DATA\r\n", "BDAT 5\r\n",
            "BDAT 3 LAST\r\n", "RSET\r\n",
            "EHLO c\r\n", "LHLO c\r\n", "STARTTLS\r\n", "AUTH LOGIN\r\n", "AUTH PLAIN AAAA\r\n",
            "QUIT\r\n", ".\r\n",
            "\r\n.\r\n", "\n.\n", "\r.\r", "\0", "XCLIENT ADDR=1.2.3.4\r\n",
            "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
            "220 m\r\n", "250 ok\r\n", "250-a\r\n", "354 go\r\n", "334 \r\n", "235 ok\r\n",
            "550 no\r\n", "421 x\r\n",
            "221 x\r\n", "503", "text\r\n", "\u{16}\u{3}\u{1}", "=\r\n", "*\r\n", " ", "<", ">",
            "\"",
        ].map { Array($0.utf8) } + [
            [
                0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11,
                0x00, 0x0C,
            ],
            TLSRecords.clientHello("m"), TLSRecords.serverHello, TLSRecords.data, [0xFF, 0xFE], [],
        ]

    private func random(seed: UInt64, steps: Int, isMidstream: Bool) -> [SMTPEvent] {
        var generator = SplitMix64(seed: seed)
        var flow = Flow.example
        flow.isMidstream = isMidstream
        if isMidstream, seed.isMultiple(of: 3) { flow.b.port = 9_999 }
        let observer = SMTPObserver(
            configuration: .init(reportsExchanges: true, maximumHeldByteCount: 2_048)
        )
        var session = observer.makeSession(for: flow)
        var events: [SMTPEvent] = []
        var sequence: UInt64 = 0
        func give(_ event: borrowing StreamEvent) {
            sequence += 1
            let moment = Moment(time: Timestamp(nanoseconds: Int64(sequence)), sequence: sequence)
            _ = session.receive(event, of: flow, at: moment) { events.append($0) }
        }
        give(.opened)
        for _ in 0..<steps {
            let side: Side = Bool.random(using: &generator) ? .a : .b
            switch Int.random(in: 0..<20, using: &generator) {
            case 0: give(.gap(byteCount: Int.random(in: -1...40, using: &generator), from: side))
            case 1: give(.gap(byteCount: nil, from: side))
            case 2:
                let noise = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                give(.bytes(noise.span, from: side))
            case 3:
                give(
                    .conflict(
                        OverlapConflict(byteCount: 3, offset: 0, kept: [65], dropped: [66]),
                        from: side
                    )
                )
            default:
                let word = Self.words.randomElement(using: &generator) ?? []
                give(.bytes(word.span, from: side))
            }
        }
        give(.ended(from: .b))
        give(.closed(.finished))
        return events
    }

    @Test("random dialogues with holes", arguments: [true, false])
    func randomDialogues(isMidstream: Bool) {
        for seed in 0..<800 {
            let events = random(seed: UInt64(seed), steps: 120, isMidstream: isMidstream)
            let transactions = events.count { if case .transaction = $0 { true } else { false } }
            guard case .session(let summary)? = events.last else {
                // Nothing was understood.
                #expect(transactions == 0, "seed \(seed)")
                continue
            }
            #expect(summary.transactions == transactions)
            #expect(events.count { if case .session = $0 { true } else { false } } == 1)
        }
    }

    @Test("the same random dialogue gives the same events")
    func deterministic() {
        for seed: UInt64 in 0..<20 {
            #expect(
                random(seed: seed, steps: 80, isMidstream: false)
                    == random(seed: seed, steps: 80, isMidstream: false)
            )
        }
    }
}
