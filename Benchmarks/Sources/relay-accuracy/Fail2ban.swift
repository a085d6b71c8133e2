import Foundation
import TapRelayTesting
import TapWire

/// fail2ban's own filter for Postfix as Debian ships it, over the lines the same servers would have logged.
///
/// The filter is read where fail2ban is installed, and never copied; in its mode `aggressive`, which has all of its patterns.
struct Fail2ban {
    private static let program = "/usr/bin/fail2ban-regex"
    private static let filter = "/etc/fail2ban/filter.d/postfix.conf"
    /// Debian's jail: so many matches of an address in so many seconds.
    private static let (mostMatches, window) = (5, 600)

    private let file: URL
    private let handle: FileHandle
    private var text = ""

    /// Nil if fail2ban is not installed, or there is nowhere to write.
    init?() {
        let files = FileManager.default
        guard files.isExecutableFile(atPath: Self.program), files.fileExists(atPath: Self.filter)
        else { return nil }
        file = files.temporaryDirectory.appendingPathComponent("relay-accuracy-\(getpid()).log")
        guard files.createFile(atPath: file.path, contents: nil),
            let handle = FileHandle(forWritingAtPath: file.path)
        else { return nil }
        self.handle = handle
    }

    /// Takes a line of the log.
    mutating func take(_ line: String) {
        text += line + "\n"
        if text.utf8.count > 1 << 20 { flush() }
    }

    private mutating func flush() {
        handle.write(Data(text.utf8))
        text = ""
    }

    /// The addresses that would have been banned, and when, by servers' names.
    mutating func hits(servers: [String: IPAddress]) -> [BaselineHit] {
        flush()
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = ["--print-all-matched", file.path, Self.filter + "[mode=aggressive]"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return [] }
        let output = String(
            decoding: pipe.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        process.waitUntilExit()
        return bans(output.split(separator: "\n").compactMap { Self.match($0, servers) })
    }

    /// A matched line: when, at which server, which address.
    private static func match(_ line: Substring, _ servers: [String: IPAddress]) -> BaselineHit? {
        let words = line.drop { $0 == "|" || $0 == " " }.split(separator: " ")
        guard words.count > 3, let time = Timestamp(rfc3339: String(words[0])),
            let server = servers[String(words[1])]
        else { return nil }
        guard let open = line.range(of: "unknown["),
            let close = line[open.upperBound...].firstIndex(of: "]"),
            let client = IPAddress(String(line[open.upperBound..<close]))
        else { return nil }
        return BaselineHit(time: time, server: server, client: client)
    }

    private func bans(_ matches: [BaselineHit]) -> [BaselineHit] {
        var recent: [String: [BaselineHit]] = [:]
        var bans: [BaselineHit] = []
        for match in matches {
            let key = "\(match.server) \(match.client)"
            var own = recent[key, default: []].filter {
                match.time.duration(since: $0.time) <= .seconds(Self.window)
            }
            own.append(match)
            if own.count >= Self.mostMatches {
                bans.append(match)
                own = []
            }
            recent[key] = own
        }
        return bans
    }
}
