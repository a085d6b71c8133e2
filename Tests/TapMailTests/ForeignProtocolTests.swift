import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("What is no mail is told as no session, whatever its ports")
struct ForeignProtocolTests {
    /// Something that is no mail.
    enum Foreign: CaseIterable {
        case nfs, nfsOfText, random, http, ssh, lines, halfTLS

        var dialogue: Dialogue {
            var dialogue = Dialogue()
            for number in 0..<12 {
                dialogue.say(client(number), from: .a)
                dialogue.say(server(number), from: .b)
            }
            return dialogue
        }

        private func client(_ number: Int) -> [UInt8] {
            switch self {
            case .nfs, .nfsOfText: Self.call(number)
            case .random, .halfTLS: Self.noise(number, 300)
            case .http: Array("GET /\(number) HTTP/1.1\r\nHost: m\r\n\r\n".utf8)
            case .ssh: number == 0 ? Array("SSH-2.0-a\r\n".utf8) : Self.noise(number, 80)
            case .lines: Array("select \(number) from mail\n".utf8)
            }
        }

        private func server(_ number: Int) -> [UInt8] {
            switch self {
            case .nfs: Self.answer(number, Self.noise(number, 200))
            case .nfsOfText:
                Self.answer(
                    number,
                    Array("* a list\n* of OK things\nAll OK here\nEHLO there, you\n".utf8)
                )
            case .random: Self.noise(number &+ 1_000, 400)
            case .http: Array("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n* one\n".utf8)
            case .ssh: number == 0 ? Array("SSH-2.0-b\r\n".utf8) : Self.noise(number &+ 99, 80)
            case .lines: Array("* \(number) rows\nmail\n----\nnone\n".utf8)
            // Like the head of a record at first, and no chain of them.
            case .halfTLS: [0x16, 0x03, 0x01, 0x00, 0x20] + Self.noise(number, 90)
            }
        }

        /// A call of RPC (RFC 5531), as of NFS: the record's mark, the transaction, and what is asked.
        private static func call(_ number: Int) -> [UInt8] {
            [
                0x80, 0, 0, 0x78, 0x5A, 0x11, 0, UInt8(number), 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86,
                0xA3,
            ]
                + [0, 0, 0, 4, 0, 0, 0, 1] + noise(number, 96)
        }

        private static func answer(_ number: Int, _ content: [UInt8]) -> [UInt8] {
            let count = content.count + 12
            return [0x80, 0, UInt8(count >> 8), UInt8(count & 0xFF), 0x5A, 0x11, 0, UInt8(number)]
                + [0, 0, 0, 1, 0, 0, 0, 0] + content
        }

        private static func noise(_ seed: Int, _ count: Int) -> [UInt8] {
            var generator = SplitMix64(seed: UInt64(seed) &* 7_919 &+ 3)
            return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        }
    }

    private static let ports: [UInt16] = [25, 465, 587, 110, 995, 143, 993]

    private func told(_ dialogue: Dialogue, client: UInt16, server: UInt16) -> [String] {
        var settings = TCPConversation.Settings()
        settings.a.port = client
        settings.b.port = server
        let pipeline = Pipeline(
            Analyzer(SMTPObserver()),
            Analyzer(POP3Observer()),
            Analyzer(IMAPObserver())
        )
        return pipeline.findings(of: dialogue.frames(.whole, settings: settings)).map { "\($0)" }
    }

    @Test(
        "from a port of mail to another, picked up in the middle",
        arguments: Foreign.allCases,
        ports
    )
    func client(foreign: Foreign, port: UInt16) {
        var dialogue = foreign.dialogue
        dialogue.hasHandshake = false
        #expect(told(dialogue, client: port, server: 2_049) == [])
    }

    @Test("at a port of mail, picked up in the middle", arguments: Foreign.allCases, ports)
    func server(foreign: Foreign, port: UInt16) {
        var dialogue = foreign.dialogue
        dialogue.hasHandshake = false
        #expect(told(dialogue, client: 40_001, server: port) == [])
    }

    @Test("at a port of mail, from its beginning", arguments: Foreign.allCases, ports)
    func beginning(foreign: Foreign, port: UInt16) {
        #expect(told(foreign.dialogue, client: 40_001, server: port) == [])
    }

    @Test("a connection to a port of mail where the server says nothing is told", arguments: ports)
    func silent(port: UInt16) {
        var dialogue = Dialogue()
        #expect(told(dialogue, client: 40_001, server: port).count == 1)
        dialogue.a("GET / HTTP/1.0\r\n\r\n")
        #expect(told(dialogue, client: 40_001, server: port).count == 1)
    }

    @Test(
        "one line that is understood is enough",
        arguments: [
            (25, "S: 250 2.0.0 queued"), (25, "C: RCPT TO:<a@y.org>"), (110, "S: +OK 3 messages"),
            (110, "C: RETR 3"), (143, "S: * 3 EXISTS"), (143, "S: a7 OK done"), (143, "C: a8 NOOP"),
        ]
    )
    func understood(port: UInt16, line: String) {
        let noise = "C= \\x01\\xFF\\n\nS= \\x01\\xFF\\n\n"
        let dialogue = Dialogue(script: noise + line + "\n" + noise, hasHandshake: false)
        #expect(told(dialogue, client: 40_001, server: port).count == 1)
    }
}
