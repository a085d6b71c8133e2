import Foundation
import TapFlow
import TapRing
import TapTesting
import TapWire

/// A ring with some mail and other traffic in it, and a folder for captures; both go with this value.
final class RecordedRing {
    /// The folder.
    let folder: String
    /// When the first frame arrived.
    let start: Timestamp
    private var writer: RingWriter
    /// The frames that were written, in order.
    private(set) var frames: [OwnedFrame] = []

    /// The path of the ring.
    var path: String { folder + "/ring" }

    /// Makes an empty ring in a folder of its own.
    init(byteCount: Int = 4 << 20, snapLength: Int = 0) throws {
        folder = "/dev/shm/hubtap-export-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false
        )
        start = Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 - 60) * 1_000_000_000)
        writer = try RingWriter(
            RingConfiguration(
                path: folder + "/ring",
                byteCount: byteCount,
                snapLength: snapLength
            ),
            ports: [RingPort(name: "eth0"), RingPort(name: "eth1")],
            at: start
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Puts frames into the ring.
    func write(_ frames: [OwnedFrame]) {
        for frame in frames {
            precondition(writer.mirror(frame.frame, restoring: nil) == nil)
        }
        self.frames += frames
    }

    /// Puts several connections into the ring, mixed in the order of time.
    func write(mixing conversations: [[OwnedFrame]]) {
        write(conversations.joined().sorted { $0.metadata.arrival < $1.metadata.arrival })
    }

    /// One mail over a connection of its own, from port `port` of 203.0.113.9, that begins `seconds` after the start.
    func mail(
        port: UInt16,
        from sender: String,
        to recipients: [String],
        at seconds: Int = 0,
        ending: Dialogue.Ending = .close(.a)
    ) -> [OwnedFrame] {
        var dialogue = Dialogue()
        dialogue.b("220 mail.example.org ESMTP\r\n")
        dialogue.a("EHLO client.example\r\n")
        dialogue.b("250 mail.example.org\r\n")
        dialogue.a("MAIL FROM:<\(sender)>\r\n")
        dialogue.b("250 ok\r\n")
        for recipient in recipients {
            dialogue.a("RCPT TO:<\(recipient)>\r\n")
            dialogue.b("250 ok\r\n")
        }
        dialogue.a("DATA\r\n")
        dialogue.b("354 go on\r\n")
        dialogue.a("Subject: hello\r\n\r\nA line.\r\n.\r\n")
        dialogue.b("250 queued\r\n")
        dialogue.ending = ending
        var settings = TCPConversation.Settings()
        settings.a.port = port
        settings.start = start.advanced(by: .seconds(seconds))
        settings.interval = .milliseconds(3)
        return dialogue.frames(settings: settings)
    }

    /// Some octets between two hosts on VLAN 7, from 198.51.100.1:50000 to 192.0.2.80:80.
    func web(at seconds: Int = 0) -> [OwnedFrame] {
        var dialogue = Dialogue()
        dialogue.a("GET / HTTP/1.0\r\n\r\n")
        dialogue.b("HTTP/1.0 204 No Content\r\n\r\n")
        var settings = TCPConversation.Settings()
        settings.a = Endpoint(address: IPAddress(v4: 0xC633_6401), port: 50_000)
        settings.b = Endpoint(address: IPAddress(v4: 0xC000_0250), port: 80)
        settings.vlans = [7]
        settings.start = start.advanced(by: .seconds(seconds))
        return dialogue.frames(settings: settings)
    }

    /// Runs `hubtap COMMAND --ring PATH` in the folder; what follows `arguments` belongs to the shell.
    func hubtap(_ command: String, _ arguments: String, _ more: String = "") throws
        -> Program.Outcome
    {
        try Program.run("cd \(folder); hubtap \(command) --ring \(path) \(arguments) \(more)")
    }

    /// The client's port of each TCP frame in a capture of the folder, in order, as tshark reads it.
    func clientPorts(in capture: String) throws -> [String] {
        let outcome = try Program.run(
            "cd \(folder); tshark -n -r \(capture) -T fields -e tcp.srcport -e tcp.dstport"
        )
        guard outcome.code == 0 else { throw Failure(outcome.description) }
        return outcome.lines.map { line in
            let ports = line.split(separator: "\t")
            return String(ports.max { (Int($0) ?? 0) < (Int($1) ?? 0) } ?? "")
        }
    }

    /// Something that should not have happened.
    struct Failure: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    /// Waits for a condition; throws when it does not come true within a minute.
    func wait(for words: String, _ isTrue: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !isTrue() {
            guard .now < deadline else { throw Failure("waited in vain for \(words)") }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
