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

    init(_ configuration: RelayConfiguration) {
        configured = Set(configuration.domains)
        servers = configuration.servers
    }

    /// How the domains of a server are known, of which `guess` is the domain that goes by its name.
    func basis(guess: MailDomain?) -> DomainBasis {
        guard configured.isEmpty else { return .configured }
        return guess.map(DomainBasis.guessed) ?? .unknown
    }

    /// Whose `address` is at the server of a session.
    func standing(of address: MailAddress, at ends: DirectionFinder.Ends) -> RecipientStanding {
        switch address.destination {
        case .nobody, .unreadable: .unclear
        case .withoutDomain: .local
        case .literal(let literal): standing(ofLiteral: literal, server: ends.server)
        case .domain(let domain): standing(of: domain, at: ends)
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

    private func standing(of domain: MailDomain, at ends: DirectionFinder.Ends) -> RecipientStanding
    {
        // A name without a dot leads nowhere on the Internet: somebody's inner name for a host.
        guard domain.labelCount >= 2 else { return .unclear }
        if domain == ends.serverName || isConfigured(domain) { return .local }
        guard configured.isEmpty else { return .stranger }
        guard let guess = ends.domainGuess, let serverName = ends.serverName else {
            return .unclear
        }
        return guess.contains(domain) || domain.contains(serverName) ? .local : .stranger
    }

    private func standing(ofLiteral literal: IPAddress, server: IPAddress) -> RecipientStanding {
        let literal = literal.unmapped
        if literal == server || servers.contains(where: { $0.contains(literal) }) { return .local }
        if literal.isPrivate || literal.isLoopback || literal.isLinkLocal { return .local }
        // A server behind NAT has a public address that the tap does not see.
        return server.isPrivate ? .unclear : .stranger
    }
}
