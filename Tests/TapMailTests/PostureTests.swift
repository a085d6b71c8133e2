import Foundation
import TapFlow
import TapMail
import TapTesting
import TapWire
import Testing

/// A moment so many seconds after the start.
private func second(_ seconds: Int) -> Moment {
    Moment(time: Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000), sequence: UInt64(seconds))
}

/// A session that shows these keywords before TLS.
private func session(_ keywords: String..., at seconds: Int) -> SMTPSessionSummary {
    var summary = SMTPSessionSummary(dialect: .smtp, client: .a)
    summary.banner = "mail.example.org ESMTP Postfix"
    summary.bannerCode = 220
    summary.offer = ServerOffer(keywords: keywords, at: second(seconds))
    return summary
}

extension ServerPosture {
    /// Takes a session and returns its changes, each as `subject: from -> to, meaning`.
    fileprivate mutating func changes(_ summary: SMTPSessionSummary, at seconds: Int) -> [String] {
        observe(summary, at: second(seconds)).map {
            "\($0.subject.rawValue): \($0.from) -> \($0.to), \($0.meaning.rawValue)"
        }
    }
}

@Suite("What a server shows of itself")
struct PostureTests {
    @Test("keywords are told apart: STARTTLS, the mechanisms of AUTH, the rest")
    func offer() {
        let offer = ServerOffer(
            keywords: [
                "PIPELINING", "size 10240000", "starttls", "AUTH PLAIN login", "AUTH=LOGIN NTLM",
            ],
            at: second(1)
        )
        #expect(offer.hasSTARTTLS)
        #expect(offer.mechanisms == ["LOGIN", "NTLM", "PLAIN"])
        #expect(offer.otherKeywords == ["PIPELINING", "SIZE 10240000"])
        let flood = ServerOffer(
            keywords: (0..<500).map { "X\($0)" + String(repeating: "y", count: 900) },
            at: second(1)
        )
        #expect(flood.otherKeywords.count == 32)
        #expect(flood.otherKeywords.allSatisfy { $0.utf8.count <= 64 })
    }

    @Test("an offer that is read once for many servers is read to the octet")
    func shelf() {
        var shelf = OfferShelf()
        func read(_ keywords: String...) -> OfferReading {
            shelf.reading(of: ServerOffer(keywords: keywords, at: second(1)))
        }
        let first = read("PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN", "XXXXXXXA")
        #expect(first.hasSTARTTLS && first.isCrossedOut)
        #expect(first.plainMechanisms == ["LOGIN", "PLAIN"])
        #expect(read("PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN", "XXXXXXXA") === first)
        #expect(read("PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN") !== first)
        // The sign of Kelvin is equal to a K, but for its octets.
        for keyword in ["K", "\u{212A}", "K"] {
            #expect(read(keyword).otherKeywords.map { Array($0.utf8) } == [Array(keyword.utf8)])
        }
        for number in 0..<1_000 {
            #expect(read("SIZE \(number)").otherKeywords == ["SIZE \(number)"])
        }
    }

    @Test("an offer that a server made last is read to the octet, whoever else is at its place")
    func shelfByServer() {
        var shelf = OfferShelf()
        func read(_ keywords: [String], _ server: UInt32) -> OfferReading {
            shelf.reading(
                of: ServerOffer(keywords: keywords, at: second(1)),
                by: IPAddress(v4: server)
            )
        }
        let first = read(["STARTTLS", "SIZE 1"], 0xC000_0201)
        #expect(read(["STARTTLS", "SIZE 1"], 0xC000_0201) === first)
        // As one that is read for all, it is known of others.
        #expect(read(["STARTTLS", "SIZE 1"], 0xC000_0202) === first)
        for keywords in [["STARTTLS", "SIZE 2"], ["STARTTLS"], ["SIZE 1", "STARTTLS"], []] {
            let others = keywords.filter { $0 != "STARTTLS" }
            #expect(read(keywords, 0xC000_0201).otherKeywords == others)
        }
        // Of more servers than there are places each is told what it offers itself.
        for server in UInt32(0)..<1_000 {
            #expect(read(["SIZE \(server)"], server).otherKeywords == ["SIZE \(server)"])
        }
        // The sign of Kelvin is equal to a K, but for its octets.
        for keyword in ["K", "\u{212A}", "K"] {
            let reading = read([keyword], 0xC000_0201)
            #expect(reading.otherKeywords.map { Array($0.utf8) } == [Array(keyword.utf8)])
        }
    }

    private func chosen(version: UInt16, cipher: UInt16) -> SMTPSessionSummary {
        var summary = SMTPSessionSummary(dialect: .smtp, client: .a)
        summary.startTLS = .established
        var tls = TLSFacts()
        tls.versionNumber = version
        tls.cipherSuite = cipher
        summary.tls = tls
        return summary
    }

