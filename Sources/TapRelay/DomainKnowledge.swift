import TapWire

/// How sure it is which domains are ours.
enum DomainBasis: Hashable, Sendable {
    /// They were configured.
    case configured
    /// They were learned from what was taken day after day and never handed on.
    case learned
    /// As learned, but one of the domains may yet turn out to be ours; which.
    case candidate(MailDomain)
    /// They were taken from the server's own name; the domain that was taken.
    case guessed(MailDomain)
    /// Nothing is known: the server gave no name that tells.
    case unknown

    /// True if a stranger's domain may yet turn out to be ours.
    var isGuess: Bool {
        switch self {
        case .configured, .learned: false
        case .candidate, .guessed, .unknown: true
        }
    }

    /// What it leaves of an alert's confidence.
    var confidence: Double {
        switch self {
        case .configured: 1
        case .learned: 0.9
        case .candidate: 0.5
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
    /// Another's, for whom the server takes mail: secondary exchanger, gateway.
    case relayed
    /// It cannot be told; no rule accuses on that.
    case unclear
}

/// Tells local recipients from strangers' ones.
struct DomainKnowledge: Sendable {
    private let configured: Set<MailDomain>
    /// How many labels each configured domain has at least.
    private let leastLabels: Int
    private let servers: [IPNetwork]

    init(_ configuration: RelayConfiguration) {
        configured = Set(configuration.domains)
        leastLabels = configuration.domains.map(\.labelCount).min() ?? 1
        servers = configuration.servers
    }

    /// How it is known whose the recipients of a session are, of which `strangers` are strangers.
    func basis(
        of strangers: [MailDomain],
        guess: MailDomain?,
        who: borrowing WhoIsWho
    ) -> DomainBasis {
        let perhapsOurs = strangers.first { domain in
            switch who.role(of: domain) {
            case .candidate where configured.isEmpty: true
            case .relayedCandidate: true
            case .unknown where configured.isEmpty && who.hasLocalDomains: true
            case .local, .candidate, .relayed, .foreign, .unknown: false
            }
        }
        guard configured.isEmpty else {
            return perhapsOurs.map(DomainBasis.candidate) ?? .configured
        }
        guard who.hasLocalDomains else { return guess.map(DomainBasis.guessed) ?? .unknown }
        return perhapsOurs.map(DomainBasis.candidate) ?? .learned
    }

    /// Whose each of `addresses` is at the server of a session.
    func standings(
        of addresses: [MailAddress],
        at ends: DirectionFinder.Ends,
        who: borrowing WhoIsWho
    ) -> [RecipientStanding] {
        // By a span, so that no address is copied.
        let list = addresses.span
        var standings: [RecipientStanding] = []
        standings.reserveCapacity(list.count)
        for index in list.indices {
            standings.append(standing(of: list[index], at: ends, who: who))
        }
        return standings
    }

    /// Whose `address` is at the server of a session.
    func standing(
        of address: MailAddress,
        at ends: DirectionFinder.Ends,
        who: borrowing WhoIsWho
    ) -> RecipientStanding {
        switch address.destination {
        case .nobody, .unreadable: .unclear
        case .withoutDomain: .local
        case .literal(let literal): standing(ofLiteral: literal, server: ends.server)
        case .domain(let domain): standing(of: domain, at: ends, who: who)
        }
    }

    /// True if `domain` is configured as ours or lies below one that is.
    func isConfigured(_ domain: MailDomain) -> Bool {
        guard !configured.isEmpty else { return false }
        return configured.contains(domain)
            || domain.hasAncestor(ofAtLeast: leastLabels, where: configured.contains)
    }

    /// True if domains were configured at all.
    var hasConfigured: Bool { !configured.isEmpty }

    private func standing(
        of domain: MailDomain,
        at ends: DirectionFinder.Ends,
        who: borrowing WhoIsWho
    ) -> RecipientStanding {
        // A name without a dot leads nowhere on the Internet: somebody's inner name for a host.
        guard domain.isQualified else { return .unclear }
        if domain == ends.serverName || isConfigured(domain) { return .local }
        let role = who.role(of: domain)
        if role == .relayed { return .relayed }
        guard configured.isEmpty else { return .stranger }
        if role == .local { return .local }
        guard let guess = ends.domainGuess, let serverName = ends.serverName else {
            return who.hasLocalDomains ? .stranger : .unclear
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
