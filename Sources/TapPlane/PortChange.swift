package import TapLinux

/// One thing that a hub changed on a port, and how it was before.
package enum PortChange: Hashable, Sendable {
    /// A flag of the interface.
    package enum Flag: String, Hashable, Sendable {
        case up
        case promiscuous
    }

    case flag(Flag, was: Bool)
    case sysctl(Sysctl, was: String)
    /// Whether it was asked for; what else is set may keep an offload that is asked for from being active.
    case offload(ReceiveOffload, was: Bool)
    /// The discipline that our filters hang on was added; there was none.
    case filter
    /// A program of ours, by its number, is run for the frames of the port.
    case program(UInt32)
    /// The programs on the port count and copy into these; nothing to undo.
    case maps(KernelMaps)
    /// The counters of the filter on the port begin at these; nothing to undo.
    case counts(PortCounts)
    /// The port had never been up, and so had no queue before its transmit queues.
    case queue

    /// Whether it is about what the kernel runs for frames of the port.
    var isOfClassifiers: Bool {
        switch self {
        case .filter, .program, .maps, .counts: true
        case .flag, .sysctl, .offload, .queue: false
        }
    }

    /// What was changed, whatever it was before: a hub notes each only once.
    package var subject: String {
        switch self {
        case .flag(let flag, _): "flag \(flag.rawValue)"
        case .sysctl(let sysctl, _): "sysctl \(sysctl.path)"
        case .offload(let offload, _): "offload \(offload.rawValue)"
        case .filter: "filter clsact"
        case .program(let identifier): "program \(identifier)"
        case .maps(let maps): "maps \(maps.word)"
        case .counts(let counts): "counts \(counts.word)"
        case .queue: "queue root"
        }
    }

    /// The change as a line of the journal.
    package var line: String {
        switch self {
        case .flag(_, let was), .offload(_, let was): "\(subject) \(was ? "on" : "off")"
        case .sysctl(_, let was): "\(subject) \(was)"
        case .filter, .program, .maps, .counts: "\(subject) none"
        case .queue: "\(subject) noop"
        }
    }

    /// Reads a line of the journal of `port`; nil if no hub writes such a line.
    package init?(line: Substring, port: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }
        guard words.count == 3 else { return nil }
        let states = ["on": true, "off": false]
        switch (words[0], words[1], states[words[2]]) {
        case ("flag", let name, let was?):
            guard let flag = Flag(rawValue: name) else { return nil }
            self = .flag(flag, was: was)
        case ("offload", let name, let was?):
            // What the first hubs called it.
            let name = name == "large-receive" ? ReceiveOffload.largeReceive.rawValue : name
            guard let offload = ReceiveOffload(rawValue: name) else { return nil }
            self = .offload(offload, was: was)
        case ("filter", "clsact", nil) where words[2] == "none": self = .filter
        case ("program", let name, nil) where words[2] == "none":
            guard let identifier = UInt32(name) else { return nil }
            self = .program(identifier)
        case ("maps", let word, nil) where words[2] == "none":
            guard let maps = KernelMaps(word: word) else { return nil }
            self = .maps(maps)
        case ("counts", let word, nil) where words[2] == "none":
            guard let counts = PortCounts(word: word) else { return nil }
            self = .counts(counts)
        case ("queue", "root", nil) where words[2] == "noop": self = .queue
        case ("sysctl", let path, _):
            // No journal may reach beyond the settings that a hub changes.
            guard Self.sysctls(of: port).contains(path), Int32(words[2]) != nil else { return nil }
            self = .sysctl(Sysctl(path), was: words[2])
        default: return nil
        }
    }

    /// The same change on the same interface under another name: the kernel's settings move with it.
    package func renamed(from old: String, to new: String) -> PortChange {
        guard case .sysctl(let sysctl, let was) = self,
            let place = Self.sysctls(of: old).firstIndex(of: sysctl.path)
        else { return self }
        return .sysctl(Sysctl(Self.sysctls(of: new)[place]), was: was)
    }

    /// The settings of a port that a hub changes.
    static func sysctls(of port: String) -> [String] { [arpIgnore(port), disableIPv6(port)] }

    static func arpIgnore(_ port: String) -> String { "net/ipv4/conf/\(port)/arp_ignore" }
    static func disableIPv6(_ port: String) -> String { "net/ipv6/conf/\(port)/disable_ipv6" }
}
