import Foundation
import TapFlow
import TapPlane
import TapRelay
import TapRing
import TapSinks
import TapWire

extension HubtapConfiguration {
    /// Reads the keys of the whole file.
    mutating func read(_ root: ConfigurationNode) throws(ConfigurationError) {
        for (name, value) in try root.mapping(knownTo: Self.keys) {
            switch name {
            case "ports": ports = try value.list(Self.interface)
            case "monitor": monitor = try value.list(Self.interface)
            case "plane": plane = try Self.choice(value)
            case "on-exit": onExit = try Self.choice(value)
            case "link-fault": linkFault = try Self.choice(value)
            case "offloads": offloads = try Self.choice(value)
            case "ring": try readRing(value)
            case "mail": try readMail(value)
            case "rules": try readRules(value)
            case "alerts": try readAlerts(value)
            case "store": storePath = try value.string()
            case "language": rules.language = try Self.language(value)
            default: throw value.unsupported("this version serves no metrics")
            }
        }
    }

    private static let keys = [
        "ports", "monitor", "plane", "on-exit", "link-fault", "offloads", "ring", "mail", "rules",
        "alerts", "store", "language", "metrics",
    ]

    /// The language of what people read of alerts and incidents.
    private static func language(
        _ node: ConfigurationNode
    ) throws(ConfigurationError) -> RelayLanguage {
        try choice(node)
    }

