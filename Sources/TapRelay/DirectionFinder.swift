import TapWire

/// Tells a stranger who came to our server from our server that went out.
///
/// Theory of operation. The one mistake to avoid is to call a foreign server an open relay because ours handed it
/// our mail. What is configured decides first: the ports of the inside, who may relay, the servers. Then addresses
/// that exist inside a site only. Then names: a server under a configured domain is ours. Only then the habit of the
/// traffic: the Internet has many mail hosts and a site few, so the port with many more hosts behind it is the
/// outside; in a capture without directions the server with many more partners than its client is ours. While that
/// does not tell either, the answer is `.unclear` where the balance leans inward and `.elsewhere` where it does not.
struct DirectionFinder: Sendable {
    /// The ends of a session, from the side of the one who sends mail.
    struct Ends: Sendable {
        var client: IPAddress
        var server: IPAddress
        var clientPort: PortIndex?
        var serverPort: PortIndex?
        /// The name that the server has given, with what it tells.
        var name: ServerName?

        /// The name that the server has given.
        var serverName: MailDomain? { name?.domain }
        /// The mail domain that goes by the server's name.
        var domainGuess: MailDomain? { name?.domainGuess }

        /// The same session from the side of the server, whose client has told no name as a server.
        var reversed: Ends {
            Ends(
                client: server,
                server: client,
                clientPort: serverPort,
                serverPort: clientPort
            )
        }
    }

    /// So many more hosts or partners tell; fewer only lean.
    static let tellingRatio = 3

    private let inside: [PortIndex]
    private let servers: NetworkList
    private let networks: NetworkList
    private let domains: DomainKnowledge

    init(_ configuration: RelayConfiguration, domains: DomainKnowledge) {
        // A handful at most, which is quicker to go through than to hash.
        inside = Array(configuration.inside)
        servers = NetworkList(configuration.servers)
        networks = NetworkList(configuration.networks)
        self.domains = domains
    }

    /// Which way the session between `ends` went.
    ///
    /// Asked for every event: it is handed the tables it looks into, for the whole memory would be copied for it.
    func direction(
        of ends: Ends,
        servers known: BoundedTable<IPAddress, ServerRecord>,
        hosts: HostBook,
        portsSeen: UInt32
    ) -> Direction {
        let inward = inwardDirection(of: ends, named: ends.name, known, hosts, portsSeen)
        guard inward == .elsewhere else { return inward }
        // Outward is what would be inward if the server had called its client.
        let reversed = inwardDirection(
            of: ends.reversed,
            named: known.look(at: ends.client) { $0.given } ?? nil,
            known,
            hosts,
            portsSeen
        )
        guard case .inward(let basis) = reversed else { return .elsewhere }
        return .outward(basis)
    }

    /// Inward or elsewhere; the name of the server is looked up only where nothing before it tells.
    private func inwardDirection(
        of ends: Ends,
        named name: @autoclosure () -> ServerName?,
        _ known: BoundedTable<IPAddress, ServerRecord>,
        _ hosts: HostBook,
        _ portsSeen: UInt32
    ) -> Direction {
        if mayRelay(ends.client) { return .elsewhere }
        if let told = directionByPorts(ends, portsSeen) { return told }
        // Without ports to go by, an inside address is a printer's or a workstation's, not a stranger's.
        if ends.client.isPrivate { return .elsewhere }
        if servers.contains(ends.server) { return .inward(.servers) }
        if let told = directionBesideServers(ends, hosts) { return told }
        if ends.server.isPrivate || networks.contains(ends.server) { return .inward(.addresses) }
        if domains.hasConfigured, let name = name(),
            let told = directionByName(ends, name.domain, known)
        {
            return told
        }
        return directionByHabit(ends, hosts)
    }

    /// True if the server of `ends` is surely one of ours, whichever way the session went.
    func isOurs(_ ends: Ends, direction: Direction) -> Bool {
        switch direction {
        case .inward(let basis) where basis != .unclear: return true
        case .inward, .outward, .elsewhere: break
        }
        if servers.contains(ends.server) { return true }
        if !inside.isEmpty, let port = ends.serverPort, port != ends.clientPort {
            return inside.contains(port)
        }
        return ends.server.isPrivate || networks.contains(ends.server)
            || ends.serverName.map(domains.isConfigured) ?? false
    }

