import Foundation
import Testing

extension Lab {
    /// Where the lab's hubtap has its configuration; ring, events and store lie beside it.
    static let configuration = "/run/lab/hubtap.yaml"
    /// Where its events go.
    static let events = "/run/lab/eve.json"

    /// The planes that what holds for one holds for.
    static let planes = ["kernel", "packet"]

    /// Writes the configuration of the lab's house; a line for a key it has takes that one's place.
    func configure(replacing line: String = "", plane: String = "auto") throws {
        let ring = "ring: { path: /run/lab/ring, size: 64MiB }"
        let text = """
            \(line.hasPrefix("ports:") ? line : "ports: [eth0, eth1]")
            plane: \(plane)
            \(line.hasPrefix("ring:") ? line : ring)
            mail:
              inside: [eth1]
              servers: [192.0.2.25]
              domains: [example.org]
              networks: [192.0.2.0/24]
            alerts:
              syslog: ["unix:/dev/log", "udp://127.0.0.1:514", "tcp://127.0.0.1:601"]
              eve: \(Lab.events)
              \(line.hasPrefix("evidence:") ? line : "")
            store: /run/lab/hubtap.sqlite
            \(["ring:", "ports:", "evidence:"].contains { line.hasPrefix($0) } ? "" : line)

            """
        try Data(text.utf8).write(to: file(Lab.configuration))
    }

    /// Starts `hubtap run` with the lab's configuration, by another command if there is one, and waits until frames
    /// cross.
    func startHubtap(
        adding line: String = "",
        plane: String = "auto",
        options: [String] = [],
        silently: Bool = false,
        by starter: [String] = []
    ) throws -> Command {
        try configure(replacing: line, plane: plane)
        if silently { try silence() }
        let command = try start(
            .tap,
            starter + [Lab.hubtap, "run", "--config", Lab.configuration] + options
        )
        try wait(for: "hubtap to come up") {
            guard command.isRunning else { throw LabError("hubtap ended: \(command.errors)") }
            return try run(.tap, [Lab.hubtap, "status", "--config", Lab.configuration]).code == 0
        }
        try wait(for: "frames to cross") {
            guard silently else {
                return try run(.inside, ["ping", "-c", "1", "-W", "1", "192.0.2.1"]).code == 0
            }
            return try crossFrames("--count", "1", "--settle", "0.3")["outside"] == .all(1)
        }
        return command
    }

    /// Ends hubtap in order and returns how it ended.
    func stop(_ command: Command) throws -> Outcome {
        try kill("hubtap run ", "TERM")
        return try command.outcome()
    }

    /// The ports in the ledger of `hubtap status --json`, by name.
    func ledger() throws -> [String: PortLedger] {
        let outcome = try succeed(
            .tap,
            [Lab.hubtap, "status", "--json", "--config", Lab.configuration]
        )
        let status = try JSONDecoder().decode(Status.self, from: Data(outcome.output.utf8))
        return Dictionary(uniqueKeysWithValues: status.hub.ports.map { ($0.name, $0) })
    }

    /// The events written so far, those of one type.
    func events(_ type: String) -> [[String: Any]] {
        contents(of: Lab.events).split(separator: "\n").compactMap { line in
            let value = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            let event = value as? [String: Any]
            return event?["event_type"] as? String == type ? event : nil
        }
    }

    /// How often each sender's mail transaction stands in the events.
    func transactionCounts() -> [String: Int] {
        events("smtp").reduce(into: [:]) { counts, event in
            let sender = (event["smtp"] as? [String: Any])?["mail_from"] as? String
            counts[sender ?? "none", default: 0] += 1
        }
    }

    /// The rules of the alerts written so far, in order.
    func alerts() -> [String] {
        events("alert").compactMap { ($0["relay"] as? [String: Any])?["rule"] as? String }
    }

    /// Sends frames from both sides at once; what arrived where.
    func crossFrames(_ arguments: String...) throws -> [String: FrameCount] {
        let outcome = try succeed(.sandbox, Lab.frames + arguments, within: 120)
        return try JSONDecoder().decode([String: FrameCount].self, from: Data(outcome.output.utf8))
    }

    /// Adds a third cable: `eth2` at the tap, a namespace `watcher` at its far end.
    func addWatcher() throws {
        try shell(
            in: .sandbox,
            """
            ip netns add watcher
            ip link add eth2 netns tap type veth peer name eth0 netns watcher
            ip -n watcher link set eth0 up
            ip netns exec watcher sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
            """
        )
    }

    /// How many frames of the generator tshark finds in a capture of the lab.
    func generatedFrames(in capture: String) throws -> Int {
        let filter = #"frame contains "hubtapLAB""#
        let found = try succeed(.sandbox, ["tshark", "-n", "-r", capture, "-Y", filter])
        return found.output.split(separator: "\n").count
    }

    /// Kills every process of hubtap, so that none can put anything in order.
    func killHubtap() throws {
        try succeed(.sandbox, ["pkill", "-KILL", "-x", "hubtap|hubtap-hub"])
        try wait(for: "hubtap's death") { try run(.sandbox, ["pgrep", "hubtap"]).code == 1 }
    }

    /// The lab's generator of frames.
    static let frames = ["python3", project.appending(path: "scripts/lib/frames.py").path]
    /// The lab's mail client.
    static let mailClient = ["python3", project.appending(path: "scripts/lib/send-mail.py").path]

    /// Silences the far ends, so that only frames that a test sends cross the tap.
    func silence() throws {
        for side in [Namespace.outside, .inside] {
            try shell(
                in: side,
                """
                sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
                ip link set eth0 arp off
                ip address flush dev eth0
                """
            )
        }
    }
}

/// The part of `hubtap status --json` that the tests look at.
struct Status: Decodable {
    struct Hub: Decodable {
        var ports: [PortLedger]
    }

    var hub: Hub
}

/// One port's lines of the ledger.
struct PortLedger: Decodable {
    var name: String
    var received: UInt64
    var forwarded: UInt64
    var notForwarded: [String: UInt64]
    var mirrored: UInt64
    var mirrorLost: [String: UInt64]

    enum CodingKeys: String, CodingKey {
        case name, forwarded, mirrored
        case received = "rx_frames"
        case notForwarded = "not_forwarded"
        case mirrorLost = "mirror_lost"
    }

    /// True if every frame is accounted for.
    var isBalanced: Bool {
        received == forwarded + notForwarded.values.reduce(0, +)
            && received == mirrored + mirrorLost.values.reduce(0, +)
    }
}

/// What became of the frames that one side sent.
struct FrameCount: Decodable, Equatable {
    var sent: Int
    var arrived: Int
    var missing: Int
    var twice: Int
    var changed: Int
    var echoed: Int

    /// All of `count` frames arrived once and unchanged.
    static func all(_ count: Int) -> Self {
        Self(sent: count, arrived: count, missing: 0, twice: 0, changed: 0, echoed: 0)
    }
}
