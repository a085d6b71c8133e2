import TapFlow
import TapMail
import TapTesting
import TapWire
import Testing

/// TLS records as both sides would send them.
enum TLSRecords {
    static func record(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 3, 1, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    /// A ClientHello that asks for `name`.
    static func clientHello(_ name: String) -> [UInt8] {
        let host = Array(name.utf8)
        let list: [UInt8] = [0, 0, UInt8(host.count)] + host
        let sni: [UInt8] = [0, 0, 0, UInt8(list.count + 2), 0, UInt8(list.count)] + list
        let other: [UInt8] = [0, 23, 0, 0]
        let extensions = other + sni
        var body: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32)
        body += [0, 0, 4, 0x13, 0x02, 0xC0, 0x2F, 1, 0]
        body += [0, UInt8(extensions.count)] + extensions
        return record(22, handshake(1, body))
    }

    /// A ServerHello of TLS 1.3.
    static var serverHello: [UInt8] {
        var body: [UInt8] = [3, 3] + [UInt8](repeating: 9, count: 32)
        body += [0, 0x13, 0x02, 0, 0, 6, 0, 43, 0, 2, 3, 4]
        return record(22, handshake(2, body))
    }

    /// Application data that looks like SMTP.
    static var data: [UInt8] { record(23, Array("MAIL FROM:<a@y.org>\r\n250 ok\r\n".utf8)) }
}

@Suite("TLS: skimmed, never invented")
struct TLSTests {
    private static func startTLS(_ add: (inout Dialogue) -> Void) -> Dialogue {
        var dialogue = Dialogue(script: MailScripts.startTLS)
        add(&dialogue)
        return dialogue
    }

    static let established = startTLS { dialogue in
        dialogue.say(TLSRecords.clientHello("mail.example"), from: .a)
        dialogue.say(TLSRecords.serverHello, from: .b)
        dialogue.say(TLSRecords.data, from: .a)
        dialogue.say(TLSRecords.data, from: .b)
    }

    @Test("STARTTLS is established once TLS follows, and nothing inside is read")
    func starttls() throws {
        let session = try #require(Observed(Self.established).session)
        #expect(session.startTLS == .established)
        #expect(session.tls?.serverName == "mail.example")
        #expect(session.tls?.version == "TLS 1.3")
        #expect(session.tls?.cipherName == "TLS_AES_256_GCM_SHA384")
        #expect(session.transactions == 0)
        #expect(session.anomalies.isEmpty)
        #expect(session.clientOctets > 100)
    }

    @Test("the result does not depend on segmentation")
    func segmentation() {
        #expect(
            SegmentationVerifier().firstDifference(of: Self.established, observer: SMTPObserver())
                == nil
        )
    }

    @Test("STARTTLS refused", arguments: ["454 not now", "501 no arguments", "502 what"])
    func refused(reply: String) {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250-m
            S: 250 STARTTLS
            C: STARTTLS
            S: \(reply)
            C: MAIL FROM:<>
            S: 250 ok
            """
        )
        #expect(seen.session?.startTLS == .refused)
        #expect(seen.transactions.map(\.mailFrom) == ["<>"])
    }

    @Test("the dialogue goes on in the clear behind 220")
    func plaintextAfter() throws {
        let seen = Observed(MailScripts.plaintextAfterSTARTTLS)
        #expect(seen.session?.startTLS == .offered)
        #expect(seen.session?.tls == nil)
        #expect(seen.transactions.map(\.code) == [250])
        #expect(seen.anomalies == ["plaintext_after_starttls"])
    }

    @Test("plain text pipelined behind STARTTLS is an anomaly and no command")
    func plaintextBehind() {
        var dialogue = Dialogue(
            script: """
                S: 220 m
                C: EHLO c
                S: 250-m
                S: 250 STARTTLS
                C: STARTTLS
                C: MAIL FROM:<injected@y.org>
                S: 220 go
                """
        )
        dialogue.say(TLSRecords.clientHello("m"), from: .a)
        dialogue.say(TLSRecords.serverHello, from: .b)
        let seen = Observed(dialogue)
        #expect(seen.transactions.isEmpty)
        #expect(seen.session?.startTLS == .established)
        #expect(seen.anomalies == ["plaintext_behind_starttls"])
        #expect(seen.odd.map(\.kind) == [.commandsBehindSTARTTLS])
        #expect(seen.odd.first?.verbs == ["MAIL"])
        #expect(seen.odd.first?.octets == 28)
    }

    @Test(
        "replies behind 220 to STARTTLS are told once, a time-out is none",
        arguments: [250, 421]
    )
    func replyBehind(code: Int) {
        var dialogue = Dialogue(
            script: """
                S: 220 m
                C: EHLO c
                S: 250 STARTTLS
                C: STARTTLS
                S: 220 go
                S: \(code) injected
                S: \(code) once more
                """
        )
        dialogue.say(TLSRecords.clientHello("m"), from: .a)
        let seen = Observed(dialogue)
        let kinds: [SMTPAnomaly.Kind] = code == 250 ? [.replyBehindSTARTTLS] : []
        #expect(seen.odd.map(\.kind) == kinds)
        #expect(seen.anomalies.contains("reply_behind_starttls") == (code == 250))
    }

    @Test("STARTTLS inside a transaction ends it")
    func insideTransaction() {
        var dialogue = Dialogue(
            script: "S: 220 m\nC: MAIL FROM:<a@y.org>\nS: 250 ok\nC: STARTTLS\nS: 220 go"
        )
        dialogue.say(TLSRecords.clientHello("m"), from: .a)
        #expect(Observed(dialogue).transactions.map(\.outcome) == [.reset])
    }

    @Test("TLS from the first octet is smtps, by content and by port")
    func implicitTLS() throws {
        var dialogue = Dialogue()
        dialogue.say(TLSRecords.clientHello("mail.example"), from: .a)
        dialogue.say(TLSRecords.serverHello, from: .b)
        dialogue.say(TLSRecords.data, from: .b)
        var settings = TCPConversation.Settings()
        for port: UInt16 in [465, 25] {
            settings.b = Endpoint(address: settings.b.address, port: port)
            let session = try #require(Observed(dialogue, settings: settings).session)
            #expect(session.dialect == .smtps)
            #expect(session.startTLS == nil)
            #expect(session.tls?.serverName == "mail.example")
            #expect(session.tls?.version == "TLS 1.3")
        }
    }

    @Test("a TLS hello that is answered in the clear")
    func answeredInClear() {
        var dialogue = Dialogue()
        dialogue.say(TLSRecords.clientHello("m"), from: .a)
        dialogue.b("220-m ESMTP\r\n220 no TLS here\r\n")
        let seen = Observed(dialogue)
        #expect(seen.session?.bannerCode == 220)
        #expect(seen.anomalies == ["tls_answered_in_clear"])
    }

    @Test("broken hellos are let pass")
    func brokenHello() {
        let hello = TLSRecords.clientHello("mail.example")
        for length in hello.indices {
            var dialogue = Self.startTLS { $0.say(Array(hello[..<length]), from: .a) }
            dialogue.b("\u{16}\u{3}")
            #expect(Observed(dialogue).transactions.isEmpty)
        }
    }
}
