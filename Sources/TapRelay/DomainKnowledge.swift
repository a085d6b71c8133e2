import TapWire

/// How sure it is which domains are ours.
enum DomainBasis: Hashable, Sendable {
    /// They were configured.
    case configured
    /// They were taken from the server's own name; the domain that was taken.
    case guessed(MailDomain)
    /// Nothing is known: the server gave no name that tells.
    case unknown

    /// What it leaves of an alert's confidence.
    var confidence: Double {
        switch self {
        case .configured: 1
        case .guessed: 0.6
        // Only an address literal can be told to be a stranger's then.
        case .unknown: 0.6
        }
    }
}

/// Whose a recipient is.
enum RecipientStanding: Hashable, Sendable {
    /// The server's own.
    case local
    /// Neither the server's nor anything it is known to be responsible for.
    case stranger
    /// It cannot be told; no rule accuses on that.
    case unclear
}

/// Tells local recipients from strangers' ones.
struct DomainKnowledge: Sendable {
    private let configured: Set<MailDomain>
    private let servers: [IPNetwork]

    /// Domains that are used inside a site only and tell nothing of its mail domains.
    ///
    /// Sources: RFC 6762 appendix G, RFC 6761 section 6.3, RFC 8375, and ICANN's `internal` of 2024.
    private static let siteOnly: Set<String> = [
        "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain",
        "localhost", "private",
        "test", "arpa",
    ]

    init(_ configuration: RelayConfiguration) {
        configured = Set(configuration.domains)
        servers = configuration.servers
    }

    /// How the domains of a server of this name are known.
    func basis(serverName: MailDomain?) -> DomainBasis {
        guard configured.isEmpty else { return .configured }
        guard let serverName, let top = serverName.name.split(separator: ".").last else {
            return .unknown
        }
        guard serverName.labelCount >= 2, !Self.siteOnly.contains(String(top)) else {
            return .unknown
        }
        guard IPAddress(serverName.name) == nil else { return .unknown }
        return .guessed(serverName.labelCount > 2 ? serverName.parent ?? serverName : serverName)
    }

    /// Whose `address` is at a server of this address and name.
    func standing(
        of address: MailAddress,
        server: IPAddress,
        serverName: MailDomain?
    ) -> RecipientStanding {
        switch address.destination {
        case .nobody, .unreadable: .unclear
        case .withoutDomain: .local
        case .literal(let literal): standing(ofLiteral: literal, server: server)
        case .domain(let domain): standing(of: domain, serverName: serverName)
        }
    }

    /// True if `domain` is configured as ours or lies below one that is.
    func isConfigured(_ domain: MailDomain) -> Bool {
        var candidate: MailDomain? = domain
        while let current = candidate {
            if configured.contains(current) { return true }
            candidate = current.parent
        }
        return false
    }

    /// True if domains were configured at all.
    var hasConfigured: Bool { !configured.isEmpty }

    private func standing(of domain: MailDomain, serverName: MailDomain?) -> RecipientStanding {
        // A name without a dot leads nowhere on the Internet: somebody's inner name for a host.
        guard domain.labelCount >= 2 else { return .unclear }
        if domain == serverName || isConfigured(domain) { return .local }
        switch basis(serverName: serverName) {
        case .configured: return .stranger
        case .unknown: return .unclear
        case .guessed(let base):
            guard let serverName else { return .unclear }
            return base.contains(domain) || domain.contains(serverName) ? .local : .stranger
        }
    }

    private func standing(ofLiteral literal: IPAddress, server: IPAddress) -> RecipientStanding {
        let literal = literal.unmapped
        if literal == server || servers.contains(where: { $0.contains(literal) }) { return .local }
        if literal.isPrivate || literal.isLoopback || literal.isLinkLocal { return .local }
        // A server behind NAT has a public address that the tap does not see.
        return server.isPrivate ? .unclear : .stranger
    }
}
