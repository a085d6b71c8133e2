import Foundation
import TapCertificates
import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("TLS: the handshake as far as it is in the clear")
struct TLSHandshakeTests {
    static let library = CertificateLibrary()

    private static func facts(of name: String, pieces: Int = .max) throws -> TLSFacts {
        var fed = FedConnection(library: library)
        try TLSRecording(name).feed(&fed, pieces: pieces)
        return fed.connection.facts
    }

    @Test("TLS 1.2 with certificates of both sides", arguments: [1, 7, .max])
    func tls12(pieces: Int) throws {
        let facts = try Self.facts(of: "tls12", pieces: pieces)
        #expect(facts.version == "TLS 1.2")
        #expect(facts.cipherName == "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
        #expect(facts.serverName == "mail.example.org")
        #expect(facts.offeredVersions == [0x0303])
        #expect(facts.offeredProtocols == ["smtp"])
        #expect(facts.alpn == nil)
        #expect(facts.certificate?.subject == "CN=mail.example.org,O=Hubtap Lab,C=AT")
        #expect(facts.chain.map(\.subject) == ["CN=Lab CA,O=Hubtap Lab"])
        #expect(facts.clientCertificate?.subject == "CN=client.example")
        #expect(facts.isEstablished)
        #expect(facts.alert == nil)
        #expect(!facts.isResumed)
        // Two encrypted alerts at the end.
        #expect(facts.plaintextLength(ofRecord: 26) == 2...2)
    }

    @Test("TLS 1.3, with another hello asked for", arguments: [1, 7, .max])
    func tls13(pieces: Int) throws {
        let facts = try Self.facts(of: "tls13retry", pieces: pieces)
        #expect(facts.version == "TLS 1.3")
        #expect(facts.cipherName == "TLS_AES_256_GCM_SHA384")
        #expect(facts.offeredVersions == [0x0304])
        #expect(facts.isRetried)
        #expect(facts.isEstablished)
        #expect(facts.certificate == nil)
        #expect(facts.certificateError == nil)
    }

    @Test("a server that knows no version in common says so")
    func refused() throws {
        let facts = try Self.facts(of: "refused")
        let alert = try #require(facts.alert)
        #expect(alert.side == .server)
        #expect(alert.levelName == "fatal")
        #expect(alert.name == "protocol_version")
        #expect(facts.version == nil)
        #expect(!facts.isEstablished)
    }

    @Test("a client that does not trust the certificate says so")
    func rejected() throws {
        let facts = try Self.facts(of: "rejected")
        let alert = try #require(facts.alert)
        #expect(alert.side == .client)
        #expect(alert.name == "unknown_ca")
        #expect(facts.certificate?.subject == "CN=mail.example.org,O=Hubtap Lab,C=AT")
        #expect(!facts.isEstablished)
    }

    @Test("without a library, what takes none is told")
    func noLibrary() throws {
        var fed = FedConnection()
        try TLSRecording("tls12").feed(&fed)
        #expect(fed.connection.facts.cipherSuite == 0xC030)
        #expect(fed.connection.facts.ja4 == nil)
        #expect(fed.connection.facts.certificate == nil)
    }

    @Test("a session of mail, whatever pieces it comes in", arguments: ["tls12", "tls13retry"])
    func segmentation(name: String) throws {
        var verifier = SegmentationVerifier()
        verifier.maximumSplits = 200
        verifier.randomCount = 8
        let observer = SMTPObserver(tls: Self.library)
        let difference = try verifier.firstDifference(
            of: TLSRecording(name).mail,
            observer: observer
        )
        #expect(difference == nil)
    }