    private static func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ node: ConfigurationNode
    ) throws(ConfigurationError) -> Choice {
        try node.choice(Choice.allCases.map { ($0.rawValue, $0) })
    }

    private static func interface(_ node: ConfigurationNode) throws(ConfigurationError) -> String {
        let name = try node.string()
        // The kernel's own rule for the name of an interface: dev_valid_name().
        let isPlain = name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 47 && $0 != 58 }
        guard isPlain, (1...15).contains(name.utf8.count), name != ".", name != ".." else {
            throw node.error(
                "is \(node.kind)",
                "an interface's name has 1 to 15 characters, such as eth0"
            )
        }
        return name
    }

    private mutating func readRing(_ node: ConfigurationNode) throws(ConfigurationError) {
        for (name, value) in try node.mapping(knownTo: ["path", "size", "snaplen", "sync", "keep"])
        {
            switch name {
            case "path": ring.path = try value.string()
            case "size": ring.byteCount = try Self.ringSize(value)
            case "snaplen":
                ring.snapLength = try value.integer(in: 0...RingConfiguration.maximumFrameByteCount)
            case "sync": ring.syncInterval = try Self.syncInterval(value)
            default:
                keep = try Self.keep(value)
            }
        }
    }

    private static func keep(
        _ node: ConfigurationNode
    ) throws(ConfigurationError) -> PlaneConfiguration.Keep {
        let words = try node.string()
        do throws(KeepError) {
            return try PlaneConfiguration.Keep(words: words)
        } catch {
            throw node.error(
                "\(error)",
                "all, headers, mail or a filter such as \"tcp port 25\" is expected"
            )
        }
    }

    private static func syncInterval(
        _ node: ConfigurationNode
    ) throws(ConfigurationError) -> Duration {
        let text = try node.string()
        let span = text == "0" ? .zero : TimeSpan(text)?.duration
        guard let span, span <= RingConfiguration.maximumSyncInterval else {
            throw node.error(
                "is \(node.kind)",
                "a span of time up to an hour is expected, such as 1s, or 0 for never"
            )
        }
        return span
    }

    private static func ringSize(_ node: ConfigurationNode) throws(ConfigurationError) -> Int {
        let least = ByteSize(octets: RingConfiguration.minimumByteCount)
        guard let size = ByteSize(try node.string()), size >= least else {
            throw node.error(
                "is \(node.kind)",
                "a size of \(least) or more is expected, such as 256MiB"
            )
        }
        return size.octets
    }

    private mutating func readMail(_ node: ConfigurationNode) throws(ConfigurationError) {
        let keys = [
            "ports", "inside", "servers", "domains", "networks", "contacts", "subjects", "overlaps",
            "geoip",
        ]
        for (name, value) in try node.mapping(knownTo: keys) {
            switch name {
            case "ports":
                mail.ports = try value.list { (item) throws(ConfigurationError) in
                    UInt16(try item.integer(in: 1...65_535))
                }
                try checkCount(of: mail.ports, value)
            case "inside": mail.inside = try value.list(Self.interface)
            case "servers": mail.servers = try value.list(Self.network)
            case "domains": mail.domains = try value.list(Self.domain)
            case "networks": mail.networks = try value.list(Self.network)
            case "overlaps": mail.overlaps = try Self.overlaps(value)
            case "geoip": mail.geoip = try Self.placeFiles(value)
            case "subjects": mail.subjects = try value.bool()
            default: try readContacts(value)
            }
        }
        try checkInside(node)
    }

    /// Reads the file of contacts; lines that cannot be read are kept apart and the others used.
    private mutating func readContacts(_ node: ConfigurationNode) throws(ConfigurationError) {
        let path = try node.string()
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw node.error(
                "names \(path), which cannot be read: \(error.localizedDescription)",
                "the path of a readable file is expected, with an address or a domain a line"
            )
        }
        mail.contactsPath = path
        mail.contactMistakes = mail.contacts.read(String(decoding: data, as: UTF8.self))
    }

    private static func overlaps(
        _ node: ConfigurationNode
    ) throws(ConfigurationError) -> OverlapPolicies {
        var policies = OverlapPolicies()
        for (name, value) in try node.mapping(knownTo: OverlapPolicy.allCases.map(\.rawValue)) {
            guard let policy = OverlapPolicy(rawValue: name) else { continue }
            policies.rules += try value.list(network).map { .init($0, policy) }
        }
        return policies
    }

    private func checkCount(
        of ports: [UInt16],
        _ node: ConfigurationNode
    ) throws(ConfigurationError) {
        let limit = PlaneConfiguration.maximumMailPorts
        guard (1...limit).contains(ports.count) else {
            throw node.error("has \(ports.count) ports", "1 to \(limit) are expected")
        }
    }

    /// `mail.inside` must name ports of this hub, where the file names those.
    private func checkInside(_ node: ConfigurationNode) throws(ConfigurationError) {
        guard !ports.isEmpty else { return }
        for name in mail.inside where !ports.contains(name) {
            throw node.error(
                "names \"\(name)\" under inside, which is not one of the ports",
                "ports are \(ports.joined(separator: ", "))"
            )
        }
    }

    private static func network(_ node: ConfigurationNode) throws(ConfigurationError) -> IPNetwork {
        let text = try node.string()
        if let network = IPNetwork(text) { return network }
        if let address = IPAddress(text),
            let network = IPNetwork(address, prefixLength: address.isIPv6 ? 128 : 32)
        {
            return network
        }
        throw node.error(
            "is \(node.kind)",
            "an address or a network is expected, such as 192.0.2.25, 192.0.2.0/24 or 2001:db8::/32"
        )
    }

    private static func domain(
        _ node: ConfigurationNode
    ) throws(ConfigurationError) -> MailDomain {
        guard let domain = MailDomain(try node.string()) else {
            throw node.error("is \(node.kind)", "a domain is expected, such as example.org")
        }
        return domain
    }

    private mutating func readAlerts(_ node: ConfigurationNode) throws(ConfigurationError) {
        for (name, value) in try node.mapping(knownTo: ["syslog", "eve", "evidence"]) {
            switch name {
            case "syslog": sinks.syslog = try value.list(Self.syslogDestination)
            case "eve": sinks.eve = value.isNull ? nil : EVEDestination(try value.string())
            default: try readEvidence(value)
            }
        }
    }

    private static func syslogDestination(
        _ node: ConfigurationNode
    ) throws(ConfigurationError) -> SyslogDestination {
        let text = try node.string()
        do {
            return try SyslogDestination(text)
        } catch {
            throw node.error("is refused", "\(error)")
        }
    }
}
