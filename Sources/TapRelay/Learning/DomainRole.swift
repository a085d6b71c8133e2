/// Whose a mail domain is, as far as the traffic tells.
///
/// What is taken from outside day after day, as ordinary mail comes, and never handed on is the server's own (three days). What is
/// handed on to the same hosts always, and comes from other mail servers as ordinary mail does, is a domain the
/// server is a secondary exchanger or a gateway for; not if those hosts are where all mail of the server goes, as behind
/// a smart host, unless its users write from the domain. A domain whose mail the server hands on is not its own, nor
/// one it has refused as relay, nor one whose senders come in from several hosts outside.
public enum DomainRole: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    /// The server's own.
    case local
    /// It may be the server's own: too few days yet.
    case candidate
    /// The server hands it on to the same hosts always: secondary exchanger, gateway.
    case relayed
    /// It may be one that the server hands on: too few days yet.
    case relayedCandidate = "relayed-candidate"
    /// Somebody else's.
    case foreign
    /// Nothing tells.
    case unknown
}

extension DomainRecord {
    /// Days on which a domain must have been seen before anything is sure.
    static let sureDays = 3
    /// Clients from which it must have come.
    static let sureClients = 3
    /// One in so many of its messages must look like the ordinary delivery of another mail server.
    static let leastOrdinary: UInt64 = 4
    /// Hosts outside that bring its senders, from which on it is somebody else's.
    static let foreignHosts = 3

    /// True if several servers outside write to it as to a domain of ours, and nobody outside from it.
    var isLikely: Bool {
        inboundClients.count >= Self.sureClients && 2 * ordinary >= inbound
            && foreignSenders.count == 0
    }

    /// How much would be lost with the record: what is sure 2, what is likely 1, all else 0.
    var rank: Int {
        switch role {
        case .local, .relayed: 2
        case .candidate, .relayedCandidate: isLikely ? 1 : 0
        case .foreign, .unknown: 0
        }
    }

    /// Whose the domain is.
    var role: DomainRole {
        if onward > 0 { return onwardRole }
        if denied > 0, inbound == 0 { return .foreign }
        if foreignSenders.count >= Self.foreignHosts, !isOwnSender { return .foreign }
        guard inbound > 0 else { return .unknown }
        // Who relays patiently, day after day, seldom bothers to look like the server of his senders.
        let isSure =
            inboundDays.count >= Self.sureDays && inboundClients.count >= Self.sureClients
            && Self.leastOrdinary * ordinary >= inbound
        return isSure || isOwnSender ? .local : .candidate
    }

    /// True if who logged in, or is inside, writes from it day after day.
    private var isOwnSender: Bool { own > 0 && ownDays.count >= Self.sureDays }

    /// Whose a domain is that was handed on.
    private var onwardRole: DomainRole {
        let isWithAll = 2 * (onwardWithAll ?? 0) >= onward
        guard inbound > 0, !hasManyHops, hops.count <= 2, 2 * ordinary >= inbound,
            !isWithAll || own > 0
        else { return .foreign }
        let isSure = inboundDays.count >= Self.sureDays && inboundClients.count >= Self.sureClients
        return isSure && (!isWithAll || isOwnSender) ? .relayed : .relayedCandidate
    }
}