    @Test("in EVE's words")
    func record() throws {
        let observer = SMTPObserver(tls: Self.library)
        let frames = try TLSRecording("tls12").mail.frames(.whole)
        let events = Pipeline(Analyzer(observer)).findings(of: frames).compactMap { finding in
            if case .event(let record) = finding { record.event as? SMTPEvent } else { nil }
        }
        let session = try #require(events.last)
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(session))
        let tls = try #require((object as? [String: [String: Any]])?["session"]?["tls"])
        let record = try #require(tls as? [String: Any])
        #expect(record["version"] as? String == "TLS 1.2")
        #expect(record["sni"] as? String == "mail.example.org")
        #expect(record["established"] as? Bool == true)
        #expect(record["offered_alpn"] as? [String] == ["smtp"])
        #expect((record["chain"] as? [Any])?.count == 1)
        #expect(record["alert"] == nil)
        let certificate = try #require(record["certificate"] as? [String: Any])
        #expect(certificate["issuer"] as? String == "CN=Lab CA,O=Hubtap Lab")
        #expect(certificate["not_after"] as? String == "2027-11-28T03:20:18Z")
        #expect(certificate["self_signed"] as? Bool == false)
    }

    @Test("a session that is resumed shows no certificate")
    func resumed() {
        func hello(_ kind: UInt8, _ tail: [UInt8]) -> [UInt8] {
            let body = [3, 3] + [UInt8](repeating: 5, count: 32) + [2, 0xAB, 0xCD] + tail
            return TLSRecords.record(22, TLSRecords.handshake(kind, body))
        }
        var fed = FedConnection()
        fed.take(hello(1, [0, 2, 0xC0, 0x2F, 1, 0]), from: .client)
        fed.take(hello(2, [0xC0, 0x2F, 0]), from: .server)
        #expect(fed.connection.facts.isResumed)
        let finish =
            TLSRecords.record(20, [1]) + TLSRecords.record(22, Array(repeating: 1, count: 40))
        fed.take(finish, from: .server)
        #expect(!fed.connection.facts.isEstablished)
        fed.take(finish, from: .client)
        #expect(fed.connection.facts.isEstablished)
    }

    @Test("the hello of SSL 2.0 offers later versions too", arguments: [1, 3, .max])
    func version2Hello(pieces: Int) {
        var fed = FedConnection(library: Self.library)
        // Suites: one of SSL 2.0 alone and one of TLS; a challenge of 16 octets.
        let body: [UInt8] = [1, 3, 1, 0, 6, 0, 0, 0, 16, 1, 0, 0x80, 0, 0, 0x2F]
        let hello = body + [UInt8](repeating: 9, count: 16)
        fed.take([0x80, UInt8(hello.count)] + hello, from: .client, pieces: pieces)
        fed.take(TLSRecords.data, from: .client, pieces: pieces)
        #expect(fed.connection.facts.isVersion2Hello)
        #expect(fed.connection.facts.offeredVersions == [0x0301])
        #expect(fed.connection.facts.ja4 == nil)
        #expect(fed.told == ["C255/\(hello.count - 3)", "C23/29"])
    }

    @Test("the hello of SSL 2.0 behind STARTTLS and on the port of TLS")
    func version2Session() throws {
        let hello: [UInt8] = [0x80, 12, 1, 0, 2, 0, 3, 0, 0, 0, 0, 1, 0, 0x80]
        var dialogue = Dialogue(script: MailScripts.startTLS)
        dialogue.say(hello, from: .a)
        #expect(Observed(dialogue).anomalies == ["sslv2_hello"])
        var implicit = Dialogue()
        implicit.say(hello, from: .a)
        var settings = TCPConversation.Settings()
        settings.b = Endpoint(address: settings.b.address, port: 465)
        let session = try #require(Observed(implicit, settings: settings).session)
        #expect(session.tls?.offeredVersions == [0x0002])
        #expect(session.anomalies.contains("sslv2_hello"))
    }

    @Test("what begins like one but is none is neither TLS nor text")
    func almostVersion2() {
        var dialogue = Dialogue(script: MailScripts.startTLS)
        dialogue.say([0x80, 12, 1, 9, 9, 0, 3], from: .a)
        let seen = Observed(dialogue)
        #expect(seen.anomalies == ["unknown_after_starttls"])
        #expect(seen.session?.tls == nil)
    }

    @Test("certificates cut anywhere are read as far as they are there, or not at all")
    func hostile() throws {
        let recording = try TLSRecording("tls12")
        var generator = SplitMix64(seed: 12)
        for _ in 0..<300 {
            var fed = FedConnection(library: CertificateLibrary())
            for (side, octets) in recording.pieces {
                var changed = octets
                for _ in 0..<3 {
                    let index = Int.random(in: changed.indices, using: &generator)
                    changed[index] = UInt8.random(in: 0...255, using: &generator)
                }
                fed.take(changed, from: side)
            }
            #expect(fed.connection.facts.chain.count <= 7)
        }
    }
}
