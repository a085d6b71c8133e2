import TapMail
import TapObserve
import TapRelayTesting
import TapTesting
import TapWire
import Testing

@Suite("A simulated company")
struct AccuracyTests {
    @Test("the same seed gives the same octets, another seed others")
    func sameOctets() {
        func digest(_ seed: UInt64) -> [Int] {
            var frames = CompanyFrames()
            var digests: [Int] = []
            func take(_ frame: OwnedFrame) { digests.append(Hasher.stable(frame)) }
            for session in CompanySimulation(seed: seed, profile: .tiny).prefix(120) {
                frames.begin(session, take)
            }
            frames.finish(take)
            return digests
        }
        let first = digest(1)
        #expect(first.count > 1_000)
        #expect(first == digest(1))
        #expect(first != digest(2))
    }

    @Test("sessions come in order of time, frames too")
    func order() {
        var frames = CompanyFrames()
        var last = Timestamp.distantPast
        var isOrdered = true
        func take(_ frame: OwnedFrame) {
            isOrdered = isOrdered && frame.metadata.arrival >= last
            last = frame.metadata.arrival
        }
        for session in CompanySimulation(seed: 3, profile: .tiny) { frames.begin(session, take) }
        frames.finish(take)
        #expect(isOrdered)
    }

    @Test(
        "the observer reads every mail in the clear as it was sent",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func exact(_ seed: UInt64) {
        let profile = CompanyProfile.tiny.varied(by: seed)
        var wrong: [String] = []
        var count = 0
        var kinds: Set<CompanyRole> = []
        for session in CompanySimulation(seed: seed, profile: profile) {
            let seen = transactions(of: session.frames)
            let expected = session.transactions.map(words)
            count += expected.count
            kinds.insert(session.role)
            guard session.incident == nil || !expected.isEmpty else { continue }
            if seen != expected { wrong.append("\(session.role): \(seen) instead of \(expected)") }
        }
        #expect(wrong.isEmpty, "\(wrong.count) wrong, such as \(wrong.first ?? "")")
        #expect(count > 100)
        #expect(kinds.count > 12)
    }

    @Test("companies vary with the seed, and each is the same again")
    func varied() {
        let profiles = (1...20).map { CompanyProfile.tiny.varied(by: $0) }
        #expect(Set(profiles).count == profiles.count)
        #expect(Set(profiles.map(\.software)).count == MailServerSoftware.allCases.count)
        #expect(profiles == (1...20).map { CompanyProfile.tiny.varied(by: $0) })
    }

    @Test("every abuse is held, and a relay in the clear is told of with its first mail")
    func tiny() {
        var accuracy = RelayAccuracy(seed: 5, profile: .tiny)
        accuracy.run()
        let score = accuracy.score()
        #expect(score.outcomes.allSatisfy { $0.mailCount > 0 })
        let relays = score.outcomes(of: .openRelay)
        #expect(relays.count == 6)
        for outcome in relays where outcome.incident.kind != .form {
            #expect(outcome.mail == 1, "\(outcome.incident.kind) \(outcome.incident.variant)")
            #expect(outcome.delay == 0)
        }
        // What lists and forwarders may do excuses no bot and no script.
        let infected = score.outcomes(of: .infected)
        #expect(!infected.isEmpty && infected.allSatisfy(\.isInTime))
        #expect(accuracy.encryptedMails.count > 10)
        #expect(accuracy.encryptedMails.inferred * 2 > accuracy.encryptedMails.count)
    }

    @Test("exact intervals, as tables give them")
    func intervals() {
        // Clopper and Pearson: 0 errors in 299 are 0.9877 at the lower end of two sides.
        #expect(abs(Proportion(299, of: 299).interval.lowerBound - 0.987_74) < 0.000_1)
        #expect(abs(Proportion(8, of: 10).interval.lowerBound - 0.443_90) < 0.000_1)
        #expect(abs(Proportion(8, of: 10).interval.upperBound - 0.974_79) < 0.000_1)
        #expect(Proportion(0, of: 0).interval == 0...1)
    }

    private func transactions(of frames: [OwnedFrame]) -> [String] {
        let pipeline = Pipeline(Analyzer(SMTPObserver()))
        return pipeline.findings(of: frames).compactMap { finding in
            guard case .event(let record) = finding,
                case .transaction(let transaction)? = record.event as? SMTPEvent,
                !transaction.isEncrypted
            else { return nil }
            let recipients = transaction.recipients.map {
                "\($0.address) \($0.code ?? 0) \($0.text)"
            }
            return "\(transaction.mailFrom ?? "") \(recipients) \(transaction.dataOctets ?? 0) "
                + "\(transaction.code ?? 0) \(transaction.text) \(transaction.outcome.rawValue)"
        }
    }

    private func words(_ expected: ExpectedTransaction) -> String {
        let recipients = expected.recipients.map { "\($0.address) \($0.code ?? 0) \($0.text)" }
        return "\(expected.mailFrom ?? "") \(recipients) \(expected.dataOctets ?? 0) "
            + "\(expected.code ?? 0) \(expected.text) \(expected.outcome.rawValue)"
    }
}

extension Hasher {
    /// A hash of a frame that is the same in every process.
    fileprivate static func stable(_ frame: OwnedFrame) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for octet in frame.octets { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
        hash = (hash ^ UInt64(bitPattern: frame.metadata.arrival.nanoseconds)) &* 0x100_0000_01B3
        return Int(truncatingIfNeeded: hash)
    }
}