    @Test("A version or cipher suite of TLS is told once, when it is new to a server that is known")
    func choices() {
        var posture = ServerPosture(dialect: .smtp, at: second(0))
        // The first choices are no news, however they differ.
        for number in 1...20 {
            let cipher: UInt16 = number.isMultiple(of: 2) ? 0xC030 : 0xC02F
            #expect(posture.changes(chosen(version: 0x0303, cipher: cipher), at: number) == [])
        }
        #expect(
            posture.changes(chosen(version: 0x0303, cipher: 0x009C), at: 21) == [
                "tls_cipher: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "
                    + "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 -> TLS_RSA_WITH_AES_128_GCM_SHA256, changed"
            ]
        )
        // A new version brings its cipher suites, which are not told.
        #expect(
            posture.changes(chosen(version: 0x0304, cipher: 0x1301), at: 22)
                == ["tls_version: TLS 1.2 -> TLS 1.3, strengthened"]
        )
        #expect(
            posture.changes(chosen(version: 0x0301, cipher: 0x002F), at: 23)
                == ["tls_version: TLS 1.2, TLS 1.3 -> TLS 1.0, weakened"]
        )
        #expect(
            posture.changes(chosen(version: 0x7F1C, cipher: 0x1301), at: 24)
                == ["tls_version: TLS 1.0, TLS 1.2, TLS 1.3 -> 0x7F1C, changed"]
        )
        for cipher: UInt16 in [0xC030, 0xC02F, 0x009C] {
            #expect(posture.changes(chosen(version: 0x0303, cipher: cipher), at: 30) == [])
        }
        // One who makes a server choose ever others cannot make noise without end.
        let told = (0..<100).reduce(0) { told, number in
            told
                + posture.changes(chosen(version: 0x0303, cipher: 0x5000 + UInt16(number)), at: 31)
                .count
        }
        #expect(told < 8)
    }

    @Test("HELO says nothing of keywords, EHLO does, and what stands behind STARTTLS is kept apart")
    func dialogue() throws {
        let plain = try #require(
            Observed(
                """
                S: 220 mail.example.org ESMTP
                C: HELO eyebox
                S: 250 mail.example.org
                C: QUIT
                S: 221 Bye
                """
            ).session
        )
        #expect(plain.offer == nil)
        // A capture of what was deciphered: plain text goes on behind 220.
        let deciphered = try #require(
            Observed(
                """
                S: 220 mail.example.org ESMTP
                C: EHLO eyebox
                S: 250-mail.example.org
                S: 250-SIZE 1000
                S: 250 STARTTLS
                C: STARTTLS
                S: 220 Ready
                C: EHLO eyebox
                S: 250-mail.example.org
                S: 250 AUTH PLAIN
                C: QUIT
                S: 221 Bye
                """
            ).session
        )
        #expect(deciphered.offer?.keywords == ["SIZE 1000", "STARTTLS"])
        #expect(deciphered.securedOffer?.keywords == ["AUTH PLAIN"])
        #expect(deciphered.startTLSAnswer?.code == 220)
        var posture = ServerPosture(dialect: .smtp, at: second(0))
        #expect(posture.changes(deciphered, at: 1).isEmpty)
        #expect(posture.startTLS?.value == true && posture.mechanisms?.value == [])
        #expect(posture.securedMechanisms?.value == ["PLAIN"])
    }

    @Test("a handshake that came about, and one that was refused")
    func handshake() throws {
        var posture = ServerPosture(dialect: .smtp, at: second(0))
        let established = try #require(Observed(TLSTests.established).session)
        _ = posture.observe(established, at: second(1))
        #expect(posture.handshake?.value == true)
        #expect(posture.versions.newest?.name == "TLS 1.3")
        #expect(posture.ciphers.map(\.name) == ["TLS_AES_256_GCM_SHA384"])
        #expect(posture.securedMechanisms == nil)
        var refused = session("STARTTLS", at: 1_800_000_000)
        refused.startTLS = .refused
        refused.startTLSAnswer = STARTTLSAnswer(code: 454, at: second(1_800_000_000))
        #expect(
            posture.changes(refused, at: 1_800_000_001).contains(
                "tls: established -> refused, weakened"
            )
        )
    }

    @Test("what has changed is told once, with what it was and what it means")
    func changes() {
        var posture = ServerPosture(dialect: .smtp, at: second(0))
        #expect(posture.changes(session("SIZE 1000", at: 10), at: 11).isEmpty)
        #expect(posture.changes(session("SIZE 1000", at: 20), at: 21).isEmpty)
        #expect(
            posture.changes(session("SIZE 1000", "STARTTLS", "AUTH LOGIN", at: 30), at: 31) == [
                "starttls: none -> offered, strengthened", "auth: none -> LOGIN, strengthened",
            ]
        )
        #expect(
            posture.changes(session("SIZE 1000", "STARTTLS", "AUTH LOGIN", at: 40), at: 41).isEmpty
        )
        #expect(posture.startTLS?.since == second(30) && posture.startTLS?.last == second(40))
        // AUTH inside TLS alone is no loss.
        #expect(
            posture.changes(session("SIZE 1000", "STARTTLS", at: 50), at: 51) == [
                "auth: LOGIN -> none, changed"
            ]
        )
        #expect(
            posture.changes(session("SIZE 2000", at: 60), at: 61) == [
                "starttls: offered -> none, weakened", "keywords: SIZE 1000 -> SIZE 2000, changed",
            ]
        )
    }

    @Test("a session with a hole, or picked up behind its greeting, says nothing of keywords")
    func holes() {
        var posture = ServerPosture(dialect: .smtp, at: second(0))
        _ = posture.observe(session("STARTTLS", at: 10), at: second(11))
        var torn = session(at: 20)
        torn.gaps = 1
        var middle = session(at: 30)
        (middle.isMidstream, middle.banner) = (true, nil)
        #expect(posture.changes(torn, at: 21).isEmpty && posture.changes(middle, at: 31).isEmpty)
        #expect(posture.startTLS?.value == true)
    }

    @Test("a session that began before a change and ends behind it changes nothing back")
    func late() {
        var posture = ServerPosture(dialect: .smtp, at: second(0))
        _ = posture.observe(session(at: 10), at: second(11))
        _ = posture.observe(session("STARTTLS", at: 100), at: second(101))
        #expect(posture.changes(session(at: 50), at: 200).isEmpty)
        #expect(posture.startTLS?.value == true)
    }

    @Test("a server that answers in turns is told of twice an hour, then what it has settled at")
    func flapping() {
        var fact = PostureFact(false, at: second(0))
        var told: [Bool] = []
        for step in 1...100 {
            if let change = fact.observe(!step.isMultiple(of: 2), at: second(step * 10)) {
                told.append(change.to)
            }
        }
        #expect(told == [true, false])
        #expect(fact.observe(true, at: second(1_010)) == nil)
        let settled = fact.observe(true, at: second(5_000))
        #expect(settled?.from == false && settled?.to == true)
        #expect(settled?.after == second(1_010) && settled?.before == second(1_000))
    }

    @Test(
        "whatever is seen: what is told runs on from what was told, and never more than twice an hour",
        arguments: 0..<20
    )
    func property(_ seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        var fact = PostureFact(0, at: second(100_000))
        var (told, times, now) = (0, [Timestamp](), 100_000)
        for _ in 0..<2_000 {
            now += Int(generator.next() % 300) - (generator.next() % 20 == 0 ? 400 : 0)
            let value = Int(generator.next() % 3)
            let stored = try JSONEncoder().encode(fact)
            var other = try JSONDecoder().decode(PostureFact<Int>.self, from: stored)
            let change = fact.observe(value, at: second(now))
            #expect(change == other.observe(value, at: second(now)) && fact == other)
            guard let change else { continue }
            #expect(change.from == told && change.to == value && change.from != change.to)
            told = change.to
            times.append(second(now).time)
            let recent = times.filter {
                times[times.count - 1].duration(since: $0) < .seconds(3_600)
            }
            #expect(recent.count <= 2)
        }
        #expect(times.count > 20)
    }

    @Test("another certificate is told of once, also of a server that shows two in turns")
    func certificates() {
        func shown(_ name: String) -> SMTPSessionSummary {
            var summary = session("STARTTLS", at: 1)
            var facts = TLSFacts()
            let certificate = CertificateFacts(
                subject: "CN=\(name)",
                issuer: "CN=issuer",
                names: (0..<100).map { "\($0).example" },
                furtherNames: 0,
                notBefore: "2026-01-01T00:00:00Z",
                notAfter: "2027-01-01T00:00:00Z",
                serialNumber: "01",
                fingerprint: name,
                keyType: "RSA",
                keyBits: 2_048,
                signatureAlgorithm: "sha256WithRSAEncryption",
                isSelfSigned: false
            )
            facts.certificates = [certificate]
            summary.tls = facts
            return summary
        }
        var posture = ServerPosture(dialect: .smtp, at: second(0))
        #expect(posture.changes(shown("a"), at: 1).isEmpty)
        #expect(
            posture.changes(shown("b"), at: 2) == [
                "certificate: CN=a until 2027-01-01T00:00:00Z -> CN=b until 2027-01-01T00:00:00Z, changed"
            ]
        )
        for time in 3..<20 {
            #expect(posture.changes(shown(time % 2 == 0 ? "a" : "b"), at: time).isEmpty)
        }
        for number in 20..<40 { _ = posture.observe(shown("\(number)"), at: second(number)) }
        #expect(posture.certificates.map(\.fingerprint) == ["36", "37", "38", "39"])
        #expect(posture.certificates.allSatisfy { $0.names.count == 8 })
    }

    @Test("logins are counted and users named, as many as there is room for")
    func logins() {
        var posture = ServerPosture(dialect: .submission, at: second(0))
        for number in 0..<50 {
            var summary = session(at: number)
            summary.logins = [
                SMTPLogin(mechanism: "PLAIN", user: "user\(number)", code: 535),
                SMTPLogin(mechanism: "PLAIN", user: "user\(number)", code: 235),
                SMTPLogin(mechanism: "PLAIN", user: nil, code: nil),
            ]
            _ = posture.observe(summary, at: second(number))
        }
        #expect(posture.logins.accepted == 50 && posture.logins.refused == 50)
        #expect(posture.logins.users.count == 8)
        #expect(posture.logins.users.newest?.name == "user49")
    }
}