    /// True if `host` is configured as a mail server of ours.
    func isConfigured(_ host: IPAddress) -> Bool { servers.contains(host) }

    /// True if `client` may relay through our servers without a login.
    func mayRelay(_ client: IPAddress) -> Bool {
        client.isLoopback || client.isLinkLocal || networks.contains(client)
            || servers.contains(client)
    }

    /// By the configured ports; nil if there are none or the frames do not say by which port they came.
    private func directionByPorts(_ ends: Ends, _ portsSeen: UInt32) -> Direction? {
        guard !inside.isEmpty, let clientPort = ends.clientPort else { return nil }
        guard !inside.contains(clientPort) else { return .elsewhere }
        guard let serverPort = ends.serverPort else { return nil }
        if inside.contains(serverPort) { return .inward(.ports) }
        // A capture file with one interface has no directions, whatever the configuration calls its ports.
        let isWithoutDirections = clientPort == serverPort && portsSeen.nonzeroBitCount <= 1
        return isWithoutDirections ? nil : .elsewhere
    }

    /// By the port where a configured server was seen to answer.
    private func directionBesideServers(_ ends: Ends, _ hosts: HostBook) -> Direction? {
        guard let clientPort = ends.clientPort, let serverPort = ends.serverPort else { return nil }
        guard clientPort != serverPort, !servers.isEmpty else { return nil }
        if hosts.hasServer(behind: clientPort) { return .elsewhere }
        return hosts.hasServer(behind: serverPort) ? .inward(.besideServers) : nil
    }

    /// By the names servers give in their greetings, held against the configured domains.
    private func directionByName(
        _ ends: Ends,
        _ name: MailDomain,
        _ known: BoundedTable<IPAddress, ServerRecord>
    ) -> Direction? {
        if let other = known.look(at: ends.client, { $0.given }) ?? nil,
            domains.isConfigured(other.domain)
        {
            return .elsewhere
        }
        return domains.isConfigured(name) ? .inward(.serverName) : nil
    }

    private func directionByHabit(_ ends: Ends, _ hosts: HostBook) -> Direction {
        // A server that is known not to go by our names, in a traffic that does not tell: theirs until shown.
        let isForeignByName = domains.hasConfigured
        if let clientPort = ends.clientPort, let serverPort = ends.serverPort,
            clientPort != serverPort
        {
            let outside = hosts.count(behind: clientPort)
            let inside = hosts.count(behind: serverPort)
            return verdict(
                near: inside,
                far: outside,
                told: .learnedPorts,
                leans: outside > inside && !isForeignByName
            )
        }
        let far = hosts.partnerCount(of: ends.server)
        let near = hosts.partnerCount(of: ends.client)
        return verdict(
            near: near,
            far: far,
            told: .learnedPartners,
            leans: far >= near && !isForeignByName
        )
    }

    private func verdict(near: Int, far: Int, told: DirectionBasis, leans: Bool) -> Direction {
        if far >= Self.tellingRatio, far >= Self.tellingRatio * near { return .inward(told) }
        return leans ? .inward(.unclear) : .elsewhere
    }
}

extension RelayMemory {
    /// Notes that a frame came in by `port`.
    private mutating func noteSeen(_ port: PortIndex?) {
        if let port { portsSeen |= 1 << UInt32(port.rawValue & 31) }
    }

    /// Notes which port each end of a session is behind, and that the two know each other.
    mutating func learn(_ ends: DirectionFinder.Ends, finder: DirectionFinder, limit: Int) {
        let crosses =
            ends.clientPort != nil && ends.serverPort != nil && ends.clientPort != ends.serverPort
        noteSeen(ends.clientPort)
        noteSeen(ends.serverPort)
        hosts.learn(
            HostBook.Meeting(
                client: ends.client,
                server: ends.server,
                clientPort: crosses ? ends.clientPort : nil,
                serverPort: crosses ? ends.serverPort : nil
            ),
            limit: limit,
            isServer: { finder.isConfigured($0) }
        )
    }
}
