import TapFlow
import TapTesting
import TapWire

/// The frames of one mail session.
struct MailSession {
    private let number: Int
    private var conversation: TCPConversation

    /// A session in which nothing was said yet.
    init(number: Int, settings: TCPConversation.Settings) {
        self.number = number
        conversation = TCPConversation(settings)
    }

    /// The frames so far.
    var frames: [OwnedFrame] { conversation.frames }

    /// The whole session: one to four messages, then QUIT.
    mutating func talk(using generator: inout SplitMix64) {
        conversation.open()
        say("220 mx.example ESMTP Postfix\r\n")
        ask(
            "EHLO client\(number).example\r\n",
            "250-mx.example\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 CHUNKING\r\n"
        )
        for message in 0..<Int.random(in: 1...4, using: &generator) {
            send(message, using: &generator)
        }
        ask("QUIT\r\n", "221 2.0.0 Bye\r\n")
        conversation.close()
    }

    private mutating func send(_ message: Int, using generator: inout SplitMix64) {
        let sender = "MAIL FROM:<sender\(number)@client.example>\r\n"
        let recipients = Int.random(in: 1...3, using: &generator)
        let isPipelined = Bool.random(using: &generator)
        var commands = [sender]
        var replies = ["250 2.1.0 Ok\r\n"]
        for recipient in 0..<recipients {
            commands.append("RCPT TO:<user\(recipient)@mx.example>\r\n")
            replies.append("250 2.1.5 Ok\r\n")
        }
        if isPipelined {
            ask(commands.joined(), replies.joined())
        } else {
            for (command, reply) in zip(commands, replies) { ask(command, reply) }
        }
        let body = body(message, using: &generator)
        let accepted =
            "250 2.0.0 Ok: queued as \(String(number * 8 + message, radix: 36, uppercase: true))\r\n"
        if Int.random(in: 0..<5, using: &generator) == 0 {
            sendBulk(Array("BDAT \(body.count) LAST\r\n".utf8) + body)
            say(accepted)
        } else {
            ask("DATA\r\n", "354 End data with <CR><LF>.<CR><LF>\r\n")
            sendBulk(body + Array(".\r\n".utf8))
            say(accepted)
        }
    }

    /// A header and lines of base64, 2 KiB to 1 MiB: small ones are as frequent as large ones on a scale of powers.
    private func body(_ message: Int, using generator: inout SplitMix64) -> [UInt8] {
        let size = 2_048 << Int.random(in: 0...8, using: &generator)
        let length = Int.random(in: size...2 * size, using: &generator)
        var text: [UInt8] = []
        text.reserveCapacity(length + 512)
        text += Array(
            """
            Received: from client\(number).example (client\(number).example [10.1.2.3])\r
            \tby mx.example (Postfix) with ESMTP id 4XyZ12; Mon, 23 Nov 2026 12:00:00 +0000\r
            From: Sender <sender\(number)@client.example>\r
            To: <user0@mx.example>\r
            Subject: message \(message) of session \(number)\r
            Message-ID: <\(number).\(message)@client.example>\r
            Date: Mon, 23 Nov 2026 12:00:00 +0000\r
            MIME-Version: 1.0\r
            Content-Transfer-Encoding: base64\r
            \r

            """.utf8
        )
        while text.count < length {
            for _ in 0..<19 {
                var bits = generator.next()
                for _ in 0..<4 {
                    text.append(Self.letters[Int(bits & 63)])
                    bits >>= 6
                }
            }
            text += [0x0D, 0x0A]
        }
        return text
    }

    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// The client sends octets, of which every second segment is acknowledged.
    private mutating func sendBulk(_ octets: [UInt8]) {
        let size = conversation.settings.segmentSize
        for start in stride(from: 0, to: octets.count, by: 2 * size) {
            conversation.send(Array(octets[start..<min(start + 2 * size, octets.count)]), from: .a)
        }
    }

    private mutating func say(_ text: String) { conversation.send(text, from: .b) }

    private mutating func ask(_ command: String, _ reply: String) {
        conversation.send(command, from: .a)
        say(reply)
    }
}
