import TapMail
import TapWire

/// What the traffic tells of who is who: domains, where mail is handed on to, who relays without a login.
///
/// Only what was seen is kept; what follows from it is concluded anew each time it is asked for, so that one look at
/// the evidence explains it. What is configured always wins over it.
struct WhoIsWho: Sendable, Codable {
    /// Mail domains, senders' and recipients'.
    private(set) var domains = BoundedTable<MailDomain, DomainRecord>()
    /// Hosts outside that our servers hand mail to.
    private(set) var hops = BoundedTable<IPAddress, HopRecord>()
    /// Hosts that hand mail to our servers without a login and have strangers' recipients accepted.
    private(set) var relayers = BoundedTable<IPAddress, RelayerRecord>()
    /// Where our servers hand on the mail that nobody outside has brought.
    private(set) var outlets = BoundedTable<IPAddress, OutletRecord>()
    /// How many domains have each role.
    private var counts = DomainRoleCounts()

    /// Domains that are remembered, and hosts of each kind.
    static let domainLimit = 1_024
    static let hostLimit = 128
    /// A site has few domains that are new, and relays for few: more candidates than this are strangers' domains, but for
    /// those that several servers outside write to as to a domain of ours.
    static let candidateLimit = 4

    /// True once a domain is known to be local.
    var hasLocalDomains: Bool { count(of: .local) > 0 }

    /// How many domains have `role`.
    func count(of role: DomainRole) -> Int { counts[role] }

    /// Whose `domain` is, or the nearest domain above it that is known to be local.
    func role(of domain: MailDomain) -> DomainRole {
        let own = ownRole(of: domain)
        guard own == .unknown || own == .candidate, hasLocalDomains else { return own }
        let isBelowLocal = domain.hasAncestor(ofAtLeast: 2) { above in
            domains.look(at: above) { $0.role } == .local
        }
        return isBelowLocal ? .local : own
    }

    /// Whose `domain` is by what was seen of it alone, and of how many are like it.
    private func ownRole(of domain: MailDomain) -> DomainRole {
        let known = domains.look(at: domain) { (role: $0.role, isLikely: $0.isLikely) }
        let role = known?.role ?? .unknown
        if known?.isLikely ?? false { return role }
        switch role {
        case .relayedCandidate: return count(of: role) > Self.candidateLimit ? .foreign : role
        case .candidate, .unknown:
            guard hasLocalDomains, count(of: .candidate) > Self.candidateLimit else { return role }
            return .foreign
        case .local, .relayed, .foreign: return role
        }
    }

    /// Takes what a transaction shows.
    mutating func learn(_ mail: MailCase) {
        guard let transaction = mail.transaction, let envelope = mail.envelope,
            !transaction.isEncrypted, transaction.dialect != .lmtp
        else { return }
        switch mail.direction {
        case .inward(let basis) where basis != .unclear: learnInward(transaction, envelope, mail)
        case .outward(let basis) where basis != .unclear: learnOutward(transaction, envelope, mail)
        case .elsewhere: learnOwn(transaction, envelope, mail)
        case .inward, .outward: return
        }
    }

    private mutating func learnInward(
        _ transaction: Shared<SMTPTransaction>,
        _ envelope: EnvelopeAddresses,
        _ mail: MailCase
    ) {
        guard transaction.isWithoutLogin else { return learnOwn(transaction, envelope, mail) }
        let (client, time) = (mail.ends.client, mail.time)
        // The senders of what strangers relay are made up, and would push out what is known.
        if transaction.isTaken, let sender = envelope.sender?.domain,
            mail.relay == nil || domains.contains(sender)
        {
            update(sender, at: time) { $0.takeForeign(from: client, at: time) }
        }
        let isOrdinary = mail.isOrdinaryDelivery
        // By spans, here and below, so that neither recipients nor addresses are copied.
        let (recipients, addresses) = (transaction.value.recipients, envelope.recipients)
        let (said, named) = (recipients.span, addresses.span)
        for index in named.indices {
            guard let domain = named[index].domain else { continue }
            if said[index].isAccepted, transaction.isTaken {
                update(domain, at: time) {
                    $0.takeInbound(from: client, isOrdinary: isOrdinary, at: time)
                }
            } else if said[index].isRefusedAsRelay {
                update(domain, at: time) { $0.takeDenied(at: time) }
            }
        }
        guard let relay = mail.relay, relay.isRelayed else { return }
        relayers.update(client, limit: Self.hostLimit, default: RelayerRecord(at: time)) {
            $0.take(relay, at: time)
        }
    }

    /// What our servers hand on shows whose domains are not ours, and where it goes; where all mail goes tells nothing of
    /// one domain.
    private mutating func learnOutward(
        _ transaction: Shared<SMTPTransaction>,
        _ envelope: EnvelopeAddresses,
        _ mail: MailCase
    ) {
        let (server, host, time) = (mail.ends.client, mail.ends.server, mail.time)
        guard transaction.isTaken else { return }
        hops.update(host, limit: Self.hostLimit, default: HopRecord(at: time)) {
            $0.take(from: server, at: time)
        }
        let takesAll = outlets.look(at: server) { $0.takesAll(host) } ?? false
        let (recipients, addresses) = (transaction.value.recipients, envelope.recipients)
        let (said, named) = (recipients.span, addresses.span)
        for index in named.indices where said[index].isAccepted {
            guard let domain = named[index].domain else { continue }
            update(domain, at: time) { $0.takeOnward(to: host, takesAll: takesAll, at: time) }
            guard domains.look(at: domain, { $0.inbound }) == 0 else { continue }
            outlets.update(server, limit: Self.hostLimit, default: OutletRecord(at: time)) {
                $0.take(domain, to: host, at: time)
            }
        }
    }

    /// Who has logged in, or is inside, sends from a domain of ours.
    private mutating func learnOwn(
        _ transaction: Shared<SMTPTransaction>,
        _ envelope: EnvelopeAddresses,
        _ mail: MailCase
    ) {
        guard transaction.isTaken, let sender = envelope.sender?.domain else { return }
        update(sender, at: mail.time) { $0.takeOwn(at: mail.time) }
    }

    private mutating func update(
        _ domain: MailDomain,
        at time: Timestamp,
        _ change: (inout DomainRecord) -> Void
    ) {
        guard domain.isQualified else { return }
        let known = domains.count
        let (before, after) = domains.update(
            domain,
            limit: Self.domainLimit,
            rank: { $0.rank },
            default: DomainRecord(at: time)
        ) { record in
            let before = record.role
            change(&record)
            return (before, record.role)
        }
        // It was full, and others had to go.
        guard domains.count >= known else {
            counts = domains.values.reduce(into: DomainRoleCounts()) { $0[$1.role] += 1 }
            return
        }
        let isNew = domains.count > known
        guard isNew || before != after else { return }
        if !isNew { counts[before] -= 1 }
        counts[after] += 1
    }
}

extension WhoIsWho {
    /// Decodes what was learned; an earlier hubtap knew less.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        domains = try container.decode(type(of: domains), forKey: .domains)
        hops = try container.decode(type(of: hops), forKey: .hops)
        relayers = try container.decode(type(of: relayers), forKey: .relayers)
        counts = try container.decode(type(of: counts), forKey: .counts)
        outlets = try container.decodeIfPresent(type(of: outlets), forKey: .outlets) ?? outlets
    }
}

extension MailAddress {
    /// The domain, if it has one.
    var domain: MailDomain? {
        guard case .domain(let domain) = destination else { return nil }
        return domain
    }
}
